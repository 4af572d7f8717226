"""From a ticket's card to what was asked of its client, and to a new request."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.roles import CLIENTS_WORK
from clients.enums import OPEN
from clients.queries import visible_to
from core.actor import Actor
from tickets.links import Link
from tickets.models import Ticket


def requests_of(actor: Actor, ticket: Ticket) -> Iterator[Link]:
    """For those who work with clients."""
    if not actor.can(CLIENTS_WORK):
        return
    yield Link(reverse("admin:clients_client_change", args=[ticket.client_id]), _("The client’s card"))
    for request in visible_to(actor).filter(ticket=ticket, status__in=sorted(OPEN)).order_by("pk"):
        label = _("Request No. {number}: {status}").format(number=request.number, status=request.get_status_display())
        yield Link(reverse("admin:clients_request_change", args=[request.pk]), label)
    yield Link(f"{reverse('admin:clients_request_new')}?ticket={ticket.pk}", _("Ask the client for something"))
