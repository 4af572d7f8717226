"""The cells of the tables of requests and clients, of two lines each."""

from datetime import datetime

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.models import User
from clients.enums import AWAITED, OPEN, Status
from clients.models import Client, Request
from clients.words import due_day
from tickets.table import moment

STATUS_COLOURS = {
    Status.REQUESTED: "info",
    Status.SUBMITTED: "warning",
    Status.REDO: "primary",
    Status.ACCEPTED: "success",
    Status.REJECTED: "default",
    Status.EXPIRED: "default",
    Status.CANCELLED: "default",
    Status.PURGED: "default",
}
_CELL = '<span class="desk-cell"><span class="{}">{}</span><span class="desk-under">{}</span></span>'


def status_cell(request: Request) -> SafeString:
    """The status, and who opened the request."""
    status = Status(request.status)
    return format_html(_CELL, f"desk-label desk-label-{STATUS_COLOURS[status]}", status.label, request.opened_by)


def age_cell(request: Request, now: datetime) -> SafeString:
    """How long it has had this status; by when the client is to answer."""
    since = timesince(request.status_since, now, depth=1)
    if request.status not in OPEN:
        return format_html(_CELL, "", moment(request.ended_at) if request.ended_at else "", "")
    until = pgettext("request", "until %(day)s") % {"day": due_day(request)} if request.status in AWAITED else ""
    late = request.status in AWAITED and request.due_at <= now
    return format_html(_CELL, "desk-waits" if late or request.status == Status.SUBMITTED else "", since, until)


def reach_cell(client: User) -> SafeString:
    """Whether the bot reaches the client."""
    if client.telegram_id is None:
        return format_html(_CELL, "desk-waits", _("no Telegram"), _("call, or send an invite"))
    if client.telegram_unreachable_since is not None:
        return format_html(_CELL, "desk-waits", _("has blocked the bot"), _("please call"))
    name = f"@{client.telegram_username}" if client.telegram_username else ""
    return format_html(_CELL, "", "Telegram", name)


def open_cell(client: Client) -> SafeString:
    """What is open with the client. The table's query has counted it (`queries.client_list`)."""
    awaits = [
        _("an answer awaits review") if client.to_review else "", _("we await something") if client.awaited else "",
    ]  # fmt: skip
    return format_html(_CELL, "desk-waits" if client.to_review else "", ", ".join(filter(None, awaits)) or "—", "")


def letter_cell(client: Client) -> SafeString:
    """The last message, and whether it is unanswered."""
    card = getattr(client, "card", None)
    if card is None or card.last_letter_at is None:
        return format_html(_CELL, "", "—", "")
    waits = _("not answered") if card.waiting_since else ""
    return format_html(_CELL, "desk-waits" if waits else "", moment(card.last_letter_at), waits)
