"""Clients in the chat of the staff: find one, ask something of one, write to one, let one in, invite one."""

from datetime import timedelta

from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.translation import gettext as _

from accounts.actions import create_invite
from accounts.links import invite_link
from accounts.models import User
from accounts.roles import CLIENTS_WORK, PEOPLE_INVITE, Role
from botapp.context import Context, Reply
from botapp.enums import Step
from botapp.handlers import letters
from botapp.handlers.basics import for_staff
from botapp.handlers.content import content
from botapp.handlers.review import label_of
from clients import buttons
from clients.actions import let_in, open_request
from clients.enums import OPEN
from clients.models import Client
from clients.queries import client_list, clients_for, requests_of, templates
from clients.reach import unreachable
from clients.search import matching
from core.errors import NotFound
from core.html import html
from core.text import shorten

FOUND = 10
INVITE = "client-invite"
INVITE_LASTS = timedelta(days=14)


def find(context: Context) -> Reply:
    """/clients: whom?"""
    if not context.actor.can(CLIENTS_WORK):
        return for_staff(context)
    context.enter(Step.FIND_CLIENT)
    invite = {"text": _("Invite a client"), "callback_data": INVITE} if context.actor.can(PEOPLE_INVITE) else None
    said = _("Whom are you looking for? Name, company, phone, or the number of a ticket, an order or a request.")
    return Reply(html(said), buttons.rows(invite))


def searched(context: Context) -> Reply:
    """The words of the search."""
    text, _files = content(context.message)
    rows = matching(client_list(context.actor).filter(is_active=True), text, context.actor.tenant_id)[: FOUND + 1]
    found = list(rows)
    if not found:
        return Reply(html(_("Nobody was found. Try a part of the name, or the whole phone number.")))
    keys = [{"text": _name(client), "callback_data": f"cli:{client.pk}:open"} for client in found[:FOUND]]
    head = _("Found:") if len(found) <= FOUND else _("The first ten; write more of the name:")
    return Reply(html(head), buttons.rows(*keys))


def _name(client: Client) -> str:
    contact = getattr(client, "contact", None)
    return " · ".join(filter(None, [shorten(client.full_name, 40), contact.company[:30] if contact else ""]))


def pressed(context: Context) -> Reply:
    """A button of a client."""
    _prefix, client_id, what = context.data.split(":")
    client = clients_for(context.actor).filter(pk=int(client_id), is_active=True).first()
    if client is None:
        raise NotFound
    if what == "open":
        return card(context, client)
    if what == "write":
        return letters.ask(context, client.pk)
    if what == "admit":
        let_in(actor=context.actor, client_id=client.pk)
        return Reply(html(_("{client} may use the bot now."), client=client.full_name), remove_buttons=True)
    if what == "ask":
        return _choose(client)
    request = open_request(actor=context.actor, client_id=client.pk, template=what.removeprefix("t"))
    said = html(
        _("Request No. {number} has been opened: {title}, {client}."),
        number=request.number, title=request.title, client=client.full_name,
    )  # fmt: skip
    if (why := unreachable(client)) is not None:
        said += html("\n\n⚠️ {why}", why=why)
    return Reply(said, buttons.opening(request), subject=request)


def _choose(client: User) -> Reply:
    keys = [
        {"text": shorten(str(template), 60), "callback_data": f"cli:{client.pk}:t{template.pk}"}
        for template in templates()
    ]
    return Reply(html(_("What shall be asked of {client}?"), client=client.full_name), buttons.rows(*keys))


def card(context: Context, client: User) -> Reply:
    """Who it is, and what is open; nothing personal besides the name."""
    context.enter(Step.NONE)
    rows = list(requests_of(client.pk).filter(status__in=sorted(OPEN))[:FOUND])
    text = html("<b>{client}</b>", client=client.full_name)
    if (why := unreachable(client)) is not None:
        text += html("\n⚠️ {why}", why=why)
    lines = format_html_join(
        "", "\n№ {} · {} · {}", ((row.number, row.title, row.get_status_display()) for row in rows)
    )
    keys = [
        {"text": _("Ask for something"), "callback_data": f"cli:{client.pk}:ask"},
        {"text": _("Write a message"), "callback_data": f"cli:{client.pk}:write"},
        {"text": _("Let them in"), "callback_data": f"cli:{client.pk}:admit"} if client.waits_for_invite else None,
        *[buttons.review(row, "open", label_of(row)) for row in rows],
    ]
    return Reply(text + (lines or html("\n{none}", none=_("No open requests."))), buttons.rows(*keys))


def invite(context: Context) -> Reply:
    """A link for one client, for two weeks."""
    made = create_invite(
        actor=context.actor, role=Role.CLIENT, tenant_id=context.actor.tenant_id,
        expires_at=timezone.now() + INVITE_LASTS,
    )  # fmt: skip
    context.enter(Step.NONE)
    said = _("Send this link to the client; it serves once, for two weeks:\n{link}")
    return Reply(html(said, link=invite_link(made.code)))
