"""Orders on the console's first page: what awaits the curator. Every figure leads to the orders it counts."""

from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.roles import ORDERS_MANAGE, ORDERS_SEE_ALL
from core.actor import Actor
from orders.enums import Selection
from orders.queries import closed_between, selection_counts, totals, verification_counts
from orders.words import roubles
from tickets.dashboard import Figure, bars
from tickets.table import amount


def order_figures(actor: Actor) -> list[Figure]:
    """The selections, and what this month has brought; nothing for who has nothing to do with orders."""
    if not actor.can(ORDERS_MANAGE, ORDERS_SEE_ALL):
        return []
    counts = selection_counts(actor, timezone.now())
    today = timezone.localdate()
    month = totals(closed_between(actor, today.replace(day=1), today))
    report = reverse("admin:orders_order_report")
    return [
        *[Figure(str(one.label), amount(counts[one]), _table(selection=one.value)) for one in Selection],
        Figure(_("Net, this month"), roubles(month["net"]), report),
    ]


def verification(actor: Actor) -> list[Figure]:
    """How much awaits this curator's verification, by stage."""
    if not actor.can(ORDERS_MANAGE):
        return []
    rows = verification_counts(actor).items()
    return bars([
        (str(stage.label), count, _table(selection=Selection.AWAITING.value, stage__exact=stage.value))
        for stage, count in rows
    ])  # fmt: skip


def _table(**query: str) -> str:
    return f"{reverse('admin:orders_order_changelist')}?{urlencode(query)}"
