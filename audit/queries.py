"""Reads of the history. Whoever may see the object may see its history; the caller has checked that."""

from dataclasses import dataclass

from django.db import connection, models

from audit.models import Entry


def history_of(obj: models.Model) -> models.QuerySet[Entry]:
    """What happened to this object, oldest first, with the people in it."""
    entries = Entry.objects.filter(object_type=obj._meta.label_lower, object_id=obj.pk)
    return entries.select_related("user").order_by("id")


def place() -> str:
    """Where the history stands now: everything before it is committed, and nothing will be added there."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text")
        (now,) = cursor.fetchone()
    return str(now)


@dataclass(frozen=True, slots=True)
class News:
    """The entries between two places of the history, and the place to go on from."""

    cursor: str
    entries: list[Entry]


def news_of(model: type[models.Model], after: str, tenant_id: int | None, most: int = 200) -> News:
    """What has happened to this table since `after`, in one tenant or in all; an empty `after` gives the place of now.

    Only what is older than every running transaction is read: ids and times are not committed in their order, and a
    cursor over them would pass by what commits late. Beyond `most` entries the rest is left out: who was away for so
    long reads the page anew.
    """
    now = place()
    if not after:
        return News(now, [])
    entries = Entry.objects.filter(object_type=model._meta.label_lower).extra(
        where=["xid >= %s::xid8 AND xid < %s::xid8"], params=[after, now]
    )
    if tenant_id is not None:
        entries = entries.filter(tenant_id=tenant_id)
    return News(now, list(entries.order_by("id")[:most]))
