"""The correspondence in the chat: a client's answers, and what staff write to a client."""

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.roles import CLIENTS_ANSWER, CLIENTS_WORK
from botapp.context import Context, Reply
from botapp.enums import Step
from botapp.handlers import parts
from botapp.handlers.content import content, told_of_size
from clients import buttons
from clients.actions import make_ticket_of_letter, write_to_client, write_to_staff
from clients.models import Letter
from clients.queries import clients_for, is_in_correspondence, letter_behind
from clients.reach import unreachable
from core.errors import NotFound
from core.html import html
from outbox.queries import subject_shown_as


def replied(context: Context) -> Reply | None:
    """A Telegram reply to a message of the correspondence goes to the other side of it."""
    message = context.message.reply_to_message
    subject = subject_shown_as(context.message.chat_id, message.message_id) if message else None
    letter = letter_behind(context.actor, *subject) if subject else None
    if letter is None:
        return None
    if letter.client_id == context.user.pk:
        return from_client(context)
    return _to_client(context, letter.client_id) if context.actor.can(CLIENTS_WORK) else None


def continues(context: Context) -> bool:
    """Whether what this client writes now belongs to the correspondence (domain: §2, the fourth rule)."""
    return context.actor.can(CLIENTS_ANSWER) and is_in_correspondence(context.user.pk, timezone.now())


def from_client(context: Context) -> Reply:
    """A client's message to the staff."""
    text, files = content(context.message)
    letter = write_to_staff(
        actor=context.actor, text=text, files=files, telegram_message_id=context.message.message_id
    )  # fmt: skip
    parts.remember_letter(context, letter)
    said = html(_("Passed on to our staff. They will answer here."))
    return told_of_size(files) or Reply(said, buttons.ticket_of(letter), after=parts.wait(context), subject=letter)


def _to_client(context: Context, client_id: int) -> Reply:
    text, files = content(context.message)
    if too_big := told_of_size(files):
        return too_big
    letter = write_to_client(
        actor=context.actor, client_id=client_id, text=text, files=files,
        telegram_message_id=context.message.message_id,
    )  # fmt: skip
    parts.remember_letter(context, letter)
    return _said_to(letter, after=parts.wait(context))


def _said_to(letter: Letter, after: float) -> Reply:
    if (why := unreachable(letter.client)) is not None:
        said = html(_("Kept, but not delivered to {client}: {why}"), client=letter.client.full_name, why=why)
    else:
        said = html(_("Sent to {client}."), client=letter.client.full_name)
    return Reply(said, after=after, subject=letter)


def pressed(context: Context) -> Reply:
    """«Reply» of the staff, «this is a new ticket» of the client."""
    _prefix, row, what = context.data.split(":")
    if what == "ticket":
        make_ticket_of_letter(actor=context.actor, letter_id=int(row))
        return Reply(remove_buttons=True)
    return ask(context, int(row))


def ask(context: Context, client_id: int) -> Reply:
    """The next message goes to this client."""
    client = clients_for(context.actor).filter(pk=client_id, is_active=True).first()
    if client is None:
        raise NotFound
    context.enter(Step.LETTER, client=client.pk)
    said = html(_("What shall be written to {client}? Text or files. /cancel – not now."), client=client.full_name)
    if (why := unreachable(client)) is not None:
        said += html("\n\n{why}", why=why)
    return Reply(said)


def ask_again(context: Context) -> Reply:
    """/start in the middle: the question once more."""
    return ask(context, context.dialog.data["client"])


def written(context: Context) -> Reply:
    """The message that the open step asked for."""
    client_id = context.dialog.data["client"]
    context.enter(Step.NONE)
    return _to_client(context, client_id)
