"""The cells of the order table, of two lines each."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from core.admin import actor_of
from orders.enums import OPEN, Selection, Stage, Verdict
from orders.models import Order
from orders.queries import selection_counts
from orders.rules import waits_for
from orders.words import roubles
from tickets.table import amount, moment

STAGE_COLOURS = {
    Stage.AGREEMENT: "info",
    Stage.PREPAYMENT: "info",
    Stage.REPAIR: "primary",
    Stage.WORKSHOP: "primary",
    Stage.EXPENSES: "primary",
    Stage.REPORT: "primary",
    Stage.CLOSED: "success",
    Stage.DECLINED: "default",
    Stage.CANCELLED: "default",
}
_CELL = '<span class="desk-cell"><span class="{}">{}</span><span class="desk-under">{}</span></span>'


def stage_cell(order: Order) -> SafeString:
    """The stage, whether it awaits verification, and who works on it."""
    stage = Stage(order.stage)
    colour = "warning" if order.awaiting_id else STAGE_COLOURS[stage]
    label = f"{stage.label} · {Verdict.AWAITED.label}" if order.awaiting_id else stage.label
    return format_html(_CELL, f"desk-label desk-label-{colour}", label, order.engineer or _("no engineer"))


def due_cell(order: Order, now: datetime) -> SafeString:
    """By when, and on whom it waits; or when it ended."""
    if order.stage not in OPEN:
        return format_html(_CELL, "", "—", moment(order.closed_at) if order.closed_at else "")
    waits = waits_for(order)
    said = pgettext("order", "waits for %(whom)s") % {"whom": waits.label} if waits else ""
    return format_html(_CELL, "desk-waits" if order.is_late(now) else "", moment(order.due_at), said)


def sum_cell(order: Order) -> SafeString:
    """The contract and what is left of it."""
    net = pgettext("order", "net %(sum)s") % {"sum": roubles(order.net)} if order.full_sum is not None else ""
    return format_html(_CELL, "", roubles(order.contract_sum), net)


def links(request: HttpRequest) -> list[dict[str, Any]]:
    """The ready-made selections above the table, each with its number of orders."""
    address = reverse("admin:orders_order_changelist")
    chosen = request.GET.get("selection", "")
    counts = selection_counts(actor_of(request), timezone.now())
    ready: list[dict[str, Any]] = [
        {
            "label": one.label, "url": f"{address}?selection={one.value}", "count": amount(counts[one]),
            "value": one.value,
        }
        for one in Selection
    ]  # fmt: skip
    everything: dict[str, Any] = {"label": pgettext("orders", "All"), "url": address, "count": "", "value": ""}
    return [{**link, "chosen": link["value"] == chosen} for link in [*ready, everything]]
