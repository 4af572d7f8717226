"""Whose turn it is, and what follows from an attempt: rows only, no network."""

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
import time_machine
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from outbox import queue
from outbox.enums import DeliveryStatus, Lane
from outbox.models import Message
from outbox.outcomes import Failed, Migrated, Outcome, Retry, Sent, Unknown, Unparsable
from tests.outbox.messages import BOT, again, status_of, write

pytestmark = pytest.mark.django_db
A, B, C, D, E = range(7_000_000_001, 7_000_000_006)
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def claimed(limit: int = 10, waiting: tuple[int, ...] = ()) -> list[Message]:
    return queue.claim(BOT, limit=limit, waiting=list(waiting))


def texts(messages: list[Message]) -> list[str]:
    return [message.params["text"] for message in messages]


def test_one_message_a_chat_the_oldest_first() -> None:
    write(A, "a1"), write(A, "a2"), write(B, "b1"), write(B, "b2")
    assert texts(claimed()) == ["a1", "b1"]
    assert claimed() == []


def test_a_claimed_message_is_marked_and_counted() -> None:
    message = write(A)
    (found,) = claimed()
    assert (found.status, found.attempts) == (DeliveryStatus.SENDING, 1)
    assert (again(message).status, again(message).attempts) == (DeliveryStatus.SENDING, 1)


def test_no_more_than_asked_for_and_no_chat_that_must_wait() -> None:
    write(A, "a"), write(B, "b"), write(C, "c"), write(D, "d")
    assert texts(claimed(limit=2, waiting=(A, C))) == ["b", "d"]


def test_another_bot_has_a_queue_of_its_own() -> None:
    Message.objects.filter(pk=write(A, "theirs").pk).update(bot_id=BOT + 1)
    write(A, "ours")
    assert texts(claimed()) == ["ours"]


def test_lanes_order_chats() -> None:
    for chat, lane in ((A, Lane.BROADCAST), (B, Lane.NOTICE), (C, Lane.ANSWER), (D, Lane.SCREEN)):
        write(chat, lane.name, lane=lane)
    assert texts(claimed()) == ["SCREEN", "ANSWER", "NOTICE", "BROADCAST"]


def test_lanes_never_overtake_inside_a_chat() -> None:
    write(A, "first", lane=Lane.BROADCAST), write(A, "second", lane=Lane.SCREEN)
    (first,) = claimed()
    assert first.params["text"] == "first"
    queue.settle(first, Sent(1))
    assert texts(claimed()) == ["second"]


@pytest.mark.parametrize("outcome", [Retry("network"), Retry("flood", 30.0), Unknown("no_answer")])
def test_a_head_that_waits_holds_up_its_own_chat_alone(outcome: Outcome) -> None:
    head = write(A, "head")
    queue.settle(claimed()[0], outcome)
    behind = write(A, "behind")
    write(B, "other")
    assert texts(claimed()) == ["other"]
    assert status_of(head, behind) == ["queued", "queued"]


@pytest.mark.parametrize(
    "outcome", [Sent(5), Failed("x"), Failed("blocked", "blocked"), Unparsable("x")], ids=lambda o: type(o).__name__
)
def test_a_message_that_has_ended_lets_the_next_one_pass(outcome: Outcome) -> None:
    write(A, "head"), write(A, "behind")
    queue.settle(claimed()[0], outcome)
    assert texts(claimed()) == ["behind"]


def test_an_expired_message_lets_the_next_one_pass() -> None:
    head, behind = write(A, "head"), write(A, "behind")
    Message.objects.filter(pk=head.pk).update(expires_at=timezone.now(), next_attempt_at=NOON + timedelta(days=9999))
    assert queue.expire(BOT) == 1
    assert (status_of(head), again(head).finished_at is None) == (["expired"], False)
    assert [found.pk for found in claimed()] == [behind.pk]


def test_what_is_on_its_way_does_not_expire() -> None:
    message = write(A)
    claimed()
    Message.objects.update(expires_at=timezone.now())
    assert queue.expire(BOT) == 0
    assert status_of(message) == ["sending"]


@pytest.mark.parametrize(
    ("attempts", "outcome", "seconds"),
    [
        (1, Retry("network"), 2),
        (2, Retry("network"), 4),
        (9, Retry("network"), 512),
        (10, Retry("network"), 900),
        (500, Retry("network"), 900),
        (3, Retry("flood", 8.0), 8),
        (1, Unknown("no_answer"), 2),
        (7, Unknown("sender_lost"), 0),
    ],
)
def test_how_long_a_repetition_waits(attempts: int, outcome: Retry | Unknown, seconds: int) -> None:
    with time_machine.travel(NOON, tick=False):
        message = write(A)
        message.status, message.attempts = DeliveryStatus.SENDING, attempts
        message.save()
        queue.settle(message, outcome)
        found = again(message)
        assert (found.status, found.error) == ("queued", outcome.code)
        assert found.next_attempt_at == NOON + timedelta(seconds=seconds)
        assert queue.next_due(BOT) == found.next_attempt_at


@pytest.mark.parametrize("outcome", [Retry("network"), Retry("flood", 8.0), Unknown("no_answer")])
def test_after_a_day_nothing_is_repeated(outcome: Retry | Unknown) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        message = write(A)
        clock.shift(timedelta(days=1))
        (found,) = claimed()
        queue.settle(found, outcome)
        row = again(message)
        assert (row.status, row.error, row.finished_at) == ("expired", outcome.code, NOON + timedelta(days=1))


def test_an_unknown_outcome_is_repeated_once() -> None:
    message = write(A)
    for expected in (["queued", True], ["unknown", True]):
        Message.objects.update(next_attempt_at=timezone.now())
        queue.settle(claimed()[0], Unknown("no_answer"))
        row = again(message)
        assert [row.status, row.resent] == expected
    assert row.finished_at is not None


def test_sent_notes_the_id_and_the_time() -> None:
    with time_machine.travel(NOON, tick=False):
        message = write(A)
        queue.settle(claimed()[0], Sent(77))
    row = again(message)
    assert (row.status, row.error, row.telegram_message_id, row.finished_at) == ("sent", "", 77, NOON)


def test_a_group_that_became_a_supergroup_takes_its_queue_along() -> None:
    group, supergroup = -100, -1_000_000_000_100
    before = write(group, "before")
    queue.settle(claimed()[0], Sent(1))
    head, behind = write(group, "head"), write(group, "behind")
    queue.settle(claimed()[0], Migrated(supergroup))
    assert [again(row).chat_id for row in (before, head, behind)] == [group, supergroup, supergroup]
    assert texts(claimed()) == ["head"]


def test_what_a_killed_sender_left_is_unknown_and_goes_first() -> None:
    lost, behind, other = write(A, "lost"), write(A, "behind"), write(B, "other")
    lost_too = write(C, "lost too")
    claimed()
    Message.objects.filter(pk=other.pk).update(status=DeliveryStatus.SENT)
    Message.objects.filter(pk=lost_too.pk).update(resent=True)
    assert queue.recover(BOT) == 2
    assert status_of(lost, behind, other, lost_too) == ["queued", "queued", "sent", "unknown"]
    assert (again(lost).error, again(lost).resent) == ("sender_lost", True)
    assert texts(claimed()) == ["lost"]
    assert queue.recover(BOT + 1) == 0


def test_next_due_is_the_earliest_of_what_is_queued() -> None:
    assert queue.next_due(BOT) is None
    early, late = write(A), write(B)
    assert queue.next_due(BOT) == early.next_attempt_at
    claimed(limit=1)
    assert queue.next_due(BOT) == late.next_attempt_at


_bots = count(1000)
CHATS = (A, B, C)
EVENTS = st.lists(
    st.one_of(
        st.tuples(st.just("write"), st.sampled_from(CHATS), st.sampled_from(Lane)),
        st.tuples(st.just("claim"), st.integers(1, 4), st.sets(st.sampled_from(CHATS), max_size=1)),
        st.tuples(
            st.just("settle"),
            st.integers(0, 9),
            st.sampled_from([Sent(1), Retry("x", 0.0), Retry("x", 9e9), Unknown("sender_lost"), Failed("x")]),
        ),
        st.tuples(st.just("expire"), st.integers(0, 9), st.none()),
    ),
    max_size=25,
)


@given(EVENTS)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_happens_a_chat_keeps_its_order(events: list[tuple]) -> None:
    """No message is claimed while an earlier one of its chat is unfinished, whatever its lane and its luck."""
    bot, flying = next(_bots), []
    ended: dict[int, list[int]] = defaultdict(list)
    for kind, first, second in events:
        if kind == "write":
            Message.objects.filter(pk=write(first, lane=second).pk).update(bot_id=bot)
        elif kind == "claim":
            found = queue.claim(bot, limit=first, waiting=sorted(second))
            assert len(found) <= first
            assert not second & {message.chat_id for message in found}
            flying += found
            for message in found:
                earlier = Message.objects.filter(bot_id=bot, chat_id=message.chat_id, pk__lt=message.pk)
                assert not earlier.filter(status__in=("queued", "sending")).exists()
        elif kind == "settle" and flying:
            message = flying.pop(first % len(flying))
            queue.settle(message, second)
            if message.status == DeliveryStatus.SENT:
                ended[message.chat_id].append(message.pk)
        elif kind == "expire" and (waiting := Message.objects.filter(bot_id=bot, status="queued").order_by("pk")):
            Message.objects.filter(pk=waiting[first % len(waiting)].pk).update(expires_at=timezone.now())
            assert queue.expire(bot) == 1
    assert len({message.chat_id for message in flying}) == len(flying)
    assert all(order == sorted(order) for order in ended.values())
