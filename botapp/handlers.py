"""What the bot answers: one short function a message or button. Each calls at most one action."""

from django.utils import translation
from django.utils.html import format_html_join
from django.utils.translation import gettext as _
from telegram import Message

from accounts.actions import set_language
from accounts.roles import CONSOLE, TICKETS_CREATE_OWN
from botapp import keyboards
from botapp.context import Context, Reply
from botapp.enums import Step
from core.errors import NotFound
from core.html import html
from files.actions import SIZE_LIMIT, TelegramFile
from files.enums import FileKind
from tickets import buttons
from tickets.actions import add_comment, create_ticket, move_ticket
from tickets.enums import Move, Status
from tickets.queries import open_ticket_of, own_tickets

MEGABYTE = 1024 * 1024
TICKETS_SHOWN = 10


def start(context: Context) -> Reply:
    """/start: who we are and what to do; inside a dialog, the open step is shown again."""
    if context.dialog.step == Step.NEW_TICKET:
        return new_ticket(context)
    if not context.actor.can(TICKETS_CREATE_OWN):
        return _for_staff(context)
    text = _(
        "Hello, {name}! This is the repair service's desk.\n\n"
        "Write what happened in your own words, or send a photo: you will get the number of your ticket at once. "
        "Everything that happens to it will be written here."
    )
    return Reply(html(text, name=context.user.full_name), keyboards.menu())


def show_help(context: Context) -> Reply:
    """/help: what the bot can do."""
    if not context.actor.can(TICKETS_CREATE_OWN):
        return _for_staff(context)
    text = _(
        "<b>How to get help</b>\n"
        "Write a message or send a photo or a document: it becomes a ticket. "
        "While the ticket is open, everything you write is added to it.\n\n"
        "/new – one more ticket\n"
        "/tickets – my tickets and their status\n"
        "/language – Russian or English\n"
        "/cancel – stop what was begun\n"
        "/help – this text"
    )
    return Reply(html(text), keyboards.menu())


def _for_staff(context: Context) -> Reply:
    if context.actor.can(CONSOLE):
        text = _("{name}, you work here: notices of tickets come to this chat, the work itself is done in the console.")
    else:
        text = _("{name}, you work here: notices come to this chat.")
    return Reply(html(text, name=context.user.full_name), {"remove_keyboard": True})


def cancel(context: Context) -> Reply:
    """/cancel: leave the open step; doing it twice is no error."""
    if context.dialog.step == Step.NONE:
        return Reply(html(_("There is nothing to cancel.")), keyboards.menu())
    context.enter(Step.NONE)
    return Reply(html(_("Cancelled. Nothing was sent.")), keyboards.menu())


def choose_language(context: Context) -> Reply:
    """/language: both languages as buttons."""
    return Reply(html(_("Which language shall we speak?")), keyboards.languages())


def language_chosen(context: Context) -> Reply:
    """A button of /language. The answer and the menu are in the new language already."""
    set_language(actor=context.actor, language=context.data.removeprefix(keyboards.LANGUAGE_PREFIX))
    context.user.refresh_from_db(fields=["language"])
    with translation.override(context.user.language):
        menu = keyboards.menu() if context.actor.can(TICKETS_CREATE_OWN) else None
        return Reply(html(_("Agreed: from now on in English.")), menu, remove_buttons=True)


def new_ticket(context: Context) -> Reply:
    """/new: the next message becomes a ticket of its own, even if another one is open."""
    if not context.actor.can(TICKETS_CREATE_OWN):
        return _for_staff(context)
    context.enter(Step.NEW_TICKET)
    text = _("What happened? Write it in one message or send a photo with a caption. /cancel – not now.")
    return Reply(html(text))


def describe_ticket(context: Context) -> Reply | None:
    """The message after /new."""
    text, files = _content(context.message)
    context.enter(Step.NONE, album=context.message.media_group_id)
    create_ticket(actor=context.actor, client_id=context.user.pk, text=text, files=files)
    return _told_of_size(files)


def my_tickets(context: Context) -> Reply:
    """/tickets: the latest tickets with number, status and subject."""
    if not context.actor.can(TICKETS_CREATE_OWN):
        return _for_staff(context)
    tickets = list(own_tickets(context.actor)[:TICKETS_SHOWN])
    if not tickets:
        text = _("You have no tickets yet. Write what happened, and there will be one.")
        return Reply(html(text), keyboards.menu())
    lines = format_html_join(
        "\n\n",
        "<b>№ {}</b> · {}\n{}",
        ((ticket.number, Status(ticket.status).label, ticket.subject) for ticket in tickets),
    )
    return Reply(html("<b>{title}</b>\n\n{lines}", title=_("My tickets"), lines=lines), keyboards.menu())


def message(context: Context) -> Reply | None:
    """Free text, a photo or a document: a comment in the open ticket, else a new one."""
    if not context.actor.can(TICKETS_CREATE_OWN):
        return _for_staff(context)
    text, files = _content(context.message)
    confirmed = _album_goes_on(context)
    ticket = open_ticket_of(context.actor)
    if ticket is None:
        create_ticket(actor=context.actor, client_id=context.user.pk, text=text, files=files)
        return _told_of_size(files)
    add_comment(actor=context.actor, ticket_id=ticket.pk, text=text, files=files)
    said = html(_("Added to ticket <b>No. {number}</b>."), number=ticket.number)
    return _told_of_size(files) or (None if confirmed else Reply(said))


def _album_goes_on(context: Context) -> bool:
    """Whether this is a further part of an album whose first part was answered; remembers which one it is."""
    album = context.message.media_group_id
    if album is None:
        return False
    goes_on: bool = context.dialog.data.get("album") == album
    if not goes_on:
        context.enter(Step.NONE, album=album)
    return goes_on


def ticket_button(context: Context) -> Reply:
    """A move of a ticket by its button."""
    parsed = buttons.parse(context.data)
    if parsed is None:
        raise NotFound
    ticket_id, move = parsed
    ticket = move_ticket(actor=context.actor, ticket_id=ticket_id, move=move)
    said = {
        Move.CONFIRM: _("Ticket <b>No. {number}</b> is closed. Thank you!"),
        Move.REOPEN: _("Ticket <b>No. {number}</b> is in work again. Write what is still wrong."),
    }.get(move, _("Ticket <b>No. {number}</b>: {status}."))
    text = html(said, number=ticket.number, status=Status(ticket.status).label)
    return Reply(text, remove_buttons=True, once=f"ticket:{ticket.pk}:{move}:{ticket.version}")


def unknown_command(context: Context) -> Reply:
    return Reply(html(_("I do not know this command. /help shows what I can do.")))


def not_understood(context: Context) -> Reply:
    """A kind of message that the desk can not take yet."""
    text = _("I can not read this kind of message yet. Please write a text or send a photo or a document.")
    return Reply(html(text))


def stale_button(context: Context) -> Reply:
    """A button that no keyboard of ours carries any more."""
    return Reply(toast=_("This is no longer possible."), remove_buttons=True)


def _content(message: Message) -> tuple[str, list[TelegramFile]]:
    """The text or caption of a message and its file."""
    return message.text or message.caption or "", [*_photo(message), *_document(message)]


def _photo(message: Message) -> list[TelegramFile]:
    if not message.photo:
        return []
    largest = max(message.photo, key=lambda size: size.width * size.height)
    return [TelegramFile(FileKind.PHOTO, largest.file_id, size=largest.file_size)]


def _document(message: Message) -> list[TelegramFile]:
    document = message.document
    if document is None:
        return []
    return [TelegramFile(FileKind.DOCUMENT, document.file_id, document.file_name or "", document.file_size)]


def _told_of_size(files: list[TelegramFile]) -> Reply | None:
    """The client hears that a file is too large for us; its description is kept for the staff."""
    if not any(file.size is not None and file.size > SIZE_LIMIT for file in files):
        return None
    text = _("The file is larger than {limit} MB and was not loaded. Please send it compressed or in parts.")
    return Reply(html(text, limit=SIZE_LIMIT // MEGABYTE))
