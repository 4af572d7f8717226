"""The only maker of calls to integrators' addresses."""

import json
import time
from dataclasses import dataclass

import httpx

from core.crypto import Unsealable
from outbox.models import WebhookDelivery
from outbox.webhooks import ForbiddenAddress, reachable_address, signature

TIMEOUT = httpx.Timeout(10.0, connect=5.0)
ANSWER_READ = 4096
"""Bytes of the answer that are read; nothing of it is kept."""


@dataclass(frozen=True, slots=True)
class Called:
    """What came of one call: the HTTP status (0: none), the milliseconds, the kind of error."""

    code: int
    duration_ms: int
    error: str

    @property
    def arrived(self) -> bool:
        return 200 <= self.code < 300


def call(delivery: WebhookDelivery) -> Called:
    """POST the event. Redirects are not followed: a receiver has one address. Never raises for what the other side
    does."""
    began = time.monotonic()
    code, error = 0, ""
    try:
        code = _post(delivery)
    except ForbiddenAddress as exc:
        error = f"forbidden_{exc}"
    except Unsealable:
        error = "unsealable"
    except (httpx.HTTPError, OSError, ValueError) as exc:
        error = type(exc).__name__
    return Called(code, round((time.monotonic() - began) * 1000), error)


def _post(delivery: WebhookDelivery) -> int:
    endpoint, moment = delivery.endpoint, int(time.time())
    body = json.dumps({"id": str(delivery.uid), **delivery.payload}, ensure_ascii=False).encode()
    address, host = reachable_address(endpoint.url)
    url = httpx.URL(endpoint.url)
    headers = {
        "Host": url.netloc.decode(), "Content-Type": "application/json", "User-Agent": "TWS-Webhook/1",
        "X-TWS-Event": delivery.event, "X-TWS-Delivery": str(delivery.uid),
        "X-TWS-Signature": signature(endpoint, body, moment),
    }  # fmt: skip
    with (
        httpx.Client(timeout=TIMEOUT, follow_redirects=False, trust_env=False) as client,
        client.stream(
            "POST", url.copy_with(host=address), content=body, headers=headers, extensions={"sni_hostname": host}
        ) as response,
    ):
        next(response.iter_raw(ANSWER_READ), b"")
        return response.status_code
