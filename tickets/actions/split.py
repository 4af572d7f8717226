"""A comment becomes a ticket of its own."""

from django.db import transaction

import audit.actions as audit
from core.actor import Actor
from core.db import found, locked
from core.errors import NotFound
from files.actions import hand_over
from files.queries import files_of
from tickets import rules
from tickets.actions.create import begin
from tickets.enums import Priority
from tickets.models import Comment, Ticket
from tickets.queries import visible_to, written_after


@transaction.atomic
def split_comment(*, actor: Actor, comment_id: int) -> Ticket:
    """Make a new ticket of what the client added to another one («Это новая заявка»). Clients only, their own words.

    The comment stays where it was, marked; its files go along. Doing it again gives the same ticket. The client
    hears the new number, the desk of new work. Raises NotFound.
    """
    seen = found(Comment.objects.filter(author_id=actor.user_id), comment_id)
    ticket = locked(visible_to(actor), seen.ticket_id)
    comment = Comment.objects.select_for_update(of=("self",)).select_related("moved_to").get(pk=comment_id)
    if not rules.is_client(actor, ticket):
        raise NotFound
    if comment.moved_to is not None:
        return comment.moved_to
    files = files_of([comment])[comment.pk]
    new = begin(actor, ticket.client, comment.text, "", Priority.NORMAL, files)
    hand_over(comment, new)
    comment.moved_to = new
    comment.save(update_fields=["moved_to"])
    for rest in comment.rest.all():
        Comment.objects.create(
            ticket=new, author_id=rest.author_id, visibility=rest.visibility, text=rest.text, via=rest.via,
            telegram_message_id=rest.telegram_message_id,
        )  # fmt: skip
        rest.moved_to, rest.telegram_message_id = new, None
        rest.save(update_fields=["moved_to", "telegram_message_id"])
    if ticket.waiting_since == comment.created_at:  # nothing older waits for an answer here
        ticket.waiting_since = written_after(ticket, comment)
        ticket.save(update_fields=["waiting_since"])
    audit.record(actor, "tickets.split", ticket, tenant_id=ticket.tenant_id, comment=comment.pk, ticket=new.pk)
    return new
