"""Where keys are in use: the sealed columns and keyed hashes of every model, and by which keys they were made."""

from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import connection, models
from django.db.models import Q
from django.db.models.functions import Length, Substr
from psycopg import sql

from core.crypto import KeyedHash, Sealed, key_ids

APPEND_ONLY = "%\\_append\\_only"
"""How triggers are called that refuse to change a table."""
LONGEST_KEY_ID = 128

_KEYS_OF_SEALED = """
SELECT encode(substring(head from 1 for greatest(position('\\x00'::bytea in head), 1) - 1), 'escape'), count(*)
FROM (SELECT substring({column} from 1 for {longest}) AS head FROM {table} WHERE octet_length({column}) > 0) heads
GROUP BY 1
"""
_KEYS_OF_HASHES = "SELECT split_part({column}, ':', 1), count(*) FROM {table} WHERE {column} <> '' GROUP BY 1"
_KEYS_OF_HASH_LISTS = "SELECT split_part(h, ':', 1), count(*) FROM {table}, unnest({column}) h GROUP BY 1"


@dataclass(frozen=True, slots=True)
class KeyedTable:
    """A table with something in it that depends on a key: sealed values by name, and hashes."""

    model: type[models.Model]
    sealed: tuple[Sealed[Any], ...]
    hashes: tuple[KeyedHash, ...]

    @property
    def name(self) -> str:
        return self.model._meta.db_table

    @property
    def derived(self) -> list[KeyedHash]:
        """The hashes that can be computed anew."""
        return [kept for kept in self.hashes if kept.of]

    @property
    def columns(self) -> list[str]:
        """What a new key changes in a row."""
        return [f"{value.name}_sealed" for value in self.sealed] + [kept.column for kept in self.derived]

    def stale(self) -> models.QuerySet[Any]:
        """The rows in which another key than the current one is named, by their id. No value is opened to know it."""
        current, wanted = key_ids()[0], Q(pk__in=[])
        head = current.encode() + b"\0"
        rows: models.QuerySet[Any] = models.QuerySet(self.model)
        for value in self.sealed:
            column, beginning, size = f"{value.name}_sealed", f"{value.name}_beginning", f"{value.name}_size"
            begins = Substr(column, 1, len(head), output_field=models.BinaryField())
            rows = rows.alias(**{beginning: begins, size: Length(column)})
            wanted |= Q(**{f"{size}__gt": 0}) & ~Q(**{beginning: head})
        for kept in self.derived:
            wanted |= Q(**{f"{kept.column}__gt": ""}) & ~Q(**{f"{kept.column}__startswith": f"{current}:"})
        identity = ["pk", "uid"] if self.sealed else ["pk"]
        return rows.filter(wanted).order_by("pk").only(*identity, *self.columns)

    def in_use(self) -> dict[tuple[str, str], int]:
        """How many values of each column were made by each key: (column, key id) to their number."""
        found: dict[tuple[str, str], int] = {}
        for value in self.sealed:
            found |= self._counted(value.name, f"{value.name}_sealed", _KEYS_OF_SEALED)
        for kept in self.hashes:
            field = self.model._meta.get_field(kept.column)
            query = _KEYS_OF_HASH_LISTS if isinstance(field, ArrayField) else _KEYS_OF_HASHES
            found |= self._counted(kept.column, kept.column, query)
        return found

    def _counted(self, name: str, column: str, query: str) -> dict[tuple[str, str], int]:
        places = {"table": sql.Identifier(self.name), "column": sql.Identifier(column)}
        with connection.cursor() as cursor:
            cursor.execute(sql.SQL(query).format(**places, longest=sql.Literal(LONGEST_KEY_ID)))
            return {(name, key): count for key, count in cursor.fetchall()}

    def is_append_only(self) -> bool:
        """Whether the database refuses to change its rows."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT 1 FROM pg_trigger WHERE tgrelid = %s::regclass AND tgname LIKE %s", [self.name, APPEND_ONLY]
            )
            return cursor.fetchone() is not None


def keyed_tables() -> list[KeyedTable]:
    """All of them, of whatever app, by their names."""
    found = (
        KeyedTable(model, tuple(_sealed(model)), tuple(getattr(model, "keyed", ())))
        for model in apps.get_models()
        if not model._meta.proxy
    )
    return sorted((table for table in found if table.sealed or table.hashes), key=lambda table: table.name)


def _sealed(model: type[models.Model]) -> list[Sealed[Any]]:
    """The sealed values whose column stands in this model's own table, abstract parents' included."""
    own = {field.name for field in model._meta.local_fields}
    found = {name: value for kind in model.__mro__ for name, value in vars(kind).items() if isinstance(value, Sealed)}
    return [found[name] for name in sorted(found) if f"{name}_sealed" in own]
