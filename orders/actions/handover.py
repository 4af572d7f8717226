"""Orders, and the people who work on them, go to another curator."""

from django.db import transaction

import audit.actions as audit
from accounts.actions import set_curator
from accounts.errors import UnknownCurator
from accounts.models import User
from accounts.queries import curator_in
from accounts.roles import ORDERS_HAND_OVER, TEAM
from core.actor import Actor
from core.db import found
from orders import notices
from orders.actions.common import locked_order
from orders.enums import OPEN
from orders.models import Order
from orders.queries import team_of


@transaction.atomic
def change_curator(*, actor: Actor, order_id: int, curator_id: int, version: int | None = None) -> Order:
    """Give an order, open or over, to another curator of its branch. Superusers only; both curators hear of it.

    Raises NotFound, Denied, UnknownCurator, OrderChanged.
    """
    actor.require(ORDERS_HAND_OVER)
    order = locked_order(actor, order_id, version)
    heir = curator_in(order.tenant_id, curator_id)
    if heir.pk != order.curator_id:
        previous = _give(actor, order, heir)
        notices.curator_changed(order, previous)
    return order


@transaction.atomic
def hand_over_everything(*, actor: Actor, curator_id: int, heir_id: int) -> int:
    """Give the open orders and the team of a curator to another one of the branch: how many orders. Superusers only.

    The new curator hears it in one message. Raises NotFound, Denied, UnknownCurator.
    """
    actor.require(ORDERS_HAND_OVER)
    curator = found(User.objects.filter(tenant__isnull=False), curator_id)
    assert curator.tenant_id is not None
    heir = curator_in(curator.tenant_id, heir_id)
    if heir.pk == curator.pk:
        raise UnknownCurator(fields={"curator": UnknownCurator.text})
    orders = Order.objects.select_for_update(of=("self",), no_key=True).filter(
        curator=curator, stage__in=sorted(OPEN)
    )  # fmt: skip
    given = [_give(actor, order, heir) for order in orders.select_related("curator").order_by("pk")]
    people = [person for person in team_of(curator.pk) if person.roles & TEAM]
    for person in people:
        set_curator(actor=actor, user_id=person.pk, curator_id=heir.pk)
    notices.everything_handed_over(heir, curator, len(given), len(people))
    return len(given)


def _give(actor: Actor, order: Order, heir: User) -> User:
    previous: User = order.curator
    order.curator = heir
    order.version += 1
    order.save(update_fields=["curator", "version"])
    audit.record(
        actor, "orders.change_curator", order, tenant_id=order.tenant_id, curator=heir.pk, previous=previous.pk
    )
    return previous
