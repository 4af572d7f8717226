"""The curator verifies what was submitted."""

from collections.abc import Callable

from django.db import transaction
from django.utils import timezone

import audit.actions as audit
from core.actor import Actor
from files.actions import hold
from orders import notices
from orders.actions.common import enter, locked_order, reason_given, step
from orders.actions.facts import count_in
from orders.enums import OPEN, JobStatus, Move, Outcome, Stage, Verdict
from orders.errors import NothingToVerify
from orders.models import Attempt, Order
from orders.queries import share_of

VERDICT_LIMIT = 500


@transaction.atomic
def approve_attempt(*, actor: Actor, order_id: int, attempt_id: int) -> Order:
    """What awaits verification is right: its facts count, and the order moves on. Its curator only.

    Author and client hear of it. Approving twice is refused. Raises NotFound, Denied, NothingToVerify.
    """
    order, attempt = _awaiting(actor, order_id, attempt_id)
    row = step(actor, order, Move.APPROVE)
    _judge(actor, attempt, Verdict.APPROVED, "")
    count_in(order, attempt, attempt.counts)
    if effect := EFFECTS.get(Stage(attempt.stage)):
        effect(order, attempt)
    order.planned = [stage for stage in order.planned if stage != attempt.stage]
    order.awaiting = None
    now = timezone.now()
    assert row.target is not None
    enter(order, row.target, now)
    if row.target not in OPEN:
        order.closed_at = now
    order.save()
    audit.record(
        actor, "orders.approve", order, tenant_id=order.tenant_id,
        attempt=attempt.pk, stage=attempt.stage, to=order.stage,
    )  # fmt: skip
    notices.approved(order, attempt)
    return order


@transaction.atomic
def return_attempt(*, actor: Actor, order_id: int, attempt_id: int, reason: str) -> Order:
    """What awaits verification is not right yet; the author hears why and submits anew. Its curator only.

    Raises NotFound, Denied, NothingToVerify, ReasonMissing.
    """
    order, attempt = _awaiting(actor, order_id, attempt_id)
    row = step(actor, order, Move.RETURN)
    _judge(actor, attempt, Verdict.RETURNED, reason_given(reason, VERDICT_LIMIT))
    order.awaiting = None
    assert row.target is not None
    enter(order, row.target, timezone.now())
    order.save()
    audit.record(actor, "orders.return", order, tenant_id=order.tenant_id, attempt=attempt.pk, stage=attempt.stage)
    notices.returned(order, attempt)
    return order


def _awaiting(actor: Actor, order_id: int, attempt_id: int) -> tuple[Order, Attempt]:
    """The order and the attempt, if it is still the one that awaits verification: an old button verifies nothing."""
    order = locked_order(actor, order_id)
    if order.awaiting is None or order.awaiting_id != attempt_id:
        step(actor, order, Move.APPROVE)
        raise NothingToVerify(number=order.number)
    return order, order.awaiting


def _judge(actor: Actor, attempt: Attempt, verdict: Verdict, reason: str) -> None:
    attempt.verdict, attempt.verdict_reason = verdict, reason
    attempt.verdict_at, attempt.verdict_by_id = timezone.now(), actor.person
    attempt.save(update_fields=["verdict", "verdict_reason", "verdict_at", "verdict_by"])


def _agreement(order: Order, attempt: Attempt) -> None:
    if attempt.outcome == Outcome.ACCEPTED:
        order.consented_sum = attempt.total
    else:
        order.declined_sum = attempt.total


def _workshop(order: Order, attempt: Attempt) -> None:
    """The device goes back to the engineer."""
    assert order.job is not None
    job, order.job = order.job, None
    job.status, job.done_at = JobStatus.DONE, timezone.now()
    job.save(update_fields=["status", "done_at"])


def _report(order: Order, attempt: Attempt) -> None:
    """The engineer's share is that of this day; the contract's photos are kept under hold."""
    if order.engineer_id is not None:
        order.share = share_of(order.engineer_id)
    hold(attempt)


EFFECTS: dict[Stage, Callable[[Order, Attempt], None]] = {
    Stage.AGREEMENT: _agreement,
    Stage.WORKSHOP: _workshop,
    Stage.REPORT: _report,
}
"""What an approval does besides making the sum count."""
