"""A client's own tickets in the chat: new ones, the list, one with its history, its moves."""

from django.utils.formats import date_format
from django.utils.html import format_html_join
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from accounts.roles import TICKETS_CREATE_OWN, TICKETS_WORK
from botapp import keyboards
from botapp.context import Context, Reply
from botapp.enums import Step
from botapp.handlers import parts
from botapp.handlers.basics import for_staff
from botapp.handlers.content import content, told_of_size
from botapp.handlers.guided import begin_button
from core.errors import NotFound
from core.html import html
from core.text import shorten
from tickets import buttons
from tickets.actions import add_comment, create_ticket, move_ticket
from tickets.enums import OPEN, Move, Status
from tickets.models import Ticket
from tickets.queries import assigned_to, last_comments, one_visible, own_tickets
from tickets.states import available_moves

PAGE = 6
COMMENTS_SHOWN = 6
COMMENT_SHOWN = 300


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
    """/tickets: the own tickets with number, status and subject, the latest first; each opens by its button."""
    return _list(context, 0)


def turn_page(context: Context) -> Reply:
    """A page of the list, in place of the one before."""
    return _list(context, int(context.data.removeprefix(keyboards.PAGE_PREFIX)), replace=True)


def _list(context: Context, page: int, *, replace: bool = False) -> Reply:
    if context.actor.can(TICKETS_CREATE_OWN):
        rows = own_tickets(context.actor)
    elif context.actor.can(TICKETS_WORK):
        rows = assigned_to(context.actor)
    else:
        return for_staff(context)
    tickets = list(rows[page * PAGE : (page + 1) * PAGE + 1])
    shown, more = tickets[:PAGE], len(tickets) > PAGE
    if not shown:
        mine = context.actor.can(TICKETS_CREATE_OWN)
        none = _("You have no tickets yet. Write what happened, and there will be one.")
        return Reply(html(none if mine else _("No ticket is assigned to you.")))
    lines = format_html_join(
        "\n\n",
        "<b>№ {}</b> · {}\n{}",
        ((ticket.number, Status(ticket.status).label, ticket.subject) for ticket in shown),
    )
    text = html("<b>{title}</b>\n\n{lines}", title=_("My tickets"), lines=lines)
    return Reply(text, keyboards.ticket_list(shown, page, more=more), replace=replace)


def show_ticket(context: Context) -> Reply:
    """One ticket with the end of its conversation and what can be done with it."""
    ticket = _visible(context, keyboards.CARD_PREFIX)
    lines = format_html_join(
        "\n",
        "<b>{}</b>, {}:\n{}",
        (
            (comment.author.full_name, _when(comment.created_at), shorten(comment.text, COMMENT_SHOWN) or "📎")
            for comment in last_comments(context.actor, ticket, COMMENTS_SHOWN)
        ),
    )
    text = html(
        "<b>№ {number}</b> · {status}\n{subject}\n{created}\n\n{lines}",
        number=ticket.number,
        status=Status(ticket.status).label,
        subject=ticket.subject,
        created=_when(ticket.created_at),
        lines=lines,
    )
    moves = [row for row in available_moves(context.actor, ticket) if not row.inputs]
    keyboard = buttons.keyboard(ticket, moves)
    if ticket.status in OPEN:
        keyboard["inline_keyboard"].append([keyboards.write_button(ticket)])
    return Reply(text, keyboard)


def write_into(context: Context) -> Reply:
    """«Write»: the next message goes into this ticket."""
    return _ask_to_write(context, _visible(context, keyboards.WRITE_PREFIX))


def write_again(context: Context) -> Reply:
    """/start in the middle of it: the question once more."""
    ticket = one_visible(context.actor, context.dialog.data["ticket"])
    if ticket is None:
        raise NotFound
    return _ask_to_write(context, ticket)


def _ask_to_write(context: Context, ticket: Ticket) -> Reply:
    context.enter(Step.WRITE, ticket=ticket.pk)
    text = _("Write what should be added to ticket <b>No. {number}</b>. /cancel – not now.")
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
    added = html(_("Added to ticket <b>No. {number}</b>."), number=comment.ticket.number)
    return told_of_size(files) or Reply(added, after=parts.wait(context))


def ticket_button(context: Context) -> Reply:
    """A move of a ticket by its button."""
    parsed = buttons.parse(context.data)
    if parsed is None:
        raise NotFound
    ticket_id, move = parsed
    ticket = move_ticket(actor=context.actor, ticket_id=ticket_id, move=move)
    said = {
        Move.CONFIRM: _("Ticket <b>No. {number}</b> is closed. Thank you! How did we do?"),
        Move.REOPEN: _("Ticket <b>No. {number}</b> is in work again. Write what is still wrong."),
    }.get(move, _("Ticket <b>No. {number}</b>: {status}."))
    text = html(said, number=ticket.number, status=Status(ticket.status).label)
    keyboard = buttons.rating_keyboard(ticket) if ticket.status == Status.CLOSED else None
    return Reply(text, keyboard, remove_buttons=True, once=f"ticket:{ticket.pk}:{move}:{ticket.version}")


def _visible(context: Context, prefix: str) -> Ticket:
    ticket = one_visible(context.actor, int(context.data.removeprefix(prefix)))
    if ticket is None:
        raise NotFound
    return ticket


def _when(moment: object) -> str:
    return date_format(localtime(moment), "SHORT_DATETIME_FORMAT")  # type: ignore[arg-type]
