"""What an engineer earns: the share, and penalties."""

from decimal import Decimal

from django.db import transaction

import audit.actions as audit
from accounts.models import User
from accounts.roles import ORDERS_MANAGE
from core.actor import Actor
from core.errors import Denied
from orders import notices, rules
from orders.actions.common import locked_order, reason_given
from orders.actions.create import engineer_of
from orders.errors import NotMoney, UnknownEngineer, UnknownShare
from orders.models import EngineerShare, Order, Penalty
from orders.money import checked
from orders.queries import FULL_SHARE


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
    return _penalise(actor, order.engineer, total, reason, order)


@transaction.atomic
def penalise_engineer(*, actor: Actor, engineer_id: int, total: Decimal, reason: str) -> Penalty:
    """The same for an engineer of the team, whatever the order. His curator only.

    Raises Denied, UnknownEngineer, NotMoney, ReasonMissing.
    """
    actor.require(ORDERS_MANAGE)
    engineer = engineer_of(User.objects.get(pk=actor.person), engineer_id)
    return _penalise(actor, engineer, total, reason, None)


def _penalise(actor: Actor, engineer: User, total: Decimal, reason: str, order: Order | None) -> Penalty:
    assert engineer.tenant_id is not None
    if not checked(total):
        raise NotMoney
    penalty = Penalty.objects.create(
        tenant_id=engineer.tenant_id, engineer=engineer, curator_id=actor.person, order=order, total=total,
        reason=reason_given(reason),
    )  # fmt: skip
    audit.record(
        actor, "orders.penalty", order or engineer, tenant_id=engineer.tenant_id, penalty=penalty.pk,
        engineer=engineer.pk,
    )  # fmt: skip
    notices.penalised(penalty)
    return penalty


@transaction.atomic
def set_share(*, actor: Actor, engineer_id: int, percent: int) -> EngineerShare:
    """What part of the net an engineer of the team earns with the orders that are closed from now on. His curator only.

    The engineer hears it. Raises Denied, UnknownEngineer, UnknownShare.
    """
    actor.require(ORDERS_MANAGE)
    engineer = engineer_of(User.objects.get(pk=actor.person), engineer_id)
    if not 0 <= percent <= FULL_SHARE:
        raise UnknownShare(fields={"percent": UnknownShare.text})
    share, made = EngineerShare.objects.select_for_update().get_or_create(
        engineer=engineer, defaults={"percent": percent}
    )
    if made or share.percent != percent:
        share.percent = percent
        share.save(update_fields=["percent"])
        audit.record(actor, "orders.set_share", engineer, tenant_id=engineer.tenant_id, percent=percent)
        notices.share_set(share)
    return share
