"""The sender's turns: one at a time, a few messages at once, no longer than asked, back after every accident."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import psycopg
import pytest
from django.db import connection

from bench.processes import wait_until
from core.locks import exclusive
from outbox import budget, sender, tasks
from outbox.actions import WAKE_CHANNEL
from outbox.models import Message
from outbox.transports.telegram import BotThread
from simulator.client import ApiCall, Person
from tests.outbox.messages import BOT, drain, drain_all, seen, status_of, write
from tests.support.desk import Desk
from tests.support.postgres import outside, terminate, terminate_others

COMMITTED = pytest.mark.django_db(transaction=True, serialized_rollback=True)
LOCK = f"outbox.sender.{BOT}"
Turn = Callable[[float], "Future[bool]"]


@pytest.fixture
def turn() -> Iterator[Turn]:
    """Start a turn of some seconds in a thread of its own; it is told to end with the test."""

    def run(seconds: float) -> bool:
        try:
            return sender.drain(seconds)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as threads:
        yield lambda seconds: threads.submit(run, seconds)
        sender.stopping.set()
        with outside() as opened:
            opened.execute("SELECT pg_notify(%s, '')", [WAKE_CHANNEL])
    sender.stopping.clear()


def lock_holder() -> int:
    """The backend that holds the sender's lock in this database, once there is one."""
    query = "SELECT l.pid FROM pg_locks l JOIN pg_stat_activity a USING (pid) WHERE locktype = 'advisory' AND a.datname"
    with outside() as opened:
        wait_until(lambda: opened.execute(f"{query} = current_database()").fetchone(), "somebody holds the lock", 10)
        (pid,) = opened.execute(f"{query} = current_database()").fetchone() or (0,)
        return int(pid)


def overlap(calls: list[ApiCall]) -> int:
    """How many of these calls ran at one moment, at most."""
    edges = sorted([(call.at, 1) for call in calls] + [(call.at + call.ms / 1000, -1) for call in calls])
    running = most = 0
    for _, step in edges:
        running += step
        most = max(most, running)
    return most


# ---- one sender ----


@COMMITTED
def test_a_second_sender_ends_at_once_and_sends_nothing(desk: Desk, anna: Person) -> None:
    message = write(anna)
    with exclusive(LOCK, channel=WAKE_CHANNEL):
        began = time.monotonic()
        assert sender.drain(30) is False
        assert time.monotonic() - began < 5
    assert (status_of(message), desk.people.calls(method="sendMessage")) == (["queued"], [])
    assert sender.drain(0) is True
    assert status_of(message) == ["sent"]


def test_the_sender_of_another_bot_is_no_rival(desk: Desk, anna: Person) -> None:
    message = write(anna)
    with exclusive(f"outbox.sender.{BOT + 1}", channel=WAKE_CHANNEL):
        drain()
    assert status_of(message) == ["sent"]


# ---- how much at once ----


def test_four_are_in_flight_and_one_a_chat(desk: Desk, chats: list[Person]) -> None:
    chats = [*chats, *(desk.people.add_person(f"Клиент {number}") for number in range(3))]
    for person in chats[4:]:
        desk.people.start(person)
    desk.people.add_fault("delay", method="sendMessage", times=100, seconds=0.1)
    for number in range(2):
        for person in chats:
            write(person, str(number))
    drain()
    calls = desk.people.calls(method="sendMessage")
    assert len(calls) == 14
    assert overlap(calls) == 4
    assert {overlap([call for call in calls if call.chat_id == person.id]) for person in chats} == {1}
    assert [seen(desk.people, person) for person in chats] == [["0", "1"]] * 7


@COMMITTED
def test_nothing_is_sent_inside_a_transaction(desk: Desk, chats: list[Person], monkeypatch) -> None:  # type: ignore[no-untyped-def]
    """A transaction that waits for Telegram would hold its locks as long."""
    inside: list[bool] = []
    submit = BotThread.submit

    def watched(self: BotThread, *args: Any, **kwargs: Any) -> "Future[Any]":
        inside.append(connection.in_atomic_block)
        return submit(self, *args, **kwargs)

    monkeypatch.setattr(BotThread, "submit", watched)
    desk.people.add_fault("drop_after", method="sendMessage")
    for person in chats:
        write(person, "<unclosed")
    drain_all()
    assert inside == [False] * 5


def test_the_budget_of_a_chat_outlives_the_turn(desk: Desk, anna: Person, dmitry: Person, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(budget, "CHAT_BURST", 3.0)
    monkeypatch.setattr(budget, "CHAT_PER_SECOND", 0.001)
    sender.kept_budget.cache_clear()
    for number in range(5):
        write(anna, str(number))
    for _ in range(2):
        sender.drain(0)
        assert seen(desk.people, anna) == ["0", "1", "2"]
    write(dmitry, "not his fault")
    sender.drain(0)
    assert seen(desk.people, dmitry) == ["not his fault"]
    sender.kept_budget.cache_clear()


def test_telegram_never_has_to_refuse_for_the_number_of_messages(desk: Desk, anna: Person, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    """With Telegram's own limits on: many chats at once, and many messages to one."""
    monkeypatch.setattr(budget, "CHAT_BURST", 5.0)
    desk.people.set_limits(enabled=True)
    sender.kept_budget.cache_clear()
    crowd = [desk.people.add_person(f"Клиент {number}") for number in range(34)]
    for person in crowd:
        desk.people.start(person)
    messages = [write(person) for person in crowd] + [write(anna, str(number)) for number in range(6)]
    wait_until(lambda: sender.drain(0.3) and set(status_of(*messages)) == {"sent"}, "everything is sent", 10)
    sender.kept_budget.cache_clear()
    assert [call.code for call in desk.people.calls(method="sendMessage")] == [200] * 40
    assert seen(desk.people, anna) == [str(number) for number in range(6)]


# ---- how long ----


def test_a_turn_ends_when_its_time_is_over_with_nothing_in_flight(desk: Desk, chats: list[Person]) -> None:
    desk.people.add_fault("delay", method="sendMessage", times=1000, seconds=0.1)
    messages = [write(person, str(number)) for number in range(10) for person in chats]
    began = time.monotonic()
    assert sender.drain(0.3) is True
    assert 0.3 <= time.monotonic() - began < 3
    assert set(status_of(*messages)) == {"sent", "queued"}


def test_an_idle_turn_lasts_as_long_as_asked(desk: Desk) -> None:
    began = time.monotonic()
    assert sender.drain(0.3) is True
    assert 0.3 <= time.monotonic() - began < 3


@COMMITTED
def test_a_waiting_sender_is_woken_by_a_new_message(desk: Desk, anna: Person, turn: Turn, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(sender, "IDLE_WAIT", 60.0)
    turn(60)
    lock_holder()
    for text in ("one", "two"):
        write(anna, text)
        desk.people.wait_for(anna, lambda message, text=text: message.text == text)  # type: ignore[misc]


@COMMITTED
def test_a_sender_that_is_asked_to_stop_ends_within_moments(desk: Desk, anna: Person, turn: Turn) -> None:
    ended = turn(60)
    write(anna, "one")
    desk.people.wait_for(anna, lambda message: message.text == "one")
    sender.stopping.set()
    assert ended.result(timeout=4) is True
    assert not Message.objects.exclude(status="sent").exists()


# ---- accidents ----


def test_what_a_killed_sender_had_in_flight_is_sent_again_once(desk: Desk, anna: Person, dmitry: Person) -> None:
    """It may have arrived or not: sent again, and given up when that attempt is lost as well."""
    lost, behind, lost_again = write(anna, "lost"), write(anna, "behind"), write(dmitry, "lost again")
    Message.objects.exclude(pk=behind.pk).update(status="sending", attempts=1)
    Message.objects.filter(pk=lost_again.pk).update(resent=True)
    drain()
    assert status_of(lost, behind, lost_again) == ["sent", "sent", "unknown"]
    assert (seen(desk.people, anna), seen(desk.people, dmitry)) == (["lost", "behind"], [])


@COMMITTED
def test_a_sender_that_loses_its_lock_ends(desk: Desk, turn: Turn) -> None:
    ended = turn(60)
    terminate(lock_holder())
    with pytest.raises(psycopg.OperationalError):
        ended.result(timeout=10)
    assert sender.drain(0) is True


@COMMITTED
def test_after_a_loss_of_all_connections_everything_arrives(desk: Desk, chats: list[Person], turn: Turn) -> None:
    """As after a restart of PostgreSQL: only what was in flight may come twice."""
    desk.people.add_fault("delay", method="sendMessage", times=16, seconds=0.1)
    messages = [write(person, str(number)) for number in range(4) for person in chats]
    ended = turn(60)
    desk.people.wait_for(chats[0], lambda message: message.text == "0")
    assert terminate_others() >= 2
    assert isinstance(ended.exception(timeout=10), Exception)
    connection.close()
    drain_all()
    assert set(status_of(*messages)) == {"sent"}
    shown = [seen(desk.people, person) for person in chats]
    assert [list(dict.fromkeys(texts)) for texts in shown] == [["0", "1", "2", "3"]] * 4
    assert sum(map(len, shown)) <= 16 + sender.IN_FLIGHT


# ---- the task ----


@pytest.fixture
def turns(monkeypatch) -> list[float]:  # type: ignore[no-untyped-def]
    """The turns that the task took, and those that it asked for (0)."""
    taken: list[float] = []
    monkeypatch.setattr(tasks, "drain", lambda seconds: taken.append(seconds) is None)
    monkeypatch.setattr(tasks.drain_telegram, "apply_async", lambda *_args, **_more: taken.append(0))
    return taken


def test_a_turn_asks_for_the_next_one(turns: list[float]) -> None:
    tasks.drain_telegram()
    assert turns == [tasks.DRAIN_SECONDS, 0]


def test_a_task_that_finds_a_sender_at_work_asks_for_nothing(turns: list[float], monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(tasks, "drain", lambda _seconds: False)
    tasks.drain_telegram()
    assert turns == []


def test_a_worker_that_is_shutting_down_asks_for_nothing(turns: list[float]) -> None:
    tasks.stop_sending()
    try:
        tasks.drain_telegram()
    finally:
        sender.stopping.clear()
    assert turns == [tasks.DRAIN_SECONDS]


def test_without_a_token_there_is_nothing_to_send(turns: list[float], settings) -> None:  # type: ignore[no-untyped-def]
    settings.TELEGRAM_BOT_TOKEN = ""
    tasks.drain_telegram()
    assert turns == []


def test_a_worker_that_is_ready_begins_at_once(turns: list[float]) -> None:
    tasks.begin_sending()
    assert turns == [0]


def test_turns_that_had_to_wait_are_dropped() -> None:
    """Beat's and the turns' own requests would add up in the queue of a busy sender."""
    assert 0 < tasks.drain_telegram.expires <= tasks.DRAIN_SECONDS
