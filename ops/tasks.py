"""What is looked at every minute."""

import structlog
from celery import shared_task
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.alarms import tell_superusers
from ops.health import LATE
from outbox.queries import oldest_due

log = structlog.get_logger(__name__)


@shared_task(name="ops.watch", ignore_result=True)
def watch() -> None:
    """Look whether messages to Telegram are late."""
    oldest = oldest_due()
    if oldest is None or timezone.now() - oldest <= LATE:
        return
    minutes = int((timezone.now() - oldest).total_seconds() // 60)
    log.error("ops.outbox_late", minutes=minutes)
    tell_superusers(_("Messages to Telegram are late: the oldest one by {minutes} min."), key="outbox", minutes=minutes)
