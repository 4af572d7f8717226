"""The only writer of ops: what a key of yesterday has sealed is sealed by the key of today."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, models, transaction
from psycopg import sql

from core.crypto import Unsealable, key_ids, key_of
from core.keys import KeyedTable

BATCH = 500
"""Rows of one transaction: some hundredths of a second, during which nobody else changes these rows."""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A value that stays as it is, because it can not be decrypted: its row, its column, the key that it names."""

    row: Any
    column: str
    key: str


@dataclass(slots=True)
class Batch:
    """What one transaction did: the id of the last row it looked at (None: there was none), how many rows it looked at,
    how many it changed, and what it could not open."""

    last: Any = None
    seen: int = 0
    done: int = 0
    unreadable: list[Unreadable] = field(default_factory=list)


@transaction.atomic
def reseal_rows(table: KeyedTable, *, after: Any = None) -> Batch:
    """Seal the next rows of a table anew, those with an id above `after`, and compute their hashes.

    They are read under a lock, so nothing that is written meanwhile is lost; rows that somebody else holds at this
    moment are left out and wait for the next turn, so nobody ever waits for this and that in a circle.
    """
    rows = table.stale() if after is None else table.stale().filter(pk__gt=after)
    batch, changed, current, columns = Batch(), [], key_ids()[0], table.columns
    for row in rows.select_for_update(skip_locked=True)[:BATCH]:
        before = [getattr(row, column) for column in columns]
        batch.last, batch.seen = row.pk, batch.seen + 1
        batch.unreadable += _reseal(table, row, current)
        if [getattr(row, column) for column in columns] != before:
            changed.append(row)
    if changed:
        _write(table, changed)
    batch.done = len(changed)
    return batch


_WRITE = "UPDATE {table} SET {values} FROM unnest({given}) AS given ({names}) WHERE {table}.{pk} = given.{pk}"


def _write(table: KeyedTable, rows: list[models.Model]) -> None:
    """All rows by one statement: Django's bulk_update takes eight times as long."""
    columns = set(table.columns)
    fields = [field for field in table.model._meta.concrete_fields if field.primary_key or field.name in columns]
    fields.sort(key=lambda field: not field.primary_key)
    names = [sql.Identifier(field.column or field.name) for field in fields]
    parts = {
        "table": sql.Identifier(table.name),
        "pk": names[0],
        "names": sql.SQL(", ").join(names),
        "values": sql.SQL(", ").join([sql.SQL("{0} = given.{0}").format(name) for name in names[1:]]),
        "given": sql.SQL(", ").join([sql.SQL("%s::{}[]").format(_type(field)) for field in fields]),
    }
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(_WRITE).format(**parts), [[getattr(row, f.attname) for row in rows] for f in fields])


def _type(field: "models.Field[Any, Any]") -> sql.SQL:
    return sql.SQL(field.rel_db_type(connection) or "")


def _reseal(table: KeyedTable, row: models.Model, current: str) -> Iterator[Unreadable]:
    """Change everything in the row that another key made and that opens; gives what does not."""
    for value in table.sealed:
        stored = getattr(row, f"{value.name}_sealed")
        if stored and (key := key_of(stored)) != current:
            try:
                value.reseal(row)
            except Unsealable:
                yield Unreadable(row.pk, value.name, key)
    for kept in table.derived:
        stored = getattr(row, kept.column)
        if stored and (key := stored.partition(":")[0]) != current:
            try:
                setattr(row, kept.column, kept.of_row(row))
            except Unsealable:
                yield Unreadable(row.pk, kept.column, key)
