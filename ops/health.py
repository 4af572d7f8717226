"""How the house does: a name and a verdict per part. Public, so it tells nothing but that."""

from datetime import timedelta

from django.core.cache import cache
from django.db import DatabaseError, connection
from django.utils import timezone

from botapp.queries import oldest_unhandled
from outbox.queries import oldest_due

LATE = timedelta(minutes=5)
"""The oldest due message or update may be this old before somebody should look."""


def _cache() -> str:
    """Sign-in needs the cache; with Redis it is also the broker."""
    try:
        cache.get("health")
    except Exception:  # noqa: BLE001 -- each backend has errors of its own
        return "down"
    return "ok"


def report() -> dict[str, str]:
    """`ok`, `late` or `down` for the database, the cache, the inbox and the outbox."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
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
