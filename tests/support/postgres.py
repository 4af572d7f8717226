"""A second look at the test's database, and what can happen to its connections."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from django.db import connection

from core.db import own_address

GONE_WITHIN = 5000
"""Milliseconds in which a terminated backend must be gone."""


@contextmanager
def outside() -> Iterator[psycopg.Connection]:
    """A connection that is nobody's: neither Django's nor a lock's. Sees only what was committed."""
    with psycopg.connect(own_address(), autocommit=True) as opened:
        yield opened


def terminate(pid: int) -> None:
    """Kill one backend of the server and wait until it is gone."""
    with outside() as opened:
        assert opened.execute("SELECT pg_terminate_backend(%s, %s)", [pid, GONE_WITHIN]).fetchone() == (True,)


def terminate_others(*spared: int) -> int:
    """Kill every backend of this database but the spared ones and our own; how many there were."""
    with outside() as opened:
        found = opened.execute(
            "SELECT count(pg_terminate_backend(pid, %s)) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid() AND NOT pid = ANY(%s)",
            [GONE_WITHIN, list(spared)],
        ).fetchone()
        return int(found[0]) if found else 0


def own_pid() -> int:
    """The backend behind this thread's Django connection."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])
