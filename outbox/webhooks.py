"""Events for integrators: from the history into the outbox, signed, and what an address may be."""

import hashlib
import hmac
import ipaddress
import socket
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from audit.models import Entry
from core import locks
from outbox.enums import EventKind
from outbox.models import WebhookDelivery, WebhookEndpoint

KEEP_TRYING = timedelta(days=1)
WAKE_CHANNEL = "tws_webhooks"
PING = "ping"
Describe = Callable[[int], dict[str, Any]]
_subjects: dict[str, tuple[EventKind, Describe]] = {}


def register_subject(label: str, kind: EventKind, describe: Describe) -> None:
    """Let events of this model be told: `describe(id)` gives number, state and ids, nothing personal. In `ready()`."""
    _subjects[label] = (kind, describe)


def enqueue(entry: Entry) -> None:
    """Queue what has just been written into the history for the addresses of the branch that want to hear it, in the
    transaction of the change. The event is called as the history calls it: `tickets.take`."""
    kind, describe = _subjects.get(entry.object_type, (None, None))
    if kind is None or describe is None or entry.tenant_id is None:
        return
    wanting = list(WebhookEndpoint.objects.filter(tenant_id=entry.tenant_id, active=True, kinds__contains=[kind]))
    if not wanting:
        return
    payload = {
        "event": entry.action, "occurred_at": entry.at.isoformat(), "actor": entry.actor_kind, "via": entry.via,
        "object": {"type": entry.object_type, "id": entry.object_id, **describe(entry.object_id)}, "data": entry.data,
    }  # fmt: skip
    for endpoint in wanting:
        queue(endpoint, entry.action, payload)


def queue(endpoint: WebhookEndpoint, event: str, payload: dict[str, Any]) -> WebhookDelivery:
    """One event for one address."""
    delivery = WebhookDelivery.objects.create(
        endpoint=endpoint, event=event, payload=payload, give_up_at=timezone.now() + KEEP_TRYING
    )
    wake()
    return delivery


def wake() -> None:
    """Tell the loop that there is work, after the commit."""
    from outbox.tasks import deliver_webhooks

    transaction.on_commit(lambda: deliver_webhooks.delay(), robust=True)
    locks.wake(WAKE_CHANNEL)


def signature(endpoint: WebhookEndpoint, body: bytes, moment: int) -> str:
    """`t=<unix seconds>,v1=<HMAC-SHA256 of "t.body" in hex>`; while a secret is being changed one v1 for each."""
    secrets = [endpoint.secret]
    if endpoint.old_until is not None and endpoint.old_until > timezone.now():
        secrets.append(endpoint.old_secret)
    signed = f"{moment}.".encode() + body
    parts = [hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest() for secret in secrets]
    return ",".join([f"t={moment}", *(f"v1={part}" for part in parts)])


class ForbiddenAddress(ValueError):
    """The address is not https, or leads into a network of our own."""


def reachable_address(url: str) -> tuple[str, str]:
    """The IP address to call for this URL and the host's name. Raises ForbiddenAddress, OSError.

    What the name resolves to is looked at before each call, and it is this address that is called.
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    if not host or parts.scheme not in {"https", "http"}:
        raise ForbiddenAddress("scheme")
    port = parts.port or (443 if parts.scheme == "https" else 80)
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    address = str(found[0][4][0])
    if not settings.WEBHOOK_ALLOW_PRIVATE:
        if parts.scheme != "https":
            raise ForbiddenAddress("scheme")
        if any(not ipaddress.ip_address(str(one[4][0]).partition("%")[0]).is_global for one in found):
            raise ForbiddenAddress("private")
    return address, host
