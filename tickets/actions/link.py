"""A caller turns out to be somebody who writes in Telegram."""

from django.db import transaction

import audit.actions as audit
import core.events as events
from accounts.actions import take_over_caller
from accounts.events import CallerJoined
from accounts.models import User
from core.actor import Actor
from tickets.models import Ticket


@transaction.atomic
def link_caller(*, actor: Actor, caller_id: int, person_id: int) -> User:
    """Join a caller with the Telegram account of the same phone number: gives the person who stays.

    The caller's tickets become the person's, and so do the name and the details that staff have entered; what was
    written stays with its author. The caller is deactivated. People are locked first, then tickets, in the order of
    their ids. Nobody is told: nothing has happened to the tickets. Operators, curators and superusers only, within
    one branch. Raises NotFound, NotTheSamePerson, Denied.
    """
    caller, person = take_over_caller(actor=actor, caller_id=caller_id, person_id=person_id)
    for ticket in Ticket.objects.select_for_update(of=("self",), no_key=True).filter(client=caller).order_by("pk"):
        ticket.client = person
        ticket.version += 1
        ticket.save(update_fields=["client", "version"])
        audit.record(
            actor, "tickets.link_caller", ticket, tenant_id=ticket.tenant_id, caller=caller.pk, client=person.pk
        )
    events.emit(CallerJoined(actor, caller, person))
    return person
