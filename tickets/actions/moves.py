"""A ticket changes its status, its assignee or its priority."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

import audit.actions as audit
from accounts.models import User
from accounts.queries import tenant_people_with
from accounts.roles import TICKETS_ASSIGNABLE
from audit.models import Entry
from audit.queries import history_of
from core.actor import Actor
from core.db import locked
from core.errors import Denied
from core.states import Transition
from core.text import storable
from tickets import notices, rules
from tickets.actions.text import COMMENT_LIMIT, checked
from tickets.enums import Move, Priority, Status, Visibility
from tickets.errors import (
    AlreadyTaken,
    ChangedMeanwhile,
    HoldIncomplete,
    HoldTooLong,
    MoveNotPossible,
    UnknownAssignee,
    UnknownPriority,
)
from tickets.models import Comment, Ticket
from tickets.queries import unanswered_since, visible_to
from tickets.states import FLOW

REASON_LIMIT = 200
ANSWERS = {Move.ASK, Move.HOLD, Move.RESOLVE, Move.CANCEL, Move.SPAM, Move.CONFIRM, Move.CLOSE}
"""After these nobody waits for the staff's answer any more, until the client writes again."""
HOLD_AT_MOST = timedelta(days=366)
ONLY_WRITTEN = [
    "tickets.comment",
    "tickets.append",
    "tickets.edit_comment",
    "tickets.delete_comment",
    "tickets.edit_description",
    "tickets.repeat_delivery",
    "tickets.rate",
    "tickets.explain_rating",
]
"""Entries of the history that leave what is done with the card as it was."""


@dataclass(frozen=True, slots=True)
class MoveInput:
    """What some moves take besides the click: a question (ask), a date and a reason (hold)."""

    text: str = ""
    until: datetime | None = None
    reason: str = ""


@transaction.atomic
def move_ticket(
    *,
    actor: Actor,
    ticket_id: int,
    move: str,
    given: MoveInput = MoveInput(),
    version: int | None = None,
) -> Ticket:
    """Make one move of the flow table; `states.FLOW` says who may and from where.

    Making the same move again is no error and changes nothing. `version` is what the person was looking at. The
    client hears the new status, the staff hear of the client's moves. Raises NotFound, Denied, MoveNotPossible,
    AlreadyTaken, ChangedMeanwhile, HoldIncomplete, HoldTooLong, TextMissing, TextTooLong.
    """
    ticket = locked(visible_to(actor), ticket_id)
    if _done_already(actor, ticket, move, given):
        return ticket
    check_version(ticket, version)
    apply_move(actor, ticket, move, given)
    return ticket


def apply_move(
    actor: Actor, ticket: Ticket, move: str, given: MoveInput = MoveInput(), comment: Comment | None = None
) -> None:
    """The move itself, for actions that hold the ticket's lock already; `comment` is told together with it."""
    now = timezone.now()
    row = FLOW.find(move, actor, ticket, now)
    if row is None:
        raise _refusal(actor, ticket, move)
    given = _checked_input(row, given, now)
    before, previous = Status(ticket.status), ticket.assignee
    _write(ticket, row, given, actor, now, by_writing=comment is not None)
    data: dict[str, Any] = {"from": before, "to": ticket.status}
    if given.until:
        data["until"] = given.until.astimezone(UTC).isoformat()
    question = _question(actor, ticket, given.text) if move == Move.ASK else None
    if question:
        data["comment"] = question.pk
    audit.record(actor, f"tickets.{move}", ticket, tenant_id=ticket.tenant_id, **data)
    notices.status_changed(ticket, move, actor, question or comment)
    if move == Move.TAKE:
        notices.taken(ticket)
    if ticket.assignee != previous:
        notices.assigned(ticket, actor, previous)
    if rules.is_client(actor, ticket) and row.button:
        notices.client_moved(ticket, row.label, actor)


def _checked_input(row: Transition, given: MoveInput, now: datetime) -> MoveInput:
    """Only what this move takes is looked at; the rest is dropped."""
    if "until" in row.inputs:
        reason = checked(given.reason, limit=REASON_LIMIT, required=False)
        if given.until is None or given.until <= now or not reason:
            raise HoldIncomplete(fields={"until": HoldIncomplete.text, "reason": HoldIncomplete.text})
        if given.until > now + HOLD_AT_MOST:
            raise HoldTooLong(fields={"until": HoldTooLong.text})
        return MoveInput(until=given.until, reason=reason)
    if "text" in row.inputs:
        return MoveInput(text=checked(given.text, limit=COMMENT_LIMIT, required=True))
    return MoveInput()


def _write(ticket: Ticket, row: Transition, given: MoveInput, actor: Actor, now: datetime, *, by_writing: bool) -> None:
    target = row.target if row.target is not None else ticket.previous_status
    ticket.previous_status, ticket.status = ticket.status, target
    ticket.status_changed_at = ticket.last_activity_at = now
    if row.move == Move.HOLD:
        ticket.hold_until, ticket.hold_reason = given.until, given.reason
    elif target not in {Status.ON_HOLD, Status.CANCELLED, Status.SPAM}:  # an undo comes back to the hold
        ticket.hold_until, ticket.hold_reason = None, ""
    ticket.version += 1
    if row.move == Move.TAKE and not (by_writing and ticket.assignee_id):  # a word from a colleague takes nothing away
        ticket.assignee_id = actor.user_id
    if row.move == Move.RELEASE:
        ticket.assignee = None
    ticket.resolved_at = {Status.RESOLVED: now, Status.CLOSED: ticket.resolved_at}.get(Status(target))
    ticket.closed_at = now if target == Status.CLOSED else None
    ticket.waiting_since = _waiting_since(ticket, row, actor, now)
    ticket.save()


def _waiting_since(ticket: Ticket, row: Transition, actor: Actor, now: datetime) -> datetime | None:
    """Since when the client waits for an answer, once the move is made."""
    if row.move in ANSWERS:
        return None
    if row.move == Move.UNDO:
        return unanswered_since(ticket) if ticket.status in {Status.NEW, Status.IN_PROGRESS} else None
    if row.move == Move.REOPEN and rules.is_client(actor, ticket):
        return ticket.waiting_since or now
    return ticket.waiting_since


def _question(actor: Actor, ticket: Ticket, text: str) -> Comment:
    """The question stands in the conversation; the notice of the new status carries its text."""
    comment = Comment.objects.create(
        ticket=ticket, author_id=actor.person, visibility=Visibility.PUBLIC, text=text, via=actor.via
    )
    if ticket.first_answer_at is None:
        ticket.first_answer_at = timezone.now()
        ticket.save(update_fields=["first_answer_at"])
    return comment


def _done_already(actor: Actor, ticket: Ticket, move: str, given: MoveInput) -> bool:
    """Whether this very move by this actor was the last change: a double tap has one effect."""
    last = _changes(ticket).last()
    return (
        last is not None
        and actor.user_id is not None
        and last.user_id == actor.user_id
        and last.action == f"tickets.{move}"
        and last.data.get("to") == ticket.status
        and _same_input(ticket, last, given)
    )


def _same_input(ticket: Ticket, last: Entry, given: MoveInput) -> bool:
    """Another question or another date is no double tap, and must not be lost in silence."""
    if "until" in last.data:
        return (given.until, storable(given.reason)) == (ticket.hold_until, ticket.hold_reason)
    if "comment" in last.data:
        return Comment.objects.filter(pk=last.data["comment"], text=storable(given.text)).exists()
    return True


def _changes(ticket: Ticket) -> QuerySet[Entry]:
    """The history without what was written: that changes nothing on the card."""
    return history_of(ticket).exclude(action__in=ONLY_WRITTEN)


def _refusal(actor: Actor, ticket: Ticket, move: str) -> Exception:
    if not FLOW.permits(move, actor, ticket):
        return Denied()
    if move == Move.TAKE and ticket.assignee is not None and ticket.assignee_id != actor.user_id:
        return AlreadyTaken(number=ticket.number, who=ticket.assignee.full_name)
    return MoveNotPossible(number=ticket.number, status=Status(ticket.status).label)


def check_version(ticket: Ticket, version: int | None) -> None:
    """Refuse to act on a card that has changed since the person looked at it; names who changed it."""
    if version is not None and version != ticket.version:
        last = _changes(ticket).last()
        who = last.user.full_name if last and last.user else "TWS"
        raise ChangedMeanwhile(number=ticket.number, who=who)


@transaction.atomic
def assign_ticket(*, actor: Actor, ticket_id: int, assignee_id: int | None, version: int | None = None) -> Ticket:
    """Hand the ticket to a person who works on tickets in its tenant, or to nobody. Staff only.

    Both people hear of it. The status stays. Raises NotFound, Denied, UnknownAssignee, ChangedMeanwhile.
    """
    ticket = locked(visible_to(actor), ticket_id)
    if not rules.is_staff(actor, ticket):
        raise Denied
    if ticket.assignee_id == assignee_id:
        return ticket
    check_version(ticket, version)
    previous = ticket.assignee
    ticket.assignee = None if assignee_id is None else _worker(ticket, assignee_id)
    ticket.version += 1
    ticket.save(update_fields=["assignee", "version"])
    audit.record(
        actor, "tickets.assign", ticket, tenant_id=ticket.tenant_id,
        assignee=assignee_id, previous=previous.pk if previous else None,
    )  # fmt: skip
    notices.assigned(ticket, actor, previous)
    return ticket


def _worker(ticket: Ticket, person_id: int) -> User:
    person = tenant_people_with(ticket.tenant_id, TICKETS_ASSIGNABLE).filter(pk=person_id).first()
    if person is None:
        raise UnknownAssignee(fields={"assignee": UnknownAssignee.text})
    return person


@transaction.atomic
def set_priority(*, actor: Actor, ticket_id: int, priority: str, version: int | None = None) -> Ticket:
    """Change the priority. Staff only; the client is not told. Raises UnknownPriority, Denied, ChangedMeanwhile."""
    ticket = locked(visible_to(actor), ticket_id)
    if not rules.is_staff(actor, ticket):
        raise Denied
    if priority not in Priority.values:
        raise UnknownPriority(fields={"priority": UnknownPriority.text})
    if ticket.priority == priority:
        return ticket
    check_version(ticket, version)
    before, ticket.priority = ticket.priority, priority
    ticket.version += 1
    ticket.save(update_fields=["priority", "version"])
    data = {"from": before, "to": priority}
    audit.record(actor, "tickets.set_priority", ticket, tenant_id=ticket.tenant_id, **data)
    return ticket
