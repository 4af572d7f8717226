"""The sender as a Celery task, on a queue and a worker of its own."""

from celery import shared_task
from celery.signals import worker_shutting_down
from django.conf import settings

from outbox.sender import drain, stopping

DRAIN_SECONDS = 30.0
NEXT_TURN_WAITS = 10
"""Seconds after which a turn that did not come to run is dropped: beat asks again, and turns must not pile up."""


@shared_task(name="outbox.drain_telegram", queue="telegram", ignore_result=True)
def drain_telegram() -> None:
    """Send for a while, then ask for the next turn. Beat starts one that is missing; a second one ends at once."""
    if settings.TELEGRAM_BOT_TOKEN and drain(DRAIN_SECONDS) and not stopping.is_set():
        drain_telegram.apply_async(expires=NEXT_TURN_WAITS)


@worker_shutting_down.connect
def _stop(**_: object) -> None:
    stopping.set()
