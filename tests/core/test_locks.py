"""The lock that one process holds, on a connection of its own."""

import threading
import time

import psycopg
import pytest

from core.locks import Lock, exclusive
from tests.support.postgres import outside, terminate

pytestmark = pytest.mark.django_db
CHANNEL = "tests_wake"


def notify(channel: str) -> None:
    with outside() as opened:
        opened.execute("SELECT pg_notify(%s, '')", [channel])


def cut(lock: Lock) -> None:
    """Kill the server's end of the lock's connection."""
    terminate(lock._own.info.backend_pid)


def test_the_second_holder_gets_none_until_the_first_lets_go() -> None:
    with exclusive("one", channel=CHANNEL) as first:
        assert first is not None
        with exclusive("one", channel=CHANNEL) as second:
            assert second is None
        with exclusive("another", channel=CHANNEL) as other:
            assert other is not None
    with exclusive("one", channel=CHANNEL) as again:
        assert again is not None


def test_one_of_many_gets_it() -> None:
    start, end = threading.Barrier(6), threading.Barrier(6)
    held = []

    def contend() -> None:
        start.wait(10)
        with exclusive("contended", channel=CHANNEL) as lock:
            held.append(lock is not None)
            end.wait(10)

    threads = [threading.Thread(target=contend) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(held) == [False] * 5 + [True]


def test_an_exception_inside_lets_go() -> None:
    with pytest.raises(KeyError), exclusive("one", channel=CHANNEL):
        raise KeyError
    with exclusive("one", channel=CHANNEL) as lock:
        assert lock is not None


def test_a_wake_up_ends_the_wait_even_when_it_came_before() -> None:
    with exclusive("one", channel=CHANNEL) as lock:
        assert lock is not None
        notify(CHANNEL)
        assert lock.wait(10) is True
        assert lock.wait(0) is False
        notify("somebody_else")
        assert lock.wait(0.05) is False


def test_a_wait_without_wake_up_lasts_as_long_as_asked() -> None:
    with exclusive("one", channel=CHANNEL) as lock:
        assert lock is not None
        began = time.monotonic()
        assert lock.wait(0.2) is False
        assert 0.2 <= time.monotonic() - began < 5


@pytest.mark.parametrize("seconds", [0, 10])
def test_a_lost_connection_is_noticed_and_the_lock_is_free(seconds: float) -> None:
    with exclusive("one", channel=CHANNEL) as lock:
        assert lock is not None
        cut(lock)
        with exclusive("one", channel=CHANNEL) as next_holder:
            assert next_holder is not None
        with pytest.raises(psycopg.OperationalError):
            lock.wait(seconds)


def test_a_connection_lost_while_waiting_ends_the_wait() -> None:
    with exclusive("one", channel=CHANNEL) as lock:
        assert lock is not None
        killer = threading.Timer(0.1, cut, [lock])
        killer.start()
        began = time.monotonic()
        with pytest.raises(psycopg.OperationalError):
            lock.wait(30)
        killer.join()
        assert time.monotonic() - began < 10
