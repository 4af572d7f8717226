"""What every table of ours keeps to."""

from django.apps import apps
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.db import connection, models

from accounts.roles import GRANTS, Role
from core.keys import keyed_tables
from tests.architecture.source import rooms
from tests.support.company import Company
from tests.support.sealed import seal_everywhere, sealed_columns
from tests.support.unchanged import HOUSE, house_models

SECRET = "Секрет-Иванова-7f3a"


def test_every_room_with_tables_is_known_to_the_tests() -> None:
    ours = [config for config in apps.get_app_configs() if config.label in rooms()]
    assert {config.label for config in ours if list(config.get_models())} == set(HOUSE)


def test_migrations_are_complete(db: None) -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=1)


def test_nothing_is_deleted_in_the_wake_of_something_else() -> None:
    """Database and Django refuse to delete a row that others point to. Django's own m2m tables are let be."""
    found = [
        str(field)
        for model in house_models()
        if not model._meta.auto_created
        for field in model._meta.get_fields()
        if isinstance(field, models.ForeignKey) and field.remote_field.on_delete is not models.PROTECT
    ]
    assert found == []


def test_the_groups_in_the_database_are_the_roles(db: None) -> None:
    assert set(Group.objects.values_list("name", flat=True)) == set(Role.values)
    assert set(GRANTS) == set(Role)


def test_what_is_sealed_is_nowhere_in_plain_text(company: Company) -> None:
    """Every table with sealed columns, read as raw bytes after personal text went through it."""
    seal_everywhere(company, SECRET)

    for model, columns in sealed_columns().items():
        rows = raw_rows(model)
        assert rows, f"nothing went through {model._meta.label}: extend this test"
        assert [row for row in rows if leaks(row)] == []
        for obj in model._default_manager.all():
            assert all(SECRET in str(getattr(obj, column)) for column in columns), obj


def test_a_changed_key_reaches_whatever_is_sealed_or_hashed() -> None:
    """Every sealed column is found by itself; every column of keyed hashes stands in its model's `keyed`."""
    tables = {table.model: table for table in keyed_tables()}
    assert {model: sorted(value.name for value in table.sealed) for model, table in tables.items() if table.sealed} == {
        model: sorted(columns) for model, columns in sealed_columns().items()
    }
    for model in house_models():
        hashes = {field.name for field in model._meta.local_fields if field.name.endswith("_hash")}
        assert hashes <= {kept.column for kept in tables[model].hashes} if hashes else True, model
    for model, table in tables.items():
        for kept in table.hashes:
            assert model._meta.get_field(kept.column)
            assert (kept.of in sealed_columns().get(model, ())) != bool(kept.lost), kept


def raw_rows(model: type[models.Model]) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT * FROM "{model._meta.db_table}"')  # noqa: S608
        return cursor.fetchall()


def leaks(row: tuple[object, ...]) -> bool:
    """Whether the text can be read in any column, as text, as bytes or as JSON's escapes."""
    forms = {SECRET.encode(), SECRET.encode("unicode_escape"), SECRET.encode("utf-16-le")}
    values = [bytes(v) if isinstance(v, memoryview | bytes) else str(v).encode() for v in row]
    return any(form in value for value in values for form in forms)
