"""Who may do what with tickets: the rows of the product's role table, written by hand, through actions and API.

`own` is a ticket whose client is the person himself, `tenant` one of another client of the same branch, `elsewhere`
one of the other branch. `hidden` looks like a row that does not exist; `unknown` is a client who looks so.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import transaction
from rest_framework.test import APIClient

from accounts.actions import begin_tokens
from accounts.models import User
from accounts.roles import Role
from core.actor import Actor
from core.db import found
from core.errors import Denied, NotFound
from tests.support.company import Company, as_actor
from tests.support.unchanged import every_row
from tickets.actions import add_comment, assign_ticket, create_ticket, move_ticket, set_priority
from tickets.enums import Status, Visibility
from tickets.errors import UnknownClient
from tickets.models import Ticket
from tickets.queries import visible_to

MATRIX = """
act      whose      client  technician operator curator engineer workshop superuser integrator
create   own        yes     denied     denied   denied  denied   denied   denied    denied
create   tenant     denied  yes        yes      yes     denied   denied   yes       yes
create   elsewhere  denied  unknown    unknown  unknown denied   denied   yes       unknown
see      own        yes     yes        yes      yes     hidden   hidden   yes       yes
see      tenant     hidden  yes        yes      yes     hidden   hidden   yes       yes
see      elsewhere  hidden  hidden     hidden   hidden  hidden   hidden   yes       hidden
take     own        denied  yes        yes      yes     hidden   hidden   yes       yes
take     tenant     hidden  yes        yes      yes     hidden   hidden   yes       yes
take     elsewhere  hidden  hidden     hidden   hidden  hidden   hidden   yes       hidden
assign   own        denied  yes        yes      yes     hidden   hidden   yes       yes
assign   tenant     hidden  yes        yes      yes     hidden   hidden   yes       yes
assign   elsewhere  hidden  hidden     hidden   hidden  hidden   hidden   yes       hidden
priority own        denied  yes        yes      yes     hidden   hidden   yes       yes
priority tenant     hidden  yes        yes      yes     hidden   hidden   yes       yes
priority elsewhere  hidden  hidden     hidden   hidden  hidden   hidden   yes       hidden
write    own        yes     yes        yes      yes     hidden   hidden   yes       yes
write    tenant     hidden  yes        yes      yes     hidden   hidden   yes       yes
write    elsewhere  hidden  hidden     hidden   hidden  hidden   hidden   yes       hidden
note     own        denied  yes        yes      yes     hidden   hidden   yes       yes
note     tenant     hidden  yes        yes      yes     hidden   hidden   yes       yes
note     elsewhere  hidden  hidden     hidden   hidden  hidden   hidden   yes       hidden
cancel   own        yes     yes        yes      yes     hidden   hidden   yes       yes
cancel   tenant     hidden  yes        yes      yes     hidden   hidden   yes       yes
cancel   elsewhere  hidden  hidden     hidden   hidden  hidden   hidden   yes       hidden
confirm  own        yes     denied     denied   denied  hidden   hidden   denied    denied
confirm  tenant     hidden  denied     denied   denied  hidden   hidden   denied    denied
confirm  elsewhere  hidden  hidden     hidden   hidden  hidden   hidden   denied    hidden
reopen   own        yes     yes        yes      yes     hidden   hidden   yes       yes
reopen   tenant     hidden  yes        yes      yes     hidden   hidden   yes       yes
reopen   elsewhere  hidden  hidden     hidden   hidden  hidden   hidden   yes       hidden
"""
ROLES = MATRIX.split("\n")[1].split()[2:]
PROBLEMS = {Denied: "denied", NotFound: "hidden", UnknownClient: "unknown"}
STATUSES = {200: "yes", 201: "yes", 403: "denied", 404: "hidden", 400: "unknown"}
BEFORE = {"confirm": Status.RESOLVED, "reopen": Status.CLOSED}
"""The status in which an act makes sense; new otherwise."""


@dataclass(frozen=True)
class Case:
    """What is acted on: a ticket and its client."""

    ticket: Ticket
    client: User


def column(role: str) -> dict[tuple[str, str], str]:
    header, *lines = [line.split() for line in MATRIX.strip().splitlines()]
    return {(line[0], line[1]): line[header.index(role)] for line in lines}


def test_the_table_knows_every_role() -> None:
    assert sorted(ROLES) == sorted(Role.values)


@pytest.mark.parametrize("role", ROLES)
def test_actions_obey_the_table(role: str, company: Company) -> None:
    person, cases = world(company, Role(role))
    actor = as_actor(person)
    assert {row: by_action(actor, row[0], cases[row[1]]) for row in column(role)} == column(role)


@pytest.mark.parametrize("role", ROLES)
def test_the_api_obeys_the_table(role: str, company: Company) -> None:
    person, cases = world(company, Role(role))
    caller = APIClient(headers={"Authorization": f"Bearer {begin_tokens(user=person).access}"})
    assert {row: by_api(caller, row[0], cases[row[1]]) for row in column(role)} == column(role)


def test_several_roles_add_up(company: Company) -> None:
    person = company.person(Role.CLIENT, Role.TECHNICIAN)
    ticket = company.ticket(person)
    actor = as_actor(person)
    move_ticket(actor=actor, ticket_id=ticket.pk, move="take")
    move_ticket(actor=actor, ticket_id=ticket.pk, move="resolve")
    assert move_ticket(actor=actor, ticket_id=ticket.pk, move="confirm").status == Status.CLOSED


def test_a_deactivated_person_may_nothing(company: Company) -> None:
    person, cases = world(company, Role.TECHNICIAN)
    User.objects.filter(pk=person.pk).update(is_active=False)
    actor = as_actor(person)
    outcomes = {row: by_action(actor, row[0], cases[row[1]]) for row in column("technician")}
    assert set(outcomes.values()) == {"denied", "hidden"}
    assert [row for row, outcome in outcomes.items() if outcome == "denied"] == [
        ("create", "own"), ("create", "tenant"), ("create", "elsewhere"),
    ]  # fmt: skip


def world(company: Company, role: Role) -> tuple[User, dict[str, Case]]:
    """The person, and what he might act on."""
    person = company.person(role)
    neighbour, stranger = company.person(Role.CLIENT), company.person(Role.CLIENT, tenant=company.other)
    cases = {
        whose: Case(company.ticket(client), client)
        for whose, client in (("tenant", neighbour), ("elsewhere", stranger))
    }
    own = company.ticket(neighbour)
    Ticket.objects.filter(pk=own.pk).update(client=person)
    return person, {**cases, "own": Case(own, person)}


@contextmanager
def taken_back() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def by_action(actor: Actor, act: str, case: Case) -> str:
    prepare(act, case)
    before = every_row()
    try:
        with taken_back():
            ACTIONS[act](actor, case)
    except tuple(PROBLEMS) as problem:
        assert every_row() == before
        return PROBLEMS[type(problem)]
    return "yes"


def by_api(caller: APIClient, act: str, case: Case) -> str:
    prepare(act, case)
    before = every_row()
    path, body = REQUESTS[act]
    address = f"/api/tickets/{path.format(case.ticket.pk)}"
    with taken_back():
        response = caller.get(address) if body is None else caller.post(address, body(case))
        if response.status_code >= 400:
            assert every_row() == before
    return STATUSES[response.status_code]


def prepare(act: str, case: Case) -> None:
    """The status and the fresh history in which the act is possible."""
    Ticket.objects.filter(pk=case.ticket.pk).update(status=BEFORE.get(act, Status.NEW), assignee=None)


ACTIONS: dict[str, Callable[[Actor, Case], Any]] = {
    "create": lambda actor, case: create_ticket(actor=actor, client_id=case.client.pk, text="Шумит"),
    "see": lambda actor, case: found(visible_to(actor), case.ticket.pk),
    "take": lambda actor, case: move_ticket(actor=actor, ticket_id=case.ticket.pk, move="take"),
    "assign": lambda actor, case: assign_ticket(actor=actor, ticket_id=case.ticket.pk, assignee_id=None),
    "priority": lambda actor, case: set_priority(actor=actor, ticket_id=case.ticket.pk, priority="high"),
    "write": lambda actor, case: add_comment(actor=actor, ticket_id=case.ticket.pk, text="Здравствуйте"),
    "note": lambda actor, case: add_comment(
        actor=actor, ticket_id=case.ticket.pk, text="Заметка", visibility=Visibility.INTERNAL
    ),
    "cancel": lambda actor, case: move_ticket(actor=actor, ticket_id=case.ticket.pk, move="cancel"),
    "confirm": lambda actor, case: move_ticket(actor=actor, ticket_id=case.ticket.pk, move="confirm"),
    "reopen": lambda actor, case: move_ticket(actor=actor, ticket_id=case.ticket.pk, move="reopen"),
}
Body = Callable[[Case], dict[str, Any]]
REQUESTS: dict[str, tuple[str, Body | None]] = {
    "create": ("", lambda case: {"client": case.client.pk, "description": "Шумит"}),
    "see": ("{}/", None),
    "take": ("{}/take/", lambda case: {}),
    "assign": ("{}/assign/", lambda case: {"assignee": None}),
    "priority": ("{}/priority/", lambda case: {"priority": "high"}),
    "write": ("{}/comments/", lambda case: {"text": "Здравствуйте"}),
    "note": ("{}/comments/", lambda case: {"text": "Заметка", "visibility": "internal"}),
    "cancel": ("{}/cancel/", lambda case: {}),
    "confirm": ("{}/confirm/", lambda case: {}),
    "reopen": ("{}/reopen/", lambda case: {}),
}
