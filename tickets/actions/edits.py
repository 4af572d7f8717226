"""Authors change or take back what they wrote. The earlier words stay on the card."""

from django.db import transaction
from django.utils import timezone

import audit.actions as audit
from core.actor import Actor
from core.db import locked
from core.errors import Denied, NotFound
from files.queries import files_of
from tickets import notices, rules
from tickets.actions.text import COMMENT_LIMIT, DESCRIPTION_LIMIT, checked
from tickets.errors import TooLateToChange
from tickets.models import Comment, EarlierText, Ticket
from tickets.queries import one_comment, visible_to, written_as


@transaction.atomic
def edit_comment(*, actor: Actor, comment_id: int, text: str) -> Comment:
    """The author gives a comment other words, within 48 hours; the client sees a staff member's in the old message.

    Nobody else is told. The same words again change nothing. Raises NotFound, Denied, TooLateToChange, TextMissing,
    TextTooLong.
    """
    comment = _own(actor, comment_id)
    from_client = rules.is_client(actor, comment.ticket)
    limit = DESCRIPTION_LIMIT if from_client else COMMENT_LIMIT
    text = checked(text, limit=limit, required=not files_of([comment])[comment.pk])
    if text == comment.text:
        return comment
    EarlierText.objects.create(ticket=comment.ticket, comment=comment, text=comment.text)
    comment.text, comment.edited_at = text, timezone.now()
    comment.save(update_fields=["text", "edited_at"])
    audit.record(
        actor, "tickets.edit_comment", comment.ticket, tenant_id=comment.ticket.tenant_id, comment=comment.pk
    )  # fmt: skip
    if not from_client:
        notices.comment_edited(comment)
    return comment


@transaction.atomic
def delete_comment(*, actor: Actor, comment_id: int) -> Comment:
    """A staff member takes back his comment, within 48 hours: it goes from the client's chat, and is marked here.

    Doing it twice changes nothing. Raises NotFound, Denied, TooLateToChange.
    """
    comment = _visible(actor, comment_id)
    if not rules.wrote(actor, comment) or not rules.is_staff(actor, comment.ticket):
        raise Denied
    if comment.deleted_at is not None:
        return comment
    if not rules.can_be_changed(comment, timezone.now()):
        raise TooLateToChange
    comment.deleted_at = timezone.now()
    comment.save(update_fields=["deleted_at"])
    audit.record(
        actor, "tickets.delete_comment", comment.ticket, tenant_id=comment.ticket.tenant_id, comment=comment.pk
    )  # fmt: skip
    notices.comment_deleted(comment)
    return comment


@transaction.atomic
def edit_description(*, actor: Actor, ticket_id: int, text: str) -> Ticket:
    """The client gives the ticket's first message other words; its subject stays, people know the ticket by it.

    Nobody is told. Raises NotFound, Denied, TextMissing, TextTooLong.
    """
    ticket = locked(visible_to(actor), ticket_id)
    if not rules.is_client(actor, ticket):
        raise Denied
    text = checked(text, limit=DESCRIPTION_LIMIT, required=ticket.description != "")
    if text != ticket.description:
        EarlierText.objects.create(ticket=ticket, text=ticket.description)
        ticket.description = text
        ticket.save(update_fields=["description"])
        audit.record(actor, "tickets.edit_description", ticket, tenant_id=ticket.tenant_id)
    return ticket


def edit_telegram_message(*, actor: Actor, telegram_message_id: int, text: str) -> None:
    """A message was edited in Telegram: change what it had become. Raises NotFound where it became nothing of ours."""
    written = written_as(actor, telegram_message_id)
    if isinstance(written, Comment) and written.moved_to_id is None:
        edit_comment(actor=actor, comment_id=written.pk, text=text)
    elif written is not None:
        ticket_id = written.moved_to_id if isinstance(written, Comment) else written.pk
        assert ticket_id is not None
        edit_description(actor=actor, ticket_id=ticket_id, text=text)
    else:
        raise NotFound


def _own(actor: Actor, comment_id: int) -> Comment:
    comment = _visible(actor, comment_id)
    if not rules.wrote(actor, comment):
        raise Denied
    if not rules.can_be_changed(comment, timezone.now()):
        raise TooLateToChange
    return comment


def _visible(actor: Actor, comment_id: int) -> Comment:
    """The comment, under the lock of its ticket."""
    comment = one_comment(actor, comment_id)
    if comment is None:
        raise NotFound
    locked(visible_to(actor), comment.ticket_id)
    comment.refresh_from_db()
    return comment
