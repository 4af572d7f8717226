"""A curator opens an order in the chat with one message: the external number and the engineer's name."""

from collections.abc import Sequence

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import ORDERS_MANAGE
from botapp.context import Context, Reply
from botapp.enums import Step
from botapp.handlers.basics import stale_button
from botapp.handlers.content import content
from core.errors import NotFound
from core.html import html
from orders import buttons
from orders.actions import create_order
from orders.errors import UnknownEngineer
from orders.queries import team_engineers
from tickets.queries import one_visible

PREFIX = "neworder:"
BEGIN_PATTERN = rf"^{PREFIX}begin:{buttons.ID}$"
CHOSEN_PATTERN = rf"^{PREFIX}engineer:{buttons.ID}$"
NOBODY = 0


def begin_button(ticket_id: int = 0) -> dict[str, str]:
    """Leads here: from a ticket, or by itself."""
    return {"text": _("New order"), "callback_data": f"{PREFIX}begin:{ticket_id}"}


def begin(context: Context) -> Reply:
    """Asks for both; from a ticket everything else comes along."""
    ticket = int(context.data.removeprefix(f"{PREFIX}begin:"))
    return _ask(context, ticket, "", _team(context))


def ask_again(context: Context) -> Reply:
    """/start in the middle: the question once more."""
    draft = context.dialog.data
    return _ask(context, draft["ticket"], draft["external"], _team(context))


def written(context: Context) -> Reply:
    """«4711 Ivanov»: number and name; where the name fits several, or is missing, they are shown to choose from."""
    text, _files = content(context.message)
    team = _team(context)
    external, named = understood(text, team)
    external = external or context.dialog.data["external"]
    if len(named) == 1:
        return _create(context, external, named[0].pk)
    return _ask(context, context.dialog.data["ticket"], external, named or team)


def chosen(context: Context) -> Reply:
    """The engineer's button, or «nobody yet»."""
    if context.dialog.step != Step.NEW_ORDER:
        return stale_button(context)
    return _create(context, context.dialog.data["external"], int(context.data.removeprefix(f"{PREFIX}engineer:")))


def understood(text: str, team: Sequence[User]) -> tuple[str, list[User]]:
    """The external number, and who of the team is meant: nobody where no name is given. Raises UnknownEngineer."""
    words = text.split()
    for external, name in (("", words), (words[:1], words[1:]), (words[-1:], words[:-1])):
        if named := [person for person in team if name and _is_named(person, name)]:
            return " ".join(external), named
    if len(words) > 1:
        raise UnknownEngineer
    return " ".join(words), []


def _is_named(person: User, name: list[str]) -> bool:
    """Each word begins one of the person's names."""
    own = _folded(person.full_name).split()
    return all(any(part.startswith(_folded(word)) for part in own) for word in name)


def _folded(text: str) -> str:
    return text.casefold().replace("ё", "е")


def _create(context: Context, external: str, engineer_id: int) -> Reply:
    order = create_order(
        actor=context.actor, ticket_id=context.dialog.data["ticket"] or None, external_number=external,
        engineer_id=engineer_id or None,
    )  # fmt: skip
    context.enter(Step.NONE)
    who = order.engineer.full_name if order.engineer else _("nobody yet")
    said = html(_("Order <b>No. {number}</b> has been opened. Engineer: {who}."), number=order.number, who=who)
    return Reply(said, buttons.opening(order))


def _ask(context: Context, ticket: int, external: str, choice: Sequence[User]) -> Reply:
    known = _about(context, ticket, external)
    context.enter(Step.NEW_ORDER, ticket=ticket, external=external)
    rows = [[_engineer(person.pk, person.full_name)] for person in choice] + [[_engineer(NOBODY, _("Nobody yet"))]]
    text = _("New order. Send its external number and the engineer’s name in one message, or choose the engineer.")
    return Reply(html("{text}{known}\n{cancel}", text=text, known=known, cancel=_("/cancel – not now.")),
                 {"inline_keyboard": rows})  # fmt: skip


def _about(context: Context, ticket_id: int, external: str) -> SafeString:
    """What is known already. Raises NotFound for a ticket that is not there."""
    if external:
        return html("\n№ {external}", external=external)
    if not ticket_id:
        return html("")
    ticket = one_visible(context.actor, ticket_id)
    if ticket is None:
        raise NotFound
    return html(_("\nFrom ticket No. {number}: {subject}"), number=ticket.number, subject=ticket.subject)


def _engineer(pk: int, name: str) -> dict[str, str]:
    return {"text": name, "callback_data": f"{PREFIX}engineer:{pk}"}


def _team(context: Context) -> list[User]:
    context.actor.require(ORDERS_MANAGE)
    return list(team_engineers(context.user))
