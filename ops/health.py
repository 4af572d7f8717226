"""How the house does: a name and a verdict per part. Public, so it tells nothing but that."""

from datetime import datetime, timedelta

from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError
from django.utils import timezone

from botapp import webhook
from botapp.queries import last_received, oldest_unhandled
from core.db import database_answers
from core.locks import is_held
from outbox.queries import oldest_due
from outbox.sender import lock_of_sender

LATE = timedelta(minutes=5)
"""The oldest due message or update may be this old before somebody should look."""
TURN = timedelta(seconds=30)
"""A sender's turn; between two of them nobody holds the lock for a moment."""
PATIENCE = 2
"""Seconds that the database is given: whoever asks for health does not wait long."""


def _cache() -> str:
    """Sign-in needs the cache; with Redis it is also the broker."""
    try:
        cache.get("health")
    except Exception:  # noqa: BLE001 -- each backend has errors of its own
        return "down"
    return "ok"


def _age(moment: datetime | None) -> int | None:
    return None if moment is None else max(0, int((timezone.now() - moment).total_seconds()))


def sender_is_alive() -> bool:
    """Somebody holds the sender's lock, or nothing has waited long enough for somebody to be missed."""
    since = oldest_due()
    return is_held(lock_of_sender()) or since is None or timezone.now() - since < TURN


def bot_report() -> tuple[bool, dict[str, object]]:
    """How the way from and to Telegram does: whether all is well, and the parts.

    Ages are whole seconds: of the last update, of the oldest that waits in the inbox and of the oldest due message.
    """
    if not database_answers(PATIENCE):
        return False, {"database": "down"}
    try:
        inbox, outbox, alive = oldest_unhandled(), oldest_due(), sender_is_alive()
        parts: dict[str, object] = {
            "updates": "webhook" if settings.TELEGRAM_WEBHOOK_SECRETS else "polling",
            "last_update_seconds": _age(last_received()),
            "inbox_seconds": _age(inbox),
            "outbox_seconds": _age(outbox),
            "sender": "ok" if alive else "down",
            "webhook": webhook.last_known() if _cache() == "ok" else "unknown",
        }
    except DatabaseError:
        return False, {"database": "down"}
    late = any(moment and timezone.now() - moment > LATE for moment in (inbox, outbox))
    return alive and not late and parts["webhook"] in {"ok", "unknown"}, parts


def report() -> dict[str, str]:
    """`ok`, `late` or `down` for the database, the cache, the inbox and the outbox."""
    if not database_answers(PATIENCE):
        return {"database": "down"}
    try:
        since = timezone.now() - LATE
        inbox, outbox = oldest_unhandled(), oldest_due()
    except DatabaseError:
        return {"database": "down"}
    return {
        "database": "ok",
        "cache": _cache(),
        "inbox": "late" if inbox and inbox < since else "ok",
        "outbox": "late" if outbox and outbox < since else "ok",
    }
