"""Reads of tickets."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q, QuerySet

from accounts.roles import TICKETS_SEE_ALL, TICKETS_SEE_OWN, TICKETS_SEE_TENANT
from core.actor import SYSTEM, Actor
from core.db import MAX_ID
from tickets.enums import OPEN, Status, Visibility
from tickets.models import Comment, Ticket


def visible_to(actor: Actor) -> QuerySet[Ticket]:
    """The tickets this actor may see. No joins, so that rows can be locked."""
    if actor.can(TICKETS_SEE_ALL, SYSTEM):
        return Ticket.objects.all()
    mine = Q(pk__in=[])
    if actor.can(TICKETS_SEE_TENANT):
        mine |= Q(tenant_id=actor.tenant_id)
    if actor.can(TICKETS_SEE_OWN):
        mine |= Q(client_id=actor.user_id)
    return Ticket.objects.filter(mine)


def ticket_list(actor: Actor) -> QuerySet[Ticket]:
    """Visible tickets with the people that a list shows, newest first."""
    return visible_to(actor).select_related("client", "assignee", "tenant").order_by("-created_at", "-pk")


def comments_visible_to(actor: Actor, ticket: Ticket) -> QuerySet[Comment]:
    """The conversation as this actor may read it, oldest first: a client never gets internal notes."""
    comments = Comment.objects.filter(ticket=ticket).select_related("author", "moved_to").order_by("id")
    if not actor.can(TICKETS_SEE_ALL, TICKETS_SEE_TENANT):
        comments = comments.filter(visibility=Visibility.PUBLIC)
    return comments


def open_tickets_of(actor: Actor) -> QuerySet[Ticket]:
    """The client's own open tickets, the latest activity first."""
    own = Ticket.objects.filter(client_id=actor.user_id, status__in=sorted(OPEN))
    return own.order_by("-last_activity_at", "-pk")


def one_visible(actor: Actor, ticket_id: int) -> Ticket | None:
    """This ticket, if the actor may see it."""
    return visible_to(actor).filter(pk=ticket_id).first() if 0 < ticket_id <= MAX_ID else None


def ticket_behind(actor: Actor, subject_type: str, subject_id: int) -> Ticket | None:
    """The visible ticket that a message was about: the ticket itself, or the one of a comment."""
    if subject_type == Comment._meta.label_lower:
        return visible_to(actor).filter(comments__pk=subject_id).first()
    return one_visible(actor, subject_id) if subject_type == Ticket._meta.label_lower else None


def assigned_to(actor: Actor) -> QuerySet[Ticket]:
    """The open tickets that this person works on, the latest activity first."""
    mine = visible_to(actor).filter(assignee_id=actor.user_id, status__in=sorted(OPEN))
    return mine.order_by("-last_activity_at", "-pk")


def last_comments(actor: Actor, ticket: Ticket, count: int) -> list[Comment]:
    """The end of the public conversation, oldest first."""
    public = comments_visible_to(actor, ticket).filter(visibility=Visibility.PUBLIC)
    return list(public.reverse()[:count])[::-1]


def own_tickets(actor: Actor) -> QuerySet[Ticket]:
    """The client's own tickets, the latest activity first."""
    return Ticket.objects.filter(client_id=actor.user_id).order_by("-last_activity_at", "-pk")


def holds_due(now: datetime) -> QuerySet[Ticket]:
    """Tickets on hold whose date has come."""
    return Ticket.objects.filter(status=Status.ON_HOLD, hold_until__lte=now)


def autoclose_due(now: datetime) -> QuerySet[Ticket]:
    """Resolved tickets that nobody answered for `TICKET_AUTOCLOSE_DAYS`."""
    return Ticket.objects.filter(
        status=Status.RESOLVED, resolved_at__lte=now - timedelta(days=settings.TICKET_AUTOCLOSE_DAYS)
    )
