"""What Prometheus is told: requests by django-prometheus, and how much waits here."""

import os
from collections.abc import Iterator

from django.utils import timezone
from prometheus_client import REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from botapp.queries import last_received, oldest_unhandled, parked
from ops.health import sender_is_alive
from outbox.queries import counts, oldest_due
from tickets.queries import open_by_status


class _Desk(Collector):
    """Read from the database when somebody asks, so every replica tells the same."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        now = timezone.now()
        for name, told, since in (
            ("tws_last_update_age_seconds", "Since Telegram brought an update", last_received()),
            ("tws_inbox_age_seconds", "Of the oldest update that waits", oldest_unhandled()),
            ("tws_outbox_age_seconds", "Of the oldest message that is due", oldest_due()),
        ):
            yield GaugeMetricFamily(name, told, value=(now - since).total_seconds() if since else 0)
        yield GaugeMetricFamily("tws_inbox_parked", "Updates that could not be handled", value=parked())
        yield GaugeMetricFamily("tws_sender_alive", "1 while messages are sent", value=float(sender_is_alive()))
        for name, told, label, found in (
            ("tws_outbox_messages", "Messages that are not sent yet", "status", counts()),
            ("tws_tickets_open", "Open tickets", "status", open_by_status()),
        ):
            family = GaugeMetricFamily(name, told, labels=[label])
            for value, count in found.items():
                family.add_metric([value], count)
            yield family


def exposition() -> bytes:
    """All figures in Prometheus' text form; of all web processes where `PROMETHEUS_MULTIPROC_DIR` is set."""
    own = CollectorRegistry(auto_describe=False)
    own.register(_Desk())
    requests: CollectorRegistry = REGISTRY
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        requests = CollectorRegistry()
        MultiProcessCollector(requests)  # type: ignore[no-untyped-call]
    return generate_latest(requests) + generate_latest(own)
