"""The inbox: updates are stored before Telegram hears that they arrived, then claimed one chat at a time."""

from datetime import timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from botapp.enums import UpdateStatus
from botapp.models import InboxUpdate
from core.db import MAX_ID

KEEP = timedelta(days=7)

_CLAIM = """
SELECT u.id FROM botapp_inboxupdate u
WHERE u.bot_id = %(bot)s AND u.status = 'new'
  AND NOT EXISTS (SELECT 1 FROM botapp_inboxupdate e
                  WHERE e.bot_id = u.bot_id AND e.chat_id = u.chat_id AND e.id < u.id AND e.status = 'new')
ORDER BY u.id
LIMIT 1
FOR UPDATE OF u SKIP LOCKED
"""


def store(bot_id: int, updates: list[Any]) -> None:
    """Keep these updates, each one once however often it comes. What is no update at all is parked as it is."""
    rows = []
    for update in updates:
        update_id = _whole_number(update.get("update_id")) if isinstance(update, dict) else None
        row = InboxUpdate(
            bot_id=bot_id,
            update_id=update_id,
            chat_id=chat_of(update),
            status=UpdateStatus.NEW if update_id is not None else UpdateStatus.PARKED,
            error="" if update_id is not None else "no_update_id",
        )
        row.body = update
        rows.append(row)
    InboxUpdate.objects.bulk_create(rows, ignore_conflicts=True)


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
    """Lock the oldest unhandled update whose chat has none before it; others may work on other chats meanwhile."""
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, {"bot": bot_id})
        row = cursor.fetchone()
    return InboxUpdate.objects.get(pk=row[0]) if row else None


def finish(row: InboxUpdate, status: UpdateStatus, error: str = "") -> None:
    """Note that an update has been handled or parked."""
    row.status, row.error, row.handled_at = status, error[:80], timezone.now()
    row.save(update_fields=["status", "error", "handled_at"])


def purge() -> int:
    """Remove handled updates after a week; parked ones stay until somebody has looked."""
    old = InboxUpdate.objects.filter(received_at__lt=timezone.now() - KEEP, status=UpdateStatus.HANDLED)
    return old.delete()[0]
