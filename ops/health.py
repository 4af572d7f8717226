"""How the house does: a name and a verdict per part. Public, so it tells nothing but that."""

from datetime import timedelta

from django.core.cache import cache
from django.db import DatabaseError
from django.utils import timezone

from botapp.queries import oldest_unhandled
from core.db import database_answers
from outbox.queries import oldest_due

LATE = timedelta(minutes=5)
"""The oldest due message or update may be this old before somebody should look."""
PATIENCE = 2
"""Seconds that the database is given: whoever asks for health does not wait long."""


def _cache() -> str:
    """Sign-in needs the cache; with Redis it is also the broker."""
    try:
        cache.get("health")
    except Exception:  # noqa: BLE001 -- each backend has errors of its own
        return "down"
    return "ok"


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
