"""Reads of the history. Whoever may see the object may see its history; the caller has checked that."""

from django.db import models

from audit.models import Entry


def history_of(obj: models.Model) -> models.QuerySet[Entry]:
    """What happened to this object, oldest first, with the people in it."""
    entries = Entry.objects.filter(object_type=obj._meta.label_lower, object_id=obj.pk)
    return entries.select_related("user").order_by("id")
