"""Putting messages into the outbox: in the transaction of the change, sealed, once."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.utils.safestring import mark_safe

import outbox.actions as outbox
from accounts.roles import Role
from core.correlation import correlated
from core.locks import exclusive
from outbox.actions import WAKE_CHANNEL
from outbox.enums import DeliveryStatus, Lane
from outbox.models import Message
from outbox.queries import deliveries_to, oldest_due
from tests.outbox.messages import BOT, write
from tests.support.company import Company
from tests.support.postgres import outside

CHAT = 7_000_000_001
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
COMMITTED = pytest.mark.django_db(transaction=True, serialized_rollback=True)


@pytest.mark.django_db
def test_a_message_is_one_row_with_its_call() -> None:
    keyboard = {"inline_keyboard": [[{"text": "Да", "callback_data": "yes"}]]}
    with correlated("the-request"), time_machine.travel(NOON, tick=False):
        message = outbox.send_text(chat_id=CHAT, text=mark_safe("<b>Да</b>"), lane=Lane.ANSWER, reply_markup=keyboard)
    row = Message.objects.get()
    assert row == message
    assert (row.bot_id, row.chat_id, row.lane, row.method) == (BOT, CHAT, Lane.ANSWER, "sendMessage")
    assert (row.status, row.attempts, row.resent, row.error) == (DeliveryStatus.QUEUED, 0, False, "")
    assert (row.created_at, row.next_attempt_at, row.expires_at) == (NOON, NOON, NOON + timedelta(days=1))
    assert row.request_id == "the-request"
    assert row.params == {
        "text": "<b>Да</b>",
        "parse_mode": "HTML",
        "link_preview_options": {"is_disabled": True},
        "reply_markup": keyboard,
    }


@pytest.mark.django_db
def test_the_row_does_not_hold_the_text_in_the_open() -> None:
    write(CHAT, "Ваш пароль: корова")
    with connection.cursor() as cursor:
        cursor.execute("SELECT m::text, params_sealed FROM outbox_message m")
        row, sealed = cursor.fetchone()
    assert "корова" not in row
    assert "корова".encode() not in bytes(sealed)
    assert b"\\u043a" not in bytes(sealed)


@pytest.mark.django_db
def test_a_change_that_is_undone_says_nothing() -> None:
    with transaction.atomic():
        write(CHAT)
        transaction.set_rollback(True)
    assert not Message.objects.exists()


@pytest.mark.django_db
def test_a_key_is_used_once() -> None:
    write(CHAT, "one", dedupe_key="album:1")
    again = outbox.send_text(chat_id=CHAT, text=mark_safe("two"), lane=Lane.ANSWER, dedupe_key="album:1")
    write(CHAT, "three", dedupe_key="album:2")
    write(CHAT, "four")
    assert again is None
    assert [row.params["text"] for row in Message.objects.order_by("id")] == ["one", "three", "four"]


@pytest.mark.django_db
def test_a_key_whose_message_was_undone_is_free() -> None:
    with transaction.atomic():
        write(CHAT, dedupe_key="album:1")
        transaction.set_rollback(True)
    write(CHAT, dedupe_key="album:1")
    assert Message.objects.count() == 1


@pytest.mark.django_db
def test_any_other_broken_rule_of_the_table_is_not_taken_for_a_repetition() -> None:
    broken = Message(bot_id=BOT, chat_id=CHAT, lane=Lane.ANSWER, method="sendMessage", status="lost")
    broken.params = {}
    broken.expires_at = broken.created_at
    with pytest.raises(IntegrityError, match="outbox_status_known"), transaction.atomic():
        broken.save()


@COMMITTED
def test_of_parallel_transactions_with_one_key_one_wins() -> None:
    """The second one waits for the first and goes on without a message; nothing of it is lost."""
    ready = threading.Barrier(4, timeout=10)
    made: list[bool] = []

    def enqueue(number: int) -> None:
        try:
            with transaction.atomic():
                write(CHAT + number, "its own")
                ready.wait()
                twin = outbox.send_text(chat_id=CHAT, text=mark_safe("x"), lane=Lane.ANSWER, dedupe_key="the same")
                made.append(twin is not None)
        finally:
            connection.close()

    threads = [threading.Thread(target=enqueue, args=[number]) for number in range(1, 5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(made) == [False, False, False, True]
    assert Message.objects.filter(dedupe_key="the same").count() == 1
    assert Message.objects.filter(dedupe_key=None).count() == 4


@COMMITTED
def test_the_sender_is_woken_when_the_change_is_committed_and_not_before() -> None:
    with exclusive("listener", channel=WAKE_CHANNEL) as listener:
        assert listener is not None
        with transaction.atomic():
            write(CHAT)
            assert listener.wait(0.05) is False
            with outside() as other:
                assert other.execute("SELECT count(*) FROM outbox_message").fetchone() == (0,)
        assert listener.wait(5) is True


def test_how_far_messages_about_rows_have_come(company: Company) -> None:
    client, other = company.person(Role.CLIENT), company.person(Role.CLIENT)
    tickets = [company.ticket(client) for _ in range(3)]
    Message.objects.all().delete()
    write(CHAT, recipient_id=client.pk, subject=tickets[0])
    last = write(CHAT, recipient_id=client.pk, subject=tickets[0])
    second = write(CHAT, recipient_id=client.pk, subject=tickets[1])
    write(CHAT, recipient_id=other.pk, subject=tickets[2])
    write(CHAT, recipient_id=client.pk, subject=client)
    assert deliveries_to(client.pk, tickets) == {tickets[0].pk: last, tickets[1].pk: second}
    assert deliveries_to(client.pk, []) == {}


@pytest.mark.django_db
def test_the_oldest_due_message_is_what_the_health_check_looks_at() -> None:
    assert oldest_due() is None
    first, second = write(CHAT), write(CHAT)
    assert oldest_due() == first.next_attempt_at
    Message.objects.filter(pk=first.pk).update(status=DeliveryStatus.SENT)
    assert oldest_due() == second.next_attempt_at
