"""What all of these actions share: the locked request, one step of the flow, its end, the client's card."""

from datetime import datetime, timedelta

from django.utils import timezone

from accounts.models import User
from clients.enums import OPEN, Move, Status
from clients.errors import RequestChanged, RequestMoveNotPossible
from clients.models import Card, Request
from clients.queries import visible_to
from clients.states import FLOW
from core.actor import Actor
from core.db import locked
from core.errors import Denied
from core.states import Transition
from core.text import storable


def locked_request(actor: Actor, request_id: int, version: int | None = None) -> Request:
    """The request under a lock. Raises NotFound where the actor does not see it, RequestChanged for a stale version."""
    request = locked(visible_to(actor).select_related("client", "kind", "questionnaire", "tenant"), request_id)
    if version is not None and version != request.version:
        raise RequestChanged(number=request.number)
    return request


def step(actor: Actor, request: Request, move: Move) -> Transition:
    """The row of the flow by which this move is made now. Raises Denied, RequestMoveNotPossible."""
    row = FLOW.find(move, actor, request, timezone.now())
    if row is not None:
        return row
    if not FLOW.permits(move, actor, request):
        raise Denied
    raise RequestMoveNotPossible(number=request.number, status=Status(request.status).label)


def enter(request: Request, status: str, now: datetime) -> None:
    """The request has this status from now on; its end begins the time of keeping. The caller saves it."""
    request.status, request.status_since = status, now
    request.version += 1
    if status not in OPEN and request.ended_at is None:
        request.ended_at = now
        request.draft = {}
        asked = request.kind or request.questionnaire
        assert asked is not None
        if request.answers.exists():
            request.purge_at = now + timedelta(days=asked.retention_days)


def branch_of(client: User) -> int:
    """The branch that a client belongs to."""
    assert client.tenant_id is not None
    return client.tenant_id


def card_for(client: User) -> Card:
    """The client's card, made where there is none yet, under a lock that lets one write after another."""
    card = Card.objects.select_for_update().filter(client=client).first()
    if card is None:
        new = Card(client=client, tenant_id=branch_of(client))
        new.facts = {}
        Card.objects.bulk_create([new], ignore_conflicts=True)  # somebody else may just be making it
        card = Card.objects.select_for_update().get(client=client)
    return card


def short(text: str, limit: int) -> str:
    """A line of words as it is stored."""
    return " ".join(storable(text).split())[:limit]
