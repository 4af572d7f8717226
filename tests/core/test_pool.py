"""The pool of database connections."""

import time
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from tests.support.postgres import terminate_others

MANY = 8


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_dead_connections_are_not_lent_one_by_one() -> None:
    """As after a restart of PostgreSQL: whoever comes next waits for one new connection, not for the dead ones."""
    together = Barrier(MANY)

    def use() -> None:
        connection.ensure_connection()
        together.wait(10)
        connection.close()

    with ThreadPoolExecutor(MANY) as threads:
        for used in [threads.submit(use) for _ in range(MANY)]:
            used.result()
    connection.close()
    assert terminate_others() >= MANY
    began = time.monotonic()
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    assert time.monotonic() - began < 5
