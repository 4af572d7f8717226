"""Putting messages into the outbox, in the transaction of the change that they tell of."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.safestring import SafeString

from core import correlation, locks
from outbox.enums import WAITING, DeliveryStatus, Lane
from outbox.models import Message

KEEP_TRYING = timedelta(days=1)
WAKE_CHANNEL = "tws_outbox"
UPLOAD = "upload"
"""The one parameter that is ours and not Telegram's: the sender puts the file in its place."""
TEXT_LIMIT = 4096
"""Characters of one Telegram message, after its entities are parsed (Bot API: sendMessage)."""


def send_text(
    *,
    chat_id: int,
    text: SafeString,
    lane: Lane,
    recipient_id: int | None = None,
    reply_markup: dict[str, Any] | None = None,
    subject: models.Model | None = None,
    dedupe_key: str | None = None,
    after: float = 0,
) -> Message | None:
    """Queue one HTML message, rendered already in the recipient's language, to be sent in `after` seconds.

    `subject` is the row whose delivery this is (a comment). None is returned where `dedupe_key` was used before.
    """
    params = _text_params(text, reply_markup)
    return _enqueue(
        "sendMessage", params, chat_id=chat_id, lane=lane, recipient_id=recipient_id, subject=subject,
        dedupe_key=dedupe_key, after=after,
    )  # fmt: skip


def edit_text(
    *, message: Message, text: SafeString, lane: Lane, reply_markup: dict[str, Any] | None = None
) -> Message | None:
    """Queue the change of a message that was queued before, whether or not it is out already."""
    params = _text_params(text, reply_markup)
    return _enqueue(
        "editMessageText", params, chat_id=message.chat_id, lane=lane, recipient_id=message.recipient_id,
        changes=message,
    )  # fmt: skip


def replace_text(
    *,
    chat_id: int,
    telegram_message_id: int,
    text: SafeString,
    lane: Lane,
    reply_markup: dict[str, Any] | None = None,
) -> Message | None:
    """Queue the change of a message that Telegram has shown, named by Telegram's own id."""
    params = {**_text_params(text, reply_markup), "message_id": telegram_message_id}
    return _enqueue("editMessageText", params, chat_id=chat_id, lane=lane)


def remove_buttons(*, chat_id: int, telegram_message_id: int, lane: Lane) -> Message | None:
    """Queue the removal of the buttons under a message that Telegram has shown."""
    return _enqueue("editMessageReplyMarkup", {"message_id": telegram_message_id}, chat_id=chat_id, lane=lane)


def delete(*, message: Message, lane: Lane) -> Message | None:
    """Queue the deletion of a message that was queued before. Telegram allows it for 48 hours."""
    return _enqueue(
        "deleteMessage",
        {},
        chat_id=message.chat_id,
        lane=lane,
        recipient_id=message.recipient_id,
        changes=message,
    )


def send_file(
    *,
    chat_id: int,
    kind: str,
    lane: Lane,
    recipient_id: int | None,
    subject: models.Model,
    file_id: str = "",
    upload: str = "",
) -> Message | None:
    """Queue a file: by the `file_id` that this bot got it under, or as an `upload` kept under this key.

    `kind` is the Bot API's own word (photo, document, video_note …): each has a method and a parameter of its name.
    An upload is read when it is sent (`outbox.uploads`).
    """
    method = "send" + kind.title().replace("_", "")
    params: dict[str, Any] = {kind: file_id} if file_id else {UPLOAD: {"kind": kind, "key": upload}}
    return _enqueue(method, params, chat_id=chat_id, lane=lane, recipient_id=recipient_id, subject=subject)


def leave_chat(*, chat_id: int, lane: Lane, dedupe_key: str) -> Message | None:
    """Queue the bot's leaving of a group, after what has been queued for it."""
    return _enqueue("leaveChat", {}, chat_id=chat_id, lane=lane, dedupe_key=dedupe_key)


def repeat(message: Message) -> Message:
    """Queue the same call to the same chat once more, as the delivery of the same row."""
    again = Message(
        bot_id=message.bot_id,
        chat_id=message.chat_id,
        recipient_id=message.recipient_id,
        lane=message.lane,
        method=message.method,
        subject_type=message.subject_type,
        subject_id=message.subject_id,
        expires_at=timezone.now() + KEEP_TRYING,
        request_id=correlation.current_id(),
    )
    again.params = message.params
    again.save()
    wake()
    return again


def erase(recipient: models.Model, subjects: Iterable[models.Model]) -> None:
    """Delete what was written to a person, and what was written to others about these rows. That and when it was sent
    stays. What waits to be sent is not sent any more."""
    rows = Q(recipient_id=recipient.pk)
    by_type: dict[str, list[int]] = defaultdict(list)
    for subject in subjects:
        by_type[subject._meta.label_lower].append(subject.pk)
    for label, ids in by_type.items():
        rows |= Q(subject_type=label, subject_id__in=ids)
    messages = Message.objects.filter(rows | Q(changes__in=Message.objects.filter(rows)))
    messages.filter(status__in=WAITING).update(status=DeliveryStatus.EXPIRED)
    emptied = []
    for message in messages.only("pk", "uid").iterator():
        message.params = {}
        emptied.append(message)
    Message.objects.bulk_update(emptied, ["params_sealed"], batch_size=500)
    Message.objects.filter(recipient_id=recipient.pk).update(chat_id=0, telegram_message_id=None)


def _text_params(text: SafeString, reply_markup: dict[str, Any] | None) -> dict[str, Any]:
    params = {"text": str(text), "parse_mode": "HTML", "link_preview_options": {"is_disabled": True}}
    return params if reply_markup is None else {**params, "reply_markup": reply_markup}


def _enqueue(
    method: str,
    params: dict[str, Any],
    *,
    chat_id: int,
    lane: Lane,
    recipient_id: int | None = None,
    changes: Message | None = None,
    subject: models.Model | None = None,
    dedupe_key: str | None = None,
    after: float = 0,
) -> Message | None:
    now = timezone.now()
    message = Message(
        bot_id=settings.TELEGRAM_BOT_ID,
        chat_id=chat_id,
        recipient_id=recipient_id,
        lane=lane,
        method=method,
        changes=changes,
        subject_type=subject._meta.label_lower if subject else "",
        subject_id=subject.pk if subject else None,
        dedupe_key=dedupe_key,
        created_at=now,
        next_attempt_at=now + timedelta(seconds=after),
        expires_at=now + KEEP_TRYING,
        request_id=correlation.current_id(),
    )
    message.params = params
    try:
        with transaction.atomic():
            message.save()
    except IntegrityError:
        if dedupe_key is None:
            raise
        return None
    wake()
    return message


def wake() -> None:
    """Tell the sender that there is work; PostgreSQL delivers it when the transaction commits."""
    locks.wake(WAKE_CHANNEL)
