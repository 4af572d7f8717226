"""The sender's reads and writes of the outbox: claim what may go now, note what came of it."""

from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import F, Q
from django.utils import timezone

import core.events as events
from core.correlation import correlated
from outbox.enums import WAITING, DeliveryStatus
from outbox.events import ChatUnreachable
from outbox.models import Message
from outbox.outcomes import Failed, Migrated, NoPicture, Outcome, Retry, Sent, Unknown, Unparsable

BACKOFF_LIMIT = 15 * 60

_CLAIM = """
WITH due AS MATERIALIZED (
  SELECT id FROM outbox_message
  WHERE bot_id = %(bot)s AND status = 'queued' AND next_attempt_at <= %(now)s AND NOT (chat_id = ANY(%(waiting)s))
  ORDER BY lane, next_attempt_at, id
  LIMIT %(window)s)
SELECT m.id FROM outbox_message m
WHERE m.id IN (SELECT id FROM due) AND m.status = 'queued'
  AND m.id = (SELECT min(e.id) FROM outbox_message e
              WHERE e.bot_id = m.bot_id AND e.chat_id = m.chat_id AND e.status IN ('queued', 'sending'))
ORDER BY m.lane, m.next_attempt_at, m.id
LIMIT %(limit)s
FOR UPDATE OF m SKIP LOCKED
"""
_NEXT_DUE = """
SELECT min(head.next_attempt_at) FROM (
  SELECT DISTINCT ON (chat_id) status, next_attempt_at FROM outbox_message
  WHERE bot_id = %(bot)s AND status IN ('queued', 'sending') ORDER BY chat_id, id) head
WHERE head.status = 'queued'
"""
WINDOWS = (200, None)
"""How many of the due messages are looked at: a few, and all only where those are not the first of their chats."""


@transaction.atomic
def claim(bot_id: int, *, limit: int, waiting: list[int]) -> list[Message]:
    """Mark up to `limit` messages as being sent and return them: the first of each chat that may go now.

    `waiting` are chats that are in flight or out of budget. The wait for an earlier message keeps a chat's order.
    """
    with connection.cursor() as cursor:
        values: dict[str, Any] = {"bot": bot_id, "now": timezone.now(), "limit": limit, "waiting": waiting}
        for window in WINDOWS:
            cursor.execute(_CLAIM, {**values, "window": window})
            if ids := [row[0] for row in cursor.fetchall()]:
                break
    Message.objects.filter(pk__in=ids).update(status=DeliveryStatus.SENDING, attempts=F("attempts") + 1)
    claimed = {message.pk: message for message in Message.objects.filter(pk__in=ids).select_related("changes")}
    return [claimed[pk] for pk in ids]


@transaction.atomic
def recover(bot_id: int) -> int:
    """Treat what a killed sender left in flight as an unknown outcome. Call it only under the sender's lock."""
    left = list(Message.objects.select_for_update().filter(bot_id=bot_id, status=DeliveryStatus.SENDING))
    for message in left:
        _apply(message, Unknown("sender_lost"), timezone.now())
    return len(left)


def expire(bot_id: int) -> int:
    """End the messages that nobody needs any more, so that the next ones of their chats may pass."""
    now = timezone.now()
    return Message.objects.filter(bot_id=bot_id, status=DeliveryStatus.QUEUED, expires_at__lte=now).update(
        status=DeliveryStatus.EXPIRED, finished_at=now
    )


def next_due(bot_id: int) -> datetime | None:
    """When the first message of any chat may be tried; those behind it must wait for it anyway."""
    with connection.cursor() as cursor:
        cursor.execute(_NEXT_DUE, {"bot": bot_id})
        found: datetime | None = cursor.fetchone()[0]
    return found


@transaction.atomic
def settle(message: Message, outcome: Outcome) -> None:
    """Note what the attempt came to; an unreachable chat is told to those whom it concerns."""
    with correlated(message.request_id):
        _apply(message, outcome, timezone.now())


def _apply(message: Message, outcome: Outcome, now: datetime) -> None:
    match outcome:
        case Sent(message_id):
            _finish(message, DeliveryStatus.SENT, "", now, telegram_message_id=message_id)
        case Retry(code, after):
            _again(message, code, now, after)
        case Unknown(code) if not message.resent:
            message.resent = True
            _again(message, code, now, 0.0 if code == "sender_lost" else None)
        case Unknown(code):
            _finish(message, DeliveryStatus.UNKNOWN, code, now)
        case Migrated(chat_id):
            _move_chat(message, chat_id)
            _again(message, "migrated", now, 0.0)
        case Failed(code, unreachable):
            status = DeliveryStatus.BLOCKED if unreachable else DeliveryStatus.FAILED
            _finish(message, status, code, now)
            if unreachable:
                events.emit(ChatUnreachable(message.chat_id, unreachable))
        case Unparsable(code) | NoPicture(code):
            _finish(message, DeliveryStatus.FAILED, code, now)


def _again(message: Message, code: str, now: datetime, after: float | None) -> None:
    if now >= message.expires_at:
        _finish(message, DeliveryStatus.EXPIRED, code, now)
        return
    wait = min(2 ** min(message.attempts, 12), BACKOFF_LIMIT) if after is None else after
    message.status = DeliveryStatus.QUEUED
    message.error = code
    message.next_attempt_at = now + timedelta(seconds=wait)
    message.save(update_fields=["status", "error", "next_attempt_at", "resent"])


def _finish(
    message: Message, status: DeliveryStatus, code: str, now: datetime, telegram_message_id: int | None = None
) -> None:
    message.status = status
    message.error = code
    message.finished_at = now
    message.telegram_message_id = telegram_message_id
    message.save(update_fields=["status", "error", "finished_at", "telegram_message_id"])


def _move_chat(message: Message, chat_id: int) -> None:
    """The group's whole queue moves to its new id."""
    waiting = Message.objects.filter(bot_id=message.bot_id, chat_id=message.chat_id)
    waiting.filter(Q(status__in=WAITING)).update(chat_id=chat_id)
    message.chat_id = chat_id
