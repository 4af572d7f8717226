"""A client's words are deleted from his orders."""

from django.db import models, transaction

import audit.actions as audit
from accounts.models import User
from core.actor import Actor
from files.actions import remove
from orders.models import Estimate, Order, OrderComment


@transaction.atomic
def erase_client(*, actor: Actor, client: User) -> list[models.Model]:
    """Delete address, fault and talk from all orders of the client. Numbers, device, stages, sums, receipts and what is
    under hold stay: accounting needs them.

    Called by `clients.actions.erase_client`, which has checked who asks. Gives the rows whose messages are to be
    deleted too.
    """
    orders = list(Order.objects.select_for_update().filter(client=client).order_by("pk"))
    if not orders:
        return []
    comments = list(OrderComment.objects.filter(order__in=orders))
    files = remove(comments)
    OrderComment.objects.filter(pk__in=[comment.pk for comment in comments]).update(text="")
    Estimate.objects.filter(order__in=orders).update(telegram_id=None, text="")
    for order in orders:
        order.address, order.fault = "", ""
        order.save(update_fields=["address_sealed", "fault"])
        audit.record(actor, "orders.erase", order, tenant_id=order.tenant_id, files=files)
    return [*orders, *comments]
