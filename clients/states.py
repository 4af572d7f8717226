"""The flow of a request (domain: §4). Rows stand in the order in which their buttons are shown."""

from django.utils import timezone

from clients import rules
from clients.enums import AWAITED, ENDED, OPEN, Move, Status
from clients.models import Request
from core.actor import Actor
from core.states import Flow, Transition

FLOW = Flow(
    [
        Transition(
            Move.ANSWER, AWAITED | {Status.SUBMITTED}, Status.SUBMITTED, rules.is_client, Move.ANSWER.label
        ),
        Transition(
            Move.ACCEPT, frozenset({Status.SUBMITTED}), Status.ACCEPTED, rules.is_staff, Move.ACCEPT.label
        ),
        Transition(
            Move.REDO, frozenset({Status.SUBMITTED}), Status.REDO, rules.is_staff, Move.REDO.label, inputs=("reason",)
        ),
        Transition(
            Move.REJECT, frozenset({Status.SUBMITTED}), Status.REJECTED, rules.is_staff, Move.REJECT.label,
            inputs=("reason",),
        ),
        Transition(Move.CANCEL, OPEN, Status.CANCELLED, rules.may_withdraw, Move.CANCEL.label),
        Transition(
            Move.VOID, frozenset({Status.SUBMITTED}), Status.REQUESTED, rules.is_machine, Move.VOID.label, button=False
        ),
        Transition(Move.EXPIRE, AWAITED, Status.EXPIRED, rules.is_machine, Move.EXPIRE.label, button=False),
        Transition(Move.PURGE, ENDED, Status.PURGED, rules.is_machine, Move.PURGE.label, button=False),
    ]
)  # fmt: skip


def available_moves(actor: Actor, request: Request) -> list[Transition]:
    """What this actor may do with the request now: bot keyboards, console buttons and `allowed_moves` show these."""
    return FLOW.available(actor, request, timezone.now())
