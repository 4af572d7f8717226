"""What all of these actions share: the locked order, one step of the flow, words and reasons."""

from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone

from core.actor import Actor
from core.db import locked
from core.errors import Denied
from core.states import Transition
from core.text import is_blank, storable
from orders.enums import CommentKind, Move, Stage
from orders.errors import (
    AwaitsVerification,
    ConsentMissing,
    NothingToVerify,
    OrderChanged,
    ReasonMissing,
    StageNotPossible,
    StillPlanned,
)
from orders.models import Order, OrderComment
from orders.queries import visible_to
from orders.rules import consent_missing
from orders.states import FLOW, SUBMITS
from orders.words import roubles
from tickets.errors import TextTooLong

REASON_LIMIT = 200
REPORTS = {(Move.REPORT, Stage.REPAIR), (Move.APPROVE, Stage.REPORT)}
"""The report is handed in, and approved: neither before the client's consent and what is planned."""
NORMS: dict[str, timedelta] = {
    Stage.AGREEMENT: timedelta(hours=24),
    Stage.PREPAYMENT: timedelta(hours=24),
    Stage.REPAIR: timedelta(hours=72),
    Stage.WORKSHOP: timedelta(hours=72),
    Stage.EXPENSES: timedelta(hours=24),
    Stage.REPORT: timedelta(hours=24),
}
"""How long a stage may take before the order is overdue, where the settings do not say otherwise."""


def norm(stage: str) -> timedelta:
    """How long this stage may take (setting ORDER_NORM_HOURS)."""
    hours = settings.ORDER_NORM_HOURS.get(stage)
    return NORMS.get(stage, timedelta()) if hours is None else timedelta(hours=hours)


def locked_order(actor: Actor, order_id: int, version: int | None = None) -> Order:
    """The order under a lock. Raises NotFound where this actor does not see it, OrderChanged for a stale version."""
    order = locked(visible_to(actor), order_id)
    if version is not None and version != order.version:
        raise OrderChanged(number=order.number)
    return order


def step(actor: Actor, order: Order, move: Move) -> Transition:
    """The row of the flow by which this move is made now. Raises Denied, and the conflict that is in the way."""
    row = FLOW.find(move, actor, order, timezone.now())
    if row is not None:
        return row
    if not FLOW.permits(move, actor, order):
        raise Denied
    if (move, order.stage) in REPORTS:
        _require_what_the_report_waits_for(order)
    if move in {Move.APPROVE, Move.RETURN}:
        raise NothingToVerify(number=order.number)
    if order.awaiting_id is not None and (move in SUBMITS or move == Move.HAND_OVER):
        raise AwaitsVerification(number=order.number)
    raise StageNotPossible(number=order.number, stage=Stage(order.stage).label)


def _require_what_the_report_waits_for(order: Order) -> None:
    if consent_missing(order):
        raise ConsentMissing(number=order.number, total=roubles(order.contract_sum))
    if order.planned:
        stages = ", ".join(str(Stage(stage).label) for stage in order.planned)
        raise StillPlanned(number=order.number, stages=stages)


def enter(order: Order, stage: str, now: datetime) -> None:
    """The order is at this stage from now on; the caller saves it."""
    if stage != order.stage:
        order.stage, order.stage_since = stage, now
    order.due_at, order.waiting = now + norm(stage), ""
    order.version += 1


def reason_given(text: str, limit: int = REASON_LIMIT) -> str:
    """The reason as it is stored. Raises ReasonMissing for one in which nothing can be seen, TextTooLong."""
    text = storable(text).strip()
    if is_blank(text):
        raise ReasonMissing(fields={"reason": ReasonMissing.text})
    return not_too_long(text, limit)


def not_too_long(text: str, limit: int) -> str:
    """The text, of which nothing may be cut off silently. Raises TextTooLong."""
    if len(text) > limit:
        raise TextTooLong(length=len(text), limit=limit)
    return text


def short(text: str, limit: int) -> str:
    """A line of words as it is stored."""
    return " ".join(storable(text).split())[:limit]


def remark(actor: Actor, order: Order, kind: CommentKind, text: str, stage: str = "") -> OrderComment:
    """Keep on the order what was said of it, at which stage."""
    return OrderComment.objects.create(
        order=order, author_id=actor.person, kind=kind, text=text, stage=stage or order.stage
    )
