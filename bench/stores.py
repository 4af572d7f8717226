"""The stores fail while updates come in: PostgreSQL killed and stopped, Redis flushed, killed and stopped."""

import os
import signal
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg

from bench.place import EMPTY, Place
from bench.processes import House, Redis, open_redis, wait_until
from bench.traffic import HANDLED, SENT, Figure, crowd, kept, number, opened, write
from ops import embedded
from ops.supervisor.processes import postgres_in

PROCESSES = ("web", "bot", "sender", "worker", "beat")
BACK_GOAL = 10.0


@contextmanager
def own_server(place: Place) -> Iterator[embedded.EmbeddedServer]:
    """A PostgreSQL that may be killed: the other figures keep theirs."""
    server = embedded.start(Path(tempfile.mkdtemp(dir=place.folder)))
    try:
        server.create_database(EMPTY)
        yield server
    finally:
        server.revive()
        server.discard()


def stores(place: Place, people: int, messages: int, kills: int, away: float) -> Iterator[Figure]:
    """One figure a fault, under which everybody writes so many messages, and one more when the store is back.

    Counted are the seconds from then until the next answer, and until all are answered, at the sender's 30 a second;
    in the end, what was lost.
    """
    with (
        own_server(place) as server,
        open_redis(Path(tempfile.mkdtemp(dir=place.folder))) as redis,
        opened(place, database_url=server.url(EMPTY), redis_url=redis.url) as house,
    ):
        faults: list[tuple[str, Callable[[], None]]] = [
            *[("PostgreSQL killed", lambda: killed(server))] * kills,
            ("PostgreSQL stopped", lambda: stopped(server, away)),
            ("Redis flushed", lambda: flushed(redis)),
            ("Redis killed", lambda: restarted(redis)),
            ("Redis stopped", lambda: paused(redis, away)),
        ]
        them = crowd(house, people)
        for person in them:
            house.people.start(person)
        house.start(*PROCESSES)
        begun = time.monotonic()
        for turn, (name, fault) in enumerate(faults):
            write(house, them, messages, first=turn * (messages + 1))
            under_way = people * (turn * (messages + 1) + 2)
            wait_until(lambda under_way=under_way: number(house, HANDLED) >= under_way, f"{name}: under way", 120)  # type: ignore[misc]
            fault()
            back = time.monotonic()
            write(house, them, 1, first=turn * (messages + 1) + messages)
            written = people * ((turn + 1) * (messages + 1) + 1)
            sent = patiently(house, SENT)
            wait_until(lambda sent=sent: patiently(house, SENT) > sent, f"{name}: an answer", 120)  # type: ignore[misc]
            first = time.monotonic() - back
            wait_until(lambda written=written: patiently(house, SENT) >= written, f"{name}: all answered", 120)  # type: ignore[misc]
            yield {
                "figure": name, "back_after_s": round(first, 1),
                "all_answered_after_s": round(time.monotonic() - back, 1),
                "goal": f"back_after_s <= {BACK_GOAL:g}", "met": first <= BACK_GOAL,
            }  # fmt: skip
        yield {
            "figure": "all", "seconds": round(time.monotonic() - begun, 1),
            **kept(house, them, len(faults) * (messages + 1)),
            "ended_processes": [name for name in PROCESSES if house.running[name].poll() is not None],
        }  # fmt: skip


def killed(server: embedded.EmbeddedServer) -> None:
    """kill -9 of the server and all its children, and a new start."""
    for pid in [server.pid, *postgres_in(server.data)]:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    wait_until(server.revive, "PostgreSQL is started again")


def stopped(server: embedded.EmbeddedServer, seconds: float) -> None:
    """The server stands still, connections stay open and nothing answers."""
    pids = [server.pid, *postgres_in(server.data)]
    for order in (signal.SIGSTOP, signal.SIGCONT):
        for pid in pids:
            with suppress(ProcessLookupError):
                os.kill(pid, order)
        if order is signal.SIGSTOP:
            time.sleep(seconds)


def flushed(redis: Redis) -> None:
    """Everything that Redis holds is gone: queued tasks, cache."""
    assert redis.ask("FLUSHALL") == b"+OK"


def restarted(redis: Redis) -> None:
    """kill -9 and a new, empty Redis."""
    redis.signal(signal.SIGKILL)
    redis.start()


def paused(redis: Redis, seconds: float) -> None:
    """Redis stands still."""
    redis.signal(signal.SIGSTOP)
    time.sleep(seconds)
    redis.signal(signal.SIGCONT)


def patiently(house: House, query: str) -> int:
    """The number, asked again while the database is not there."""
    while True:
        with suppress(psycopg.Error):
            return number(house, query)
        time.sleep(0.1)
