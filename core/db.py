"""The few things that actions do with rows besides Django's own."""

from typing import TypeVar

import psycopg
from django.db import close_old_connections, connection, models
from psycopg.conninfo import make_conninfo

from core.errors import NotFound

M = TypeVar("M", bound=models.Model)

MAX_ID = 2**63 - 1


def locked(rows: models.QuerySet[M], pk: int) -> M:
    """The row under a lock until the transaction ends. `rows` is `visible_to(actor)`: invisible is NotFound.

    Reads a row that another transaction is changing only after that one has ended, in its new state.
    """
    return found(rows.select_for_update(of=("self",)), pk)


def lock_name(name: str) -> None:
    """Let transactions that use the same name go one after another; the lock ends with the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])


def found(rows: models.QuerySet[M], pk: int) -> M:
    """The row, or NotFound; ids beyond bigint do not exist either."""
    if not 0 < pk <= MAX_ID:
        raise NotFound
    row = rows.filter(pk=pk).first()
    if row is None:
        raise NotFound
    return row


def refresh_connection() -> None:
    """For loops outside requests, at each turn: drop a connection that has broken, so that the next use gets a new
    one. After a restart of PostgreSQL every query would fail for ever without it."""
    if not connection.in_atomic_block:
        close_old_connections()


def own_address() -> str:
    """Where Django's default database is, with its options (sslmode …) but without the pool, which is Django's own."""
    settings = connection.settings_dict
    names = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}
    place = {theirs: str(settings[ours]) for ours, theirs in names.items() if settings[ours]}
    options = {name: str(value) for name, value in settings["OPTIONS"].items() if name != "pool"}
    return make_conninfo(**place, **options)


def database_answers(seconds: int) -> bool:
    """Whether a new connection can be had within this time; the pool would wait longer for one."""
    try:
        psycopg.connect(own_address(), connect_timeout=seconds).close()
    except psycopg.OperationalError:
        return False
    return True
