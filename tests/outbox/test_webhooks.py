"""Events for integrators, over real HTTP to a receiver of our own: signed, repeated, given up, sent once more."""

import hashlib
import hmac
import json
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from accounts.actions.webhooks import (
    change_webhook_secret,
    ping_webhook,
    replay_webhook,
    save_webhook,
    switch_webhook,
)
from accounts.roles import Role
from core.actor import Actor
from core.errors import Denied, Invalid
from outbox.enums import HookStatus
from outbox.models import Message, WebhookAttempt, WebhookDelivery, WebhookEndpoint
from outbox.transports.webhook import call
from outbox.webhook_loop import note, purge
from tests.support.clients import Care
from tests.support.company import Company, as_actor
from tests.support.unchanged import nothing_changes, refused
from tickets.actions import add_comment, move_ticket


@dataclass
class Receiver:
    """What an integrator runs: answers with `code` after `seconds`, and keeps what came."""

    url: str = ""
    code: int = 204
    seconds: float = 0
    calls: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    def verified(self, secret: str) -> list[dict[str, Any]]:
        """The bodies of all calls, each of them signed with this secret."""
        for headers, body in self.calls:
            moment, *parts = headers["X-TWS-Signature"].split(",")
            signed = f"{moment.removeprefix('t=')}.".encode() + body
            assert f"v1={hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()}" in parts
        return [json.loads(body) for _headers, body in self.calls]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    found = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            found.calls.append((dict(self.headers), body))
            time.sleep(found.seconds)
            self.send_response(found.code)
            self.send_header("Location", "/elsewhere")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found.url = f"http://127.0.0.1:{server.server_address[1]}/hook"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield found
    server.shutdown()
    server.server_close()


@pytest.fixture
def superuser(company: Company) -> Actor:
    return as_actor(company.person(Role.SUPERUSER, telegram=True))


@pytest.fixture
def endpoint(company: Company, superuser: Actor, receiver: Receiver, settings: Any) -> WebhookEndpoint:
    settings.WEBHOOK_ALLOW_PRIVATE = True
    kinds = ["tickets", "orders", "requests"]
    return save_webhook(actor=superuser, tenant_id=company.tenant.pk, name="CRM", url=receiver.url, kinds=kinds)


def send_all() -> None:
    """What the loop does, in this transaction."""
    due = WebhookDelivery.objects.filter(status=HookStatus.QUEUED, next_attempt_at__lte=timezone.now())
    for delivery in due.select_related("endpoint").order_by("pk"):
        note(delivery, call(delivery))


def test_what_happens_to_a_ticket_is_told_signed(
    company: Company, endpoint: WebhookEndpoint, receiver: Receiver
) -> None:
    ticket = company.ticket(text="Личный текст клиента")
    technician = as_actor(company.person(Role.TECHNICIAN))
    move_ticket(actor=technician, ticket_id=ticket.pk, move="take")
    add_comment(actor=technician, ticket_id=ticket.pk, text="Секретная заметка", visibility="internal")
    send_all()
    told = receiver.verified(endpoint.secret)
    assert [(one["event"], one["object"]["number"], one["object"]["status"]) for one in told] == [
        ("tickets.create", ticket.number, "new"), ("tickets.take", ticket.number, "in_progress"),
        ("tickets.comment", ticket.number, "in_progress"),
    ]  # fmt: skip
    everything = json.dumps(told, ensure_ascii=False)
    assert "Личный текст" not in everything
    assert "Секретная" not in everything
    headers = receiver.calls[0][0]
    assert (headers["X-TWS-Event"], headers["X-TWS-Delivery"]) == ("tickets.create", told[0]["id"])
    assert set(WebhookDelivery.objects.values_list("status", flat=True)) == {HookStatus.DELIVERED}


def test_requests_are_told_and_other_branches_and_kinds_are_not(
    company: Company, superuser: Actor, endpoint: WebhookEndpoint, receiver: Receiver
) -> None:
    save_webhook(
        actor=superuser, tenant_id=company.tenant.pk, name="CRM", url=receiver.url, kinds=["tickets"],
        webhook_id=endpoint.pk,
    )  # fmt: skip
    Care(company).request()
    Care(Company(company.other, company.tenant)).request()
    assert not WebhookDelivery.objects.exists()
    WebhookEndpoint.objects.update(kinds=["requests"])
    request = Care(company).request()
    assert [(d.event, d.payload["object"]["number"]) for d in WebhookDelivery.objects.all()] == [
        ("clients.open_request", request.number)
    ]


def test_a_failure_is_repeated_with_growing_waits_and_given_up_after_a_day(
    superuser: Actor, endpoint: WebhookEndpoint, receiver: Receiver
) -> None:
    receiver.code = 500
    delivery = ping_webhook(actor=superuser, webhook_id=endpoint.pk)
    waits, now = [], timezone.now()
    while delivery.status == HookStatus.QUEUED:
        with time_machine.travel(now, tick=False):
            send_all()
        delivery.refresh_from_db()
        waits.append(round((delivery.next_attempt_at - now).total_seconds()))
        now = delivery.next_attempt_at
    assert waits[:9] == [10, 20, 40, 80, 160, 320, 640, 1280, 2560]
    assert set(waits[9:]) == {3600}
    assert (delivery.status, delivery.attempts, WebhookAttempt.objects.count()) == (
        HookStatus.FAILED, len(waits), len(waits),
    )  # fmt: skip
    endpoint.refresh_from_db()
    assert endpoint.failing_since is not None
    alarms = Message.objects.filter(recipient_id=superuser.user_id, method="sendMessage")
    assert [m.params["text"].startswith("Вебхук «CRM» не отвечает сутки") for m in alarms] == [True]
    receiver.code, receiver.calls = 200, []
    again = replay_webhook(actor=superuser, delivery_id=delivery.pk)
    send_all()
    assert [body["id"] for body in receiver.verified(endpoint.secret)] == [str(again.uid)]
    endpoint.refresh_from_db()
    assert (endpoint.failing_since, again.uid) == (None, delivery.uid)


def test_a_new_secret_and_the_old_one_sign_for_a_day(
    superuser: Actor, endpoint: WebhookEndpoint, receiver: Receiver
) -> None:
    old = endpoint.secret
    new = change_webhook_secret(actor=superuser, webhook_id=endpoint.pk).secret
    ping_webhook(actor=superuser, webhook_id=endpoint.pk)
    send_all()
    assert old != new
    assert receiver.verified(old) == receiver.verified(new) != []
    receiver.calls = []
    with time_machine.travel(timezone.now() + timedelta(hours=25)):
        ping_webhook(actor=superuser, webhook_id=endpoint.pk)
        send_all()
    assert receiver.verified(new)
    with pytest.raises(AssertionError):
        receiver.verified(old)


@pytest.mark.parametrize("code", [301, 302, 307, 404, 410])
def test_redirects_are_not_followed_and_refusals_are_no_arrival(
    superuser: Actor, endpoint: WebhookEndpoint, receiver: Receiver, code: int
) -> None:
    receiver.code = code
    ping_webhook(actor=superuser, webhook_id=endpoint.pk)
    send_all()
    assert len(receiver.calls) == 1
    assert WebhookAttempt.objects.get().code == code
    assert WebhookDelivery.objects.get().status == HookStatus.QUEUED


@pytest.mark.parametrize(
    ("url", "error"),
    [
        ("http://127.0.0.1:9/", "forbidden_scheme"),
        ("https://127.0.0.1:9/", "forbidden_private"),
        ("https://localhost:9/", "forbidden_private"),
        ("https://[::1]:9/", "forbidden_private"),
        ("https://10.0.0.1/", "forbidden_private"),
        ("https://169.254.169.254/latest/meta-data/", "forbidden_private"),
        ("https://192.168.1.1/", "forbidden_private"),
    ],
)
def test_addresses_of_the_own_network_are_not_called(
    superuser: Actor, endpoint: WebhookEndpoint, settings: Any, url: str, error: str
) -> None:
    settings.WEBHOOK_ALLOW_PRIVATE = False
    WebhookEndpoint.objects.update(url=url)
    ping_webhook(actor=superuser, webhook_id=endpoint.pk)
    send_all()
    assert (WebhookAttempt.objects.get().error, WebhookAttempt.objects.get().code) == (error, 0)


def test_nobody_there_is_a_failure_and_no_error(superuser: Actor, endpoint: WebhookEndpoint) -> None:
    WebhookEndpoint.objects.update(url="http://127.0.0.1:9/")
    ping_webhook(actor=superuser, webhook_id=endpoint.pk)
    send_all()
    assert WebhookAttempt.objects.get().error == "ConnectError"


def test_only_superusers_set_them_up_and_bad_addresses_are_named(company: Company, superuser: Actor) -> None:
    given: dict[str, Any] = {
        "tenant_id": company.tenant.pk,
        "name": "CRM",
        "url": "https://crm.example/",
        "kinds": ["orders"],
    }
    operator = as_actor(company.person(Role.OPERATOR))
    with nothing_changes(), refused(Denied):
        save_webhook(actor=operator, **given)
    for wrong in ({"url": "ftp://crm.example/"}, {"url": "javascript:alert(1)"}, {"kinds": []}, {"name": ""}):
        with nothing_changes(), refused(Invalid):
            save_webhook(actor=superuser, **{**given, **wrong})


def test_one_that_is_switched_off_hears_nothing_new(
    company: Company, superuser: Actor, endpoint: WebhookEndpoint
) -> None:
    switch_webhook(actor=superuser, webhook_id=endpoint.pk, on=False)
    company.ticket()
    assert not WebhookDelivery.objects.exists()


def test_what_ended_a_month_ago_is_removed(superuser: Actor, endpoint: WebhookEndpoint, receiver: Receiver) -> None:
    ping_webhook(actor=superuser, webhook_id=endpoint.pk)
    send_all()
    with nothing_changes():
        purge(timezone.now() - timedelta(days=30))
    purge(timezone.now() + timedelta(seconds=1))
    assert (WebhookDelivery.objects.count(), WebhookAttempt.objects.count()) == (0, 0)
