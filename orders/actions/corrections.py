"""A curator corrects an approved sum: the old one is kept beside it, with the reason."""

from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext_lazy as _

import audit.actions as audit
from core.actor import Actor
from core.db import found
from core.errors import Denied
from orders import notices, rules
from orders.actions.common import locked_order, reason_given
from orders.actions.estimates import offer_new_contract
from orders.actions.facts import count_in
from orders.enums import OPEN, Outcome, Stage, Verdict
from orders.errors import NotApproved, SameSum, StageIncomplete
from orders.models import Attempt, Correction, Line
from orders.money import checked


@transaction.atomic
def correct_sum(
    *,
    actor: Actor,
    order_id: int,
    attempt_id: int,
    total: Decimal,
    reason: str,
    line_id: int | None = None,
    version: int | None = None,
) -> Correction:
    """Put an approved sum right, on a closed order too: its curator only. Of expenses, `line_id` says which one.

    What a declined order's correction changes is the fee. A contract that was raised needs the client's consent anew,
    and the report waits for it. Engineer, author and client hear of it. Raises NotFound, Denied, NotApproved, NotMoney,
    SameSum, ReasonMissing, OrderChanged.
    """
    order = locked_order(actor, order_id, version)
    if not rules.is_curator(actor, order):
        raise Denied
    attempt = found(Attempt.objects.filter(order=order), attempt_id)
    if attempt.verdict != Verdict.APPROVED:
        raise NotApproved(number=order.number)
    line = _line(attempt, line_id)
    before, after = (line or attempt).counts, _new_sum(attempt, total)
    if before == after:
        raise SameSum(fields={"total": SameSum.text})
    if line is not None:
        line.corrected = after
        line.save(update_fields=["corrected"])
    attempt.corrected = attempt.counts + after - before
    attempt.save(update_fields=["corrected"])
    was_missing = rules.consent_missing(order)
    count_in(order, attempt, after - before)
    if was_missing and not rules.consent_missing(order):
        order.waiting = ""
    order.version += 1
    order.save()
    correction = Correction.objects.create(
        order=order, attempt=attempt, line=line, before=before, after=after, reason=reason_given(reason),
        author_id=actor.person,
    )  # fmt: skip
    audit.record(actor, "orders.correct", order, tenant_id=order.tenant_id, attempt=attempt.pk, stage=attempt.stage)
    notices.corrected(correction)
    if attempt.stage == Stage.AGREEMENT and order.stage in OPEN and rules.consent_missing(order):
        offer_new_contract(actor, order, before)
    elif was_missing and not rules.consent_missing(order):
        notices.old_sum_stands(order)
    return correction


def _line(attempt: Attempt, line_id: int | None) -> Line | None:
    if attempt.stage != Stage.EXPENSES:
        return None
    return found(Line.objects.filter(attempt=attempt), line_id or 0)


def _new_sum(attempt: Attempt, total: Decimal) -> Decimal:
    total = checked(total)
    if not total and attempt.outcome == Outcome.ACCEPTED:
        raise StageIncomplete(fields={"total": _("The contract’s sum is more than zero.")})
    return total
