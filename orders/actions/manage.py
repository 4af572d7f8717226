"""What the curator decides besides verification: who works, what is planned, how long, and the end."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

import audit.actions as audit
from accounts.models import User
from core.actor import Actor
from core.errors import Denied, Invalid
from orders import notices, rules
from orders.actions.common import enter, locked_order, reason_given, remark, step
from orders.actions.create import engineer_of
from orders.enums import OPEN, OPTIONAL, STANDING, CommentKind, Move, Stage, Verdict
from orders.errors import StageNotPossible, UnknownStage
from orders.models import Order

EXTEND_AT_MOST = timedelta(days=366)


def _curators(actor: Actor, order_id: int, version: int | None) -> Order:
    """The order, if it is this curator's and not over."""
    order = locked_order(actor, order_id, version)
    if not rules.is_curator(actor, order):
        raise Denied
    _require_open(order)
    return order


def _require_open(order: Order) -> None:
    if order.stage not in OPEN:
        raise StageNotPossible(number=order.number, stage=Stage(order.stage).label)


@transaction.atomic
def assign_engineer(*, actor: Actor, order_id: int, engineer_id: int, version: int | None = None) -> Order:
    """Give the order to an engineer of the team, or to another one. Its curator only.

    Both engineers hear of it. Raises NotFound, Denied, UnknownEngineer, StageNotPossible, OrderChanged.
    """
    order = _curators(actor, order_id, version)
    if order.engineer_id == engineer_id:
        return order
    previous = order.engineer
    order.engineer = engineer_of(User.objects.get(pk=order.curator_id), engineer_id)
    order.version += 1
    order.save(update_fields=["engineer", "version"])
    audit.record(
        actor, "orders.assign", order, tenant_id=order.tenant_id,
        engineer=engineer_id, previous=previous.pk if previous else None,
    )  # fmt: skip
    notices.assigned(order)
    if previous is not None:
        notices.taken_away(order, previous, order.engineer)
    return order


def _optional(stage: str) -> str:
    if stage not in OPTIONAL:
        raise UnknownStage(fields={"stage": UnknownStage.text})
    return stage


@transaction.atomic
def plan_stage(*, actor: Actor, order_id: int, stage: str, version: int | None = None) -> Order:
    """The report will wait until this optional stage was done. Its curator only. Raises UnknownStage besides."""
    order = _curators(actor, order_id, version)
    if _optional(stage) not in order.planned:
        order.planned = [*order.planned, stage]
        order.version += 1
        order.save(update_fields=["planned", "version"])
        audit.record(actor, "orders.plan", order, tenant_id=order.tenant_id, stage=stage)
        notices.planned(order, Stage(stage))
    return order


@transaction.atomic
def exclude_stage(*, actor: Actor, order_id: int, stage: str, version: int | None = None) -> Order:
    """The optional stage is not needed after all. Its curator only. Raises UnknownStage besides."""
    order = _curators(actor, order_id, version)
    if _optional(stage) in order.planned:
        _take_off_the_plan(order, stage)
        audit.record(actor, "orders.exclude", order, tenant_id=order.tenant_id, stage=stage)
        notices.excluded(order, Stage(stage))
    return order


@transaction.atomic
def waive_stage(*, actor: Actor, order_id: int, stage: str, reason: str) -> Order:
    """«Not needed», says the engineer with a reason; its curator hears it. Raises UnknownStage, ReasonMissing."""
    order = locked_order(actor, order_id)
    if not rules.is_engineer(actor, order):
        raise Denied
    _require_open(order)
    reason = reason_given(reason)
    if _optional(stage) in order.planned:
        _take_off_the_plan(order, stage)
        audit.record(actor, "orders.waive", order, tenant_id=order.tenant_id, stage=stage)
        remark(actor, order, CommentKind.NOT_NEEDED, reason, stage)
        notices.waived(order, Stage(stage), reason)
    return order


def _take_off_the_plan(order: Order, stage: str) -> None:
    order.planned = [other for other in order.planned if other != stage]
    order.version += 1
    order.save(update_fields=["planned", "version"])


@transaction.atomic
def extend_order(*, actor: Actor, order_id: int, until: datetime, reason: str, version: int | None = None) -> Order:
    """Give the stage more time. Its curator only. Raises ReasonMissing, Invalid for a date that is over or far."""
    order = _curators(actor, order_id, version)
    reason = reason_given(reason)
    now = timezone.now()
    if not now < until <= now + EXTEND_AT_MOST:
        raise Invalid(fields={"until": _("Give a date in the future, within a year.")})
    order.due_at = until
    order.version += 1
    order.save(update_fields=["due_at", "version"])
    remark(actor, order, CommentKind.MORE_TIME, reason)
    audit.record(actor, "orders.extend", order, tenant_id=order.tenant_id, until=until.isoformat())
    notices.extended(order)
    return order


@transaction.atomic
def set_waiting(*, actor: Actor, order_id: int, waiting: str) -> Order:
    """Say that the order waits for the client or for parts, or that it no longer does (""). Engineer and curator.

    Raises NotFound, Denied, StageNotPossible, Invalid.
    """
    order = locked_order(actor, order_id)
    if not rules.works_on(actor, order):
        raise Denied
    _require_open(order)
    if waiting and waiting not in STANDING:
        raise Invalid(fields={"waiting": _("An order waits for the client or for parts.")})
    if order.waiting != waiting:
        order.waiting = waiting
        order.version += 1
        order.save(update_fields=["waiting", "version"])
        audit.record(actor, "orders.wait", order, tenant_id=order.tenant_id, waiting=waiting)
    return order


@transaction.atomic
def cancel_order(*, actor: Actor, order_id: int, reason: str, version: int | None = None) -> Order:
    """End the order without a report, unless the device is in the workshop. Its curator only.

    Engineer and client hear of it. Raises NotFound, Denied, ReasonMissing, StageNotPossible, OrderChanged.
    """
    order = locked_order(actor, order_id, version)
    row = step(actor, order, Move.CANCEL)
    now, before = timezone.now(), order.stage
    order.cancel_reason = reason_given(reason)
    if order.awaiting is not None:
        attempt, order.awaiting = order.awaiting, None
        attempt.verdict, attempt.verdict_at, attempt.verdict_by_id = Verdict.RETURNED, now, actor.person
        attempt.verdict_reason = order.cancel_reason
        attempt.save()
    assert row.target is not None
    enter(order, row.target, now)
    order.closed_at = now
    order.save()
    audit.record(actor, "orders.cancel", order, tenant_id=order.tenant_id, **{"from": before})
    notices.cancelled(order)
    return order
