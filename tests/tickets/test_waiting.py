"""Since when a client waits for an answer: from the first message that staff have not answered."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from accounts.models import User
from accounts.roles import Role
from tests.support.company import Company, as_actor
from tickets.actions import add_comment, move_ticket
from tickets.actions.moves import MoveInput
from tickets.actions.split import split_comment
from tickets.models import Ticket

BEGINNING = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)
UNTIL = BEGINNING + timedelta(days=30)
Deed = tuple[str, str]


@pytest.fixture
def technician(company: Company) -> User:
    return company.person(Role.TECHNICIAN)


@pytest.fixture
def after(company: Company, technician: User) -> Callable[[list[Deed]], float | None]:
    """Let these things happen hour by hour, the ticket's creation first; gives the hour from which the client waits."""

    def run(deeds: list[Deed]) -> float | None:
        with time_machine.travel(BEGINNING, tick=False):
            ticket = company.ticket()
        for hour, (who, what) in enumerate(deeds, start=1):
            with time_machine.travel(BEGINNING + timedelta(hours=hour), tick=False):
                do(ticket, technician if who == "staff" else ticket.client, what)
        since = Ticket.objects.get(pk=ticket.pk).waiting_since
        return None if since is None else (since - BEGINNING) / timedelta(hours=1)

    return run


def do(ticket: Ticket, person: User, what: str) -> None:
    actor = as_actor(person)
    if what in {"public", "internal"}:
        add_comment(actor=actor, ticket_id=ticket.pk, text="Текст", visibility=what)
    else:
        given = MoveInput(text="Какая модель?", until=UNTIL, reason="Деталь")
        move_ticket(actor=actor, ticket_id=ticket.pk, move=what, given=given)


TAKE, ASK, HOLD, RESOLVE, CANCEL = [("staff", move) for move in ("take", "ask", "hold", "resolve", "cancel")]
ANSWER, NOTE, WRITE = ("staff", "public"), ("staff", "internal"), ("client", "public")


@pytest.mark.parametrize(
    ("deeds", "since"),
    [
        ([], 0),
        ([WRITE], 0),
        ([TAKE], 0),
        ([NOTE], 0),
        ([("staff", "take"), ("staff", "release")], 0),
        ([ANSWER], None),
        ([ANSWER, WRITE], 2),
        ([ANSWER, WRITE, WRITE, NOTE], 2),
        ([ANSWER, WRITE, ANSWER], None),
        ([TAKE, ASK], None),
        ([TAKE, ASK, WRITE], 3),
        ([HOLD], None),
        ([HOLD, WRITE], 2),
        ([HOLD, WRITE, ("staff", "resume")], 2),
        ([HOLD, ("staff", "resume")], None),
        ([TAKE, RESOLVE], None),
        ([TAKE, RESOLVE, WRITE], 3),
        ([TAKE, RESOLVE, WRITE, ("client", "confirm")], None),
        ([TAKE, RESOLVE, ("client", "reopen")], 3),
        ([TAKE, RESOLVE, WRITE, ("client", "reopen")], 3),
        ([TAKE, RESOLVE, ("staff", "reopen")], None),
        ([CANCEL], None),
        ([("staff", "spam")], None),
        ([CANCEL, ("staff", "undo")], 0),
        ([("staff", "spam"), ("staff", "undo")], 0),
        ([ANSWER, CANCEL, ("staff", "undo")], None),
        ([ANSWER, WRITE, CANCEL, ("staff", "undo")], 2),
        ([HOLD, CANCEL, ("staff", "undo")], None),
    ],
)
def test_since_when_the_client_waits(
    after: Callable[[list[Deed]], float | None], deeds: list[Deed], since: float | None
) -> None:
    assert after(deeds) == since


def test_what_became_a_ticket_of_its_own_waits_there(company: Company, technician: User) -> None:
    with time_machine.travel(BEGINNING, tick=False):
        ticket = company.ticket()
    comments = []
    for hour, (person, text) in enumerate(
        [(technician, "Едем"), (ticket.client, "Ещё"), (ticket.client, "И")], start=1
    ):
        with time_machine.travel(BEGINNING + timedelta(hours=hour), tick=False):
            comments.append(add_comment(actor=as_actor(person), ticket_id=ticket.pk, text=text))
    new = split_comment(actor=as_actor(ticket.client), comment_id=comments[1].pk)
    assert new.waiting_since == new.created_at
    ticket.refresh_from_db()
    assert ticket.waiting_since == comments[2].created_at
    split_comment(actor=as_actor(ticket.client), comment_id=comments[2].pk)
    ticket.refresh_from_db()
    assert ticket.waiting_since is None
