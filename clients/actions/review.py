"""Staff review an answer: accept it, ask to redo it, reject it for good."""

from typing import Any

from django.db import transaction
from django.utils import timezone

import audit.actions as audit
from accounts.actions import rename_person, set_contact
from clients import notices
from clients.actions.common import card_for, enter, locked_request, step
from clients.enums import Move, Verdict
from clients.errors import AnswerChanged, RedoReasonMissing
from clients.models import Answer, RedoReason, Request
from clients.models.request import REASON_LIMIT
from clients.queries import redo_reasons, visible_to
from core.actor import Actor
from core.db import found
from core.text import is_blank, storable

OF_THE_PERSON = {"full_name", "phone", "address", "company"}
"""Fields that belong to the person and not to the card (`accounts`)."""


@transaction.atomic
def accept_answer(*, actor: Actor, request_id: int, answer_id: int) -> Request:
    """What was asked for is here: the answers of a questionnaire land on the client's card, the client is thanked.

    `answer_id` is the answer that the reviewer saw. Raises AnswerChanged, RequestMoveNotPossible, NotFound, Denied.
    """
    client = found(visible_to(actor).select_related("client"), request_id).client
    card = card_for(client)  # before the request: client → request is the order of locks
    request, answer = _under_review(actor, request_id, answer_id, Move.ACCEPT)
    _close(actor, request, answer, Verdict.ACCEPTED, Move.ACCEPT)
    facts, contact, labels = dict(card.facts), {}, {q["key"]: q["text"] for q in request.questions}
    for row in answer.values.get("answers", []):
        if row["key"] == "full_name":
            rename_person(actor=actor, user_id=client.pk, full_name=row["value"])
        elif row["key"] in OF_THE_PERSON:
            contact[row["key"]] = row["value"]
        else:
            facts[row["key"]] = {"label": labels[row["key"]], "value": row.get("shown", row["value"])}
    if contact:
        set_contact(actor=actor, user_id=client.pk, **contact)
    if facts != card.facts:
        card.facts = facts
        card.save(update_fields=["facts_sealed"])
    notices.accepted(request)
    return request


@transaction.atomic
def ask_to_redo(*, actor: Actor, request_id: int, answer_id: int, reason: str = "", text: str = "") -> Request:
    """The client is asked to do it again and told why: a ready reason (its code), own words, or both.

    Raises RedoReasonMissing, AnswerChanged, RequestMoveNotPossible, NotFound, Denied.
    """
    ready = redo_reasons().filter(code=reason).first() if reason else None
    if (reason and ready is None) or (ready is None and is_blank(text)):
        raise RedoReasonMissing(fields={"reason": RedoReasonMissing.text})
    request, answer = _under_review(actor, request_id, answer_id, Move.REDO)
    answer.redo_reason = ready
    request.redone += 1
    _close(actor, request, answer, Verdict.REDO, Move.REDO, text, ready)
    notices.to_be_redone(request, answer)
    return request


@transaction.atomic
def reject_answer(*, actor: Actor, request_id: int, answer_id: int, text: str) -> Request:
    """The answer is not accepted and no other is wanted; the client hears why.

    Raises RedoReasonMissing, AnswerChanged, RequestMoveNotPossible, NotFound, Denied.
    """
    if is_blank(text):
        raise RedoReasonMissing(fields={"text": RedoReasonMissing.text})
    request, answer = _under_review(actor, request_id, answer_id, Move.REJECT)
    _close(actor, request, answer, Verdict.REJECTED, Move.REJECT, text)
    notices.rejected(request)
    return request


def _under_review(actor: Actor, request_id: int, answer_id: int, move: Move) -> tuple[Request, Answer]:
    """Request and answer under a lock, if this answer is the one under review."""
    request = locked_request(actor, request_id)
    step(actor, request, move)
    if request.answer_id != answer_id:
        raise AnswerChanged(number=request.number)
    return request, Answer.objects.select_for_update().get(pk=answer_id)


def _close(
    actor: Actor, request: Request, answer: Answer, verdict: Verdict, move: Move, text: str = "",
    ready: RedoReason | None = None,
) -> None:  # fmt: skip
    now, said = timezone.now(), storable(text).strip()[:REASON_LIMIT]
    answer.verdict, answer.verdict_by_id, answer.verdict_at, answer.verdict_text = verdict, actor.user_id, now, said
    answer.save()
    row: Any = step(actor, request, move)
    enter(request, str(row.target), now)
    request.decided_by_id = actor.user_id
    request.reason = said or (ready.name_ru if ready else "")
    request.save()
    audit.record(
        actor, f"clients.{move}", request, tenant_id=request.tenant_id, answer=answer.pk,
        **({"reason": ready.code} if ready else {}),
    )  # fmt: skip
