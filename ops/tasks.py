"""What is looked at every minute."""

import structlog
from celery import shared_task
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.alarms import tell_superusers
from botapp import webhook
from ops.health import LATE
from outbox.queries import oldest_due
from outbox.transports.telegram import bot_thread

log = structlog.get_logger(__name__)


@shared_task(name="ops.watch", ignore_result=True)
def watch() -> None:
    """Look whether messages to Telegram are late, and how the webhook does."""
    _watch_webhook()
    oldest = oldest_due()
    if oldest is None or timezone.now() - oldest <= LATE:
        return
    minutes = int((timezone.now() - oldest).total_seconds() // 60)
    log.error("ops.outbox_late", minutes=minutes)
    tell_superusers(_("Messages to Telegram are late: the oldest one by {minutes} min."), key="outbox", minutes=minutes)


def _watch_webhook() -> None:
    if not settings.TELEGRAM_BOT_TOKEN:
        return
    found = webhook.state(bot_thread())
    if found in {"ok", "unknown"}:
        return
    log.error("ops.webhook", state=found)
    tell_superusers(
        _("The webhook of the bot does not work ({state}). manage.py diagnose says what to do."),
        key="webhook",
        state=found,
    )
