"""From a ticket's card to its orders, and to a new one."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.roles import ORDERS_MANAGE, ORDERS_SEE_ALL
from core.actor import Actor
from orders.queries import of_ticket
from tickets.links import Link
from tickets.models import Ticket


def orders_of(actor: Actor, ticket: Ticket) -> Iterator[Link]:
    """For curators and those who see all."""
    if not actor.can(ORDERS_MANAGE, ORDERS_SEE_ALL):
        return
    for order in of_ticket(actor, ticket.pk):
        label = _("Order No. {number}").format(number=order.number)
        yield Link(reverse("admin:orders_order_change", args=[order.pk]), label)
    if actor.can(ORDERS_MANAGE):
        yield Link(f"{reverse('admin:orders_order_new')}?ticket={ticket.pk}", _("Create an order"))
