"""Who gets what at every address. A new address without a row here fails; so does a new method of the API.

`login` is the way to the sign-in page. Two outcomes, `200/404`, are for a row of one's own (the client's own ticket,
the tenant's for staff) and for a foreign tenant's; one outcome is for both.
"""

from collections.abc import Iterable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

import pytest
from django.contrib.admindocs.views import simplify_regex
from django.db import transaction
from django.test import Client
from django.test.client import MULTIPART_CONTENT
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from accounts.actions import begin_tokens, create_invite, set_contact
from accounts.actions.webhooks import ping_webhook, save_webhook
from accounts.models import Invite, User
from accounts.roles import Role
from clients.actions import ask_for_erasure, submit_document
from clients.models import (
    ConsentText,
    DocumentKind,
    Erasure,
    Questionnaire,
    RedoReason,
    Request,
    RequestTemplate,
)
from core.actor import Via
from files.actions import TelegramFile, attach, store_content, store_views
from files.enums import FileKind
from files.models import StoredFile
from files.pictures import Page, Rendered
from orders.actions import correct_sum
from orders.enums import Stage
from orders.models import Attempt, Order
from outbox.models import WebhookDelivery
from tests.architecture.url_policy import CALLERS, POLICY
from tests.simulator.pictures import jpeg
from tests.support.clients import Care
from tests.support.company import MACHINE, Company, as_actor
from tests.support.orders import Team
from tickets.models import Ticket

UNTIL = (timezone.now() + timedelta(days=2)).isoformat()
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


@dataclass(frozen=True)
class Row:
    """One line of the table: outcome per caller, for a row of one's own and for a foreign one."""

    address: str
    method: str
    outcomes: dict[str, tuple[str, str]]


@dataclass(frozen=True)
class Target:
    """What an address is asked for: a ticket, its client and file, who has the same number in Telegram, an invite."""

    ticket: Ticket
    client: User
    twin: User
    file: StoredFile
    invite: Invite
    team: Team
    heir: User
    orders: dict[str, Order]
    reviewed: Request
    waiting: Request
    erasure: Erasure
    delivery: WebhookDelivery

    def order_for(self, address: str) -> Order:
        """At the agreement; where it awaits verification; on the workshop's table; with a raised contract."""
        if any(word in address for word in ("/take/", "/release/", "/priority/", "/correct/")):
            return self.orders["held"]
        if "/consent/" in address:
            return self.orders["raised"]
        if "/waive/" in address:
            return self.orders["plain"]
        return self.orders["plain" if "<move>" in address else "awaiting"]

    def path(self, address: str) -> str:
        other_table = {"user": self.client.pk, "tenant": self.client.tenant_id}
        places = {
            "<pk>": self.ticket.pk,
            "<int:pk>": self.ticket.pk,
            "<str:pk>": self.client.pk,
            "<uuid:uid>": self.file.uid,
            "<int:page>": 1,
            "<int:comment>": 1,
            "<move>": "take",
            "<str:move>": "take",
            "<int:person>": self.team.engineer.pk,
            "<int:curator>": self.team.curator.pk,
            "<str:what>": "deactivate",
            "<path:content_type_id>": 1,
            "<path:object_id>": next((pk for table, pk in other_table.items() if table in address), self.ticket.pk),
            "<app_label>": "tickets",
            "<url>": "nothing-here/",
        }
        if "/user/" in address:
            places["<int:pk>"] = self.client.pk
        if "/tenant/" in address:
            places["<int:pk>"] = self.client.tenant_id
        if "/invite" in address:
            places |= {"<uuid:uid>": self.invite.uid, "<int:pk>": self.invite.pk, "<path:object_id>": self.invite.pk}
        if "/order" in address:
            pk = self.order_for(address).pk
            places |= {"<pk>": pk, "<int:pk>": pk, "<path:object_id>": pk, "<move>": "agreement"}
        if "/admin/clients/" in address or "/api/requests/" in address:
            pk = self.of_clients(address)
            places |= {"<pk>": pk, "<int:pk>": pk, "<path:object_id>": pk}
        if "/admin/outbox/" in address:
            pk = self.delivery.pk if "delivery" in address else self.delivery.endpoint_id
            places |= {"<int:pk>": pk, "<path:object_id>": pk}
        for name, value in places.items():
            address = address.replace(name, str(value))
        assert "<" not in address, address
        return address

    def of_clients(self, address: str) -> int:
        """The client, an answer under review, what waits for one, a wish to be forgotten, a row that is shipped."""
        if "/clients/client/" in address:
            return self.client.pk
        if "/request" in address and "/requesttemplate/" not in address:
            return (self.waiting if "/extend/" in address else self.reviewed).pk
        shipped = {"documentkind": DocumentKind, "questionnaire": Questionnaire, "requesttemplate": RequestTemplate,
                   "redoreason": RedoReason, "consenttext": ConsentText}  # fmt: skip
        model = next((model for name, model in shipped.items() if f"/{name}/" in address), None)
        return self.erasure.pk if model is None else model._default_manager.earliest("pk").pk

    def client_body(self, address: str) -> dict[str, object]:
        answer = {"answer": self.reviewed.answer_id}
        address = address.replace("/api/requests/<pk>/", "/admin/clients/request/<int:pk>/")
        if address.endswith("/cancel/"):
            return {"reason": ""}
        return {
            "/api/requests/": {"client": self.client.pk, "template": "passport"},
            "/admin/clients/request/new/": {"client": self.client.pk, "template": "passport"},
            "/admin/clients/request/<int:pk>/accept/": answer,
            "/admin/clients/request/<int:pk>/redo/": {**answer, "reason": "glare"},
            "/admin/clients/request/<int:pk>/reject/": {**answer, "text": "Чужой документ"},
            "/admin/clients/request/<int:pk>/extend/": {"due_on": UNTIL[:10]},
            "/admin/clients/client/<int:pk>/write/": {"text": "Добрый день"},
        }.get(address, {"reason": "Проверка ответа"})

    def body(self, address: str) -> dict[str, object]:
        if "/admin/clients/" in address or "/api/requests/" in address:
            return self.client_body(address)
        bodies: dict[str, dict[str, object]] = {
            "/api/tickets/": {"client": self.client.pk, "description": "Принтер не печатает"},
            "/api/profile/": {"language": "ru"},
            "/api/contacts/<str:pk>/": {"company": "Вектор"},
            "/api/admin/invites/": {"role": "engineer", "tenant": str(self.client.tenant.uid)},  # type: ignore[union-attr]
            "/admin/accounts/user/new/": {
                "full_name": "Новый",
                "tenant": self.client.tenant_id,
                "roles": ["technician"],
                "username": "new",
                "password": "длинный пароль 77",
            },
            "/admin/accounts/user/<int:pk>/roles/": {"roles": ["client"]},
            "/admin/accounts/user/<int:pk>/password/": {"username": "anna", "password": "длинный пароль 77"},
            "/admin/accounts/invite/new/": {"role": "engineer", "use_limit": 1},
            "/api/tickets/<pk>/comments/": {"text": "Едем"},
            "/api/tickets/<pk>/assign/": {"assignee": None},
            "/api/tickets/<pk>/priority/": {"priority": "high"},
            "/admin/tickets/ticket/<int:pk>/comment/": {"text": "Едем", "visibility": "public"},
            "/admin/tickets/ticket/<int:pk>/priority/": {"priority": "high"},
            "/admin/tickets/ticket/<int:pk>/link/": {"person": self.twin.pk},
            "/admin/tickets/ticket/new/": {
                "q": self.client.full_name,
                "client": self.client.pk,
                "description": "Шумит",
                "priority": "normal",
            },
        }
        hook = {"name": "CRM", "tenant": self.client.tenant_id, "url": "https://crm.example/hook", "kinds": ["tickets"]}
        bodies |= {f"/admin/outbox/webhookendpoint/{end}": hook for end in ("new/", "<int:pk>/edit/")}
        return bodies.get(address) or self.api_order_body(address) or self.console_order_body(address)

    def api_order_body(self, address: str) -> dict[str, object]:
        attempt = self.orders["awaiting"].awaiting_id
        agreed = Attempt.objects.filter(order=self.orders["held"]).earliest("pk").pk
        bodies: dict[str, dict[str, object]] = {
            "/api/orders/": {"ticket": self.ticket.pk, "engineer": self.team.engineer.pk},
            "/api/orders/<pk>/<move>/": {
                "outcome": "accepted",
                "total": "9000.00",
                "lines": [{"name": "Ролик", "price": "9000.00", "chosen": True}],
            },
            "/api/orders/<pk>/": {"device": "HP M405"},
            "/api/orders/<pk>/correct/": {"attempt": agreed, "total": "9500", "reason": "Опечатка"},
            "/api/orders/<pk>/penalty/": {"total": "500", "reason": "Опоздание"},
            "/api/orders/<pk>/wait/": {"waiting": "parts"},
            "/api/orders/<pk>/curator/": {"curator": self.heir.pk},
            "/api/orders/<pk>/estimate/": {"lines": [{"name": "Ролик", "price": "9000"}]},
            "/api/orders/<pk>/answer_estimate/": {"version": 1, "option": 0},
            "/api/orders/<pk>/ask/": {"text": "Когда?"},
            "/api/orders/<pk>/answer/": {"text": "Завтра"},
            "/api/orders/<pk>/waive/": {"stage": "workshop", "reason": "На месте"},
            "/api/orders/<pk>/approve/": {"attempt": attempt},
            "/api/orders/<pk>/return/": {"attempt": attempt, "reason": "Фото"},
            "/api/orders/<pk>/cancel/": {"reason": "Передумали"},
            "/api/orders/<pk>/release/": {"reason": "Нет детали"},
            "/api/orders/<pk>/assign/": {"engineer": self.team.engineer.pk},
            "/api/orders/<pk>/plan/": {"stage": "workshop"},
            "/api/orders/<pk>/exclude/": {"stage": "workshop"},
            "/api/orders/<pk>/extend/": {"until": UNTIL, "reason": "Ждём деталь"},
            "/api/orders/<pk>/priority/": {"priority": "high"},
        }
        return bodies.get(address, {})

    def console_order_body(self, address: str) -> dict[str, object]:
        attempt = self.orders["awaiting"].awaiting_id
        agreed = Attempt.objects.filter(order=self.orders["held"]).earliest("pk").pk
        heir = {"curator": self.heir.pk}
        bodies: dict[str, dict[str, object]] = {
            "/admin/orders/order/<int:pk>/edit/": {"device": "HP M405"},
            "/admin/orders/order/<int:pk>/correct/": {"attempt": agreed, "total": "9500", "reason": "Опечатка"},
            "/admin/orders/order/<int:pk>/waiting/": {"waiting": "parts"},
            "/admin/orders/order/<int:pk>/answer/": {"text": "Завтра"},
            "/admin/orders/order/<int:pk>/consent/": {"text": "По телефону", "total": "9500"},
            "/admin/orders/order/<int:pk>/curator/": heir,
            "/admin/orders/order/curators/<int:curator>/": heir,
            "/admin/orders/order/new/": {"ticket": self.ticket.pk, "engineer": self.team.engineer.pk},
            "/admin/orders/order/<int:pk>/approve/": {"attempt": attempt},
            "/admin/orders/order/<int:pk>/return/": {
                "attempt": attempt,
                "reason": "Фото",
            },
            "/admin/orders/order/<int:pk>/cancel/": {"reason": "Передумали"},
            "/admin/orders/order/<int:pk>/assign/": {"engineer": self.team.engineer.pk},
            "/admin/orders/order/<int:pk>/plan/": {"stage": "workshop"},
            "/admin/orders/order/<int:pk>/exclude/": {"stage": "workshop"},
            "/admin/orders/order/<int:pk>/extend/": {"until": UNTIL, "reason": "Ждём деталь"},
            "/admin/orders/order/<int:pk>/priority/": {"priority": "high"},
            "/admin/orders/order/<int:pk>/release/": {"reason": "Мастер уволился"},
            "/admin/orders/order/<int:pk>/penalty/": {"total": "500", "reason": "Опоздание"},
        }
        return bodies.get(address, {})


def policy() -> Iterator[Row]:
    for line in POLICY.strip().splitlines()[1:]:
        if line:
            address, method, *outcomes = line.split()
            assert len(outcomes) == len(CALLERS), line
            halves = [(own, foreign or own) for own, _, foreign in (cell.partition("/") for cell in outcomes)]
            yield Row(address, method, dict(zip(CALLERS, halves, strict=True)))


def addresses() -> Iterator[tuple[str, URLPattern]]:
    """Every address of the URLconf, written as in the table."""

    def walk(resolver: URLResolver, prefix: str) -> Iterator[tuple[str, URLPattern]]:
        for pattern in resolver.url_patterns:
            route = prefix + str(pattern.pattern)
            if isinstance(pattern, URLResolver):
                yield from walk(pattern, route)
            else:
                yield simplify_regex(route), pattern

    return walk(get_resolver(), "")


def test_every_address_has_a_policy() -> None:
    assert sorted({row.address for row in policy()}) == sorted({address for address, _ in addresses()})


def test_every_method_of_the_api_has_a_policy() -> None:
    served = {
        (address, method.upper())
        for address, pattern in addresses()
        for method in getattr(pattern.callback, "actions", None) or ()
        if method != "head"
    }
    declared = {
        (row.address, row.method)
        for row in policy()
        if row.address.startswith(
            ("/api/tickets", "/api/orders", "/api/request", "/api/admin", "/api/users", "/api/contacts")
        )
    }
    assert served == declared


@pytest.fixture
def targets(company: Company) -> tuple[Target, Target]:
    """One of the first branch, one of the other."""
    return target(company, company.person(Role.CLIENT)), target(
        company, company.person(Role.CLIENT, tenant=company.other)
    )


@pytest.fixture
def callers(company: Company, targets: tuple[Target, Target]) -> dict[str, Client]:
    """Everybody signed in to the console and with a token; the client is the one of the first target."""
    clients = {"anonymous": Client(raise_request_exception=False)}
    for name in CALLERS[1:]:
        role = Role.TECHNICIAN if name == "deactivated" else Role(name)
        of_the_team = getattr(targets[0].team, name, None)
        user = targets[0].client if name == "client" else of_the_team or company.person(role)
        clients[name] = Client(
            raise_request_exception=False, headers={"Authorization": f"Bearer {begin_tokens(user=user).access}"}
        )
        clients[name].force_login(user)
        User.objects.filter(pk=user.pk).update(is_active=name != "deactivated")
    return clients


def test_every_address_answers_each_role_as_declared(
    targets: tuple[Target, Target], callers: dict[str, Client]
) -> None:
    assert "\n".join(differences(policy(), targets, callers)) == ""


def differences(rows: Iterable[Row], targets: tuple[Target, Target], callers: dict[str, Client]) -> list[str]:
    """Where the house answers otherwise than the table says."""
    wrong = []
    for row in rows:
        for caller, expected in row.outcomes.items():
            for whose, asked, outcome in zip(("own", "foreign"), targets, expected, strict=True):
                if whose == "foreign" and ("<" not in row.address or outcome == "login"):
                    continue  # there is nothing to tell apart
                got = answer(callers[caller], row, asked)
                if got != outcome:
                    wrong.append(f"{row.method} {row.address} {caller} {whose}: {got} instead of {outcome}")
    return wrong


def test_other_methods_are_refused(targets: tuple[Target, Target], callers: dict[str, Client]) -> None:
    """On the console's own pages Django takes GET and POST alike; whatever they are, they ask the same permissions."""
    declared = {(row.address, row.method) for row in policy()} | {("/", method) for method in METHODS}
    wrong = [
        f"{method} {address}"
        for address, _ in addresses()
        for method in METHODS
        if (address, method) not in declared and not address.startswith("/admin/")
        if answer(callers["superuser"], Row(address, method, {}), targets[0]) != "405"
    ]
    assert wrong == []


def answer(client: Client, row: Row, asked: Target) -> str:
    """What comes back; whatever it changed is taken back."""
    body = {} if row.method == "GET" else asked.body(row.address)
    content_type = "application/json" if row.address.startswith("/api/") else MULTIPART_CONTENT
    how = {} if row.method == "GET" else {"content_type": content_type}
    cookies = deepcopy(client.cookies)
    with transaction.atomic():
        response = getattr(client, row.method.lower())(asked.path(row.address), body, **how)
        transaction.set_rollback(True)
    client.cookies = cookies
    if response.status_code == 302 and response["Location"].startswith("/admin/login/"):
        return "login"
    return str(response.status_code)


def target(company: Company, client: User) -> Target:
    ticket = company.ticket(client)
    twin = company.person(Role.CLIENT, tenant=client.tenant, telegram=True)
    for person in (client, twin):
        set_contact(actor=MACHINE, user_id=person.pk, phone="+79991234567")
    (file,) = attach(ticket, [TelegramFile(FileKind.PHOTO, "a file id")])
    store_content(file.pk, jpeg())
    store_views(file.pk, Rendered((Page(b"view", b"thumbnail"),), 1))
    invite = create_invite(actor=MACHINE, role=Role.ENGINEER, tenant_id=client.tenant_id)
    own = company if client.tenant == company.tenant else Company(company.other, company.tenant)
    team = Team(own)
    team.client = client
    orders = {
        "plain": team.order(), "awaiting": team.order(awaiting=True), "held": team.order(Stage.WORKSHOP),
        "raised": team.order(Stage.REPAIR),
    }  # fmt: skip
    agreed = Attempt.objects.get(order=orders["raised"], stage=Stage.AGREEMENT)
    correct_sum(
        actor=team.actor(team.curator), order_id=orders["raised"].pk, attempt_id=agreed.pk, total=Decimal(9500),
        reason="Опечатка",
    )  # fmt: skip
    heir = own.person(Role.CURATOR)
    care = Care(own)
    care.agree(client)
    reviewed, waiting = care.request("requisites", client), care.request("passport", client)
    submit_document(actor=care.actor(client, Via.BOT), request_id=reviewed.pk, text="ИНН 7700000000")
    erasure = ask_for_erasure(actor=care.actor(client, Via.BOT))
    reviewed.refresh_from_db()
    superuser = as_actor(company.person(Role.SUPERUSER))
    hook = save_webhook(
        actor=superuser, tenant_id=own.tenant.pk, name="CRM", url="https://crm.example/hook", kinds=["tickets"]
    )
    delivery = ping_webhook(actor=superuser, webhook_id=hook.pk)
    return Target(ticket, client, twin, file, invite, team, heir, orders, reviewed, waiting, erasure, delivery)
