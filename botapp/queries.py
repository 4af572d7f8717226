"""Reads of the inbox."""

from datetime import datetime

from botapp.enums import UpdateStatus
from botapp.models import InboxUpdate


def last_received() -> datetime | None:
    """When Telegram brought the last update."""
    return InboxUpdate.objects.order_by("-received_at").values_list("received_at", flat=True).first()


def parked() -> int:
    """Updates that could not be handled and wait for somebody to look at them."""
    return InboxUpdate.objects.filter(status=UpdateStatus.PARKED).count()


def oldest_unhandled() -> datetime | None:
    """When the longest waiting update arrived."""
    waiting = InboxUpdate.objects.filter(status=UpdateStatus.NEW)
    return waiting.order_by("received_at").values_list("received_at", flat=True).first()
