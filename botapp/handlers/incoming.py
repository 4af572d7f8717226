"""Where a client's message goes: the first rule that fits (domain: §2)."""

from dataclasses import asdict
from typing import Any

from django.utils.translation import gettext as _

from accounts.roles import TICKETS_CREATE_OWN, TICKETS_WORK
from botapp import keyboards
from botapp.context import Context, Reply
from botapp.enums import Step
from botapp.handlers import asked, estimates, letters, parts
from botapp.handlers.basics import for_staff
from botapp.handlers.content import content, kept_file, told_of_size
from clients.actions import edit_letter
from clients.queries import letter_behind, letter_written_as, request_behind
from core.errors import NotFound
from core.html import html
from files.actions import TelegramFile
from outbox.queries import subject_shown_as
from tickets import buttons
from tickets.actions import add_comment, append_part, create_ticket, edit_telegram_message, split_comment
from tickets.enums import OPEN, Move, Status
from tickets.models import Comment, Ticket
from tickets.queries import one_visible, open_tickets_of, ticket_behind, ticket_written_as
from tickets.states import available_moves

CHOICES = 8
"""Tickets offered by «which one?»; a client with more of them writes into one from «My tickets»."""


def message(context: Context) -> Reply | None:
    """Free text or files outside any dialog step."""
    if parts.is_further(context):
        return parts.append(context)
    for replied in (estimates.replied, asked.replied, letters.replied):
        if (reply := replied(context)) is not None:
            return reply
    if not context.actor.can(TICKETS_CREATE_OWN):
        return _from_staff(context)
    text, files = content(context.message)
    ticket = replied_to(context)
    if ticket is not None:
        return _comment(context, ticket, text, files)
    if (offered := asked.offer(context, text, files)) is not None:
        return offered
    if letters.continues(context):
        return letters.from_client(context)
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
    ticket = replied_to(context)
    if ticket is None and context.message.reply_to_message is not None:
        text = _("This was not sent: I can not tell which ticket it belongs to. Open one from /tickets or /queue.")
        return Reply(html(text))
    if ticket is None:
        return for_staff(context)
    text, files = content(context.message)
    comment = add_comment(
        actor=context.actor, ticket_id=ticket.pk, text=text, files=files, telegram_message_id=context.message.message_id
    )  # fmt: skip
    parts.remember(context, ticket, comment)
    sent = html(_("Sent to the client, ticket <b>No. {number}</b>."), number=ticket.number)
    return told_of_size(files) or Reply(sent, after=parts.wait(context), subject=ticket)


def replied_to(context: Context) -> Ticket | None:
    """The ticket that a Telegram reply answers, unless it is finished."""
    replied = context.message.reply_to_message
    if replied is None:
        return None
    subject = subject_shown_as(context.message.chat_id, replied.message_id)
    ticket = ticket_behind(context.actor, *subject) if subject else ticket_written_as(context.actor, replied.message_id)
    staff = context.actor.can(TICKETS_WORK)
    return ticket if ticket and (staff or ticket.status in OPEN) else None


def _new(context: Context, text: str, files: list[TelegramFile]) -> Reply | None:
    ticket = create_ticket(
        actor=context.actor, client_id=context.user.pk, text=text, files=files,
        telegram_message_id=context.message.message_id,
    )  # fmt: skip
    parts.remember(context, ticket)
    return told_of_size(files)


def _comment(context: Context, ticket: Ticket, text: str, files: list[TelegramFile]) -> Reply | None:
    """Add to the ticket, and offer to make it a ticket of its own, or to bring a resolved one back."""
    comment = add_comment(
        actor=context.actor, ticket_id=ticket.pk, text=text, files=files, telegram_message_id=context.message.message_id
    )  # fmt: skip
    parts.remember(context, ticket, comment)
    if too_big := told_of_size(files):
        return too_big
    moves = []
    said = _("Added to ticket <b>No. {number}</b>.")
    if ticket.status == Status.RESOLVED:
        said = _("Added to ticket <b>No. {number}</b>, which is resolved. Bring it back into work?")
        moves = [row for row in available_moves(context.actor, ticket) if row.move == Move.REOPEN]
    keyboard = buttons.keyboard(ticket, moves)
    keyboard["inline_keyboard"].append([buttons.split_button(comment)])
    return Reply(html(said, number=ticket.number), keyboard, after=parts.wait(context), subject=ticket)


def _ask_which(context: Context, tickets: list[Ticket], text: str, files: list[TelegramFile]) -> Reply | None:
    """«Which ticket?»: what was written waits in the dialog until a button says."""
    context.enter(
        Step.CHOOSE_TICKET,
        texts=[text],
        files=[asdict(file) for file in files],
        message=context.message.message_id,
    )
    return Reply(html(_("Which ticket does this belong to?")), keyboards.choices(tickets[:CHOICES]))


def ask_again(context: Context) -> Reply:
    """/start while «which ticket?» is open: the question once more, with the tickets of now."""
    tickets = list(open_tickets_of(context.actor)[:CHOICES])
    return Reply(html(_("Which ticket does this belong to?")), keyboards.choices(tickets))


def more_to_choose_for(context: Context) -> Reply | None:
    """A further message while «which ticket?» is open joins the first one."""
    text, files = content(context.message)
    draft = context.dialog.data
    context.enter(
        Step.CHOOSE_TICKET,
        texts=[*draft["texts"], text],
        files=draft["files"] + [asdict(file) for file in files],
        message=draft["message"],
    )
    return told_of_size(files)


def ticket_chosen(context: Context) -> Reply:
    """A button of «which ticket?»."""
    chosen = context.data.removeprefix(keyboards.CHOOSE_PREFIX)
    if context.dialog.step != Step.CHOOSE_TICKET:
        raise NotFound
    draft = context.dialog.data
    first, *rest = parts.joined(draft["texts"])
    given: dict[str, Any] = {
        "text": first,
        "files": [kept_file(kept) for kept in draft["files"]],
        "telegram_message_id": draft["message"] if len(draft["texts"]) == 1 else None,
    }
    context.enter(Step.NONE)
    if chosen == keyboards.CHOOSE_NEW:
        _append_all(context, create_ticket(actor=context.actor, client_id=context.user.pk, **given), None, rest)
        return Reply(remove_buttons=True)
    ticket = one_visible(context.actor, int(chosen))
    if ticket is None:
        raise NotFound
    comment = add_comment(actor=context.actor, ticket_id=ticket.pk, **given)
    _append_all(context, ticket, comment, rest)
    return Reply(html(_("Added to ticket <b>No. {number}</b>."), number=ticket.number), remove_buttons=True)


def into_a_ticket(context: Context, draft: dict[str, Any]) -> Reply:
    """What waited in a draft belongs to a ticket: to the only open one, to a new one, or to which?"""
    open_tickets = list(open_tickets_of(context.actor)[: CHOICES + 1])
    if len(open_tickets) > 1:
        context.enter(Step.CHOOSE_TICKET, **{name: draft[name] for name in ("texts", "files", "message")})
        question = html(_("Which ticket does this belong to?"))
        return Reply(question, keyboards.choices(open_tickets[:CHOICES]), remove_buttons=True)
    context.enter(Step.NONE)
    given: dict[str, Any] = {
        "text": "\n".join(filter(None, draft["texts"])),
        "files": [kept_file(kept) for kept in draft["files"]],
        "telegram_message_id": draft["message"],
    }
    if not open_tickets:
        create_ticket(actor=context.actor, client_id=context.user.pk, **given)
        return Reply(remove_buttons=True)
    ticket = open_tickets[0]
    add_comment(actor=context.actor, ticket_id=ticket.pk, **given)
    said = html(_("Added to ticket <b>No. {number}</b>."), number=ticket.number)
    return Reply(said, remove_buttons=True, subject=ticket)


def is_reply_elsewhere(context: Context) -> bool:
    """Whether a Telegram reply names where it goes, whatever question is open: a ticket, a request, a message."""
    message = context.message.reply_to_message
    if message is None:
        return False
    subject = subject_shown_as(context.message.chat_id, message.message_id)
    elsewhere = subject and (request_behind(context.actor, *subject) or letter_behind(context.actor, *subject))
    return bool(elsewhere) or replied_to(context) is not None


def _append_all(context: Context, ticket: Ticket, comment: Comment | None, texts: list[str]) -> None:
    comment_id = comment.pk if comment else None
    for text in texts:
        append_part(actor=context.actor, ticket_id=ticket.pk, comment_id=comment_id, text=text, files=())


def edited(context: Context) -> Reply | None:
    """A message was edited: what it had become changes with it. Where it became a part of something, its author hears
    that the change was not taken over. A place that is shared live moves on by edits, and is let be."""
    message = context.update.edited_message
    assert message is not None
    if message.location is not None:
        return None
    letter = letter_written_as(context.actor, message.message_id)
    if letter is not None:
        edit_letter(actor=context.actor, letter_id=letter.pk, text=content(message)[0])
        return None
    try:
        edit_telegram_message(
            actor=context.actor, telegram_message_id=message.message_id, text=content(message)[0]
        )  # fmt: skip
    except NotFound:
        if (message.text or "").startswith("/"):
            return None
        return Reply(html(_("This change was not taken over. Please write what is different in a new message.")))
    return None


def split_off(context: Context) -> Reply:
    """«This is a new ticket» under a confirmation."""
    comment_id = buttons.parse_split(context.data)
    if comment_id is None:
        raise NotFound
    split_comment(actor=context.actor, comment_id=comment_id)
    return Reply(remove_buttons=True)
