"""A penalty for an engineer."""

from decimal import Decimal

from django.db import transaction

import audit.actions as audit
from core.actor import Actor
from core.errors import Denied
from orders import notices, rules
from orders.actions.common import locked_order, reason_given
from orders.errors import NotMoney, UnknownEngineer
from orders.models import Penalty
from orders.money import checked


@transaction.atomic
def add_penalty(*, actor: Actor, order_id: int, total: Decimal, reason: str) -> Penalty:
    """Take a sum off the earnings of the order's engineer. Its curator only; the engineer hears it.

    Raises NotFound, Denied, UnknownEngineer where there is none, NotMoney, ReasonMissing.
    """
    order = locked_order(actor, order_id)
    if not rules.is_curator(actor, order):
        raise Denied
    if order.engineer is None:
        raise UnknownEngineer
    if not checked(total):
        raise NotMoney
    penalty = Penalty.objects.create(
        tenant_id=order.tenant_id, engineer=order.engineer, curator_id=actor.person, order=order, total=total,
        reason=reason_given(reason),
    )  # fmt: skip
    audit.record(
        actor, "orders.penalty", order, tenant_id=order.tenant_id, penalty=penalty.pk, engineer=order.engineer_id
    )
    notices.penalised(penalty)
    return penalty
