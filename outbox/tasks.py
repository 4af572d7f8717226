"""The sender as a Celery task, on a queue and a worker of its own."""

from datetime import timedelta

import psycopg
import structlog
from celery import shared_task
from celery.signals import worker_ready, worker_shutting_down
from django.conf import settings
from django.db import DatabaseError
from django.utils import timezone

from outbox import webhook_loop
from outbox.models import WebhookEndpoint
from outbox.sender import drain, stopping

log = structlog.get_logger(__name__)

DRAIN_SECONDS = 30.0
STALE_SECONDS = 10.0
"""A turn that could not begin for so long is dropped, so that turns do not pile up behind a busy sender."""

REST_SECONDS = 1.0
"""After a turn that was cut because the database went away."""


@shared_task(name="outbox.drain_telegram", queue="telegram", ignore_result=True, expires=STALE_SECONDS)
def drain_telegram() -> None:
    """Send for a while, then ask for the next turn. Beat starts one that is missing; a second one ends at once."""
    if not settings.TELEGRAM_BOT_TOKEN:
        return
    try:
        again = drain(DRAIN_SECONDS)
    except (psycopg.Error, DatabaseError) as exc:
        log.warning("outbox.turn_cut", error=type(exc).__name__, reason=str(exc))
        stopping.wait(REST_SECONDS)
        again = True
    if again and not stopping.is_set():
        drain_telegram.delay()


@worker_ready.connect
def begin_sending(**_: object) -> None:
    """A worker that has just started does not wait for beat."""
    drain_telegram.delay()


@worker_shutting_down.connect
def stop_sending(**_: object) -> None:
    """End the turn with what is in flight."""
    stopping.set()


HOOKS_KEPT = timedelta(days=30)


@shared_task(name="outbox.deliver_webhooks", ignore_result=True, expires=STALE_SECONDS)
def deliver_webhooks() -> None:
    """Call integrators' addresses while something is due. Beat finds repetitions; a second one ends at once."""
    if WebhookEndpoint.objects.filter(active=True).exists():
        webhook_loop.deliver()


@shared_task(name="outbox.purge_webhooks", ignore_result=True)
def purge_webhooks() -> None:
    """Remove deliveries that ended a month ago."""
    webhook_loop.purge(timezone.now() - HOOKS_KEPT)
