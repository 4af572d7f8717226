"""Reads of deliveries."""

from collections.abc import Iterable
from datetime import datetime

from django.db import models
from django.utils import timezone

from outbox.enums import WAITING, DeliveryStatus
from outbox.models import Message


def oldest_due() -> datetime | None:
    """When the longest overdue message should have been sent."""
    due = Message.objects.filter(status=DeliveryStatus.QUEUED, next_attempt_at__lte=timezone.now())
    return due.order_by("next_attempt_at").values_list("next_attempt_at", flat=True).first()


def counts() -> dict[str, int]:
    """How many messages are in each state that is not the end: queued, being sent, unknown …"""
    rows = Message.objects.filter(status__in=WAITING).values_list("status").annotate(count=models.Count("pk"))
    return {**dict.fromkeys(sorted(WAITING), 0), **dict(rows)}


def deliveries_to(recipient_id: int, subjects: Iterable[models.Model]) -> dict[int, Message]:
    """How far the messages about these rows (of one model) have come to this person: row's id to its last message."""
    rows = list(subjects)
    if not rows:
        return {}
    messages = Message.objects.filter(
        recipient_id=recipient_id,
        subject_type=rows[0]._meta.label_lower,
        subject_id__in=[row.pk for row in rows],
    )
    rows_by_id = messages.defer("params_sealed").order_by("id")
    return {message.subject_id: message for message in rows_by_id if message.subject_id is not None}


def subject_shown_as(chat_id: int, telegram_message_id: int) -> tuple[str, int] | None:
    """What a message that Telegram has shown in this chat is about: the row's type and id."""
    shown = Message.objects.filter(chat_id=chat_id, telegram_message_id=telegram_message_id, subject_id__isnull=False)
    found = shown.order_by("-id").first()
    return (found.subject_type, found.subject_id) if found and found.subject_id is not None else None


def queued_under(prefix: str) -> models.QuerySet[Message]:
    """The messages whose dedupe key begins so."""
    return Message.objects.filter(dedupe_key__startswith=prefix).select_related("recipient").order_by("id")
