"""What somebody sends in several Telegram messages and means as one: an album, a text longer than a message."""

from collections.abc import Sequence

from django.db import transaction

import audit.actions as audit
from accounts.models import User
from core.actor import Actor
from core.db import locked
from core.errors import Denied, NotFound
from core.text import is_blank, telegram_length
from files.actions import TelegramFile, attach
from tickets import notices, rules
from tickets.actions.text import DESCRIPTION_LIMIT, checked
from tickets.enums import Visibility
from tickets.models import Comment, Ticket
from tickets.queries import visible_to


@transaction.atomic
def append_part(
    *,
    actor: Actor,
    ticket_id: int,
    comment_id: int | None,
    text: str,
    files: Sequence[TelegramFile],
    telegram_message_id: int | None = None,
) -> None:
    """Add a further part to what the actor has just written: to his comment, or to the ticket that he opened.

    Nobody is told anew, the client gets the staff's files. Text that the first part has no room for becomes a comment
    behind it. Raises NotFound, Denied, TextTooLong.
    """
    ticket = locked(visible_to(actor), ticket_id)
    from_client = rules.is_client(actor, ticket)
    if not from_client and not rules.is_staff(actor, ticket):
        raise Denied
    first = _first(actor, ticket, comment_id)
    target = first.ticket if isinstance(first, Comment) else first
    kept = attach(first, files)
    text = checked(text, limit=DESCRIPTION_LIMIT, required=not files)
    joined = _write(actor, first, target, text, telegram_message_id)
    audit.record(
        actor, "tickets.append", target, tenant_id=target.tenant_id, comment=comment_id, files=len(kept)
    )  # fmt: skip
    if not from_client and isinstance(first, Comment) and first.visibility == Visibility.PUBLIC:
        notices.staff_sent_files(target, kept)
        if joined:
            notices.comment_edited(first)


def _first(actor: Actor, ticket: Ticket, comment_id: int | None) -> Comment | Ticket:
    """The row that the first part became; what was split off meanwhile is a ticket of its own."""
    if comment_id is None:
        return ticket
    comment = Comment.objects.filter(ticket=ticket, author_id=actor.user_id, pk=comment_id).first()
    if comment is None:
        raise NotFound
    return comment.moved_to or comment


def _write(actor: Actor, first: Comment | Ticket, target: Ticket, text: str, telegram_message_id: int | None) -> bool:
    """Join the text to the first part; whether that was possible.

    What several messages were joined into can not be changed by an edit of one of them, so it forgets its message.
    """
    if is_blank(text):
        return False
    field = "text" if isinstance(first, Comment) else "description"
    before: str = getattr(first, field)
    joined = f"{before}\n{text}" if before else text
    if telegram_length(joined) <= DESCRIPTION_LIMIT:
        setattr(first, field, joined)
        first.telegram_message_id = None if before else telegram_message_id
        first.save(update_fields=[field, "telegram_message_id"])
        return True
    Comment.objects.create(
        ticket=target,
        author=User.objects.get(pk=actor.person),
        visibility=first.visibility if isinstance(first, Comment) else Visibility.PUBLIC,
        text=text,
        via=actor.via,
        continues=first if isinstance(first, Comment) else None,
        telegram_message_id=telegram_message_id,
    )
    return False
