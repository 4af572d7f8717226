"""The sender as a Celery task, on a queue and a worker of its own."""

import psycopg
import structlog
from celery import shared_task
from celery.signals import worker_ready, worker_shutting_down
from django.conf import settings
from django.db import DatabaseError

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
