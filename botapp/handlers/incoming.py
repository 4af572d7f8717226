"""Where a client's message goes: the first rule that fits (domain: §2)."""

from contextlib import suppress
from dataclasses import asdict

from django.utils.translation import gettext as _

from accounts.roles import TICKETS_CREATE_OWN, TICKETS_WORK
from botapp import keyboards
from botapp.context import Context, Reply
from botapp.enums import Step
from botapp.handlers.basics import for_staff
from botapp.handlers.content import content, kept_file, told_of_size
from core.errors import NotFound
from core.html import html
from files.actions import TelegramFile
from outbox.queries import subject_shown_as
from tickets import buttons
from tickets.actions import add_comment, create_ticket, edit_telegram_message, split_comment
from tickets.enums import OPEN, Move, Status
from tickets.models import Ticket
from tickets.queries import one_visible, open_tickets_of, ticket_behind
from tickets.states import available_moves

CHOICES = 8
"""Tickets offered by «which one?»; a client with more of them writes into one from «My tickets»."""


def message(context: Context) -> Reply | None:
    """Free text or files outside any dialog step."""
    if not context.actor.can(TICKETS_CREATE_OWN):
        return _from_staff(context)
    text, files = content(context.message)
    ticket = _replied_to(context) or _of_this_album(context)
    if ticket is not None:
        return _comment(context, ticket, text, files)
    open_tickets = list(open_tickets_of(context.actor)[: CHOICES + 1])
    if not open_tickets:
        return _new(context, text, files)
    if len(open_tickets) == 1:
        return _comment(context, open_tickets[0], text, files)
    return _ask_which(context, open_tickets, text, files)


def _from_staff(context: Context) -> Reply | None:
    """A staff member's reply to a notice goes to the client; his plain text is never a ticket."""
    if not context.actor.can(TICKETS_WORK):
        return for_staff(context)
    ticket = _replied_to(context)
    if ticket is None:
        return for_staff(context)
    text, files = content(context.message)
    add_comment(
        actor=context.actor, ticket_id=ticket.pk, text=text, files=files, telegram_message_id=context.message.message_id
    )  # fmt: skip
    return told_of_size(files) or Reply(
        html(_("Sent to the client, ticket <b>No. {number}</b>."), number=ticket.number)
    )


def _replied_to(context: Context) -> Ticket | None:
    """The ticket that a Telegram reply answers, unless it is finished."""
    replied = context.message.reply_to_message
    if replied is None:
        return None
    subject = subject_shown_as(context.message.chat_id, replied.message_id)
    ticket = ticket_behind(context.actor, *subject) if subject else None
    staff = context.actor.can(TICKETS_WORK)
    return ticket if ticket and (staff or ticket.status in OPEN) else None


def _of_this_album(context: Context) -> Ticket | None:
    """The ticket that the first part of the same album went to."""
    album, draft = context.message.media_group_id, context.dialog.data
    if album is None or draft.get("album") != album or "ticket" not in draft:
        return None
    return one_visible(context.actor, draft["ticket"])


def _remember_album(context: Context, ticket: Ticket) -> bool:
    """Note where this album goes; whether a part of it was answered before."""
    album = context.message.media_group_id
    if album is None:
        return False
    answered: bool = context.dialog.data.get("album") == album
    if not answered:
        context.enter(Step.NONE, album=album, ticket=ticket.pk)
    return answered


def _new(context: Context, text: str, files: list[TelegramFile]) -> Reply | None:
    ticket = create_ticket(
        actor=context.actor, client_id=context.user.pk, text=text, files=files,
        telegram_message_id=context.message.message_id,
    )  # fmt: skip
    _remember_album(context, ticket)
    return told_of_size(files)


def _comment(context: Context, ticket: Ticket, text: str, files: list[TelegramFile]) -> Reply | None:
    """Add to the ticket, and offer to make it a ticket of its own, or to bring a resolved one back."""
    comment = add_comment(
        actor=context.actor, ticket_id=ticket.pk, text=text, files=files, telegram_message_id=context.message.message_id
    )  # fmt: skip
    if too_big := told_of_size(files):
        return too_big
    if _remember_album(context, ticket):
        return None
    moves = []
    said = _("Added to ticket <b>No. {number}</b>.")
    if ticket.status == Status.RESOLVED:
        said = _("Added to ticket <b>No. {number}</b>, which is resolved. Bring it back into work?")
        moves = [row for row in available_moves(context.actor, ticket) if row.move == Move.REOPEN]
    keyboard = buttons.keyboard(ticket, moves)
    keyboard["inline_keyboard"].append([buttons.split_button(comment)])
    return Reply(html(said, number=ticket.number), keyboard)


def _ask_which(context: Context, tickets: list[Ticket], text: str, files: list[TelegramFile]) -> Reply | None:
    """«Which ticket?»: what was written waits in the dialog until a button says."""
    context.enter(Step.CHOOSE_TICKET, text=text, files=[asdict(file) for file in files])
    return Reply(html(_("Which ticket does this belong to?")), keyboards.choices(tickets[:CHOICES]))


def ask_again(context: Context) -> Reply:
    """/start while «which ticket?» is open: the question once more, with the tickets of now."""
    tickets = list(open_tickets_of(context.actor)[:CHOICES])
    return Reply(html(_("Which ticket does this belong to?")), keyboards.choices(tickets))


def more_to_choose_for(context: Context) -> Reply | None:
    """A further message while «which ticket?» is open joins the first one."""
    text, files = content(context.message)
    draft = context.dialog.data
    texts = [part for part in (draft["text"], text) if part]
    context.enter(Step.CHOOSE_TICKET, text="\n".join(texts), files=draft["files"] + [asdict(file) for file in files])
    return None


def ticket_chosen(context: Context) -> Reply:
    """A button of «which ticket?»."""
    chosen = context.data.removeprefix(keyboards.CHOOSE_PREFIX)
    if context.dialog.step != Step.CHOOSE_TICKET:
        raise NotFound
    draft = context.dialog.data
    text, files = draft["text"], [kept_file(kept) for kept in draft["files"]]
    context.enter(Step.NONE)
    if chosen == keyboards.CHOOSE_NEW:
        create_ticket(actor=context.actor, client_id=context.user.pk, text=text, files=files)
        return Reply(remove_buttons=True)
    ticket = one_visible(context.actor, int(chosen))
    if ticket is None:
        raise NotFound
    add_comment(actor=context.actor, ticket_id=ticket.pk, text=text, files=files)
    return Reply(html(_("Added to ticket <b>No. {number}</b>."), number=ticket.number), remove_buttons=True)


def edited(context: Context) -> None:
    """A message was edited: what it had become changes with it. One that became nothing of ours changes nothing."""
    message = context.update.edited_message
    assert message is not None
    with suppress(NotFound):
        edit_telegram_message(actor=context.actor, telegram_message_id=message.message_id, text=content(message)[0])


def split_off(context: Context) -> Reply:
    """«This is a new ticket» under a confirmation."""
    comment_id = buttons.parse_split(context.data)
    if comment_id is None:
        raise NotFound
    split_comment(actor=context.actor, comment_id=comment_id)
    return Reply(remove_buttons=True)
