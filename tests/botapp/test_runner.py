"""The bot's process: it outlives Telegram's and PostgreSQL's bad moments, and ends when asked."""

import threading
import time
from collections import Counter
from typing import Any

import pytest
from django.db import InterfaceError, OperationalError, connection
from telegram.error import Conflict

from accounts.roles import Role
from bench.processes import wait_until
from botapp import inbox
from botapp import runner as module
from botapp.dispatch import Handled
from botapp.models import InboxUpdate
from botapp.runner import Runner, answer_button
from outbox.models import Message
from simulator.client import Person
from tests.botapp.updates import message_update, numbered
from tests.support.company import Company
from tests.support.desk import Desk
from tests.support.postgres import terminate_others
from tickets.models import Comment, Ticket

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def handled(count: int) -> None:
    """Wait until so many updates have been handled, and none waits any more."""
    wait_until(lambda: statuses() == {"handled": count}, f"{count} updates are handled", 15)


def statuses() -> dict[str, int]:
    return dict(Counter(InboxUpdate.objects.values_list("status", flat=True)))


def polls(desk: Desk) -> int:
    return len(desk.people.calls(method="getUpdates"))


def test_it_introduces_the_bot_and_answers(desk: Desk, runner: Runner, anna: Person) -> None:
    desk.people.say(anna, "Принтер шумит")
    handled(1)
    assert Ticket.objects.get().description == "Принтер шумит"
    published = desk.people.calls(method="setMyCommands")
    assert [call.params.get("language_code") for call in published] == [None, "en"]
    assert [command["command"] for command in published[0].params["commands"]] == list(module.COMMANDS)
    polled = desk.people.calls(method="getUpdates")[0].params
    assert (polled["offset"], polled["allowed_updates"]) == (0, module.ALLOWED_UPDATES)


FAULTS: dict[str, dict[str, Any]] = {
    "5xx": {"kind": "error", "code": 502, "description": "Bad Gateway"},
    "garbage": {"kind": "garbage"},
    "cut before": {"kind": "drop_before"},
    "cut after": {"kind": "drop_after"},
    "conflict": {"kind": "error", "code": 409, "description": "Conflict: terminated by other getUpdates request"},
    "flood": {"kind": "error", "code": 429, "description": "Too Many Requests", "parameters": {"retry_after": 1}},
    "revoked": {"kind": "error", "code": 401, "description": "Unauthorized"},
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_it_polls_on_after_a_failure_and_loses_nothing(
    desk: Desk, runner: Runner, anna: Person, fault: dict[str, Any]
) -> None:
    desk.people.say(anna, "before")
    handled(1)
    desk.people.add_fault(**fault, method="getUpdates", times=2 if fault.get("code") != 429 else 1)
    for text in ("one", "two"):
        desk.people.say(anna, text)
    handled(3)
    assert list(Comment.objects.order_by("id").values_list("text", flat=True)) == ["one", "two"]


def test_a_shuffled_batch_is_handled_in_the_order_of_its_numbers(desk: Desk, runner: Runner, anna: Person) -> None:
    desk.people.say(anna, "before")
    handled(1)
    desk.people.add_fault("shuffle", method="getUpdates", times=3)
    texts = [str(number) for number in range(30)]
    desk.people.push_updates([message_update(anna, text) for text in texts], assign=True)
    handled(31)
    assert list(Comment.objects.order_by("id").values_list("text", flat=True)) == texts


def test_ids_that_begin_anew_are_taken(desk: Desk, runner: Runner, anna: Person) -> None:
    """After a quiet week Telegram counts from another number, which may be lower."""
    desk.people.say(anna, "before")
    handled(1)
    desk.people.restart_ids(1000)
    for count, text in enumerate(("one", "two"), 2):
        desk.people.say(anna, text)
        handled(count)
    assert list(Comment.objects.order_by("id").values_list("text", flat=True)) == ["one", "two"]


def test_a_second_poller_is_a_conflict_that_passes(desk: Desk, runner: Runner, anna: Person) -> None:
    wait_until(lambda: polls(desk) > 0, "it polls")
    for _ in range(3):
        before = polls(desk)
        assert desk.telegram.call("getUpdates", {"timeout": 0}) == []
        wait_until(lambda before=before: polls(desk) > before + 1, "it polls again")  # type: ignore[misc]
    assert {call.code for call in desk.people.calls(method="getUpdates")} >= {409}
    desk.people.say(anna, "Принтер шумит")
    handled(1)


def test_a_start_while_telegram_is_away_waits_for_it(desk: Desk, anna: Person, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(module, "RETRY_FIRST", 0.05)
    desk.people.add_fault("error", method="getMe", times=2, code=502, description="Bad Gateway")
    desk.people.add_fault("error", method="setMyCommands", code=500)
    desk.people.say(anna, "Принтер шумит")
    fresh = Runner(type(desk.telegram)())
    thread = threading.Thread(target=fresh.run)
    thread.start()
    handled(1)
    fresh.stop()
    thread.join(5)
    assert not thread.is_alive()


def test_updates_are_confirmed_only_when_they_are_stored(desk: Desk, anna: Person, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    confirmed: list[bool] = []
    get_updates = Runner._get_updates

    def watched(self: Runner, offset: int) -> list[dict[str, Any]]:
        if offset:
            confirmed.append(InboxUpdate.objects.filter(update_id=offset - 1).exists())
        return get_updates(self, offset)

    monkeypatch.setattr(Runner, "_get_updates", watched)
    running = Runner(desk.telegram)
    thread = threading.Thread(target=running.run)
    thread.start()
    for number in range(5):
        desk.people.say(anna, str(number))
        handled(number + 1)
    running.stop()
    thread.join(5)
    assert confirmed
    assert all(confirmed)


def test_a_batch_that_could_not_be_stored_is_asked_for_again(
    desk: Desk, runner: Runner, anna: Person, monkeypatch
) -> None:  # type: ignore[no-untyped-def]
    failures, store = [OperationalError("gone"), OperationalError("gone")], inbox.store

    def failing(bot_id: int, updates: list[Any]) -> None:
        if failures:
            raise failures.pop()
        store(bot_id, updates)

    monkeypatch.setattr(module.inbox, "store", failing)
    desk.people.say(anna, "Принтер шумит")
    handled(1)
    assert failures == []


def test_lost_database_connections_cost_nothing(desk: Desk, runner: Runner) -> None:
    """As after restarts of PostgreSQL: every message is one row, in its person's order, nothing is parked."""
    people = [desk.people.add_person(f"Клиент {number}") for number in range(5)]
    for number in range(10):
        for person in people:
            desk.people.say(person, f"{number}")
        if number % 3 == 1:
            terminate_others()
            connection.close()
    handled(50)
    assert Ticket.objects.count() == 5
    for ticket in Ticket.objects.all():
        written = [ticket.description, *ticket.comments.order_by("id").values_list("text", flat=True)]
        assert written == [str(number) for number in range(10)]


def test_updates_without_a_number_do_not_stop_the_others(desk: Desk, runner: Runner, anna: Person) -> None:
    """What can not be confirmed by its number comes again and again, and is kept once."""
    desk.people.say(anna, "one")
    handled(1)
    unnumbered: list[Any] = [
        message_update(anna, "none"),
        numbered(1.5, message_update(anna, "float")),
        numbered(-1, message_update(anna, "negative")),
        numbered(2**70, message_update(anna, "huge")),
        numbered(2**62, message_update(anna, "beyond Telegram's")),
        numbered("7", message_update(anna, "text")),
        b"[]",
        b"null",
        b'"update"',
        b"17",
    ]
    desk.people.push_updates(unnumbered)
    wait_until(lambda: statuses() == {"handled": 1, "parked": 10}, "all of them are parked")
    desk.people.say(anna, "two")
    wait_until(lambda: statuses() == {"handled": 2, "parked": 10}, "the next one is handled", 5)
    assert list(Comment.objects.values_list("text", flat=True)) == ["two"]
    wait_until(lambda: desk.people.state()["pending_updates"] == 0, "Telegram has nothing left to give again")
    assert statuses() == {"handled": 2, "parked": 10}


def test_an_unnumbered_update_is_not_asked_for_in_a_rush(desk: Desk, runner: Runner, anna: Person) -> None:
    desk.people.push_update(message_update(anna, "none"))
    wait_until(lambda: statuses() == {"parked": 1}, "it is parked")
    before = polls(desk)
    time.sleep(0.5)
    assert polls(desk) - before <= 11


def test_superusers_hear_of_what_has_no_number(desk: Desk, company: Company, anna: Person) -> None:
    olga = desk.people.person("Ольга")
    company.person(Role.SUPERUSER, telegram=olga.id)
    unnumbered = message_update(anna, "none")
    for _ in range(3):
        inbox.store(desk.telegram.bot.id, [unnumbered])
        while module.handle_next(desk.telegram.bot):
            pass
    assert Message.objects.filter(chat_id=olga.id).count() == 1


def test_a_handler_is_woken_by_what_arrives_while_it_looks(desk: Desk, anna: Person, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    """Each of them looks in vain, and is about to wait when the update has been stored already."""
    handle_next, have_looked = module.handle_next, set()

    def slow_look(bot: Any) -> Handled | None:
        if threading.current_thread().name in have_looked:
            return handle_next(bot)
        have_looked.add(threading.current_thread().name)
        wait_until(lambda: polls(desk) >= 2, "the update is stored, and the next ones are asked for")
        return None

    monkeypatch.setattr(module, "LOOK_AGAIN", 60.0)
    monkeypatch.setattr(module, "handle_next", slow_look)
    desk.people.say(anna, "Принтер шумит")
    running = Runner(desk.telegram)
    thread = threading.Thread(target=running.run)
    thread.start()
    handled(1)
    running.stop()
    thread.join(5)
    assert not thread.is_alive()


def test_a_handler_outlives_any_failure(desk: Desk, runner: Runner, anna: Person, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    failures = iter([RuntimeError("one"), InterfaceError("two"), KeyError("three")] * module.HANDLERS)
    handle_next = module.handle_next

    def failing(bot: Any) -> Handled | None:
        if failure := next(failures, None):
            raise failure
        return handle_next(bot)

    monkeypatch.setattr(module, "handle_next", failing)
    desk.people.say(anna, "Принтер шумит")
    handled(1)
    assert next(failures, None) is None


def test_a_poller_that_can_not_go_on_ends_the_whole(desk: Desk, anna: Person, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    """Whoever started the process starts it anew; half of it must not stay."""

    def fail(*_args: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(module.inbox, "store", fail)
    desk.people.say(anna, "Принтер шумит")
    with pytest.raises(ZeroDivisionError):
        Runner(desk.telegram).run()
    assert [thread.name for thread in threading.enumerate() if thread.name.startswith("handler")] == []


# ---- the end ----


def stopped_within(running: Runner, thread: threading.Thread, seconds: float) -> bool:
    began = time.monotonic()
    running.stop()
    thread.join(10)
    return time.monotonic() - began <= seconds


@pytest.mark.parametrize("state", ["polling", "resting", "telegram is away at the start"])
def test_it_ends_within_two_seconds(desk: Desk, monkeypatch, state: str) -> None:  # type: ignore[no-untyped-def]
    if state == "resting":
        monkeypatch.setattr(module, "RETRY_FIRST", 60.0)
        desk.people.add_fault("error", method="getUpdates", times=100, code=502)
    if state == "telegram is away at the start":
        monkeypatch.setattr(module, "RETRY_FIRST", 60.0)
        desk.people.add_fault("error", method="setMyCommands", times=100, code=502)
    running = Runner(desk.telegram)
    thread = threading.Thread(target=running.run)
    thread.start()
    awaited = "setMyCommands" if "start" in state else "getUpdates"
    wait_until(lambda: desk.people.calls(method=awaited), "it is at work")
    assert stopped_within(running, thread, 2)


def test_what_is_being_handled_at_the_end_is_finished(desk: Desk, anna: Person, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    entered, go_on = threading.Event(), threading.Event()
    handle_next = module.handle_next

    def slow(bot: Any) -> Handled | None:
        if InboxUpdate.objects.filter(status="new").exists():
            entered.set()
            assert go_on.wait(10)
        return handle_next(bot)

    monkeypatch.setattr(module, "handle_next", slow)
    running = Runner(desk.telegram)
    thread = threading.Thread(target=running.run)
    thread.start()
    desk.people.say(anna, "Принтер шумит")
    assert entered.wait(10)
    running.stop()
    go_on.set()
    thread.join(10)
    assert statuses() == {"handled": 1}
    assert Ticket.objects.count() == 1


def test_its_threads_give_their_connections_back(desk: Desk, anna: Person) -> None:
    """More runs than the pool has connections: none of them may keep one."""
    for number in range(4):
        running = Runner(desk.telegram)
        thread = threading.Thread(target=running.run)
        thread.start()
        desk.people.say(anna, str(number))
        handled(number + 1)
        running.stop()
        thread.join(5)
    pool = connection.pool
    assert pool is not None
    assert pool.get_stats().get("pool_size", 0) - pool.get_stats().get("pool_available", 0) <= 1


# ---- small parts ----


def test_a_pressed_button_is_answered_with_what_fits(desk: Desk) -> None:
    """Telegram takes 200 characters; a longer answer would leave the button waiting."""
    answer_button(desk.telegram, Handled("12345", "x" * 300))
    wait_until(lambda: desk.people.calls(method="answerCallbackQuery"), "it is answered")
    (call,) = desk.people.calls(method="answerCallbackQuery")
    assert call.params == {"callback_query_id": "12345", "text": "x" * 200, "show_alert": False}


def test_what_is_no_button_is_not_answered(desk: Desk) -> None:
    answer_button(desk.telegram, Handled())
    assert desk.people.calls(method="answerCallbackQuery") == []


def test_a_conflict_is_an_error_in_the_log_and_the_waits_grow(desk: Desk, caplog) -> None:  # type: ignore[no-untyped-def]
    running = Runner(desk.telegram)
    running.stop()
    waits = [1.0]
    for _ in range(7):
        waits.append(running._rest(Conflict("Conflict: two pollers"), waits[-1]))
    assert waits == [1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 30.0, 30.0]
    assert {record.levelname for record in caplog.records if record.name == "botapp.runner"} == {"ERROR"}
