"""The client's address is shown to who asks for it, and that is written down."""

from django.db import transaction

import audit.actions as audit
from accounts.roles import PEOPLE_REVEAL
from core.actor import Actor
from core.errors import Denied
from orders import rules
from orders.actions.common import locked_order


@transaction.atomic
def reveal_address(*, actor: Actor, order_id: int) -> str:
    """Where the device is, for those who may see personal data. Raises NotFound, Denied, Unsealable."""
    actor.require(PEOPLE_REVEAL)
    order = locked_order(actor, order_id)
    if not rules.sees_money(actor, order):
        raise Denied
    audit.record(actor, "orders.reveal_address", order, tenant_id=order.tenant_id)
    return order.address
