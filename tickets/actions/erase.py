"""A client's words are deleted from his tickets."""

from django.db import models, transaction

import audit.actions as audit
from accounts.models import User
from core.actor import Actor
from files.actions import remove
from tickets.models import Comment, EarlierText, Ticket


@transaction.atomic
def erase_client(*, actor: Actor, client: User) -> list[models.Model]:
    """Delete what was written in all tickets of the client, with the files; numbers, dates, states and ratings stay.

    Called by `clients.actions.erase_client`, which has checked who asks. Gives the rows whose messages are to be
    deleted too. The search rows follow by their triggers.
    """
    tickets = list(Ticket.objects.select_for_update().filter(client=client).order_by("pk"))
    if not tickets:
        return []
    comments = list(Comment.objects.filter(ticket__in=tickets))
    files = remove(tickets) + remove(comments)
    rows = Ticket.objects.filter(pk__in=[ticket.pk for ticket in tickets])
    rows.update(subject="", description="", device="", external_id="", hold_reason="", telegram_message_id=None)
    Comment.objects.filter(ticket__in=tickets).update(text="", telegram_message_id=None)
    EarlierText.objects.filter(ticket__in=tickets).update(text="")
    for ticket in tickets:
        audit.record(actor, "tickets.erase", ticket, tenant_id=ticket.tenant_id, comments=len(comments), files=files)
    return [*tickets, *comments]
