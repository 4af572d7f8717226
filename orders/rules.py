"""Who stands in which relation to an order: pure predicates over the order with `engineer`, `awaiting` and `job`."""

from datetime import datetime
from typing import TYPE_CHECKING

from accounts.roles import (
    ORDERS_MANAGE,
    ORDERS_MANAGE_TENANT,
    ORDERS_SEE_ALL,
    ORDERS_SEE_OWN,
    ORDERS_SEE_TENANT,
    ORDERS_WORK,
    WORKSHOP_WORK,
)
from core.actor import SYSTEM, Actor
from orders.enums import OPEN, TALK, JobStatus, Outcome, Stage, WaitsFor

if TYPE_CHECKING:
    from orders.models import Attempt, Estimate, Line, Order, OrderComment, WorkshopJob


def is_curator(actor: Actor, order: "Order") -> bool:
    """The order is this curator's, or the branch's whose orders an integrator manages."""
    return (actor.can(ORDERS_MANAGE) and order.curator_id == actor.user_id) or (
        actor.can(ORDERS_MANAGE_TENANT) and order.tenant_id == actor.tenant_id
    )


def is_engineer(actor: Actor, order: "Order") -> bool:
    return actor.can(ORDERS_WORK) and order.engineer_id == actor.user_id


def works_on(actor: Actor, order: "Order") -> bool:
    """Its engineer or its curator."""
    return is_engineer(actor, order) or is_curator(actor, order)


def is_holder(actor: Actor, order: "Order") -> bool:
    """The device is on this workshop engineer's table."""
    job = order.job
    return actor.can(WORKSHOP_WORK) and job is not None and job.holder_id == actor.user_id


def can_view(actor: Actor, order: "Order") -> bool:
    """The same answer for one order as `queries.visible_to` gives for the table."""
    return (
        sees_money(actor, order)
        or is_holder(actor, order)
        or (actor.can(WORKSHOP_WORK) and order.job is not None and _is_free(actor, order.job))
        or (actor.can(ORDERS_SEE_OWN) and order.client_id == actor.user_id)
    )


def _is_free(actor: Actor, job: "WorkshopJob") -> bool:
    return job.status == JobStatus.FREE and job.tenant_id == actor.tenant_id


def sees_work(actor: Actor, order: "Order") -> bool:
    """Sees what was submitted, which is not for the client."""
    return can_view(actor, order) and order.client_id != actor.user_id


def sees_money(actor: Actor, order: "Order") -> bool:
    """Sees whose the device is, what was agreed and paid, and what was submitted. Not the client or the workshop."""
    of_the_team = order.engineer is not None and order.engineer.curator_id == actor.user_id
    return (
        actor.can(ORDERS_SEE_ALL, SYSTEM)
        or (actor.can(ORDERS_SEE_TENANT, ORDERS_MANAGE_TENANT) and order.tenant_id == actor.tenant_id)
        or is_curator(actor, order)
        or (actor.can(ORDERS_MANAGE) and of_the_team)
        or is_engineer(actor, order)
    )


def can_view_attempt(actor: Actor, attempt: "Attempt") -> bool:
    return sees_money(actor, attempt.order)


def can_view_estimate(actor: Actor, estimate: "Estimate") -> bool:
    return sees_money(actor, estimate.order)


def can_view_comment(actor: Actor, comment: "OrderComment") -> bool:
    own = actor.can(ORDERS_SEE_OWN) and comment.order.client_id == actor.user_id and comment.kind in TALK
    return own or sees_money(actor, comment.order)


def can_view_line(actor: Actor, line: "Line") -> bool:
    return sees_money(actor, line.attempt.order)


def can_view_job(actor: Actor, job: "WorkshopJob") -> bool:
    return sees_work(actor, job.order)


def nothing_awaits(order: "Order", now: datetime) -> bool:
    return order.awaiting_id is None


def ready_for_report(order: "Order", now: datetime) -> bool:
    return order.awaiting_id is None and not order.planned and not consent_missing(order)


def report_awaits(order: "Order", now: datetime) -> bool:
    return order.awaiting_id is not None and not order.planned and not consent_missing(order)


def consent_missing(order: "Order") -> bool:
    """The contract is larger than what the client has agreed to."""
    return order.contract_sum is not None and order.contract_sum > (order.consented_sum or 0)


def needs_consent(order: "Order", now: datetime) -> bool:
    return consent_missing(order)


def awaits(order: "Order", now: datetime) -> bool:
    return order.awaiting_id is not None


def accepted(order: "Order", now: datetime) -> bool:
    return order.awaiting is not None and order.awaiting.outcome == Outcome.ACCEPTED


def declined(order: "Order", now: datetime) -> bool:
    return order.awaiting is not None and order.awaiting.outcome == Outcome.DECLINED


def awaits_agreement(order: "Order") -> bool:
    """The client may still answer: nothing has been submitted, or a raised contract waits for him."""
    return (order.stage == Stage.AGREEMENT and order.awaiting_id is None) or (
        order.stage in OPEN and consent_missing(order)
    )


def waits_for(order: "Order") -> WaitsFor | None:
    """Who has to do something now; None for what is over."""
    if order.stage not in OPEN:
        return None
    if order.awaiting_id is not None or order.engineer_id is None:
        return WaitsFor.CURATOR
    if order.waiting:
        return WaitsFor(order.waiting)
    return WaitsFor.WORKSHOP if order.stage == Stage.WORKSHOP else WaitsFor.ENGINEER
