"""The cells of the ticket table: eight facts in four cells of two lines, so that a phone shows a ticket at a glance."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timesince import timesince
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from core.admin import actor_of
from tickets.enums import Priority, Status, View
from tickets.models import Ticket
from tickets.queries import COUNTED_AT_MOST, view_counts

STATUS_COLOURS = {
    Status.NEW: "info",
    Status.IN_PROGRESS: "primary",
    Status.WAITING_CLIENT: "warning",
    Status.ON_HOLD: "default",
    Status.RESOLVED: "success",
    Status.CLOSED: "default",
    Status.CANCELLED: "default",
    Status.SPAM: "default",
    Status.MERGED: "default",
}
PRIORITY_COLOURS = {
    Priority.LOW: "default",
    Priority.NORMAL: "default",
    Priority.HIGH: "warning",
    Priority.URGENT: "danger",
}
_CELL = (
    '<span class="desk-cell"><span class="{}" title="{}">{}</span><span class="desk-under" title="{}">{}</span></span>'
)


def status_cell(ticket: Ticket) -> SafeString:
    """The status, and who works on it."""
    status = Status(ticket.status)
    colour = f"desk-label desk-label-{STATUS_COLOURS[status]}"
    return format_html(_CELL, colour, "", status.label, "", ticket.assignee or _("not assigned"))


def waiting_cell(ticket: Ticket) -> SafeString:
    """How long the client has been waiting for an answer, and how old the ticket is. The exact times are in titles."""
    if ticket.waiting_since:
        first = pgettext("ticket", "waits: %(time)s") % {"time": span(ticket.waiting_since)}
    elif ticket.status == Status.ON_HOLD and ticket.hold_until:
        first = pgettext("ticket", "until %(day)s") % {"day": date_format(localtime(ticket.hold_until), "j E")}
    else:
        first = "—"
    return format_html(
        _CELL,
        "desk-waits" if ticket.waiting_since else "",
        moment(ticket.waiting_since) if ticket.waiting_since else "",
        first,
        moment(ticket.created_at),
        pgettext("ticket", "age: %(time)s") % {"time": span(ticket.created_at)},
    )


def span(since: datetime) -> str:
    """How long ago, in its largest unit: «3 hours»."""
    return timesince(since, depth=1)


def moment(at: datetime) -> str:
    return date_format(localtime(at), "SHORT_DATETIME_FORMAT")


def links(request: HttpRequest) -> list[dict[str, Any]]:
    """The ready-made selections above the table, each with its number of tickets."""
    table = reverse("admin:tickets_ticket_changelist")
    chosen = request.GET.get("view", "")
    counts = view_counts(actor_of(request))
    ready: list[dict[str, Any]] = [
        {"label": view.label, "url": f"{table}?view={view.value}", "count": amount(counts[view]), "view": view.value}
        for view in View
    ]
    everything: dict[str, Any] = {"label": pgettext("tickets", "All"), "url": table, "count": "", "view": ""}
    return [{**link, "chosen": link["view"] == chosen} for link in [*ready, everything]]


def amount(count: int) -> str:
    """The number, or «1000+»."""
    return f"{COUNTED_AT_MOST}+" if count > COUNTED_AT_MOST else str(count)
