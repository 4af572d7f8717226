"""Legal hold, deletion by age, and being forgotten."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

import audit.actions as audit
import core.events as events
import orders.actions as orders
import outbox.actions as outbox
import tickets.actions as tickets
from accounts.actions import erase_person
from accounts.models import User
from accounts.roles import CLIENTS_ANSWER, CLIENTS_ERASE
from clients import notices
from clients.actions.common import branch_of, card_for, enter, locked_request, short, step
from clients.enums import OPEN, ErasureStatus, Move, PurgeRule, Status
from clients.errors import AlreadyErased, RedoReasonMissing, StillOpen, UnderHold
from clients.events import ClientErased
from clients.models import Answer, Card, Consent, DataCopy, Erasure, Letter, Purge, Request
from clients.models.card import HOLD_LIMIT
from clients.queries import clients_for, erasure_asked, erasures_visible_to
from core.actor import SYSTEM, Actor
from core.db import found, locked
from files.actions import remove
from files.queries import files_of_all
from orders.queries import open_orders_of
from tickets.queries import open_tickets_with


@transaction.atomic
def set_hold(*, actor: Actor, client_id: int, reason: str) -> Card:
    """Nothing of this client is deleted until the hold is lifted. Superusers. Raises RedoReasonMissing, NotFound."""
    actor.require(CLIENTS_ERASE)
    reason = short(reason, HOLD_LIMIT)
    if not reason:
        raise RedoReasonMissing(fields={"reason": RedoReasonMissing.text})
    card = card_for(found(clients_for(actor), client_id))
    card.hold_reason, card.held_since = reason, timezone.now()
    card.save(update_fields=["hold_reason", "held_since"])
    audit.record(actor, "clients.hold", card, tenant_id=card.tenant_id)
    return card


@transaction.atomic
def lift_hold(*, actor: Actor, client_id: int) -> Card:
    """What was kept only because of the hold goes with the next purge. Superusers. Raises NotFound."""
    actor.require(CLIENTS_ERASE)
    card = card_for(found(clients_for(actor), client_id))
    if card.held_since is not None:
        card.hold_reason, card.held_since = "", None
        card.save(update_fields=["hold_reason", "held_since"])
        audit.record(actor, "clients.lift_hold", card, tenant_id=card.tenant_id)
    return card


@transaction.atomic
def purge_request(*, actor: Actor, request_id: int) -> Request:
    """The time of keeping is over: what the client gave is deleted, the journal keeps that it was. The machine only.

    Raises UnderHold, RequestMoveNotPossible where there is nothing due.
    """
    request = locked_request(actor, request_id)
    step(actor, request, Move.PURGE)
    card = Card.objects.filter(client=request.client).first()
    if card is not None and card.held_since is not None:
        raise UnderHold(reason=card.hold_reason)
    asked = request.kind or request.questionnaire
    count = _empty(request)
    enter(request, Status.PURGED, timezone.now())
    request.purge_at = None
    request.save()
    Purge.objects.create(
        tenant=request.tenant, client=request.client, request=request, rule=PurgeRule.AGE, files=count,
        days=asked.retention_days if asked else None,
    )  # fmt: skip
    audit.record(actor, "clients.purge", request, tenant_id=request.tenant_id, files=count)
    return request


def _empty(request: Request) -> int:
    """Delete what the answers hold; gives the number of files."""
    answers = list(Answer.objects.filter(request=request))
    for answer in answers:
        answer.values, answer.verdict_text = {}, ""
    Answer.objects.bulk_update(answers, ["values_sealed", "verdict_text"])
    request.draft = {}
    return remove(answers)


@transaction.atomic
def ask_for_erasure(*, actor: Actor, client_id: int | None = None) -> Erasure:
    """A client wants to be forgotten (`/forget`), or a superuser notes that he said so; it is due in `ERASURE_DAYS`.

    Operators and superusers hear it. Asking again is asking once. Raises Denied, NotFound, AlreadyErased.
    """
    if client_id is None:
        actor.require(CLIENTS_ANSWER)
        client = User.objects.select_for_update(no_key=True).get(pk=actor.person)
    else:
        actor.require(CLIENTS_ERASE)
        client = locked(clients_for(actor), client_id)
    if card_for(client).erased_at is not None:
        raise AlreadyErased
    asked = erasure_asked(client.pk)
    if asked is None:
        asked = Erasure.objects.create(
            client=client, tenant_id=branch_of(client), asked_by_id=actor.person, via=actor.via,
            due_at=timezone.now() + timedelta(days=settings.ERASURE_DAYS),
        )  # fmt: skip
        audit.record(actor, "clients.ask_erasure", client, tenant_id=client.tenant_id)
        notices.erasure_asked(asked)
    return asked


@transaction.atomic
def take_back_erasure(*, actor: Actor) -> bool:
    """The client does not want to be forgotten after all. False where he did not ask."""
    actor.require(CLIENTS_ANSWER)
    client = User.objects.select_for_update(no_key=True).get(pk=actor.person)
    asked = erasure_asked(client.pk)
    if asked is None:
        return False
    _end(actor, asked, ErasureStatus.TAKEN_BACK)
    return True


@transaction.atomic
def refuse_erasure(*, actor: Actor, erasure_id: int, reason: str) -> Erasure:
    """The law or unfinished business is against it: the client hears why. Superusers. Raises RedoReasonMissing."""
    actor.require(CLIENTS_ERASE)
    reason = short(reason, HOLD_LIMIT)
    if not reason:
        raise RedoReasonMissing(fields={"reason": RedoReasonMissing.text})
    asked = locked(erasures_visible_to(actor).filter(status=ErasureStatus.ASKED), erasure_id)
    asked.reason = reason
    _end(actor, asked, ErasureStatus.REFUSED)
    notices.erasure_refused(asked)
    return asked


def _end(actor: Actor, asked: Erasure, status: ErasureStatus) -> None:
    asked.status, asked.ended_at, asked.ended_by_id = status, timezone.now(), actor.user_id
    asked.save()
    audit.record(actor, f"clients.erasure_{status}", asked.client, tenant_id=asked.tenant_id)


@transaction.atomic
def erase_client(*, actor: Actor, client_id: int) -> None:
    """Delete everything personal of one client everywhere: files, fields, messages, inbox, outbox, search. What
    accounting needs stays: numbers, dates, states and sums of tickets, orders and requests, and files under hold.

    He hears it as the last thing. Superusers, and the machine when it is due. Raises UnderHold, StillOpen where work
    for him is unfinished, AlreadyErased, NotFound, Denied.
    """
    actor.require(CLIENTS_ERASE, SYSTEM)
    client = locked(clients_for(actor), client_id)
    card = card_for(client)
    _may_be_erased(client, card)
    requests = list(Request.objects.select_for_update().filter(client=client))
    answers = list(Answer.objects.filter(request__in=requests))
    count = sum(_empty(request) for request in requests)
    for request in requests:
        if request.status in OPEN:
            request.ended_at = timezone.now()
        request.note = request.reason = ""
        request.status, request.purge_at, request.status_since = Status.PURGED, None, timezone.now()
        request.save()
    letters = list(Letter.objects.filter(client=client))
    count += remove(letters) + remove(list(DataCopy.objects.filter(client=client)))
    Letter.objects.filter(client=client).update(text="", earlier=[], telegram_message_id=None)
    Consent.objects.filter(client=client).update(telegram_id=None)
    Consent.objects.filter(client=client, withdrawn_at=None).update(withdrawn_at=timezone.now())
    told_of = [client, *requests, *answers, *letters, *tickets.erase_client(actor=actor, client=client)]
    told_of += orders.erase_client(actor=actor, client=client)
    chat = client.telegram_id
    outbox.erase(client, [*told_of, *files_of_all(told_of)])
    notices.erased(client)
    if chat is not None:
        events.emit(ClientErased(chat))
    erase_person(actor=actor, user_id=client.pk)
    card.facts, card.erased_at = {}, timezone.now()
    card.waiting_since = card.last_letter_at = card.staff_wrote_at = None
    card.save()
    asked = erasure_asked(client.pk)
    if asked is not None:
        _end(actor, asked, ErasureStatus.DONE)
    Purge.objects.create(
        tenant_id=card.tenant_id, client=client, rule=PurgeRule.ERASURE, files=count, user_id=actor.user_id
    )
    audit.record(actor, "clients.erase", client, tenant_id=client.tenant_id, files=count)


def _may_be_erased(client: User, card: Card) -> None:
    if card.erased_at is not None:
        raise AlreadyErased
    if card.held_since is not None:
        raise UnderHold(reason=card.hold_reason)
    numbers = [*open_tickets_with(client), *open_orders_of(client)]
    if numbers:
        raise StillOpen(numbers=", ".join(map(str, numbers)))
