"""Reads of tickets."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q, QuerySet

from accounts.roles import TICKETS_SEE_ALL, TICKETS_SEE_OWN, TICKETS_SEE_TENANT
from core.actor import SYSTEM, Actor
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
    comments = Comment.objects.filter(ticket=ticket).select_related("author").order_by("id")
    if not actor.can(TICKETS_SEE_ALL, TICKETS_SEE_TENANT):
        comments = comments.filter(visibility=Visibility.PUBLIC)
    return comments


def other_tickets(actor: Actor, ticket: Ticket) -> QuerySet[Ticket]:
    """What else the same client has asked for, as far as this actor may see it, newest first."""
    return visible_to(actor).filter(client_id=ticket.client_id).exclude(pk=ticket.pk).order_by("-created_at", "-pk")


def open_ticket_of(actor: Actor) -> Ticket | None:
    """The client's own open ticket with the latest activity: where a further message goes."""
    own = Ticket.objects.filter(client_id=actor.user_id, status__in=sorted(OPEN))
    return own.order_by("-last_activity_at", "-pk").first()


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
