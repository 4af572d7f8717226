"""Reads of orders."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce, Round
from django.utils.timezone import make_aware

from accounts.models import User
from accounts.queries import tenant_people_with, with_role
from accounts.roles import (
    ORDERS_HAND_OVER,
    ORDERS_MANAGE,
    ORDERS_MANAGE_TENANT,
    ORDERS_SEE_ALL,
    ORDERS_SEE_OWN,
    ORDERS_SEE_TENANT,
    ORDERS_WORK,
    TEAM,
    WORKSHOP_WORK,
    Role,
)
from core.actor import SYSTEM, Actor
from files.models import StoredFile
from files.queries import files_of
from orders.enums import OPEN, TALK, VERIFIED, JobStatus, Selection, Stage, Verdict
from orders.models import Attempt, Correction, EngineerShare, Estimate, Line, Order, OrderComment, Penalty, WorkshopJob
from orders.rules import is_engineer, sees_money
from tickets.models import URGENCY
from tickets.queries import COUNTED_AT_MOST

FULL_SHARE = 100
EARNED = Round(F("net") * F("share") / Value(Decimal(FULL_SHARE)), 2)
"""What a closed order has brought its engineer."""
WITH_PEOPLE = ("client", "curator", "engineer", "tenant", "awaiting", "job__holder")


def visible_to(actor: Actor) -> QuerySet[Order]:
    """The orders this actor may see. No joins, so that rows can be locked."""
    if actor.can(ORDERS_SEE_ALL, SYSTEM):
        return Order.objects.all()
    mine = _worked_by(actor)
    if actor.can(WORKSHOP_WORK):
        mine |= Q(job_id__in=jobs_visible_to(actor).values("pk"))
    if actor.can(ORDERS_SEE_OWN):
        mine |= Q(client_id=actor.user_id)
    return Order.objects.filter(mine)


def open_orders_of(client: User) -> QuerySet[Order]:
    """The client's orders that have not ended."""
    return Order.objects.filter(client=client, stage__in=sorted(OPEN)).order_by("pk")


def _worked_by(actor: Actor) -> Q:
    """Which orders concern this actor as work, with their money (`rules.sees_money`)."""
    mine = Q(pk__in=[])
    if actor.can(ORDERS_SEE_TENANT, ORDERS_MANAGE_TENANT):
        mine |= Q(tenant_id=actor.tenant_id)
    if actor.can(ORDERS_MANAGE):
        team = User.objects.filter(curator_id=actor.user_id)
        mine |= Q(curator_id=actor.user_id) | Q(engineer_id__in=team.values("pk"))
    if actor.can(ORDERS_WORK):
        mine |= Q(engineer_id=actor.user_id)
    return mine


def jobs_visible_to(actor: Actor) -> QuerySet[WorkshopJob]:
    """The workshop's jobs on this actor's table, and the free ones of the branch."""
    if not actor.can(WORKSHOP_WORK):
        return WorkshopJob.objects.none()
    return WorkshopJob.objects.filter(Q(holder_id=actor.user_id) | Q(status=JobStatus.FREE, tenant_id=actor.tenant_id))


def order_list(actor: Actor) -> QuerySet[Order]:
    """Visible orders with the people that a list shows, newest first."""
    return visible_to(actor).select_related(*WITH_PEOPLE).defer("words").order_by("-created_at", "-pk")


def one_visible(actor: Actor, order_id: int) -> Order | None:
    return order_list(actor).filter(pk=order_id).first()


def order_behind(actor: Actor, subject_type: str, subject_id: int) -> Order | None:
    """The order that a reply in the chat goes to: of the client to a message about it, of the team to a question."""
    if subject_type == Order._meta.label_lower:
        return order_list(actor).filter(pk=subject_id, client_id=actor.user_id).first()
    if subject_type == OrderComment._meta.label_lower:
        return order_list(actor).filter(comments__pk=subject_id).first()
    return None


def active(actor: Actor) -> QuerySet[Order]:
    """Those that are not over, the soonest due first."""
    return order_list(actor).filter(stage__in=sorted(OPEN)).order_by("due_at", "pk")


def fallen_due(since: datetime, until: datetime) -> QuerySet[Order]:
    """The open orders that became overdue in this time, in all branches."""
    late = Order.objects.filter(stage__in=sorted(OPEN), due_at__gte=since, due_at__lt=until)
    return late.select_related(*WITH_PEOPLE).order_by("due_at", "pk")


def over(actor: Actor) -> QuerySet[Order]:
    """Those that are, the latest first."""
    return order_list(actor).exclude(stage__in=sorted(OPEN)).order_by("-closed_at", "-pk")


def workshop_queue(actor: Actor) -> QuerySet[WorkshopJob]:
    """What may be taken: the most urgent first, then the soonest due."""
    jobs = jobs_visible_to(actor).filter(status=JobStatus.FREE).select_related("order")
    return jobs.alias(urgency=URGENCY).order_by("-urgency", "due_on", "pk")


def held_jobs(actor: Actor) -> QuerySet[WorkshopJob]:
    """What lies on this workshop engineer's table."""
    jobs = jobs_visible_to(actor).filter(status=JobStatus.TAKEN, holder_id=actor.user_id)
    return jobs.select_related("order__awaiting").order_by("due_on", "pk")


def attempt_list(order: Order) -> QuerySet[Attempt]:
    """Everything that was submitted, oldest first, with its lines."""
    attempts = Attempt.objects.filter(order=order).select_related("author", "verdict_by", "estimate")
    return attempts.prefetch_related(Prefetch("lines", Line.objects.order_by("pk"))).order_by("pk")


def attempts_of(order: Order) -> list[Attempt]:
    return list(attempt_list(order))


def files_of_attempts(attempts: Iterable[Attempt]) -> dict[tuple[str, int], list[StoredFile]]:
    """Photos and receipts of these attempts, by the type and the id of the row they belong to."""
    attempts = list(attempts)
    lines = [line for attempt in attempts for line in attempt.lines.all()]
    found = {("orders.attempt", pk): files for pk, files in files_of(attempts).items()}
    return found | {("orders.line", pk): files for pk, files in files_of(lines).items()}


def lines_of(attempt: Attempt) -> list[Line]:
    return list(attempt.lines.order_by("pk"))


def last_attempt(order: Order, stage: Stage) -> Attempt | None:
    """The latest of this stage: what a new one is filled with beforehand."""
    return Attempt.objects.filter(order=order, stage=stage).prefetch_related("lines").order_by("-pk").first()


def awaiting_verification(actor: Actor) -> QuerySet[Order]:
    """What this curator has to verify, oldest first."""
    orders = visible_to(actor).filter(awaiting__isnull=False, curator_id=actor.user_id)
    return orders.select_related(*WITH_PEOPLE).order_by("awaiting__submitted_at", "pk")


def verification_counts(actor: Actor) -> dict[Stage, int]:
    """How much awaits this curator's verification, by stage."""
    rows = awaiting_verification(actor).order_by().values_list("awaiting__stage").annotate(count=Count("pk"))
    counts = dict(rows)
    return {stage: counts.get(stage, 0) for stage in VERIFIED}


def team_engineers(curator: User) -> QuerySet[User]:
    """The active engineers of a curator's team."""
    assert curator.tenant_id is not None
    return tenant_people_with(curator.tenant_id, ORDERS_WORK).filter(curator_id=curator.pk)


def closed_between(actor: Actor, first: date, last: date) -> QuerySet[Order]:
    """Orders that ended on these days, both included, in the time zone that is active now."""
    since, until = _moments(first, last)
    return order_list(actor).filter(closed_at__gte=since, closed_at__lt=until).order_by("closed_at", "pk")


def _moments(first: date, last: date) -> tuple[datetime, datetime]:
    """The beginning of the first day and the end of the last one, in the time zone that is active now."""
    return make_aware(datetime.combine(first, time())), make_aware(datetime.combine(last + timedelta(days=1), time()))


def totals(orders: QuerySet[Order]) -> dict[str, Any]:
    """Count and sums of closed orders."""
    closed = orders.filter(stage=Stage.CLOSED).order_by()
    sums = closed.aggregate(
        count=Count("pk"),
        full=Sum("full_sum"),
        expenses=Sum("expenses_sum"),
        workshop=Sum("workshop_sum"),
        net=Sum("net"),
    )
    return {name: value or Decimal(0) for name, value in sums.items()} | {"count": sums["count"]}


def per_engineer(orders: QuerySet[Order]) -> list[dict[str, Any]]:
    """The same by engineer, the largest net first."""
    closed = orders.filter(stage=Stage.CLOSED, engineer__isnull=False).order_by()
    rows = closed.values(name=F("engineer__full_name"), person=F("engineer_id"))
    counted = rows.annotate(count=Count("pk"), full=Sum("full_sum"), net=Sum("net")).order_by("-net", "name")
    return [dict(row) for row in counted]


def jobs_of(order: Order) -> list[WorkshopJob]:
    """The device's visits in the workshop, the latest first."""
    return list(WorkshopJob.objects.filter(order=order).select_related("holder", "handed_over_by").order_by("-pk"))


def in_selection(selection: Selection, actor: Actor, now: datetime) -> Q:
    """What stands in a ready-made selection, for this actor."""
    open_now = Q(stage__in=sorted(OPEN))
    return {
        Selection.AWAITING: Q(awaiting__isnull=False, curator_id=actor.user_id),
        Selection.LATE: open_now & Q(due_at__lt=now),
        Selection.ORPHANED: open_now
        & (
            Q(engineer__isnull=True)
            | Q(engineer__is_active=False)
            | Q(job__holder__is_active=False)
            | Q(curator__is_active=False)
        ),
        Selection.ACTIVE: open_now,
    }[selection]


def selection_counts(actor: Actor, now: datetime) -> dict[Selection, int]:
    """How many orders stand in each selection; `COUNTED_AT_MOST` + 1 means «more»."""
    orders = visible_to(actor).order_by()
    return {
        selection: orders.filter(in_selection(selection, actor, now))[: COUNTED_AT_MOST + 1].count()
        for selection in Selection
    }


def of_ticket(actor: Actor, ticket_id: int) -> list[Order]:
    """The orders that came from a ticket, as far as this actor sees them."""
    return list(visible_to(actor).filter(ticket_id=ticket_id).order_by("pk"))


def approved_attempts(orders: QuerySet[Order]) -> Iterator[Attempt]:
    """What was approved of these orders, in the order of the verdicts."""
    attempts = Attempt.objects.filter(order_id__in=orders.order_by().values("pk"), verdict=Verdict.APPROVED)
    return attempts.select_related("order", "author").order_by("verdict_at", "pk").iterator(chunk_size=500)


def approved_expenses(orders: QuerySet[Order]) -> Iterator[Line]:
    """The lines of their approved expenses."""
    lines = Line.objects.filter(
        attempt__order_id__in=orders.order_by().values("pk"), attempt__verdict=Verdict.APPROVED,
        attempt__stage=Stage.EXPENSES,
    )  # fmt: skip
    return lines.select_related("attempt__order", "attempt__author").order_by("attempt__verdict_at", "pk").iterator(500)


def earnings(actor: Actor, engineer_id: int, first: date, last: date) -> dict[str, Any]:
    """What an engineer has earned with the orders closed on these days: `count`, `net`, the `share` of it that is his,
    `penalties`, and what remains, `total`."""
    closed = closed_between(actor, first, last).filter(engineer_id=engineer_id, stage=Stage.CLOSED).order_by()
    sums = closed.aggregate(count=Count("pk"), whole=Sum("net"), part=Sum(EARNED))
    net, share = sums["whole"] or Decimal(0), sums["part"] or Decimal(0)
    penalties = penalties_of(engineer_id, first, last).order_by().aggregate(sum=Sum("total"))["sum"] or Decimal(0)
    return {"count": sums["count"], "net": net, "share": share, "penalties": penalties, "total": share - penalties}


def penalties_of(engineer_id: int, first: date, last: date) -> QuerySet[Penalty]:
    """An engineer's penalties of these days, the latest first."""
    since, until = _moments(first, last)
    penalties = Penalty.objects.filter(engineer_id=engineer_id, created_at__gte=since, created_at__lt=until)
    return penalties.select_related("order", "curator").order_by("-created_at", "-pk")


def share_of(engineer_id: int) -> int:
    """What part of the net this engineer earns now, in per cent."""
    share = EngineerShare.objects.filter(engineer_id=engineer_id).first()
    return FULL_SHARE if share is None else share.percent


def corrections_of(order: Order) -> QuerySet[Correction]:
    """The corrections of an order's sums, oldest first."""
    return Correction.objects.filter(order=order).select_related("author", "line").order_by("pk")


def penalties_for(actor: Actor, order: Order) -> QuerySet[Penalty]:
    """What this order has cost its engineers, oldest first; an engineer reads only what it has cost himself."""
    penalties = Penalty.objects.filter(order=order).select_related("engineer", "curator").order_by("pk")
    return penalties.filter(engineer_id=actor.user_id) if is_engineer(actor, order) else penalties


def estimates_of(order: Order) -> QuerySet[Estimate]:
    """What the client was offered, oldest first."""
    return Estimate.objects.filter(order=order).select_related("author", "recorded_by").order_by("pk")


def comments_visible_to(actor: Actor, order: Order) -> QuerySet[OrderComment]:
    """What was said of an order, oldest first; the client reads his questions and the answers to them."""
    comments = OrderComment.objects.filter(order=order).select_related("author").order_by("pk")
    return comments if sees_money(actor, order) else comments.filter(kind__in=TALK)


def jobs_list(actor: Actor) -> QuerySet[WorkshopJob]:
    """The jobs that are not done, the most urgent first: the workshop's, and those of the orders that one sees."""
    mine = Q(pk__in=jobs_visible_to(actor).values("pk"))
    worked = visible_to(actor) if actor.can(ORDERS_SEE_ALL, SYSTEM) else Order.objects.filter(_worked_by(actor))
    jobs = WorkshopJob.objects.filter(mine | Q(order__in=worked.values("pk"))).exclude(status=JobStatus.DONE)
    jobs = jobs.select_related("order", "holder", "handed_over_by").annotate(urgency=URGENCY)
    return jobs.order_by("-urgency", "due_on", "pk")


def papers_of(order: Order) -> list[Estimate]:
    """The agreements to a raised contract that were recorded on paper."""
    papers = Estimate.objects.filter(order=order, recorded_by__isnull=False).select_related("recorded_by")
    return list(papers.order_by("version"))


def last_estimate(order: Order) -> Estimate | None:
    """The newest version that was sent to the client."""
    return Estimate.objects.filter(order=order).order_by("-version").first()


def team_of(curator_id: int) -> QuerySet[User]:
    """The engineers and workshop engineers of a curator, active first."""
    people = User.objects.filter(curator_id=curator_id).prefetch_related("groups")
    return people.order_by("-is_active", "full_name", "pk")


def team_visible_to(actor: Actor) -> QuerySet[User]:
    """The engineers and workshop engineers whom this actor manages: the curator's own, or all."""
    people = User.objects.filter(Q(curator__isnull=False) | Q(groups__name__in=TEAM)).distinct()
    if not actor.can(ORDERS_HAND_OVER):
        people = people.filter(curator_id=actor.user_id if actor.can(ORDERS_MANAGE) else 0)
    return people.select_related("curator").prefetch_related("groups")


def without_curator() -> QuerySet[User]:
    """Engineers and workshop engineers whom nobody leads."""
    people = User.objects.filter(groups__name__in=TEAM, curator__isnull=True, is_active=True).select_related("tenant")
    return people.distinct().order_by("full_name", "pk")


def curators_with_work() -> QuerySet[Any]:
    """All curators, and who has orders or a team without being one any more.

    Each with `open_orders`, `awaited_orders` (of them, for verification) and `team_size`.
    """
    mine = Order.objects.filter(curator=OuterRef("pk"), stage__in=sorted(OPEN)).order_by().values("curator")
    team = User.objects.filter(curator=OuterRef("pk")).order_by().values("curator")
    curators = with_role(User.objects.all(), Role.CURATOR).values("pk")
    people = User.objects.select_related("tenant").filter(Q(pk__in=curators) | Exists(mine) | Exists(team))
    counted = people.annotate(
        open_orders=_counted(mine),
        awaited_orders=_counted(mine.filter(awaiting__isnull=False)),
        team_size=_counted(team),
    )
    return counted.order_by("is_active", "full_name", "pk")


def _counted(rows: QuerySet[Any]) -> Coalesce:
    """How many rows a correlated query has."""
    return Coalesce(Subquery(rows.annotate(count=Count("pk")).values("count")), 0)


def held_by(person: User) -> QuerySet[WorkshopJob]:
    """What lies on this person's table, the soonest due first."""
    jobs = WorkshopJob.objects.filter(holder=person, status=JobStatus.TAKEN).select_related("order")
    return jobs.order_by("due_on", "pk")


def jobs_done_by(person: User, first: date, last: date) -> QuerySet[WorkshopJob]:
    """What this person finished in the workshop on these days, the latest first."""
    since, until = _moments(first, last)
    jobs = WorkshopJob.objects.filter(holder=person, status=JobStatus.DONE, done_at__gte=since, done_at__lt=until)
    return jobs.select_related("order").order_by("-done_at", "-pk")


def per_stage(orders: QuerySet[Order]) -> list[tuple[Stage, int]]:
    """How many of these ended in each way."""
    counts = dict(orders.order_by().values_list("stage").annotate(count=Count("pk")))
    return [(stage, counts[stage]) for stage in Stage if stage in counts]


def work_of(people: Iterable[User], first: date, last: date) -> dict[int, dict[str, Any]]:
    """Of each person: `active` orders, `jobs` on the table, and `closed` and `net` of these days. Two queries."""
    ids = [person.pk for person in people]
    since, until = _moments(first, last)
    ended = Q(stage=Stage.CLOSED, closed_at__gte=since, closed_at__lt=until)
    found: dict[int, dict[str, Any]] = {pk: {"active": 0, "jobs": 0, "closed": 0, "net": Decimal(0)} for pk in ids}
    rows = Order.objects.filter(engineer_id__in=ids).order_by().values("engineer_id").annotate(
        active=Count("pk", filter=Q(stage__in=sorted(OPEN))), closed=Count("pk", filter=ended),
        total=Sum("net", filter=ended),
    )  # fmt: skip
    for row in rows:
        found[row["engineer_id"]] |= {
            "active": row["active"],
            "closed": row["closed"],
            "net": row["total"] or Decimal(0),
        }
    held = WorkshopJob.objects.filter(holder_id__in=ids, status=JobStatus.TAKEN).order_by()
    for holder, count in held.values_list("holder_id").annotate(count=Count("pk")):
        found[holder]["jobs"] = count
    return found
