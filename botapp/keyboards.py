"""The keyboards of the bot, in the language that is active now."""

from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.roles import CLIENTS_WORK, ORDERS_MANAGE, ORDERS_WORK, TICKETS_CREATE_OWN, TICKETS_WORK, WORKSHOP_WORK
from core.actor import Actor
from core.text import shorten
from tickets.models import Ticket

MY_TICKETS = gettext_noop("My tickets")
NEW_TICKET = gettext_noop("New ticket")
HELP = gettext_noop("Help")
NEW_TICKETS = gettext_noop("New tickets")
FOR_CLIENT = gettext_noop("Ticket for a client")
ORDERS = gettext_noop("Orders")
MY_REQUESTS = gettext_noop("My documents and requests")
REQUESTS = gettext_noop("Requests")
CLIENTS = gettext_noop("Clients")

LANGUAGE_NAMES = {"ru": "Русский", "en": "English"}
LANGUAGE_PREFIX = "language:"
PAGE_PREFIX, CARD_PREFIX, WRITE_PREFIX, CHOOSE_PREFIX = "tickets:", "card:", "write:", "choose:"
QUEUE_PREFIX, HISTORY_PREFIX, NOTE_PREFIX, HOLD_PREFIX, CALLER_PREFIX = "queue:", "past:", "note:", "hold:", "caller:"
CHOOSE_NEW = "new"
BUTTON_SUBJECT = 40
"""Characters of a subject on a button."""


def menu(actor: Actor) -> dict[str, Any]:
    """What stands under the input field: the client's things, or those of the desk; nothing for other staff."""
    if actor.can(TICKETS_CREATE_OWN):
        rows = [[NEW_TICKET, MY_TICKETS], [ORDERS, HELP], [MY_REQUESTS]]
    elif actor.can(TICKETS_WORK):
        rows = [[NEW_TICKETS, MY_TICKETS], [FOR_CLIENT, HELP]]
        if actor.can(CLIENTS_WORK):
            rows.append([REQUESTS, CLIENTS])
        if actor.can(ORDERS_MANAGE):
            rows.append([ORDERS])
    elif actor.can(ORDERS_WORK, WORKSHOP_WORK):
        rows = [[ORDERS, HELP]]
    else:
        return {"remove_keyboard": True}
    keyboard = [[{"text": _(label)} for label in row] for row in rows]
    return {"keyboard": keyboard, "resize_keyboard": True, "is_persistent": True}


def languages() -> dict[str, Any]:
    """One button a language, each in its own words."""
    buttons = [
        [{"text": LANGUAGE_NAMES[code], "callback_data": LANGUAGE_PREFIX + code}] for code, _name in settings.LANGUAGES
    ]
    return {"inline_keyboard": buttons}


def choices(tickets: list[Ticket]) -> dict[str, Any]:
    """«Which ticket?»: one button a ticket, and one for a new one."""
    rows = [[_ticket_button(ticket, CHOOSE_PREFIX)] for ticket in tickets]
    rows.append([{"text": _(NEW_TICKET), "callback_data": CHOOSE_PREFIX + CHOOSE_NEW}])
    return {"inline_keyboard": rows}


def ticket_list(tickets: list[Ticket], prefix: str, page: int, *, more: bool) -> dict[str, Any]:
    """One button a ticket, and arrows where there are other pages."""
    rows = [[_ticket_button(ticket, CARD_PREFIX)] for ticket in tickets]
    arrows = [("←", page - 1)] if page else []
    arrows += [("→", page + 1)] if more else []
    if arrows:
        rows.append([{"text": text, "callback_data": f"{prefix}{number}"} for text, number in arrows])
    return {"inline_keyboard": rows}


def write_button(ticket: Ticket) -> dict[str, str]:
    """Opens the input of a message into this ticket."""
    return {"text": _("Write a message"), "callback_data": f"{WRITE_PREFIX}{ticket.pk}"}


def note_button(ticket: Ticket) -> dict[str, str]:
    """Opens the input of a note that the client does not see."""
    return {"text": _("Note"), "callback_data": f"{NOTE_PREFIX}{ticket.pk}"}


def open_button(ticket: Ticket) -> dict[str, str]:
    """Shows the ticket."""
    return {"text": _("Open"), "callback_data": f"{CARD_PREFIX}{ticket.pk}"}


def history_buttons(ticket: Ticket, page: int, *, earlier: bool) -> list[dict[str, str]]:
    """To the messages before and after these."""
    turns = [(_("← Earlier"), page + 1)] if earlier else []
    turns += [(_("Later →"), page - 1)] if page else []
    return [{"text": text, "callback_data": f"{HISTORY_PREFIX}{ticket.pk}:{number}"} for text, number in turns]


def _ticket_button(ticket: Ticket, prefix: str) -> dict[str, str]:
    label = f"№ {ticket.number} · {shorten(ticket.subject, BUTTON_SUBJECT)}"
    return {"text": label, "callback_data": f"{prefix}{ticket.pk}"}


def in_all_languages(label: str) -> list[str]:
    """A menu button's text in every language: a keyboard may be older than the choice of language."""
    texts = []
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            texts.append(_(label))
    return texts
