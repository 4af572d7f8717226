"""A caller turns out to be somebody who writes in Telegram: his orders become that person's."""

from django.db import transaction

import audit.actions as audit
from accounts.models import User
from core.actor import Actor
from orders.models import Order


@transaction.atomic
def move_orders(*, actor: Actor, caller: User, person: User) -> None:
    """Follows `tickets.actions.link_caller`, in its transaction. Nobody is told: nothing has happened to the orders."""
    for order in Order.objects.select_for_update(of=("self",), no_key=True).filter(client=caller).order_by("pk"):
        order.client = person
        order.version += 1
        order.save(update_fields=["client", "version"])
        audit.record(actor, "orders.link_caller", order, tenant_id=order.tenant_id, caller=caller.pk, client=person.pk)
