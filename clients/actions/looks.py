"""Personal data are shown: with a reason, and written down before anything is seen."""

from uuid import UUID

from django.db import transaction

import audit.actions as audit
from accounts.models import User
from accounts.roles import CLIENTS_WORK
from clients.actions.common import branch_of
from clients.enums import AccessKind, Status
from clients.errors import LookReasonMissing
from clients.looks import open_look
from clients.models import Access, Answer, Request
from clients.queries import clients_for, visible_to
from clients.rules import is_staff, reads_data
from core import correlation
from core.actor import Actor
from core.db import found
from core.errors import Denied, NotFound
from core.text import storable
from files.enums import Variant
from files.models import StoredFile

REASON_LIMIT = 200
REASON_LEAST = 3


@transaction.atomic
def reveal_answer(*, actor: Actor, request_id: int, reason: str) -> Access:
    """Open the answers of a request to this person for a while (`looks.SHOWN_FOR`); why is kept in the log.

    Raises LookReasonMissing, NotFound, Denied.
    """
    request = found(visible_to(actor), request_id)
    if not is_staff(actor, request):
        raise Denied
    look = _note(actor, request.client, AccessKind.REVEAL, _why(reason), request=request)
    audit.record(actor, "clients.reveal_answer", request, tenant_id=request.tenant_id)
    return look


@transaction.atomic
def reveal_card(*, actor: Actor, client_id: int, reason: str) -> Access:
    """Show the personal fields of a client's card once; why is kept in the log. Raises LookReasonMissing, NotFound."""
    actor.require(CLIENTS_WORK)
    client = found(clients_for(actor), client_id)
    look = _note(actor, client, AccessKind.CARD, _why(reason))
    audit.record(actor, "clients.reveal_card", client, tenant_id=client.tenant_id)
    return look


@transaction.atomic
def read_data(*, actor: Actor, request_id: int) -> Answer:
    """The accepted answer, for an integrator with the right to it; each reading is kept. Raises NotFound, Denied."""
    request = found(visible_to(actor).select_related("answer", "client"), request_id)
    if not reads_data(actor, request):
        raise Denied
    if request.answer is None or request.status != Status.ACCEPTED:
        raise NotFound
    _note(actor, request.client, AccessKind.API, "", request=request)
    return request.answer


def note_file_look(*, actor: Actor, file: StoredFile, variant: str) -> None:
    """A file of an answer is given to somebody, by the reason for which he opened the answers."""
    request = Request.objects.filter(answers__pk=file.owner_id).select_related("client").get()
    look = open_look(actor, request)
    kind = AccessKind.DOWNLOAD if variant == Variant.ORIGINAL else AccessKind.VIEW
    _note(actor, request.client, kind, look.reason if look else "", request=request, file_uid=file.uid)


def note_copy(*, actor: Actor, client: User, reason: str = "") -> None:
    """A copy of everything is made."""
    _note(actor, client, AccessKind.EXPORT, storable(reason)[:REASON_LIMIT])


def _why(reason: str) -> str:
    reason = " ".join(storable(reason).split())[:REASON_LIMIT]
    if sum(char.isalnum() for char in reason) < REASON_LEAST:
        raise LookReasonMissing(fields={"reason": LookReasonMissing.text})
    return reason


def _note(
    actor: Actor, client: User, kind: AccessKind, reason: str, *, request: Request | None = None,
    file_uid: UUID | None = None,
) -> Access:  # fmt: skip
    return Access.objects.create(
        actor_kind=actor.kind, user_id=actor.user_id, via=actor.via, tenant_id=branch_of(client), client=client,
        request=request, kind=kind, file_uid=file_uid, reason=reason, correlation_id=correlation.current_id(),
    )  # fmt: skip
