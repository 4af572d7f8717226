"""Who a client is, and whether he may come in."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

import audit.actions as audit
from accounts.actions import admit
from accounts.models import User
from accounts.roles import CLIENTS_WORK
from clients import notices
from clients.actions.common import card_for
from clients.enums import AWAITED
from clients.models import Card, Consent, Letter, Request
from clients.queries import clients_for
from core.actor import SYSTEM, Actor
from core.db import found

KNOCK_AGAIN = timedelta(hours=12)
"""Operators hear of one person who has not been invited once in so long."""


@transaction.atomic
def move_to_person(*, actor: Actor, caller: User, person: User) -> None:
    """A caller turns out to be somebody who writes in Telegram: requests, correspondence and card become that person's.
    What he still has to give is told him now. Follows `tickets.actions.link_caller`, in its transaction."""
    theirs = Card.objects.filter(client=caller).first()
    if theirs is not None:
        card = card_for(person)
        card.facts = {**theirs.facts, **card.facts}
        if theirs.held_since is not None and card.held_since is None:
            card.hold_reason, card.held_since = theirs.hold_reason, theirs.held_since
        card.save()
        theirs.facts = {}
        theirs.save(update_fields=["facts_sealed"])
    Letter.objects.filter(client=caller).update(client=person)
    Consent.objects.filter(client=caller, withdrawn_at=None).update(withdrawn_at=timezone.now())
    for request in Request.objects.select_for_update(of=("self",)).filter(client=caller).order_by("pk"):
        request.client = person
        request.version += 1
        request.save(update_fields=["client", "version"])
        audit.record(actor, "clients.link_caller", request, tenant_id=request.tenant_id, client=person.pk)
        if request.status in AWAITED:
            notices.opened(request)


@transaction.atomic
def let_in(*, actor: Actor, client_id: int) -> User:
    """A client who wrote before anybody had invited him may use the bot from now on, and hears it.

    Operators, curators, superusers. Doing it twice changes nothing. Raises NotFound, Denied.
    """
    actor.require(CLIENTS_WORK)
    client = found(clients_for(actor), client_id)
    if not client.admitted:
        client = admit(actor=actor, user_id=client.pk)
        notices.let_in(client)
    return client


@transaction.atomic
def note_knock(*, actor: Actor, client: User) -> None:
    """Somebody who has not been invited wrote: operators hear it, once in `KNOCK_AGAIN`. The machine only."""
    actor.require(SYSTEM)
    card, now = card_for(client), timezone.now()
    if card.knocked_at is None or card.knocked_at < now - KNOCK_AGAIN:
        card.knocked_at = now
        card.save(update_fields=["knocked_at"])
        audit.record(actor, "clients.knock", client, tenant_id=client.tenant_id)
        notices.knocked(client)
