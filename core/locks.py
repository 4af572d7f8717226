"""A lock that one process in the whole installation holds, and wake-ups, on a database connection of their own.

Django's pool hands connections on without a reset, so a session lock taken through it would leak to the next user.
The same connection listens for wake-ups: when it is lost, both are, and the holder must stop.
"""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import psycopg
from django.db import connection
from psycopg import sql

from core.db import own_address


class Lock:
    """A held lock. `wait` raises `psycopg.OperationalError` when the connection, and so the lock, is gone."""

    def __init__(self, own: psycopg.Connection) -> None:
        self._own = own

    def wait(self, seconds: float) -> bool:
        """Sleep until a wake-up comes, at most this long; True when one came."""
        self._own.execute("SELECT 1")  # a look of no length may overlook that the connection has ended
        return any(True for _ in self._own.notifies(timeout=seconds, stop_after=1))


@contextmanager
def exclusive(name: str, *, channel: str) -> Iterator[Lock | None]:
    """Hold the lock `name` and listen on `channel`; None when somebody else holds it."""
    with psycopg.connect(own_address(), autocommit=True) as own:
        row = own.execute("SELECT pg_try_advisory_lock(%s)", [_key(name)]).fetchone()
        if row is None or not row[0]:
            yield None
            return
        own.execute(sql.SQL("LISTEN {}").format(sql.Identifier(channel)))
        try:
            yield Lock(own)
        finally:  # at once: the server ends a closed connection's session only some time later
            with suppress(psycopg.Error):
                own.execute("SELECT pg_advisory_unlock_all()")


def wake(channel: str) -> None:
    """Wake whoever sleeps on `channel`, after the commit where a transaction is open."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, '')", [channel])


def is_held(name: str) -> bool:
    """Whether some process holds the lock `name` at this moment."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks l JOIN pg_database d ON d.oid = l.database"
            " WHERE d.datname = current_database() AND l.locktype = 'advisory' AND l.granted AND l.objsubid = 1"
            " AND (l.classid::bigint << 32) | l.objid::bigint = %s",
            [_key(name)],
        )
        return bool(cursor.fetchone()[0])


def _key(name: str) -> int:
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big", signed=True)


@contextmanager
def listening(channel: str) -> Iterator[Callable[[float], bool]]:
    """A function that sleeps until a wake-up comes on `channel`, at most so many seconds; True when one came.

    It raises `psycopg.OperationalError` when the connection is gone.
    """
    with psycopg.connect(own_address(), autocommit=True) as own:
        own.execute(sql.SQL("LISTEN {}").format(sql.Identifier(channel)))
        yield Lock(own).wait
