"""A message that did not reach the client is sent once more."""

from collections.abc import Iterable

from django.db import models, transaction

import audit.actions as audit
import outbox.actions as outbox
from core.actor import Actor
from core.db import locked
from core.errors import Denied, NotFound
from files.queries import files_of
from outbox.enums import UNDELIVERED
from outbox.models import Message
from outbox.queries import deliveries_to
from tickets import notices, rules
from tickets.errors import NothingToRepeat
from tickets.models import Ticket
from tickets.queries import one_comment, visible_to


@transaction.atomic
def repeat_delivery(*, actor: Actor, comment_id: int) -> None:
    """Queue anew what of a comment and its files did not reach the client: the words as they are now. Staff only.

    Raises NotFound, Denied, NothingToRepeat.
    """
    comment = one_comment(actor, comment_id)
    if comment is None:
        raise NotFound
    ticket = locked(visible_to(actor), comment.ticket_id)
    if not rules.is_staff(actor, ticket):
        raise Denied
    words = _failed(ticket, [comment])
    files = _failed(ticket, files_of([comment])[comment.pk])
    if not (words or files) or comment.deleted_at is not None:
        raise NothingToRepeat
    audit.record(actor, "tickets.repeat_delivery", ticket, tenant_id=ticket.tenant_id, comment=comment.pk)
    if words:
        notices.staff_wrote(ticket, comment)
    for delivery in files:
        outbox.repeat(delivery)


def _failed(ticket: Ticket, subjects: Iterable[models.Model]) -> list[Message]:
    deliveries = deliveries_to(ticket.client_id, subjects).values()
    return [delivery for delivery in deliveries if delivery.status in UNDELIVERED]
