"""What goes wrong is told to superusers: an error of a page or of a task."""

from typing import Any

import structlog
from celery.signals import task_failure
from django.core.signals import got_request_exception
from django.db import Error, transaction
from django.dispatch import receiver
from django.utils.translation import gettext_lazy as _

from accounts.alarms import tell_superusers
from core.correlation import current_id

log = structlog.get_logger(__name__)


@receiver(got_request_exception)
def page_failed(sender: Any, request: Any = None, **_more: Any) -> None:
    """A request ended in an error that no rule of ours knows."""
    match = getattr(request, "resolver_match", None)
    _error(match.view_name if match else "?")


@task_failure.connect
def task_failed(sender: Any = None, **_more: Any) -> None:
    """A background task raised."""
    _error(sender.name if sender else "?")


def _error(where: str) -> None:
    """Tell, unless the database itself is what failed: then /health says it."""
    try:
        with transaction.atomic():
            text = _("Something failed in TWS: {where}. The log has the cause under {id}.")
            tell_superusers(text, key=f"error:{where}", where=where, id=current_id() or "—")
    except Error as exc:
        log.warning("ops.alarm_not_told", where=where, error=type(exc).__name__)
