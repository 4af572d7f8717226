"""What limits a move in time or by what it needs, and what time itself does."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from accounts.roles import Role
from audit.models import Entry
from core.actor import Actor
from tests.support.company import Company, as_actor
from tests.support.unchanged import nothing_changes, refused
from tickets.actions import add_comment, move_ticket
from tickets.actions.moves import MoveInput
from tickets.enums import Status
from tickets.errors import HoldIncomplete, HoldTooLong, MoveNotPossible, TextMissing, TextTooLong
from tickets.models import Comment, Ticket
from tickets.queries import autoclose_due, holds_due
from tickets.tasks import sweep_tickets

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)
Clock = time_machine.Traveller


@pytest.fixture
def clock() -> Clock:
    with time_machine.travel(START, tick=False) as clock:
        yield clock


@pytest.fixture
def technician(company: Company, clock: Clock) -> Actor:
    return as_actor(company.person(Role.TECHNICIAN))


def moved(ticket: Ticket, actor: Actor, *moves: str, **given: object) -> Ticket:
    for move in moves:
        ticket = move_ticket(actor=actor, ticket_id=ticket.pk, move=move, given=MoveInput(**given))  # type: ignore[arg-type]
    return Ticket.objects.get(pk=ticket.pk)


def held(ticket: Ticket, actor: Actor, until: datetime = START + 3 * DAY) -> Ticket:
    return moved(ticket, actor, "hold", until=until, reason="Ждём деталь")


@pytest.mark.parametrize("mistake", ["cancel", "spam"])
def test_undo_is_possible_for_24_hours(mistake: str, company: Company, technician: Actor, clock: Clock) -> None:
    ticket = moved(company.ticket(), technician, mistake)
    clock.shift(24 * HOUR)
    assert moved(ticket, technician, "undo").status == Status.NEW


@pytest.mark.parametrize("mistake", ["cancel", "spam"])
def test_undo_is_refused_after_24_hours(mistake: str, company: Company, technician: Actor, clock: Clock) -> None:
    ticket = moved(company.ticket(), technician, mistake)
    clock.shift(24 * HOUR + SECOND)
    with refused(MoveNotPossible):
        moved(ticket, technician, "undo")


@pytest.mark.parametrize(
    ("prepare", "status"),
    [
        (lambda ticket, actor: ticket, Status.NEW),
        (lambda ticket, actor: moved(ticket, actor, "take"), Status.IN_PROGRESS),
        (lambda ticket, actor: moved(moved(ticket, actor, "take"), actor, "ask", text="Какая?"), Status.WAITING_CLIENT),
        (held, Status.ON_HOLD),
    ],
)
def test_undo_restores_what_was_there(
    prepare: Callable[[Ticket, Actor], Ticket], status: Status, company: Company, technician: Actor
) -> None:
    before = prepare(company.ticket(), technician)
    after = moved(before, technician, "cancel", "undo")
    kept = ("status", "assignee_id", "hold_until", "hold_reason", "resolved_at", "closed_at", "priority")
    assert {name: getattr(after, name) for name in kept} == {name: getattr(before, name) for name in kept}
    assert after.status == status


def test_a_closed_ticket_comes_back_for_14_days(company: Company, technician: Actor, clock: Clock) -> None:
    client = company.person(Role.CLIENT)
    ticket = moved(moved(company.ticket(client), technician, "take", "resolve"), as_actor(client), "confirm")
    assert (ticket.status, ticket.closed_at, ticket.resolved_at) == (Status.CLOSED, START, START)
    clock.shift(14 * DAY)
    ticket = moved(ticket, as_actor(client), "reopen")
    assert (ticket.status, ticket.closed_at, ticket.resolved_at) == (Status.IN_PROGRESS, None, None)


@pytest.mark.parametrize("who", ["client", "technician"])
def test_later_it_does_not(who: str, company: Company, technician: Actor, clock: Clock) -> None:
    client = company.person(Role.CLIENT)
    ticket = moved(moved(company.ticket(client), technician, "take", "resolve"), as_actor(client), "confirm")
    clock.shift(14 * DAY + SECOND)
    with refused(MoveNotPossible):
        moved(ticket, as_actor(client) if who == "client" else technician, "reopen")


def test_the_number_of_days_is_a_setting(company: Company, technician: Actor, clock: Clock, settings) -> None:  # type: ignore[no-untyped-def]
    settings.TICKET_REOPEN_DAYS = 1
    client = company.person(Role.CLIENT)
    ticket = moved(moved(company.ticket(client), technician, "take", "resolve"), as_actor(client), "confirm")
    clock.shift(DAY + SECOND)
    with refused(MoveNotPossible):
        moved(ticket, technician, "reopen")


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"until": START + DAY},
        {"reason": "Ждём деталь"},
        {"until": START + DAY, "reason": " \u200b"},
        {"until": START, "reason": "Ждём деталь"},
        {"until": START - DAY, "reason": "Ждём деталь"},
    ],
)
def test_a_hold_needs_a_future_date_and_a_reason(given: dict[str, object], company: Company, technician: Actor) -> None:
    ticket = company.ticket()
    with refused(HoldIncomplete) as caught:
        moved(ticket, technician, "hold", **given)
    assert set(caught.value.fields) == {"until", "reason"}


def test_a_hold_lasts_a_year_at_most(company: Company, technician: Actor) -> None:
    """A date at the end of the calendar would not even be shown in every time zone."""
    ticket = company.ticket()
    with refused(HoldTooLong) as caught:
        held(ticket, technician, until=START + 366 * DAY + SECOND)
    assert set(caught.value.fields) == {"until"}
    assert held(ticket, technician, until=START + 366 * DAY).status == Status.ON_HOLD


def test_a_reason_has_at_most_200_characters(company: Company, technician: Actor) -> None:
    ticket = company.ticket()
    with refused(TextTooLong):
        moved(ticket, technician, "hold", until=START + DAY, reason="я" * 201)
    assert moved(ticket, technician, "hold", until=START + DAY, reason="я" * 200).hold_reason == "я" * 200


@pytest.mark.parametrize(("text", "problem"), [("", TextMissing), ("\u200d\n", TextMissing), ("я" * 3801, TextTooLong)])
def test_a_question_needs_words(text: str, problem: type, company: Company, technician: Actor) -> None:
    ticket = moved(company.ticket(), technician, "take")
    with refused(problem):
        moved(ticket, technician, "ask", text=text)


def test_a_question_is_a_public_comment_and_the_first_answer(company: Company, technician: Actor) -> None:
    ticket = moved(moved(company.ticket(), technician, "take"), technician, "ask", text="Какая модель?")
    comment = Comment.objects.get(ticket=ticket)
    assert (comment.text, comment.visibility, comment.author_id) == ("Какая модель?", "public", technician.user_id)
    assert ticket.first_answer_at == START


def test_what_a_move_does_not_take_is_not_kept(company: Company, technician: Actor) -> None:
    ticket = moved(company.ticket(), technician, "take", text="лишнее", until=START + DAY, reason="лишнее")
    assert (ticket.hold_until, ticket.hold_reason, Comment.objects.count()) == (None, "", 0)


def test_a_hold_ends_when_its_date_has_come(company: Company, technician: Actor, clock: Clock) -> None:
    due = held(company.ticket(), technician, until=START + DAY)
    later = held(company.ticket(), technician, until=START + DAY + SECOND)
    clock.shift(DAY - SECOND)
    with nothing_changes():
        sweep_tickets()
    clock.shift(SECOND)
    sweep_tickets()
    due.refresh_from_db()
    later.refresh_from_db()
    assert (due.status, due.hold_until, due.hold_reason) == (Status.IN_PROGRESS, None, "")
    assert later.status == Status.ON_HOLD
    entry = Entry.objects.filter(action="tickets.resume").get()
    assert (entry.object_id, entry.actor_kind, entry.actor_name, entry.via, entry.user_id) == (
        due.pk, "system", "resume", "system", None,
    )  # fmt: skip


def test_a_resolved_ticket_closes_after_3_days(company: Company, technician: Actor, clock: Clock) -> None:
    ticket = moved(company.ticket(), technician, "take", "resolve")
    clock.shift(3 * DAY - SECOND)
    with nothing_changes():
        sweep_tickets()
    clock.shift(SECOND)
    sweep_tickets()
    ticket.refresh_from_db()
    assert (ticket.status, ticket.resolved_at, ticket.closed_at) == (Status.CLOSED, START, START + 3 * DAY)
    assert Entry.objects.filter(action="tickets.close").get().actor_name == "autoclose"


def test_the_sweep_reads_only_what_is_due(company: Company, technician: Actor) -> None:
    """So that those who wait do not stand in the way of those whose time has come."""
    on_hold, resolved = held(company.ticket(), technician), moved(company.ticket(), technician, "take", "resolve")
    due = START + 3 * DAY
    assert [list(rows(due - SECOND)) for rows in (holds_due, autoclose_due)] == [[], []]
    assert [list(rows(due)) for rows in (holds_due, autoclose_due)] == [[on_hold], [resolved]]


def test_the_machine_does_nothing_before_its_time(company: Company, technician: Actor, clock: Clock) -> None:
    """Whatever the sweep has read: what counts is how the ticket stands when it is locked."""
    machine = Actor.system("test")
    waiting, resolved = held(company.ticket(), technician), moved(company.ticket(), technician, "take", "resolve")
    clock.shift(3 * DAY - SECOND)
    for ticket, move in ((waiting, "resume"), (resolved, "close")):
        with refused(MoveNotPossible):
            moved(ticket, machine, move)


def test_three_days_count_from_the_last_resolution(company: Company, technician: Actor, clock: Clock) -> None:
    ticket = moved(company.ticket(), technician, "take", "resolve")
    clock.shift(2 * DAY)
    moved(ticket, technician, "reopen", "resolve")
    clock.shift(2 * DAY)
    with nothing_changes():
        sweep_tickets()


def test_a_sweep_leaves_every_other_ticket_alone(company: Company, technician: Actor, clock: Clock) -> None:
    for moves in ([], ["take"], ["take", "release"], ["cancel"], ["spam"]):
        moved(company.ticket(), technician, *moves)
    ticket = moved(company.ticket(), technician, "take")
    moved(ticket, technician, "ask", text="Какая модель?")
    clock.shift(365 * DAY)
    with nothing_changes():
        sweep_tickets()


def test_a_ticket_that_was_moved_meanwhile_does_not_stop_the_sweep(
    company: Company, technician: Actor, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    moved_away, due = held(company.ticket(), technician), held(company.ticket(), technician)
    moved(moved_away, technician, "resume")
    clock.shift(3 * DAY)
    both = Ticket.objects.filter(pk__in=[moved_away.pk, due.pk]).order_by("pk")
    monkeypatch.setattr("tickets.tasks.holds_due", lambda now: both)
    sweep_tickets()
    due.refresh_from_db()
    assert due.status == Status.IN_PROGRESS


def test_times_of_a_ticket_are_kept(company: Company, technician: Actor, clock: Clock) -> None:
    """Created, first answer, resolved, closed, and the last activity."""
    client = company.person(Role.CLIENT)
    ticket = company.ticket(client)
    clock.shift(HOUR)
    moved(ticket, technician, "take")
    clock.shift(HOUR)
    add_comment(actor=technician, ticket_id=ticket.pk, text="Едем")
    clock.shift(HOUR)
    moved(ticket, technician, "resolve")
    clock.shift(HOUR)
    ticket = moved(ticket, as_actor(client), "confirm")
    assert [
        ticket.created_at, ticket.first_answer_at, ticket.resolved_at, ticket.closed_at, ticket.status_changed_at,
        ticket.last_activity_at,
    ] == [START, START + 2 * HOUR, START + 3 * HOUR, *[START + 4 * HOUR] * 3]  # fmt: skip


def test_taking_and_releasing_set_the_assignee(company: Company, technician: Actor) -> None:
    ticket = moved(company.ticket(), technician, "take")
    assert ticket.assignee_id == technician.user_id
    assert moved(ticket, technician, "release").assignee_id is None
    assert timezone.now() == START
