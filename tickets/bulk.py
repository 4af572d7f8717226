"""Moves of many tickets at once: a page that lists them and asks, then one ordinary action per ticket.

Only what needs no input can be done so. A ticket that refuses stops no other; each has its line in the report.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.functional import Promise
from django.utils.html import format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from core.actor import Actor
from core.admin import actor_of
from core.errors import Problem
from tickets.actions import assign_ticket, move_ticket
from tickets.enums import Move, Status
from tickets.models import Ticket

AT_MOST = 200
Act = Callable[[Actor, int, int | None], Ticket]


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing to do with many tickets: what the button says, and whether the clients are told."""

    label: str | Promise
    act: Act
    told: bool


def _moving(move: Move) -> Act:
    def act(actor: Actor, pk: int, version: int | None) -> Ticket:
        return move_ticket(actor=actor, ticket_id=pk, move=move, version=version)

    return act


def _to_me(actor: Actor, pk: int, version: int | None) -> Ticket:
    return assign_ticket(actor=actor, ticket_id=pk, assignee_id=actor.person, version=version)


DEEDS: dict[str, Deed] = {
    "take": Deed(Move.TAKE.label, _moving(Move.TAKE), told=True),
    "assign_to_me": Deed(gettext_lazy("Assign to me"), _to_me, told=False),
    "resolve": Deed(Move.RESOLVE.label, _moving(Move.RESOLVE), told=True),
    "cancel": Deed(pgettext_lazy("move of many", "Cancel the tickets"), _moving(Move.CANCEL), told=True),
    "spam": Deed(pgettext_lazy("move of many", "Mark as spam"), _moving(Move.SPAM), told=False),
}


def respond(name: str, request: HttpRequest, rows: QuerySet[Ticket], context: dict[str, Any]) -> HttpResponse | None:
    """The page that asks; after its «yes» the deed is done. None leads back to the table."""
    tickets = list(rows[: AT_MOST + 1])
    if len(tickets) > AT_MOST:
        messages.error(request, _("At most %(count)s tickets can be moved at once.") % {"count": AT_MOST})
        return None
    if "confirmed" in request.POST:
        _do(DEEDS[name], request, tickets)
        return None
    page = {
        **context,
        "action": name,
        "title": DEEDS[name].label,
        "subtitle": counted(tickets),
        "deed": DEEDS[name],
        "tickets": tickets,
    }
    return TemplateResponse(request, "admin/tickets/ticket/bulk.html", page)


def _do(deed: Deed, request: HttpRequest, tickets: list[Ticket]) -> None:
    """Each ticket in a transaction of its own, in the version that was shown."""
    done, refused = [], []
    for ticket in tickets:
        try:
            moved = deed.act(actor_of(request), ticket.pk, _version(request, ticket))
        except Problem as problem:
            refused.append((str(ticket), str(problem)))
        else:
            done.append((str(ticket), str(Status(moved.status).label)))
    for level, lines in ((messages.SUCCESS, done), (messages.ERROR, refused)):
        if lines:
            messages.add_message(request, level, format_html_join("", '<span class="desk-line">{}: {}</span>', lines))


def _version(request: HttpRequest, ticket: Ticket) -> int | None:
    given = request.POST.get(f"version_{ticket.pk}", "")
    return int(given[:9]) if given.isascii() and given.isdigit() else None


def counted(tickets: list[Ticket]) -> str:
    """How many, in words."""
    return ngettext("%(count)s ticket", "%(count)s tickets", len(tickets)) % {"count": len(tickets)}
