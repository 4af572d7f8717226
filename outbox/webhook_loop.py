"""The loop that calls integrators' addresses: one in the whole installation, kept so by a lock of its own."""

from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from datetime import timedelta

import structlog
from django.db import close_old_connections, models, transaction
from django.utils import timezone

import core.events as events
from core.db import refresh_connection
from core.locks import exclusive
from outbox.enums import HookStatus
from outbox.events import WebhookGivenUp
from outbox.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint
from outbox.transports.webhook import Called, call
from outbox.webhooks import WAKE_CHANNEL

log = structlog.get_logger(__name__)

LOCK = "outbox.webhooks"
AT_ONCE, PER_ENDPOINT = 8, 2
"""Calls at once, and of them to one address: one that hangs holds up no other."""
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=10), timedelta(hours=1)


def deliver() -> bool:
    """Call while something is due; False when another loop holds the lock."""
    with exclusive(LOCK, channel=WAKE_CHANNEL) as lock, ThreadPoolExecutor(AT_ONCE) as pool:
        if lock is None:
            return False
        flying: dict[Future[Called], WebhookDelivery] = {}
        while True:
            refresh_connection()
            lock.wait(0)
            for delivery in _due(list(flying.values())):
                flying[pool.submit(_called, delivery)] = delivery
            if not flying:
                return True
            landed, _ = wait(flying, timeout=0.2, return_when=FIRST_COMPLETED)
            for future in landed:
                note(flying.pop(future), future.result())


def _called(delivery: WebhookDelivery) -> Called:
    try:
        return call(delivery)
    finally:
        close_old_connections()


def _due(flying: list[WebhookDelivery]) -> list[WebhookDelivery]:
    """What is to be called now, beside what is on its way. Nothing is marked: the lock is held by this loop alone, so
    that a killed one leaves everything as it was."""
    free, busy = AT_ONCE - len(flying), [delivery.endpoint_id for delivery in flying]
    rows = WebhookDelivery.objects.filter(
        status=HookStatus.QUEUED, next_attempt_at__lte=timezone.now(), endpoint__active=True
    )
    rows = rows.exclude(pk__in=[delivery.pk for delivery in flying])
    full = [endpoint for endpoint in set(busy) if busy.count(endpoint) >= PER_ENDPOINT]
    chosen: list[WebhookDelivery] = []
    ranked = rows.exclude(endpoint_id__in=full).annotate(
        place=models.Window(
            models.functions.RowNumber(), partition_by="endpoint_id", order_by=["next_attempt_at", "pk"]
        )
    )
    for delivery in (
        ranked.filter(place__lte=PER_ENDPOINT).select_related("endpoint").order_by("next_attempt_at")[:free]
    ):
        if busy.count(delivery.endpoint_id) < PER_ENDPOINT:
            busy.append(delivery.endpoint_id)
            chosen.append(delivery)
    return chosen


@transaction.atomic
def note(delivery: WebhookDelivery, called: Called) -> None:
    """Write down what came of a call, and when the next one is due; after a day it is given up."""
    row = WebhookDelivery.objects.select_for_update(of=("self",)).select_related("endpoint").get(pk=delivery.pk)
    now = timezone.now()
    WebhookAttempt.objects.create(
        delivery=row, code=called.code, duration_ms=called.duration_ms, error=called.error[:80]
    )
    row.attempts += 1
    row.next_attempt_at = now + min(FIRST_WAIT * 2 ** min(row.attempts - 1, 12), LONGEST_WAIT)
    if called.arrived:
        row.status, row.finished_at = HookStatus.DELIVERED, now
        WebhookEndpoint.objects.filter(pk=row.endpoint_id).update(failing_since=None)
    elif row.next_attempt_at > row.give_up_at:
        row.status, row.finished_at = HookStatus.FAILED, now
        _given_up(row.endpoint)
    row.save(update_fields=["attempts", "next_attempt_at", "status", "finished_at"])
    log.info("outbox.webhook", delivery=str(row.uid), code=called.code, error=called.error, ms=called.duration_ms)


def _given_up(endpoint: WebhookEndpoint) -> None:
    if WebhookEndpoint.objects.filter(pk=endpoint.pk, failing_since=None).update(failing_since=timezone.now()):
        events.emit(WebhookGivenUp(endpoint))


def purge(moment: object) -> None:
    """Remove what was finished before this time, with its log."""
    old = WebhookDelivery.objects.filter(finished_at__lt=moment)
    WebhookAttempt.objects.filter(delivery__in=old.values("pk")).delete()
    old.delete()
