"""Several messages that are one: the parts of an album, a long text that Telegram has cut (domain: §2)."""

from datetime import timedelta

from botapp.context import Context, Reply
from botapp.enums import Step
from botapp.handlers.content import content, told_of_size
from clients.actions import add_to_letter, submit_document
from clients.models import Letter
from core.text import telegram_length
from tickets.actions import append_part
from tickets.actions.text import DESCRIPTION_LIMIT
from tickets.models import Comment, Ticket

LONG = 4000
"""Characters from which a text is taken for one that Telegram has cut (at 4096, or at a word before it)."""
CONTINUES_WITHIN = timedelta(seconds=3)
ALBUM_WAIT = 1.5
"""Seconds that the confirmation of an album waits for its further parts."""


def remember(context: Context, ticket: Ticket, comment: Comment | None = None) -> None:
    """Note what the message became, if further parts of it may follow."""
    message = context.message
    cut = telegram_length(message.text or "") >= LONG
    if context.dialog.step != Step.NONE:  # a reply in the middle of a dialog; the dialog goes on
        return
    if message.media_group_id is not None or cut:
        context.enter(
            Step.NONE,
            album=message.media_group_id,
            cut_at=message.date.timestamp() if cut else None,
            ticket=ticket.pk,
            comment=comment.pk if comment else None,
        )


def remember_letter(context: Context, letter: Letter) -> None:
    """The same for a message of the correspondence."""
    message = context.message
    cut = telegram_length(message.text or "") >= LONG
    if context.dialog.step == Step.NONE and (message.media_group_id is not None or cut):
        cut_at = message.date.timestamp() if cut else None
        context.enter(Step.NONE, album=message.media_group_id, cut_at=cut_at, letter=letter.pk)


def is_further(context: Context) -> bool:
    """Whether this message is a further part of the one before."""
    message, draft = context.message, context.dialog.data
    if message.media_group_id is not None:
        return draft.get("album") == message.media_group_id
    cut_at = draft.get("cut_at")
    return bool(cut_at and message.text and message.date.timestamp() - cut_at <= CONTINUES_WITHIN.total_seconds())


def append(context: Context) -> Reply | None:
    """Join it to the first part. The first part was confirmed; of this one only trouble is said."""
    text, files = content(context.message)
    draft = context.dialog.data
    if "request" in draft:
        submit_document(
            actor=context.actor, request_id=draft["request"], files=files, text="" if files else text,
            album=draft["album"],
        )  # fmt: skip
    elif "letter" in draft:
        add_to_letter(actor=context.actor, letter_id=draft["letter"], text=text, files=files)
    else:
        append_part(
            actor=context.actor, ticket_id=draft["ticket"], comment_id=draft["comment"], text=text, files=files,
            telegram_message_id=context.message.message_id,
        )  # fmt: skip
    if draft["cut_at"] and telegram_length(text) >= LONG:
        context.enter(Step.NONE, **{**draft, "cut_at": context.message.date.timestamp()})
    return told_of_size(files)


def joined(texts: list[str]) -> list[str]:
    """The texts in as few as fit into a ticket's description or a comment; at least one, which may be empty."""
    whole = [""]
    for text in texts:
        both = f"{whole[-1]}\n{text}" if whole[-1] and text else whole[-1] + text
        if telegram_length(both) <= DESCRIPTION_LIMIT:
            whole[-1] = both
        else:
            whole.append(text)
    return whole


def wait(context: Context) -> float:
    """How long the confirmation of this message waits."""
    return ALBUM_WAIT if context.message.media_group_id else 0
