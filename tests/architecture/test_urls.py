"""Who gets what at every address. A new address without a row here fails; so does a new method of the API.

`login` is the way to the sign-in page. Two outcomes, `200/404`, are for a row of one's own (the client's own ticket,
the tenant's for staff) and for a foreign tenant's; one outcome is for both.
"""

from collections.abc import Iterable, Iterator
from copy import deepcopy
from dataclasses import dataclass

import pytest
from django.contrib.admindocs.views import simplify_regex
from django.db import transaction
from django.test import Client
from django.test.client import MULTIPART_CONTENT
from django.urls import URLPattern, URLResolver, get_resolver

from accounts.actions import begin_tokens, create_invite, set_contact
from accounts.models import Invite, User
from accounts.roles import Role
from files.actions import TelegramFile, attach, store_content, store_views
from files.enums import FileKind
from files.models import StoredFile
from files.pictures import Page, Rendered
from tests.simulator.pictures import jpeg
from tests.support.company import MACHINE, Company
from tickets.models import Ticket

CALLERS = (
    "anonymous", "client", "technician", "operator", "curator", "engineer", "workshop", "superuser", "integrator",
    "deactivated",
)  # fmt: skip
POLICY = """
address method                               anonymous client  technician operator curator engineer workshop superuser integrator deactivated
/ GET                                              302     302        302     302     302      302      302       302        302         302
/files/<uuid:uid>/ GET                             404 200/404    200/404 200/404 200/404      404      404       200    200/404         404
/files/<uuid:uid>/view/ GET                        404 200/404    200/404 200/404 200/404      404      404       200    200/404         404
/files/<uuid:uid>/view/<int:page>/ GET             404 200/404    200/404 200/404 200/404      404      404       200    200/404         404
/files/<uuid:uid>/thumbnail/ GET                   404 200/404    200/404 200/404 200/404      404      404       200    200/404         404
/files/<uuid:uid>/thumbnail/<int:page>/ GET        404 200/404    200/404 200/404 200/404      404      404       200    200/404         404
/health/ GET                                       200     200        200     200     200      200      200       200        200         200
/health/live/ GET                                  200     200        200     200     200      200      200       200        200         200
/health/bot/ GET                                   200     200        200     200     200      200      200       200        200         200
/metrics/ GET                                       404     404        404     404     404      404      404       404        404         404
/telegram/webhook/ POST                            404     404        404     404     404      404      404       404        404         404
/docs/ GET                                         200     200        200     200     200      200      200       200        200         200
/redoc/ GET                                        200     200        200     200     200      200      200       200        200         200

/api/auth/token/ POST                              400     400        400     400     400      400      400       400        400         400
/api/auth/logout/ POST                             400     400        400     400     400      400      400       400        400         400
/api/auth/token/refresh/ POST                      400     400        400     400     400      400      400       400        400         400
/api/files/<uuid:uid>/ GET                         401 200/404    200/404 200/404 200/404      404      404       200    200/404         401
/api/categories/ GET                               401     200        200     200     200      200      200       200        200         401
/api/profile/ GET                                  401     200        200     200     200      200      200       200        200         401
/api/profile/ PATCH                                401     200        200     200     200      200      200       200        200         401
/api/users/ GET                                    401     200        200     200     200      200      200       200        200         401
/api/users/<str:pk>/ GET                           401 200/404    200/404 200/404 200/404      404      404       200    200/404         401
/api/contacts/ GET                                 401     403        400     400     400      403      403       400        400         401
/api/contacts/<str:pk>/ GET                        401 200/404    200/404 200/404 200/404      404      404       200    200/404         401
/api/contacts/<str:pk>/ PATCH                      401 200/404    200/404 200/404 200/404      404      404       200    200/404         401
/api/tickets/<pk>/attachments/ GET                 401 200/404    200/404 200/404 200/404      404      404       200    200/404         401
/api/tickets/<pk>/attachments/ POST                401     415        415     415     415      415      415       415        415         401
/api/tickets/<pk>/audit/ GET                       401 403/404    200/404 200/404 200/404      404      404       200    200/404         401
/api/tickets/ GET                                  401     200        200     200     200      200      200       200        200         401
/api/tickets/ POST                                 401 201/403    201/400 201/400 201/400      403      403       201    201/400         401
/api/tickets/<pk>/ GET                             401 200/404    200/404 200/404 200/404      404      404       200    200/404         401
/api/tickets/<pk>/comments/ GET                    401 200/404    200/404 200/404 200/404      404      404       200    200/404         401
/api/tickets/<pk>/comments/ POST                   401 201/404    201/404 201/404 201/404      404      404       201    201/404         401
/api/tickets/<pk>/<move>/ POST                     401 403/404    200/404 200/404 200/404      404      404       200    200/404         401
/api/tickets/<pk>/assign/ POST                     401 403/404    200/404 200/404 200/404      404      404       200    200/404         401
/api/tickets/<pk>/priority/ POST                   401 403/404    200/404 200/404 200/404      404      404       200    200/404         401

/api/admin/invites/ GET                            401     403        403     200     200      403      403       200        403         401
/api/admin/invites/ POST                           401     403        403     403     201      403      403       201        403         401
/api/admin/invites/<uuid:uid>/ GET                 401     403        403     404 200/404      403      403       200        403         401
/api/admin/invites/<uuid:uid>/revoke/ POST         401     403        403     404 200/404      403      403       200        403         401

/admin/ GET                                      login   login        200     200     200    login    login       200      login       login
/admin/login/ GET                                  200     200        302     302     302      200      200       302        200         200
/admin/logout/ POST                                302     302        200     200     200      302      302       200        302         302
/admin/password_change/ GET                      login   login        200     200     200    login    login       200      login       login
/admin/password_change/done/ GET                 login   login        200     200     200    login    login       200      login       login
/admin/search/ GET                               login   login        200     200     200    login    login       200      login       login
/admin/autocomplete/ GET                         login   login        403     403     403    login    login       403      login       login
/admin/jsi18n/ GET                               login   login        200     200     200    login    login       200      login       login
/admin/r/<path:content_type_id>/<path:object_id>/ GET login login     404     404     404    login    login       404      login       login
/admin/<app_label>/ GET                          login   login        200     200     200    login    login       200      login       login
/admin/<url> GET                                 login   login        404     404     404    login    login       404      login       login

/admin/second-factor/ GET                        login   login        200     200     200    login    login       200      login       login
/admin/second-factor/ POST                       login   login        400     400     400    login    login       400      login       login
/admin/installation/ GET                         login   login        403     403     403    login    login       200      login       login
/admin/second-factor/off/ POST                   login   login        302     302     302    login    login       302      login       login

/admin/tickets/ticket/ GET                       login   login        200     200     200    login    login       200      login       login
/admin/tickets/ticket/add/ GET                   login   login        403     403     403    login    login       403      login       login
/admin/tickets/ticket/<path:object_id>/ GET      login   login        302     302     302    login    login       302      login       login
/admin/tickets/ticket/<path:object_id>/change/ GET login login    200/404 200/404 200/404    login    login       200      login       login
/admin/tickets/ticket/<path:object_id>/delete/ GET login login        403     403     403    login    login       403      login       login
/admin/tickets/ticket/<path:object_id>/history/ GET login login       404     404     404    login    login       404      login       login
/admin/tickets/ticket/<int:pk>/comment/ POST     login   login    302/404 302/404 302/404    login    login       302      login       login
/admin/tickets/ticket/<int:pk>/comment/<int:comment>/edit/ POST login login 404 404 404 login  login       404      login       login
/admin/tickets/ticket/<int:pk>/comment/<int:comment>/delete/ POST login login 404 404 404 login login      404      login       login
/admin/tickets/ticket/<int:pk>/comment/<int:comment>/repeat/ POST login login 404 404 404 login login      404      login       login
/admin/tickets/ticket/<int:pk>/move/<str:move>/ POST login login  302/404 302/404 302/404    login    login       302      login       login
/admin/tickets/ticket/<int:pk>/assign/ POST      login   login    302/404 302/404 302/404    login    login       302      login       login
/admin/tickets/ticket/<int:pk>/priority/ POST    login   login    302/404 302/404 302/404    login    login       302      login       login
/admin/tickets/ticket/<int:pk>/phone/ POST       login   login    403/404 200/404 200/404    login    login       200      login       login
/admin/tickets/ticket/<int:pk>/link/ POST        login   login    403/404 302/404 302/404    login    login       302      login       login
/admin/tickets/ticket/live/ GET                  login   login        200     200     200    login    login       200      login       login
/admin/tickets/ticket/new/ GET                   login   login        200     200     200    login    login       200      login       login
/admin/tickets/ticket/new/ POST                  login   login        302     302     302    login    login       302      login       login

/admin/accounts/user/ GET                        login   login        403     403     403    login    login       200      login       login
/admin/accounts/user/add/ GET                    login   login        403     403     403    login    login       403      login       login
/admin/accounts/user/<path:object_id>/ GET       login   login        302     302     302    login    login       302      login       login
/admin/accounts/user/<path:object_id>/change/ GET login  login        403     403     403    login    login       200      login       login
/admin/accounts/user/<path:object_id>/delete/ GET login  login        403     403     403    login    login       403      login       login
/admin/accounts/user/<path:object_id>/history/ GET login login        404     404     404    login    login       404      login       login
/admin/accounts/user/new/ GET                    login   login        403     403     403    login    login       200      login       login
/admin/accounts/user/new/ POST                   login   login        403     403     403    login    login       302      login       login
/admin/accounts/user/<int:pk>/roles/ POST        login   login        404     404     404    login    login       302      login       login
/admin/accounts/user/<int:pk>/service/ POST      login   login        404     404     404    login    login       400      login       login
/admin/accounts/user/<int:pk>/password/ POST     login   login        404     404     404    login    login       302      login       login
/admin/accounts/user/<int:pk>/deactivate/ POST   login   login        404     404     404    login    login       302      login       login
/admin/accounts/user/<int:pk>/activate/ POST     login   login        404     404     404    login    login       302      login       login
/admin/accounts/user/<int:pk>/end/ POST          login   login        404     404     404    login    login       302      login       login
/admin/accounts/user/<int:pk>/factor/ POST       login   login        404     404     404    login    login       302      login       login
/admin/accounts/tenant/<int:pk>/factor/ POST     login   login        404     404     404    login    login       302      login       login
/admin/accounts/tenant/ GET                      login   login        403     403     403    login    login       200      login       login
/admin/accounts/tenant/add/ GET                  login   login        403     403     403    login    login       403      login       login
/admin/accounts/tenant/<path:object_id>/ GET     login   login        302     302     302    login    login       302      login       login
/admin/accounts/tenant/<path:object_id>/change/ GET login login       403     403     403    login    login       200      login       login
/admin/accounts/tenant/<path:object_id>/delete/ GET login login       403     403     403    login    login       403      login       login
/admin/accounts/tenant/<path:object_id>/history/ GET login login      404     404     404    login    login       404      login       login

/admin/accounts/invite/ GET                      login   login        403     200     200    login    login       200      login       login
/admin/accounts/invite/add/ GET                  login   login        403     403     403    login    login       403      login       login
/admin/accounts/invite/<path:object_id>/ GET     login   login        302     302     302    login    login       302      login       login
/admin/accounts/invite/<path:object_id>/change/ GET login login       404     404 200/404    login    login       200      login       login
/admin/accounts/invite/<path:object_id>/delete/ GET login login       403     403     403    login    login       403      login       login
/admin/accounts/invite/<path:object_id>/history/ GET login login      404     404     404    login    login       404      login       login
/admin/accounts/invite/new/ GET                  login   login        403     200     200    login    login       200      login       login
/admin/accounts/invite/new/ POST                 login   login        403     400     302    login    login       400      login       login
/admin/accounts/invite/<int:pk>/revoke/ POST     login   login        404     404 302/404    login    login       302      login       login
"""  # noqa: E501
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
        for name, value in places.items():
            address = address.replace(name, str(value))
        assert "<" not in address, address
        return address

    def body(self, address: str) -> dict[str, object]:
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
        if row.address.startswith(("/api/tickets", "/api/admin", "/api/users", "/api/contacts"))
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
        user = targets[0].client if name == "client" else company.person(role)
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
    return Target(ticket, client, twin, file, invite)
