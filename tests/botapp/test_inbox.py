"""The inbox: once each, in order inside a chat, chats in parallel, gone after a week."""

import random
import threading
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection, transaction

from botapp.enums import UpdateStatus
from botapp.inbox import FLOOD, chat_of, claim, finish, store
from botapp.models import InboxUpdate
from botapp.queries import oldest_unhandled
from botapp.tasks import purge_inbox

BOT, OTHER_BOT = 123456789, 987654321
COMMITTED = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def update(update_id: object, chat_id: int = 1, **more: object) -> dict[str, object]:
    return {"update_id": update_id, "message": {"chat": {"id": chat_id}, "from": {"id": chat_id}, **more}}


def handle_one() -> int | None:
    """Claim an update and finish it; its number."""
    with transaction.atomic():
        row = claim(BOT)
        if row is not None:
            finish(row, UpdateStatus.HANDLED)
        return row.update_id if row else None


# ---- storing ----


@pytest.mark.django_db
def test_an_update_is_kept_as_it_came_and_only_once() -> None:
    first = update(7, text="NUL \x00 and a lone \ud800")
    for _ in range(3):
        store(BOT, [first, update(8)])
    store(BOT, [update(7, text="changed")])
    store(OTHER_BOT, [update(7)])
    rows = InboxUpdate.objects.order_by("id")
    assert [(row.bot_id, row.update_id) for row in rows] == [(BOT, 7), (BOT, 8), (OTHER_BOT, 7)]
    assert rows[0].body == first
    assert {row.status for row in rows} == {"new"}
    assert len({row.request_id for row in rows}) == 3


@pytest.mark.django_db
def test_the_row_does_not_hold_the_text_in_the_open() -> None:
    store(BOT, [update(7, text="secret words")])
    with connection.cursor() as cursor:
        cursor.execute("SELECT t::text, body_sealed FROM botapp_inboxupdate t")
        row, sealed = cursor.fetchone()
    assert "secret" not in row
    assert b"secret" not in bytes(sealed)


NO_NUMBER = [None, "7", 7.0, True, 0, -7, 2**31, 2**70, [7], {}]


@pytest.mark.django_db
@pytest.mark.parametrize("update_id", NO_NUMBER, ids=repr)
def test_what_has_no_number_of_telegrams_is_kept_once_too(update_id: object) -> None:
    for _ in range(3):
        store(BOT, [update(update_id), update(update_id, text="another")])
    rows = list(InboxUpdate.objects.order_by("id"))
    assert [(row.update_id, row.chat_id, row.body) for row in rows] == [
        (None, 1, update(update_id)),
        (None, 1, update(update_id, text="another")),
    ]


@pytest.mark.django_db
@pytest.mark.parametrize("body", [[], None, "text", 5, 1.5, True, {}], ids=repr)
def test_what_is_no_update_at_all_is_kept_once_too(body: object) -> None:
    for _ in range(2):
        store(BOT, [body])
    row = InboxUpdate.objects.get()
    assert (row.update_id, row.chat_id, row.body) == (None, 0, body)


@pytest.mark.parametrize(
    ("body", "chat_id"),
    [
        (update(1, chat_id=-100), -100),
        ({"update_id": 1, "edited_message": {"chat": {"id": 5}, "from": {"id": 6}}}, 5),
        ({"update_id": 1, "callback_query": {"from": {"id": 6}, "message": {"chat": {"id": 5}}}}, 5),
        ({"update_id": 1, "callback_query": {"from": {"id": 6}}}, 6),
        ({"update_id": 1, "my_chat_member": {"chat": {"id": 5}, "from": {"id": 6}}}, 5),
        ({"update_id": 1, "something_new": {"from": {"id": 6}}}, 6),
        ({"update_id": 1, "message": {"chat": {"id": 2**70}}}, 0),
        ({"update_id": 1, "message": {"chat": {"id": "5"}}}, 0),
        ({"update_id": 1, "message": {"chat": 5, "from": None}}, 0),
        ({"update_id": 1, "message": "text"}, 0),
        ({"update_id": 1}, 0),
        ([1], 0),
    ],
)
def test_the_chat_that_an_update_belongs_to(body: object, chat_id: int) -> None:
    assert chat_of(body) == chat_id


# ---- claiming ----


@pytest.mark.django_db
def test_updates_are_claimed_in_the_order_of_their_arrival_and_of_their_numbers() -> None:
    store(BOT, [update(9, 1)])
    store(BOT, [update(8, 1), update(7, 2)])
    store(OTHER_BOT, [update(1, 3)])
    assert [handle_one() for _ in range(4)] == [9, 7, 8, None]


@pytest.mark.django_db
def test_who_floods_lets_the_others_go_first() -> None:
    store(BOT, [update(number, 1) for number in range(1, FLOOD + 11)])
    store(BOT, [update(number, 2) for number in range(FLOOD + 11, FLOOD + 21)])
    handled = [handle_one() for _ in range(FLOOD + 20)]
    assert handled[:FLOOD] == list(range(1, FLOOD + 1))
    assert handled[FLOOD : FLOOD + 10] == list(range(FLOOD + 11, FLOOD + 21))
    assert handled[FLOOD + 10 :] == list(range(FLOOD + 1, FLOOD + 11))


@COMMITTED
def test_while_one_update_of_a_chat_is_handled_the_next_one_waits() -> None:
    store(BOT, [update(1, 1), update(2, 1), update(3, 2)])
    taken: list[int | None] = []

    def other_handler() -> None:
        taken.extend([handle_one(), handle_one()])
        connection.close()

    with transaction.atomic():
        row = claim(BOT)
        assert row is not None
        assert row.update_id == 1
        thread = threading.Thread(target=other_handler)
        thread.start()
        thread.join(10)
        assert taken == [3, None]
        finish(row, UpdateStatus.HANDLED)
    assert handle_one() == 2


@COMMITTED
def test_an_update_whose_handling_was_undone_is_first_again() -> None:
    store(BOT, [update(1, 1), update(2, 1)])
    with transaction.atomic():
        row = claim(BOT)
        assert row is not None
        finish(row, UpdateStatus.HANDLED)
        transaction.set_rollback(True)
    assert [handle_one(), handle_one()] == [1, 2]


@COMMITTED
def test_parallel_handlers_never_share_a_chat_and_all_make_progress() -> None:
    """Four threads over twelve chats: each update once, each chat in its order, two of one chat never at a time."""
    arrivals = [update(number, random.Random(number).randrange(12)) for number in range(1, 121)]
    store(BOT, arrivals)
    start = threading.Barrier(4, timeout=10)
    inside: Counter[int] = Counter()
    shared: list[int] = []
    handled: list[tuple[str, int, int]] = []

    def handler(name: str) -> None:
        start.wait()
        try:
            while True:
                with transaction.atomic():
                    row = claim(BOT)
                    if row is None:
                        break
                    inside[row.chat_id] += 1
                    if inside[row.chat_id] > 1:
                        shared.append(row.chat_id)
                    handled.append((name, row.chat_id, row.update_id or 0))
                    with connection.cursor() as cursor:
                        cursor.execute("SELECT pg_sleep(0.002)")
                    finish(row, UpdateStatus.HANDLED)
                    inside[row.chat_id] -= 1
        finally:
            connection.close()

    threads = [threading.Thread(target=handler, args=[name]) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    while (left := handle_one()) is not None:  # a thread ends when all chats are taken at that moment
        handled.append(("last", chat_of(arrivals[left - 1]), left))
    assert shared == []
    assert sorted(number for _, _, number in handled) == list(range(1, 121))
    assert {name for name, _, _ in handled} >= set("abcd")
    for chat in range(12):
        numbers = [number for _, found, number in handled if found == chat]
        assert numbers == sorted(numbers)


# ---- keeping ----


@pytest.mark.django_db
def test_handled_updates_are_kept_for_a_week_and_others_until_somebody_has_looked() -> None:
    noon = datetime(2026, 3, 2, 12, tzinfo=UTC)
    with time_machine.travel(noon, tick=False) as clock:
        store(BOT, [update(1, 1), update(2, 2), update(3, 3)])
        handle_one()
        parked = claim(BOT)
        assert parked is not None
        finish(parked, UpdateStatus.PARKED, "KeyError")
        clock.shift(timedelta(days=7))
        purge_inbox()
        assert InboxUpdate.objects.count() == 3
        clock.shift(timedelta(seconds=1))
        purge_inbox()
        assert list(InboxUpdate.objects.order_by("id").values_list("update_id", "status")) == [
            (2, "parked"),
            (3, "new"),
        ]


@pytest.mark.django_db
def test_the_oldest_unhandled_update_is_what_the_health_check_looks_at() -> None:
    assert oldest_unhandled() is None
    store(BOT, [update(1, 1), update(2, 2)])
    first, second = InboxUpdate.objects.order_by("id")
    assert oldest_unhandled() == first.received_at
    handle_one()
    assert oldest_unhandled() == second.received_at
