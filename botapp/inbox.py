"""The inbox: updates are stored before Telegram hears that they arrived, then claimed one chat at a time."""

import json
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils import timezone
from django.utils.crypto import salted_hmac

from botapp.enums import UpdateStatus
from botapp.models import Dialog, InboxUpdate
from core.db import MAX_ID

KEEP = timedelta(days=7)
WAKE_CHANNEL = "tws_inbox"
MAX_UPDATE_ID = 2**31 - 1

_CLAIM = """
WITH RECURSIVE heads AS MATERIALIZED ({heads})
SELECT u.id FROM botapp_inboxupdate u
WHERE u.id IN (SELECT id FROM heads) AND u.status = 'new'
{who}
ORDER BY u.id
LIMIT 1
FOR UPDATE OF u SKIP LOCKED
"""
_OF_THE_OLDEST = """
  SELECT min(w.id) AS id
  FROM (SELECT id, chat_id FROM botapp_inboxupdate
        WHERE bot_id = %(bot)s AND status = 'new' ORDER BY id LIMIT 1000) w
  GROUP BY w.chat_id
"""
"""The first update of each chat among the thousand that wait longest: a look at one index, whatever has piled up."""
_OF_ALL = """
  (SELECT id, chat_id FROM botapp_inboxupdate
   WHERE bot_id = %(bot)s AND status = 'new' ORDER BY chat_id, id LIMIT 1)
  UNION ALL
  SELECT n.id, n.chat_id FROM heads h CROSS JOIN LATERAL (
    SELECT id, chat_id FROM botapp_inboxupdate
    WHERE bot_id = %(bot)s AND status = 'new' AND chat_id > h.chat_id ORDER BY chat_id, id LIMIT 1) n
"""
"""The first update of every chat, from chat to chat: for when the oldest thousand are all of who floods."""
FLOOD, WINDOW = 50, timedelta(seconds=10)
"""A chat of which so many updates were handled within the window lets all others go first."""
_UNLESS_FLOODING = """
  AND (SELECT count(*) FROM botapp_inboxupdate h
       WHERE h.bot_id = u.bot_id AND h.chat_id = u.chat_id AND h.handled_at > %(since)s) < %(flood)s
"""
_CLAIMS = (
    _CLAIM.format(heads=_OF_THE_OLDEST, who=_UNLESS_FLOODING),
    _CLAIM.format(heads=_OF_ALL, who=_UNLESS_FLOODING),
    _CLAIM.format(heads=_OF_THE_OLDEST, who=""),
)


def store(bot_id: int, updates: list[Any]) -> None:
    """Keep these updates, each one once however often it comes; what is no update at all is kept likewise.

    They are kept, and so handled, in the order of their numbers, whatever the order of the batch.
    """
    in_order = sorted(updates, key=lambda update: number_of(update) or 0)
    InboxUpdate.objects.bulk_create([_row(bot_id, update) for update in in_order], ignore_conflicts=True)


def _row(bot_id: int, update: Any) -> InboxUpdate:
    """A row to store. What has no number is told apart by its content."""
    row = InboxUpdate(bot_id=bot_id, update_id=number_of(update), chat_id=chat_of(update))
    if row.update_id is None:
        content = json.dumps([bot_id, update])
        row.uid = UUID(bytes=salted_hmac("botapp.inbox", content, algorithm="sha256").digest()[:16])
    row.body = update
    return row


def number_of(update: Any) -> int | None:
    """The update_id as Telegram gives them, positive and of 32 bits; None where there is none."""
    number = _whole_number(update.get("update_id")) if isinstance(update, dict) else None
    return number if number is not None and 0 < number <= MAX_UPDATE_ID else None


def chat_of(update: Any) -> int:
    """The chat, or else the person, that an update belongs to; 0 where there is none."""
    if not isinstance(update, dict):
        return 0
    for part in update.values():
        if not isinstance(part, dict):
            continue
        message = part.get("message")
        for holder in (part, message):
            if isinstance(holder, dict) and isinstance(holder.get("chat"), dict):
                return _whole_number(holder["chat"].get("id")) or 0
        if isinstance(part.get("from"), dict):
            return _whole_number(part["from"].get("id")) or 0
    return 0


def _whole_number(value: Any) -> int | None:
    fits = isinstance(value, int) and not isinstance(value, bool) and -MAX_ID <= value <= MAX_ID
    return value if fits else None


def claim(bot_id: int) -> InboxUpdate | None:
    """Lock the oldest unhandled update whose chat has none before it; others may work on other chats meanwhile.

    Chats that flood come last.
    """
    values: dict[str, Any] = {"bot": bot_id, "since": timezone.now() - WINDOW, "flood": FLOOD}
    with connection.cursor() as cursor:
        for query in _CLAIMS:
            cursor.execute(query, values)
            if row := cursor.fetchone():
                return InboxUpdate.objects.get(pk=row[0])
    return None


def begins_to_flood(row: InboxUpdate) -> bool:
    """Whether the update that was handled just now is the one too many."""
    chat = InboxUpdate.objects.filter(bot_id=row.bot_id, chat_id=row.chat_id)
    return chat.filter(handled_at__gt=timezone.now() - WINDOW).count() == FLOOD


def finish(row: InboxUpdate, status: UpdateStatus, error: str = "") -> None:
    """Note that an update has been handled or parked."""
    row.status, row.error, row.handled_at = status, error[:80], timezone.now()
    row.save(update_fields=["status", "error", "handled_at"])


def forget_chat(chat_id: int) -> None:
    """Delete everything that this chat has sent and what it was in the middle of."""
    InboxUpdate.objects.filter(chat_id=chat_id).delete()
    Dialog.objects.filter(chat_id=chat_id).delete()


def purge() -> int:
    """Remove handled updates after a week; parked ones stay until somebody has looked."""
    old = InboxUpdate.objects.filter(received_at__lt=timezone.now() - KEEP, status=UpdateStatus.HANDLED)
    return old.delete()[0]
