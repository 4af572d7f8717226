"""Tickets in the chat: a client's new ones, everybody's own, words into one, its moves."""

from django.utils.translation import gettext as _

from accounts.roles import TICKETS_CREATE_OWN, TICKETS_WORK
from botapp import keyboards
from botapp.context import Context, Reply
from botapp.enums import Step
from botapp.handlers import parts, work
from botapp.handlers.basics import for_staff
from botapp.handlers.cards import one, ticket_list
from botapp.handlers.content import content, told_of_size
from botapp.handlers.guided import begin_button
from core.errors import NotFound
from core.html import html
from tickets import buttons
from tickets.actions import add_comment, create_ticket, move_ticket
from tickets.enums import Move, Status
from tickets.models import Ticket
from tickets.queries import assigned_to, own_tickets

WITH_WORDS = {Move.ASK, Move.HOLD}
"""Moves that take more than a click."""


def new_ticket(context: Context) -> Reply:
    """/new: the next message becomes a ticket of its own, even if another one is open; or the guide leads to one."""
    if not context.actor.can(TICKETS_CREATE_OWN):
        return for_staff(context)
    context.enter(Step.NEW_TICKET)
    text = _("What happened? Write it in one message or send a photo with a caption. /cancel – not now.")
    return Reply(html(text), {"inline_keyboard": [[begin_button()]]})


def describe_ticket(context: Context) -> Reply | None:
    """The message after /new."""
    text, files = content(context.message)
    ticket = create_ticket(
        actor=context.actor, client_id=context.user.pk, text=text, files=files,
        telegram_message_id=context.message.message_id,
    )  # fmt: skip
    context.enter(Step.NONE)
    parts.remember(context, ticket)
    return told_of_size(files)


def my_tickets(context: Context) -> Reply:
    """/tickets: the client's own tickets, or those that a staff member works on, the latest first."""
    return _list(context, 0)


def turn_page(context: Context) -> Reply:
    """A page of the list, in place of the one before."""
    return _list(context, int(context.data.removeprefix(keyboards.PAGE_PREFIX)), replace=True)


def _list(context: Context, page: int, *, replace: bool = False) -> Reply:
    if context.actor.can(TICKETS_CREATE_OWN):
        rows, none = (
            own_tickets(context.actor),
            _("You have no tickets yet. Write what happened, and there will be one."),
        )
    elif context.actor.can(TICKETS_WORK):
        rows, none = assigned_to(context.actor), _("No ticket is assigned to you.")
    else:
        return for_staff(context)
    return ticket_list(rows, page, title=_("My tickets"), none=none, prefix=keyboards.PAGE_PREFIX, replace=replace)


def write_into(context: Context) -> Reply:
    """«Write»: the next message goes into this ticket."""
    return _ask_to_write(context, one(context, context.data.removeprefix(keyboards.WRITE_PREFIX)))


def write_again(context: Context) -> Reply:
    """/start in the middle of it: the question once more."""
    return _ask_to_write(context, one(context, str(context.dialog.data["ticket"])))


def _ask_to_write(context: Context, ticket: Ticket) -> Reply:
    context.enter(Step.WRITE, ticket=ticket.pk)
    text = _("Write what should be added to ticket <b>No. {number}</b>. /cancel – not now.")
    if context.actor.can(TICKETS_WORK):
        text = _("Write to the client, ticket <b>No. {number}</b>. /cancel – not now.")
    return Reply(html(text, number=ticket.number))


def written(context: Context) -> Reply | None:
    """The message after «Write»."""
    text, files = content(context.message)
    comment = add_comment(
        actor=context.actor, ticket_id=context.dialog.data["ticket"], text=text, files=files,
        telegram_message_id=context.message.message_id,
    )  # fmt: skip
    context.enter(Step.NONE)
    parts.remember(context, comment.ticket, comment)
    works = context.actor.can(TICKETS_WORK)
    said = _("Sent to the client, ticket <b>No. {number}</b>.") if works else _("Added to ticket <b>No. {number}</b>.")
    return told_of_size(files) or Reply(html(said, number=comment.ticket.number), after=parts.wait(context))


def ticket_button(context: Context) -> Reply:
    """A move of a ticket by its button."""
    parsed = buttons.parse(context.data)
    if parsed is None:
        raise NotFound
    ticket_id, move = parsed
    if move in WITH_WORDS and context.actor.can(TICKETS_WORK):
        return work.begin_move(context, one(context, str(ticket_id)), move)
    ticket = move_ticket(actor=context.actor, ticket_id=ticket_id, move=move)
    said = {
        Move.CONFIRM: _("Ticket <b>No. {number}</b> is closed. Thank you! How did we do?"),
        Move.REOPEN: _("Ticket <b>No. {number}</b> is in work again. Write what is still wrong."),
    }.get(move, _("Ticket <b>No. {number}</b>: {status}."))
    text = html(said, number=ticket.number, status=Status(ticket.status).label)
    keyboard = buttons.rating_keyboard(ticket) if ticket.status == Status.CLOSED else None
    return Reply(text, keyboard, remove_buttons=True, once=f"ticket:{ticket.pk}:{move}:{ticket.version}")
