"""What people write into a ticket."""

from collections.abc import Sequence

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

import audit.actions as audit
from accounts.models import User
from accounts.roles import TICKETS_ASSIGNABLE
from core.actor import Actor
from core.db import locked
from core.errors import Denied
from files.actions import TelegramFile, attach, store_uploads
from tickets import notices, rules
from tickets.actions.moves import apply_move
from tickets.actions.text import COMMENT_LIMIT, DESCRIPTION_LIMIT, checked
from tickets.enums import Move, Status, Visibility
from tickets.models import Comment, Ticket
from tickets.queries import visible_to


@transaction.atomic
def add_comment(
    *,
    actor: Actor,
    ticket_id: int,
    text: str,
    visibility: str = Visibility.PUBLIC,
    files: Sequence[TelegramFile] = (),
    uploads: Sequence[UploadedFile] = (),
    telegram_message_id: int | None = None,
) -> Comment:
    """Write into a ticket: the client publicly, staff publicly or as an internal note.

    A public comment of staff takes a new ticket and is the first answer; a client's comment answers a question
    (waiting_client → in_progress). The other side hears of public ones, and gets the staff's files. `files` came
    through Telegram, `uploads` over HTTP. `telegram_message_id` is where it stands in the author's chat. Raises
    TextMissing, TextTooLong, Denied, NotFound and the problems of files.
    """
    ticket = locked(visible_to(actor), ticket_id)
    from_client = rules.is_client(actor, ticket)
    if not from_client and not rules.is_staff(actor, ticket):
        raise Denied
    if from_client and visibility != Visibility.PUBLIC:
        raise Denied
    limit = DESCRIPTION_LIMIT if from_client else COMMENT_LIMIT
    comment = Comment.objects.create(
        ticket=ticket,
        author=User.objects.get(pk=actor.person),
        visibility=visibility,
        text=checked(text, limit=limit, required=not (files or uploads)),
        via=actor.via,
        telegram_message_id=telegram_message_id,
    )
    kept = attach(comment, files) + store_uploads(comment, uploads)
    audit.record(
        actor, "tickets.comment", ticket, tenant_id=ticket.tenant_id,
        comment=comment.pk, visibility=visibility, files=len(kept),
    )  # fmt: skip
    if visibility == Visibility.PUBLIC:
        _follow_up(actor, ticket, comment, from_client=from_client)
        if not from_client:
            notices.staff_sent_files(ticket, kept)
    return comment


def _follow_up(actor: Actor, ticket: Ticket, comment: Comment, *, from_client: bool) -> None:
    """What a public comment does to the ticket, and who hears it."""
    ticket.last_activity_at = timezone.now()
    ticket.waiting_since = (ticket.waiting_since or comment.created_at) if from_client else None
    fields = ["last_activity_at", "waiting_since"]
    if not from_client and ticket.first_answer_at is None:
        ticket.first_answer_at = ticket.last_activity_at
        fields.append("first_answer_at")
    ticket.save(update_fields=fields)
    if from_client:
        if ticket.status == Status.WAITING_CLIENT:
            apply_move(actor, ticket, Move.ANSWER)
        notices.client_wrote(ticket, comment, actor)
        return
    taking = ticket.status == Status.NEW and actor.can(TICKETS_ASSIGNABLE)
    if taking:
        apply_move(actor, ticket, Move.TAKE, comment=comment)
    else:
        notices.staff_wrote(ticket, comment)
