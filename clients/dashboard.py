"""Requests and letters on the console's first page: what awaits the operator."""

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.roles import CLIENTS_WORK
from clients.filters import Selection, count_of
from clients.queries import unanswered
from core.actor import Actor
from tickets.dashboard import Figure
from tickets.table import amount


def client_figures(actor: Actor) -> list[Figure]:
    """What awaits review, what awaits clients, and who has not been answered; nothing for who does not work with
    clients."""
    if not actor.can(CLIENTS_WORK):
        return []
    table = reverse("admin:clients_request_changelist")
    clients = f"{reverse('admin:clients_client_changelist')}?view=unanswered"
    return [
        *[
            Figure(str(one.label), amount(count_of(actor, one)), f"{table}?selection={one.value}")
            for one in (Selection.REVIEW, Selection.AWAITED)
        ],
        Figure(_("Messages not answered"), amount(unanswered(actor)), clients),
    ]
