"""Reads of the inbox."""

from datetime import datetime

from botapp.enums import UpdateStatus
from botapp.models import InboxUpdate


def oldest_unhandled() -> datetime | None:
    """When the longest waiting update arrived."""
    waiting = InboxUpdate.objects.filter(status=UpdateStatus.NEW)
    return waiting.order_by("received_at").values_list("received_at", flat=True).first()
