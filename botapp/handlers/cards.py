"""How tickets look in a chat: a list by pages, and one of them with its conversation."""

from typing import Any

from django.db.models import QuerySet
from django.utils.formats import date_format
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.roles import ORDERS_MANAGE, TICKETS_WORK
from botapp import keyboards
from botapp.context import Context, Reply
from botapp.handlers import new_order
from core.errors import NotFound
from core.html import html
from core.text import shorten
from tickets import buttons
from tickets.card import Bubble, conversation
from tickets.enums import OPEN, Status
from tickets.models import Ticket
from tickets.queries import one_visible
from tickets.states import available_moves

PAGE = 6
SAID_ON_A_PAGE = 5
SAID_SHOWN = 300
"""Characters of one message: five of them and their heads fit into one Telegram message."""


def ticket_list(rows: QuerySet[Ticket], page: int, *, title: str, none: str, prefix: str, replace: bool) -> Reply:
    """Number, status and subject of each; each opens by its button. `prefix` is the data of the arrows."""
    tickets = list(rows[page * PAGE : (page + 1) * PAGE + 1])
    shown, more = tickets[:PAGE], len(tickets) > PAGE
    if not shown and page > 0:  # the list has become shorter meanwhile
        return ticket_list(rows, page - 1, title=title, none=none, prefix=prefix, replace=replace)
    if not shown:
        return Reply(html(none), replace=replace)
    lines = format_html_join(
        "\n\n",
        "<b>№ {}</b> · {}\n{}",
        ((ticket.number, Status(ticket.status).label, ticket.subject) for ticket in shown),
    )
    text = html("<b>{title}</b>\n\n{lines}", title=title, lines=lines)
    return Reply(text, keyboards.ticket_list(shown, prefix, page, more=more), replace=replace)


def show(context: Context) -> Reply:
    """A ticket with the end of its conversation and what can be done with it."""
    return _card(context, one(context, context.data.removeprefix(keyboards.CARD_PREFIX)), 0)


def turn(context: Context) -> Reply:
    """An earlier or later page of the conversation, in place of the one before."""
    ticket_id, page = context.data.removeprefix(keyboards.HISTORY_PREFIX).split(":")
    return _card(context, one(context, ticket_id), int(page), replace=True)


def one(context: Context, ticket_id: str) -> Ticket:
    """The ticket behind a button. Raises NotFound."""
    ticket = one_visible(context.actor, int(ticket_id))
    if ticket is None:
        raise NotFound
    return ticket


def _card(context: Context, ticket: Ticket, page: int, *, replace: bool = False) -> Reply:
    said = [
        bubble for bubble in conversation(context.actor, ticket) if not (bubble.comment and bubble.comment.deleted_at)
    ]
    end = len(said) - page * SAID_ON_A_PAGE
    shown = said[max(end - SAID_ON_A_PAGE, 0) : max(end, 0)]
    works = context.actor.can(TICKETS_WORK)
    text = html(
        "<b>№ {number}</b> · {status}\n{subject}{client}\n\n{lines}",
        number=ticket.number,
        status=Status(ticket.status).label,
        subject=ticket.subject,
        client=html("\n{client}", client=ticket.client.full_name) if works else "",
        lines=format_html_join("\n\n", "{}", ((_line(bubble),) for bubble in shown)),
    )
    keyboard = _keyboard(context, ticket, page, earlier=end > SAID_ON_A_PAGE)
    return Reply(text, keyboard, replace=replace, subject=ticket)


def _keyboard(context: Context, ticket: Ticket, page: int, *, earlier: bool) -> dict[str, Any]:
    keyboard = buttons.keyboard(ticket, available_moves(context.actor, ticket))
    rows = keyboard["inline_keyboard"]
    if context.actor.can(TICKETS_WORK):
        rows.append([keyboards.write_button(ticket), keyboards.note_button(ticket)])
    elif ticket.status in OPEN:
        rows.append([keyboards.write_button(ticket)])
    if context.actor.can(ORDERS_MANAGE):
        rows.append([new_order.begin_button(ticket.pk)])
    if turns := keyboards.history_buttons(ticket, page, earlier=earlier):
        rows.append(turns)
    return keyboard


def _line(bubble: Bubble) -> SafeString:
    count = len(bubble.files)
    files = ngettext("📎 {count} file", "📎 {count} files", count).format(count=count) if count else ""
    parts = [part for part in (shorten(bubble.text, SAID_SHOWN), files) if part]
    return html(
        "<b>{who}</b>, {when}{note}:\n{said}",
        who=bubble.author.full_name,
        when=date_format(localtime(bubble.at), "SHORT_DATETIME_FORMAT"),
        note=_(" · 🔒 note") if bubble.side == "note" else "",
        said="\n".join(parts),
    )
