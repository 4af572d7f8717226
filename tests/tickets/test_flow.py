"""The flow of a ticket: every status × move × person against a table written by hand from the product's rules."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from audit.models import Entry
from core.actor import Actor
from core.errors import Denied, NotFound, Problem
from tests.support.company import Company, as_actor
from tests.support.unchanged import every_row
from tickets.actions import move_ticket
from tickets.actions.moves import MoveInput
from tickets.enums import Move, Status
from tickets.errors import MoveNotPossible
from tickets.models import Ticket
from tickets.states import available_moves

FLOW = """
new             take     staff          in_progress
new             hold     staff          on_hold
new             cancel   staff,client   cancelled
new             spam     staff          spam
in_progress     ask      staff          waiting_client
in_progress     hold     staff          on_hold
in_progress     resolve  staff          resolved
in_progress     cancel   staff          cancelled
in_progress     release  staff          new
waiting_client  answer   client         in_progress
waiting_client  hold     staff          on_hold
waiting_client  resolve  staff          resolved
waiting_client  cancel   staff          cancelled
on_hold         resume   staff,machine  in_progress
on_hold         resolve  staff          resolved
on_hold         cancel   staff          cancelled
resolved        confirm  client         closed
resolved        close    machine        closed
resolved        reopen   staff,client   in_progress
closed          reopen   staff,client   in_progress
cancelled       undo     staff          in_progress
spam            undo     staff          in_progress
"""
"""Status, move, who, target. An undo goes back to the status before: here `in_progress`, as `world` has set it."""

NEVER_OFFERED = {"answer", "close"}
"""What follows from a message or from time has no button."""

CAST = {
    "client": "client",
    "technician": "staff",
    "operator": "staff",
    "curator": "staff",
    "superuser": "staff",
    "integrator": "staff",
    "machine": "machine",
    "engineer": "nobody",
    "workshop": "nobody",
    "another client": "nobody",
    "a technician elsewhere": "nobody",
    "a deactivated technician": "nobody",
}
"""Who tries, and whom the table calls him; to `nobody` the ticket does not exist."""


def rows() -> dict[tuple[str, str], tuple[set[str], str]]:
    return {(status, move): (set(who.split(",")), target) for status, move, who, target in map(str.split, lines())}


def lines() -> list[str]:
    return FLOW.strip().splitlines()


def test_the_table_has_each_move_and_status_once() -> None:
    assert len(rows()) == len(lines())
    assert {status for status, _ in rows()} | {"merged"} == set(Status.values)
    assert {move for _, move in rows()} == set(Move.values)


@pytest.mark.parametrize("name", CAST)
def test_every_move_in_every_status(name: str, company: Company) -> None:
    """What the table allows leads to its target, with one entry in the history; all else changes nothing."""
    actor, tickets = world(company, name)
    before = every_row()
    for status, ticket in tickets.items():
        for move in Move.values:
            allowed, target = rows().get((status, move), (set(), ""))
            place = f"{name}: {move} of {status}"
            if CAST[name] in allowed:
                with taken_back():
                    assert result_of(actor, ticket, move) == expected(actor, ticket, move, status, target), place
            else:
                assert attempt(actor, ticket, move) is refusal(CAST[name], move), place
        assert every_row() == before, f"{name}: a refused move of {status} has left something behind"


@pytest.mark.parametrize("name", CAST)
def test_what_is_offered_is_what_is_possible(name: str, company: Company) -> None:
    actor, tickets = world(company, name)
    for status, ticket in tickets.items():
        possible = {move for (at, move), (who, _) in rows().items() if at == status and CAST[name] in who}
        offered = [row.move for row in available_moves(actor, Ticket.objects.get(pk=ticket.pk))]
        assert len(offered) == len(set(offered))
        assert set(offered) == (set() if name == "machine" else possible - NEVER_OFFERED), status


def test_an_unknown_move_is_refused(company: Company) -> None:
    actor, tickets = world(company, "technician")
    assert attempt(actor, tickets["new"], "explode") is Denied


def world(company: Company, name: str) -> tuple[Actor, dict[str, Ticket]]:
    """The person who tries, and one ticket of the same client in each status."""
    client = company.person(Role.CLIENT)
    tickets = {status: company.ticket(client) for status in Status.values}
    now = timezone.now()
    for status, ticket in tickets.items():
        Ticket.objects.filter(pk=ticket.pk).update(
            status=status,
            previous_status=Status.IN_PROGRESS,
            hold_until=now - timedelta(minutes=1),  # over, and unanswered for long: the machine's time has come
            hold_reason="Ждём деталь",
            resolved_at=now - timedelta(days=4),
            waiting_since=None,
            closed_at=now,
        )
    return somebody(company, name, client), tickets


def somebody(company: Company, name: str, client: User) -> Actor:
    match name:
        case "client":
            return as_actor(client)
        case "machine":
            return Actor.system("test")
        case "another client":
            return as_actor(company.person(Role.CLIENT))
        case "a technician elsewhere":
            return as_actor(company.person(Role.TECHNICIAN, tenant=company.other))
        case "a deactivated technician":
            person = company.person(Role.TECHNICIAN)
            User.objects.filter(pk=person.pk).update(is_active=False)
            return as_actor(person)
    return as_actor(company.person(Role(name)))


def refusal(who: str, move: str) -> type[Problem]:
    """«Not there» for nobody, «not you» for one who never may, «not now» for one who may in another status."""
    if who == "nobody":
        return NotFound
    return MoveNotPossible if any(m == move and who in allowed for (_, m), (allowed, _) in rows().items()) else Denied


def make(actor: Actor, ticket: Ticket, move: str) -> Ticket:
    given = MoveInput(text="Какая модель?", until=timezone.now() + timedelta(days=2), reason="Ждём деталь")
    return move_ticket(actor=actor, ticket_id=ticket.pk, move=move, given=given, version=1)


def attempt(actor: Actor, ticket: Ticket, move: str) -> type[Problem] | None:
    try:
        with transaction.atomic():
            make(actor, ticket, move)
    except Problem as problem:
        return type(problem)
    return None


def result_of(actor: Actor, ticket: Ticket, move: str) -> list[tuple[object, ...]]:
    """Make the move; the row as it is returned and as it is stored, and what the history says."""
    last = Entry.objects.order_by("-pk").values_list("pk", flat=True)[0]
    returned = make(actor, ticket, move)
    stored = Ticket.objects.get(pk=ticket.pk)
    entries = Entry.objects.filter(pk__gt=last).order_by("pk")
    return [
        *((row.status, row.previous_status, row.version) for row in (returned, stored)),
        *((e.action, e.object_id, e.user_id, e.actor_kind, e.data["from"], e.data["to"]) for e in entries),
    ]


def expected(actor: Actor, ticket: Ticket, move: str, status: str, target: str) -> list[tuple[object, ...]]:
    row = (target, status, 2)
    return [row, row, (f"tickets.{move}", ticket.pk, actor.user_id, actor.kind, status, target)]


@contextmanager
def taken_back() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
