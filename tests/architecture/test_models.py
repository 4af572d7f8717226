"""What every table of ours keeps to."""

from django.apps import apps
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.db import connection, models

from accounts.actions import begin_second_factor, create_invite
from accounts.actions.idempotency import once
from accounts.models import Contact
from accounts.roles import GRANTS, Role
from botapp import inbox
from botapp.context import Context
from botapp.enums import Step
from botapp.models import Dialog
from core.crypto import Sealed
from tests.architecture.source import rooms
from tests.support.company import Company, as_actor
from tests.support.orders import Team
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
    client = company.person(Role.CLIENT, name=SECRET, telegram=True)
    company.ticket(client, text=SECRET)
    inbox.store(1, [{"update_id": 1, "message": {"chat": {"id": client.telegram_id}, "text": SECRET}}])
    dialog = Dialog(bot_id=1, chat_id=client.telegram_id)
    dialog.data = {}
    Context(update=None, user=client, actor=as_actor(client), dialog=dialog).enter(Step.NEW_TICKET, text=SECRET)  # type: ignore[arg-type]

    contact = Contact(user=client)
    contact.phone = contact.address = SECRET
    contact.save()

    invite = create_invite(
        actor=as_actor(company.person(Role.SUPERUSER)), role=Role.CLIENT, tenant_id=company.tenant.pk
    )
    invite.code = SECRET
    invite.save()

    once(actor=as_actor(client), key="key", request=SECRET, do=lambda: (201, SECRET))

    factor = begin_second_factor(user=client)
    factor.secret = SECRET
    factor.save()

    Team(company).order(address=SECRET)

    for model, columns in sealed_columns().items():
        rows = raw_rows(model)
        assert rows, f"nothing went through {model._meta.label}: extend this test"
        assert [row for row in rows if leaks(row)] == []
        for obj in model._default_manager.all():
            assert all(SECRET in str(getattr(obj, column)) for column in columns), obj


def sealed_columns() -> dict[type[models.Model], list[str]]:
    found = {
        model: [name for name, value in vars(model).items() if isinstance(value, Sealed)] for model in house_models()
    }
    return {model: columns for model, columns in found.items() if columns}


def raw_rows(model: type[models.Model]) -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT * FROM "{model._meta.db_table}"')  # noqa: S608
        return cursor.fetchall()


def leaks(row: tuple[object, ...]) -> bool:
    """Whether the text can be read in any column, as text, as bytes or as JSON's escapes."""
    forms = {SECRET.encode(), SECRET.encode("unicode_escape"), SECRET.encode("utf-16-le")}
    values = [bytes(v) if isinstance(v, memoryview | bytes) else str(v).encode() for v in row]
    return any(form in value for value in values for form in forms)
