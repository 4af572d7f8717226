"""Many at the same moment, on real transactions."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.db.models import QuerySet

from accounts.roles import Role
from audit.models import Entry
from core.errors import Problem
from tests.support.company import Company, as_actor
from tickets.actions import add_comment, move_ticket, moves
from tickets.errors import AlreadyTaken
from tickets.models import Comment, Ticket

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

THREADS = 50


def at_once(calls: list[Callable[[], object]]) -> list[object]:
    """Run all of them at one moment, each on a connection of its own; a problem is given back like a result."""
    start = Barrier(len(calls))

    def run(call: Callable[[], object]) -> object:
        start.wait()
        try:
            return call()
        except Problem as problem:
            return problem
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def test_one_of_fifty_takes_the_ticket(company: Company) -> None:
    people = [company.person(Role.TECHNICIAN, name=f"Техник {number}") for number in range(THREADS)]
    actors = [as_actor(person) for person in people]
    ticket = company.ticket()

    results = at_once(
        [lambda actor=actor: move_ticket(actor=actor, ticket_id=ticket.pk, move="take") for actor in actors]
    )

    ticket.refresh_from_db()
    won = [person for person, result in zip(people, results, strict=True) if isinstance(result, Ticket)]
    assert won == [ticket.assignee]
    lost = [result for result in results if not isinstance(result, Ticket)]
    assert {type(problem) for problem in lost} == {AlreadyTaken}
    assert [problem.params["who"] for problem in lost] == [won[0].full_name] * (THREADS - 1)  # type: ignore[attr-defined]
    assert (ticket.status, ticket.version) == ("in_progress", 2)
    assert Entry.objects.filter(action="tickets.take").count() == 1


def test_without_the_lock_more_than_one_would_take_it(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control of the test above: it can fail."""

    def unlocked(rows: QuerySet[Ticket], pk: int) -> Ticket:
        ticket = rows.get(pk=pk)
        time.sleep(0.3)
        return ticket

    actors = [as_actor(company.person(Role.TECHNICIAN)) for _ in range(8)]
    ticket = company.ticket()
    monkeypatch.setattr(moves, "locked", unlocked)
    results = at_once(
        [lambda actor=actor: move_ticket(actor=actor, ticket_id=ticket.pk, move="take") for actor in actors]
    )
    assert sum(isinstance(result, Ticket) for result in results) > 1


def test_a_triple_tap_has_one_effect(company: Company) -> None:
    actor = as_actor(company.person(Role.TECHNICIAN))
    ticket = company.ticket()
    results = at_once([lambda: move_ticket(actor=actor, ticket_id=ticket.pk, move="take")] * 3)
    assert [result.version for result in results] == [2, 2, 2]  # type: ignore[attr-defined]
    assert Entry.objects.filter(action="tickets.take").count() == 1


def test_no_comment_and_no_move_is_lost(company: Company) -> None:
    """Everybody writes while one moves the ticket: the versions count the moves, all texts are there."""
    client, technician = company.person(Role.CLIENT), company.person(Role.TECHNICIAN)
    ticket = company.ticket(client)
    move_ticket(actor=as_actor(technician), ticket_id=ticket.pk, move="take")
    writes = [
        lambda number=number: add_comment(actor=as_actor(client), ticket_id=ticket.pk, text=str(number))
        for number in range(10)
    ]
    at_once([*writes, lambda: move_ticket(actor=as_actor(technician), ticket_id=ticket.pk, move="resolve")])
    ticket.refresh_from_db()
    assert (ticket.status, ticket.version) == ("resolved", 3)
    assert sorted(Comment.objects.values_list("text", flat=True)) == sorted(map(str, range(10)))
