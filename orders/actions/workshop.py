"""The device goes to the workshop, is taken, and given back to the queue. What was done is submitted as any stage."""

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

import audit.actions as audit
from accounts.roles import WORKSHOP_WORK
from core.actor import Actor
from core.db import locked
from core.errors import Denied
from core.text import is_blank, storable
from orders import rules, workshop_notices
from orders.actions.common import enter, locked_order, not_too_long, reason_given, remark, short, step
from orders.actions.stages import REQUIRED, TEXT_LIMIT, Faults, Files, keep_files
from orders.enums import CommentKind, JobStatus, Move, Stage
from orders.errors import AwaitsVerification, JobTaken, StageIncomplete, StageNotPossible
from orders.models import WORDS_LIMIT, Order, WorkshopJob
from tickets.enums import Priority
from tickets.errors import UnknownPriority


@transaction.atomic
def hand_over(
    *,
    actor: Actor,
    order_id: int,
    description: str,
    due_on: date,
    files: Files,
    accessories: str = "",
    priority: str = Priority.NORMAL,
) -> WorkshopJob:
    """The engineer gives the device to the workshop, with at least one photo; the queue sees it at once.

    It needs no approval; the curator and the workshop hear of it. Raises NotFound, Denied, StageIncomplete,
    UnknownPriority, AwaitsVerification, StageNotPossible.
    """
    order = locked_order(actor, order_id)
    row = step(actor, order, Move.HAND_OVER)
    faults: Faults = {
        "description": REQUIRED if is_blank(description) else "",
        "files": "" if files else _("Send at least one photo of the device."),
        "due_on": "" if due_on >= timezone.localdate() else _("Give today or a day in the future."),
    }
    if wrong := {name: text for name, text in faults.items() if text}:
        raise StageIncomplete(fields=wrong)
    if priority not in Priority.values:
        raise UnknownPriority(fields={"priority": UnknownPriority.text})
    job = WorkshopJob.objects.create(
        order=order, tenant_id=order.tenant_id, handed_over_by_id=actor.person,
        description=not_too_long(storable(description), TEXT_LIMIT), accessories=short(accessories, WORDS_LIMIT),
        due_on=due_on, priority=priority,
    )  # fmt: skip
    keep_files(job, files)
    order.job = job
    assert row.target is not None
    enter(order, row.target, timezone.now())
    order.save()
    audit.record(actor, "orders.hand_over", order, tenant_id=order.tenant_id, job=job.pk, priority=priority)
    workshop_notices.handed_over(order, job)
    return job


@transaction.atomic
def take_job(*, actor: Actor, order_id: int) -> Order:
    """Of two who take at the same moment one wins, and the other is told who. Taking an own one again is no error.

    Raises NotFound, Denied, JobTaken.
    """
    actor.require(WORKSHOP_WORK)
    in_workshop = Order.objects.filter(tenant_id=actor.tenant_id or 0, job_id__isnull=False)
    order = locked(in_workshop, order_id)  # also one that somebody else has: the loser is told who
    job = order.job
    assert job is not None
    if job.holder is not None and job.holder_id != actor.user_id:
        raise JobTaken(number=order.number, who=job.holder.full_name)
    if job.holder_id is None:
        job.holder_id, job.status, job.taken_at = actor.person, JobStatus.TAKEN, timezone.now()
        job.save(update_fields=["holder", "status", "taken_at"])
        audit.record(actor, "orders.take_job", order, tenant_id=order.tenant_id, job=job.pk)
        workshop_notices.job_taken(order, job)
    return order


@transaction.atomic
def release_job(*, actor: Actor, order_id: int, reason: str) -> Order:
    """Give the device back to the queue, with a reason: the holder, or the order's curator when he is gone.

    Not while the work awaits verification. Raises NotFound, Denied, ReasonMissing, AwaitsVerification,
    StageNotPossible for a device that nobody has taken.
    """
    order = locked_order(actor, order_id)
    job = order.job
    if not (rules.is_holder(actor, order) or rules.is_curator(actor, order)):
        raise Denied
    if job is None or job.holder_id is None:
        raise StageNotPossible(number=order.number, stage=Stage(order.stage).label)
    if order.awaiting_id is not None:
        raise AwaitsVerification(number=order.number)
    reason = reason_given(reason)
    job.holder, job.status, job.taken_at = None, JobStatus.FREE, None
    job.save(update_fields=["holder", "status", "taken_at"])
    audit.record(actor, "orders.release_job", order, tenant_id=order.tenant_id, job=job.pk)
    remark(actor, order, CommentKind.RELEASED, reason)
    workshop_notices.job_released(order, job, reason)
    return order


@transaction.atomic
def set_job_priority(*, actor: Actor, order_id: int, priority: str) -> Order:
    """Move the job up or down in the queue. The order's curator only; the workshop hears what has become urgent.

    Raises NotFound, Denied, UnknownPriority, StageNotPossible.
    """
    order = locked_order(actor, order_id)
    if not rules.is_curator(actor, order):
        raise Denied
    if priority not in Priority.values:
        raise UnknownPriority(fields={"priority": UnknownPriority.text})
    if order.job is None:
        raise StageNotPossible(number=order.number, stage=Stage(order.stage).label)
    job = order.job
    if job.priority != priority:
        job.priority = priority
        job.save(update_fields=["priority"])
        audit.record(actor, "orders.set_priority", order, tenant_id=order.tenant_id, job=job.pk, to=priority)
        if priority == Priority.URGENT:
            workshop_notices.job_urgent(order, job)
    return order
