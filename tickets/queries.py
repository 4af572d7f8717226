"""Reads of tickets."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Aggregate, Count, DurationField, F, Q, QuerySet
from django.db.models.functions import TruncDate
from django.utils.timezone import localdate, make_aware

from accounts.models import User
from accounts.roles import TICKETS_SEE_ALL, TICKETS_SEE_OWN, TICKETS_SEE_TENANT
from core.actor import SYSTEM, Actor
from core.db import MAX_ID
from files.models import StoredFile
from files.queries import owner_of
from tickets.enums import OPEN, UNSOLVED, Status, View, Visibility, Wait
from tickets.models import Comment, EarlierText, Ticket


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


WORK_ORDER = ("turn", "waiting_since", "-created_at", "-pk")
"""What to do next stands first; an index has this order (`models.TURN`)."""
COUNTED_AT_MOST = 1000
DAYS_SHOWN = 14
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
WAITS: dict[Wait, tuple[timedelta, timedelta]] = {
    Wait.HOUR: (timedelta(days=-365), _HOUR),
    Wait.HOURS: (_HOUR, 4 * _HOUR),
    Wait.DAY: (4 * _HOUR, _DAY),
    Wait.DAYS: (_DAY, 3 * _DAY),
    Wait.LONGER: (3 * _DAY, timedelta(days=36_500)),
}
"""From (exclusive) and to (inclusive) which waiting time."""


def in_view(view: View, actor: Actor) -> Q:
    """What stands in a ready-made selection, for this actor."""
    unsolved = Q(status__in=sorted(UNSOLVED))
    return {
        View.MINE: unsolved & Q(assignee_id=actor.user_id),
        View.UNASSIGNED: unsolved & Q(assignee__isnull=True),
        View.WAITING: Q(waiting_since__isnull=False),
        View.OPEN: unsolved,
    }[view]


def view_counts(actor: Actor) -> dict[View, int]:
    """How many tickets stand in each selection; `COUNTED_AT_MOST` + 1 means «more»."""
    tickets = visible_to(actor).order_by()
    return {view: tickets.filter(in_view(view, actor))[: COUNTED_AT_MOST + 1].count() for view in View}


def open_by_status() -> dict[str, int]:
    """How many open tickets of the whole house are in each status: for the house's own figures, not for people."""
    rows = Ticket.objects.filter(status__in=OPEN).order_by().values_list("status").annotate(count=Count("pk"))
    return {**dict.fromkeys(sorted(OPEN), 0), **dict(rows)}


def waiting_for(wait: Wait, now: datetime) -> Q:
    """The tickets whose clients have been waiting for so long."""
    least, most = WAITS[wait]
    return Q(waiting_since__lt=now - least, waiting_since__gte=now - most)


def open_figures(actor: Actor) -> dict[str, int]:
    """Of the unsolved tickets: `open`, `mine`, and `unclaimed`, the new ones without an assignee."""
    tickets = visible_to(actor).filter(in_view(View.OPEN, actor))
    return tickets.aggregate(
        open=Count("pk"),
        mine=Count("pk", filter=Q(assignee_id=actor.user_id)),
        unclaimed=Count("pk", filter=Q(assignee__isnull=True, status=Status.NEW)),
    )


def waiting_figures(actor: Actor, now: datetime) -> dict[str, int]:
    """Of the clients who wait for an answer: `all`, `mine`, and one figure for each `Wait`."""
    buckets = {wait.name: Count("pk", filter=waiting_for(wait, now)) for wait in Wait}
    tickets = visible_to(actor).filter(waiting_since__isnull=False)
    return tickets.aggregate(all=Count("pk"), mine=Count("pk", filter=Q(assignee_id=actor.user_id)), **buckets)


def workload(actor: Actor, most: int = 20) -> list[dict[str, Any]]:
    """Who has how many unsolved tickets (`person`, `name`, `open`, `waiting`), the most loaded first."""
    tickets = visible_to(actor).filter(in_view(View.OPEN, actor), assignee__isnull=False).order_by()
    people = tickets.values(person=F("assignee_id"), name=F("assignee__full_name"))
    counted = people.annotate(open=Count("pk"), waiting=Count("pk", filter=Q(waiting_since__isnull=False)))
    return [dict(row) for row in counted.order_by("-open", "name", "person")[:most]]


def created_per_day(actor: Actor, today: date) -> list[tuple[date, int]]:
    """The last `DAYS_SHOWN` days and how many tickets came on each, in the time zone that is active now."""
    days = [today - timedelta(days=back) for back in reversed(range(DAYS_SHOWN))]
    tickets = visible_to(actor).filter(created_at__gte=beginning(days[0]))
    counted = dict(tickets.order_by().values_list(TruncDate("created_at")).annotate(Count("pk")))
    return [(day, counted.get(day, 0)) for day in days]


def median_times(actor: Actor, since: datetime) -> dict[str, timedelta | None]:
    """From creation to the first answer (`answer`) and to the solution (`solution`), of those that came since then."""
    tickets = visible_to(actor)
    spans = {"answer": "first_answer_at", "solution": "resolved_at"}
    return {
        name: tickets.filter(**{f"{field}__gte": since}).aggregate(value=Median(F(field) - F("created_at")))["value"]
        for name, field in spans.items()
    }


class Median(Aggregate):
    """The middle of several spans of time; None of nothing."""

    function = "PERCENTILE_CONT"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = DurationField()


def first_day(today: date | None = None) -> date:
    """The first of the days that figures are shown for."""
    return (today or localdate()) - timedelta(days=DAYS_SHOWN - 1)


def beginning(day: date) -> datetime:
    """The day's midnight in the time zone that is active now."""
    return make_aware(datetime.combine(day, time.min))


def comments_visible_to(actor: Actor, ticket: Ticket) -> QuerySet[Comment]:
    """The conversation as this actor may read it, oldest first: a client never gets internal notes."""
    comments = Comment.objects.filter(ticket=ticket).select_related("author", "moved_to").order_by("id")
    if not actor.can(TICKETS_SEE_ALL, TICKETS_SEE_TENANT):
        comments = comments.filter(visibility=Visibility.PUBLIC, deleted_at__isnull=True)
    return comments


def one_comment(actor: Actor, comment_id: int) -> Comment | None:
    """This comment with its ticket, if the actor may see the ticket."""
    if not 0 < comment_id <= MAX_ID:
        return None
    tickets = visible_to(actor).values("pk")
    return Comment.objects.filter(pk=comment_id, ticket__in=tickets).select_related("ticket").first()


def written_as(actor: Actor, telegram_message_id: int) -> Comment | Ticket | None:
    """What a message of the actor's own chat has become: a comment of his, or the beginning of his ticket."""
    comment = Comment.objects.filter(author_id=actor.user_id, telegram_message_id=telegram_message_id).first()
    if comment is not None:
        return comment
    return Ticket.objects.filter(client_id=actor.user_id, telegram_message_id=telegram_message_id).first()


def ticket_written_as(actor: Actor, telegram_message_id: int) -> Ticket | None:
    """The ticket that a message of the actor's own chat stands in."""
    written = written_as(actor, telegram_message_id)
    if isinstance(written, Comment):
        return one_visible(actor, written.moved_to_id or written.ticket_id)
    return written


def earlier_texts(ticket: Ticket) -> dict[int | None, list[EarlierText]]:
    """What stood in each comment before, the oldest first; under None what stood in the description."""
    texts: dict[int | None, list[EarlierText]] = {}
    for row in EarlierText.objects.filter(ticket=ticket).order_by("id"):
        texts.setdefault(row.comment_id, []).append(row)
    return texts


def other_tickets(actor: Actor, ticket: Ticket) -> QuerySet[Ticket]:
    """What else the same client has asked for, as far as this actor may see it, newest first."""
    return visible_to(actor).filter(client_id=ticket.client_id).exclude(pk=ticket.pk).order_by("-created_at", "-pk")


def open_tickets_of(actor: Actor) -> QuerySet[Ticket]:
    """The client's own open tickets, the latest activity first."""
    own = Ticket.objects.filter(client_id=actor.user_id, status__in=sorted(OPEN))
    return own.order_by("-last_activity_at", "-pk")


def open_tickets_with(client: User) -> QuerySet[Ticket]:
    """The client's open tickets with their assignees, for those who hear of the client."""
    own = Ticket.objects.filter(client=client, status__in=sorted(OPEN))
    return own.select_related("assignee").order_by("pk")


def one_visible(actor: Actor, ticket_id: int) -> Ticket | None:
    """This ticket, if the actor may see it."""
    return visible_to(actor).filter(pk=ticket_id).first() if 0 < ticket_id <= MAX_ID else None


def ticket_behind(actor: Actor, subject_type: str, subject_id: int) -> Ticket | None:
    """The visible ticket that a message was about: the ticket itself, or the one of a comment or a file."""
    if subject_type == Comment._meta.label_lower:
        return visible_to(actor).filter(comments__pk=subject_id).first()
    if subject_type == StoredFile._meta.label_lower:
        owner = owner_of(subject_id)
        return ticket_behind(actor, *owner) if owner else None
    return one_visible(actor, subject_id) if subject_type == Ticket._meta.label_lower else None


def assigned_to(actor: Actor) -> QuerySet[Ticket]:
    """The open tickets that this person works on, the latest activity first."""
    mine = visible_to(actor).filter(assignee_id=actor.user_id, status__in=sorted(OPEN))
    return mine.order_by("-last_activity_at", "-pk")


def new_tickets(actor: Actor) -> QuerySet[Ticket]:
    """What nobody has taken yet, in the order in which it should be done."""
    return visible_to(actor).filter(status=Status.NEW, assignee__isnull=True).order_by(*WORK_ORDER)


def own_tickets(actor: Actor) -> QuerySet[Ticket]:
    """The client's own tickets, the latest activity first."""
    return Ticket.objects.filter(client_id=actor.user_id).order_by("-last_activity_at", "-pk")


def unanswered_since(ticket: Ticket) -> datetime | None:
    """When the client wrote the first of what staff have not answered; read from the conversation."""
    public = Comment.objects.filter(ticket=ticket, visibility=Visibility.PUBLIC)
    answer = public.exclude(author_id=ticket.client_id).order_by("-id").first()
    return ticket.created_at if answer is None else written_after(ticket, answer)


def written_after(ticket: Ticket, comment: Comment) -> datetime | None:
    """When the client wrote next after this comment; what became a ticket of its own does not count."""
    own = Comment.objects.filter(ticket=ticket, author_id=ticket.client_id, moved_to__isnull=True, pk__gt=comment.pk)
    following = own.order_by("id").first()
    return following.created_at if following else None


def holds_due(now: datetime) -> QuerySet[Ticket]:
    """Tickets on hold whose date has come."""
    return Ticket.objects.filter(status=Status.ON_HOLD, hold_until__lte=now)


def autoclose_due(now: datetime) -> QuerySet[Ticket]:
    """Resolved tickets that nobody answered for `TICKET_AUTOCLOSE_DAYS`."""
    since = now - timedelta(days=settings.TICKET_AUTOCLOSE_DAYS)
    waits = Q(waiting_since__isnull=False, waiting_since__gt=since)
    return Ticket.objects.filter(~waits, status=Status.RESOLVED, resolved_at__lte=since)
