"""Who stands in which relation to a ticket: pure predicates, no query."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings

from accounts.roles import TICKETS_OWN, TICKETS_SEE_ALL, TICKETS_SEE_OWN, TICKETS_SEE_TENANT, TICKETS_WORK
from core.actor import SYSTEM, Actor
from tickets.enums import Visibility

if TYPE_CHECKING:
    from tickets.models import Comment, Ticket

UNDO_WITHIN = timedelta(hours=24)
RATE_WITHIN = timedelta(days=7)
CHANGE_WITHIN = timedelta(hours=48)
"""For as long Telegram lets a bot change and delete what it sent (Bot API: deleteMessage)."""
COMPLAINT_UP_TO = 2


def can_view(actor: Actor, ticket: "Ticket") -> bool:
    """The same answer for one ticket as `queries.visible_to` gives for the table."""
    return (
        actor.can(TICKETS_SEE_ALL, SYSTEM)
        or (actor.can(TICKETS_SEE_TENANT) and ticket.tenant_id == actor.tenant_id)
        or (actor.can(TICKETS_SEE_OWN) and ticket.client_id == actor.user_id)
    )


def can_view_comment(actor: Actor, comment: "Comment") -> bool:
    """Who sees the ticket sees what was written in it, but a client never sees internal notes."""
    sees_notes = actor.can(TICKETS_SEE_ALL, TICKETS_SEE_TENANT)
    return can_view(actor, comment.ticket) and (sees_notes or comment.visibility == Visibility.PUBLIC)


def is_staff(actor: Actor, ticket: "Ticket") -> bool:
    """May work this ticket: take, move, assign, answer, note."""
    return actor.can(TICKETS_WORK) and can_view(actor, ticket)


def is_client(actor: Actor, ticket: "Ticket") -> bool:
    """Is the client whose ticket it is."""
    return actor.can(TICKETS_OWN) and ticket.client_id == actor.user_id


def is_machine(actor: Actor, ticket: "Ticket") -> bool:
    return actor.can(SYSTEM)


def is_client_or_staff(actor: Actor, ticket: "Ticket") -> bool:
    return is_client(actor, ticket) or is_staff(actor, ticket)


def hold_is_over(ticket: "Ticket", now: datetime) -> bool:
    """The machine resumes at the date, also if the ticket was put on hold anew meanwhile."""
    return ticket.hold_until is not None and ticket.hold_until <= now


def unanswered_long_enough(ticket: "Ticket", now: datetime) -> bool:
    """The machine closes `TICKET_AUTOCLOSE_DAYS` after the last time the ticket was resolved, or the client wrote."""
    if ticket.resolved_at is None:
        return False
    since = max(ticket.resolved_at, ticket.waiting_since or ticket.resolved_at)
    return since <= now - timedelta(days=settings.TICKET_AUTOCLOSE_DAYS)


def undo_in_time(ticket: "Ticket", now: datetime) -> bool:
    return now - ticket.status_changed_at <= UNDO_WITHIN


def reopen_in_time(ticket: "Ticket", now: datetime) -> bool:
    """Closed tickets come back within `TICKET_REOPEN_DAYS`; later a new one is opened."""
    return ticket.closed_at is None or now - ticket.closed_at <= timedelta(days=settings.TICKET_REOPEN_DAYS)


def awaits_rating(ticket: "Ticket", now: datetime) -> bool:
    """Closed for a week at most, and not rated since."""
    closed = ticket.closed_at
    return closed is not None and now - closed <= RATE_WITHIN and not rated_since_closed(ticket)


def rated_since_closed(ticket: "Ticket") -> bool:
    return ticket.closed_at is not None and ticket.rated_at is not None and ticket.rated_at >= ticket.closed_at


def is_complaint(ticket: "Ticket") -> bool:
    """A rating that the curators have to hear of."""
    return ticket.rating is not None and ticket.rating <= COMPLAINT_UP_TO


def wrote(actor: Actor, comment: "Comment") -> bool:
    """Is the author, and still in a place to write there."""
    return comment.author_id == actor.user_id and is_client_or_staff(actor, comment.ticket)


def can_be_changed(comment: "Comment", now: datetime) -> bool:
    return comment.deleted_at is None and now - comment.created_at <= CHANGE_WITHIN
