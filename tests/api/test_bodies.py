"""Every body that the API describes: unknown fields are refused by name, ids of another branch are not known."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.utils.functional import cached_property
from rest_framework.test import APIClient

from accounts.models import User
from accounts.roles import Role
from clients.actions import submit_document
from clients.models import Request
from core.actor import Via
from orders.actions import create_order
from tests.api.callers import caller, problem
from tests.api.test_schema import described
from tests.support.clients import Care
from tests.support.company import Company
from tests.support.orders import Team
from tests.support.unchanged import nothing_changes
from tickets.models import Ticket

NUMBERS = {"limit", "version", "option"}
"""Fields that are numbers and name no row."""
FOREIGN: dict[tuple[str, str], tuple[Role, tuple[int, str]]] = {
    ("/api/tickets/", "client"): (Role.OPERATOR, (400, "unknown_client")),
    ("/api/tickets/{id}/assign/", "assignee"): (Role.OPERATOR, (400, "unknown_assignee")),
    ("/api/orders/", "ticket"): (Role.CURATOR, (404, "not_found")),
    ("/api/orders/", "client"): (Role.CURATOR, (400, "unknown_client")),
    ("/api/orders/", "engineer"): (Role.CURATOR, (400, "unknown_engineer")),
    ("/api/orders/{id}/assign/", "engineer"): (Role.CURATOR, (400, "unknown_engineer")),
    ("/api/orders/{id}/approve/", "attempt"): (Role.CURATOR, (409, "nothing_to_verify")),
    ("/api/orders/{id}/return/", "attempt"): (Role.CURATOR, (409, "nothing_to_verify")),
    ("/api/orders/{id}/correct/", "attempt"): (Role.CURATOR, (404, "not_found")),
    ("/api/orders/{id}/correct/", "line"): (Role.CURATOR, (404, "not_found")),
    ("/api/orders/{id}/curator/", "curator"): (Role.SUPERUSER, (400, "unknown_curator")),
    ("/api/orders/{id}/", "client"): (Role.CURATOR, (400, "unknown_client")),
    ("/api/orders/", "curator"): (Role.INTEGRATOR, (400, "unknown_curator")),
    ("/api/requests/", "client"): (Role.OPERATOR, (400, "unknown_client")),
    ("/api/requests/", "ticket"): (Role.OPERATOR, (404, "not_found")),
    ("/api/requests/", "order"): (Role.CURATOR, (404, "not_found")),
    ("/api/requests/{id}/accept/", "answer"): (Role.OPERATOR, (409, "answer_changed")),
    ("/api/requests/{id}/redo/", "answer"): (Role.OPERATOR, (409, "answer_changed")),
    ("/api/requests/{id}/reject/", "answer"): (Role.OPERATOR, (409, "answer_changed")),
    ("/api/admin/invites/", "tenant"): (Role.CURATOR, (403, "denied")),
}
"""For each field that names a row: who tries it, and what he hears of one that is in another branch."""


def bodies() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Method, address and properties of every operation that takes JSON."""
    everything = described()
    for address, operations in everything["paths"].items():
        for method, operation in operations.items():
            for kind, content in operation.get("requestBody", {}).get("content", {}).items():
                if kind == "application/json":
                    name = content["schema"]["$ref"].rpartition("/")[2]
                    yield method, address, everything["components"]["schemas"][name].get("properties", {})


class World:
    """One's own ticket and client, and those of another branch."""

    def __init__(self, company: Company) -> None:
        self.company = company
        self.ticket = company.ticket()
        self.team = Team(company)
        self.order = self.team.order(awaiting=True)
        self.bare = create_order(actor=self.team.actor(self.team.curator))
        elsewhere = Team(Company(company.other, company.tenant))
        self.foreign_order = elsewhere.order(awaiting=True)
        self.foreign_ticket = company.ticket(elsewhere.client)
        self.request = self._reviewed(Care(company))
        self.foreign_request = self._reviewed(Care(Company(company.other, company.tenant)))
        self.foreign = company.person(Role.TECHNICIAN, Role.CLIENT, tenant=company.other)

    @staticmethod
    def _reviewed(care: Care) -> Request:
        care.agree()
        request = care.request("requisites")
        submit_document(actor=care.actor(care.client, Via.BOT), request_id=request.pk, text="ИНН 7700000000")
        return Request.objects.get(pk=request.pk)

    @cached_property
    def superuser(self) -> APIClient:
        return caller(self.company.person(Role.SUPERUSER))

    def path(self, address: str) -> str:
        """The address of one's own row."""
        number = self.ticket.client_id if "/contacts/" in address else self.ticket.pk
        number, move = (self.order.pk, "report") if "/orders/" in address else (number, "take")
        if address == "/api/orders/{id}/":
            number = self.bare.pk
        if "/requests/" in address:
            number = self.request.pk
        return address.replace("{id}", str(number)).replace("{move}", move)

    def caller(self, role: Role) -> APIClient:
        """Somebody of this role; the curator is the one of the order."""
        return caller(self.team.curator if role == Role.CURATOR else self.company.person(role))

    def foreign_id(self, field: str) -> object:
        """What such a field could name in the other branch."""
        return {
            "ticket": self.foreign_ticket.pk, "attempt": self.foreign_order.awaiting_id,
            "engineer": self.foreign_order.engineer_id, "curator": self.foreign_order.curator_id,
            "tenant": str(self.company.other.uid), "order": self.foreign_order.pk,
            "answer": self.foreign_request.answer_id,
        }.get(field, self.foreign.pk)  # fmt: skip


@pytest.fixture
def world(company: Company) -> World:
    return World(company)


@pytest.mark.parametrize(("method", "address"), [(method, address) for method, address, _ in bodies()])
def test_a_field_that_nobody_declared_is_refused_by_name(method: str, address: str, world: World) -> None:
    client, path = world.superuser, world.path(address)
    with nothing_changes():
        status, code, fields = problem(getattr(client, method)(path, {"is_superuser": True}, format="json"))
    assert (status, code) == (400, "invalid")
    assert "is_superuser" in fields


def test_the_fields_that_name_rows_are_known_to_this_test() -> None:
    found = {
        (address, name)
        for _, address, properties in bodies()
        for name, property_ in properties.items()
        if property_.get("type") == "integer" or property_.get("format") == "uuid"
    }
    assert {(address, name) for address, name in found if name not in NUMBERS} == set(FOREIGN)


@pytest.mark.parametrize(("address", "field"), FOREIGN)
def test_a_row_of_another_branch_is_not_known(address: str, field: str, world: World) -> None:
    role, refusal = FOREIGN[address, field]
    client, tickets = world.caller(role), Ticket.objects.count()
    rest = {
        "/api/tickets/": {"description": "Шумит"}, "/api/admin/invites/": {"role": "engineer"},
        "/api/orders/{id}/return/": {"reason": "Нет"},
        "/api/orders/{id}/correct/": {"attempt": 10**9, "total": "1", "reason": "Нет"},
        "/api/requests/": {"client": world.request.client_id, "template": "passport"},
        "/api/requests/{id}/redo/": {"reason": "glare"}, "/api/requests/{id}/reject/": {"text": "Нет"},
    }.get(address, {})  # fmt: skip
    with nothing_changes():
        send = client.patch if address == "/api/orders/{id}/" else client.post
        answer = send(world.path(address), {**rest, field: world.foreign_id(field)}, format="json")
        assert problem(answer)[:2] == refusal
    assert (User.objects.get(pk=world.foreign.pk).tenant, Ticket.objects.count()) == (world.company.other, tickets)
