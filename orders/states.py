"""The flow of an order (domain: §3). Rows stand in the order in which their buttons are shown.

What is submitted waits at its stage until the curator approves or returns it; what is returned from an optional stage
or the report goes back to the repair, from where anything may come next.
"""

from typing import Any

from django.utils import timezone

from core.actor import Actor
from core.states import Flow, Rule, Transition
from orders import rules
from orders.enums import Move, Stage
from orders.models import Order

AGREEMENT, PREPAYMENT, REPAIR, WORKSHOP = Stage.AGREEMENT, Stage.PREPAYMENT, Stage.REPAIR, Stage.WORKSHOP
EXPENSES, REPORT = Stage.EXPENSES, Stage.REPORT


def _row(move: Move, source: Stage, target: Stage, who: Rule, guard: Any, **more: Any) -> Transition:
    return Transition(move, frozenset({source}), target, who, move.label, guard=guard, **more)


FLOW = Flow(
    [
        _row(Move.AGREEMENT, AGREEMENT, AGREEMENT, rules.is_engineer, rules.nothing_awaits),
        _row(Move.PREPAYMENT, PREPAYMENT, PREPAYMENT, rules.is_engineer, rules.nothing_awaits),
        _row(Move.HAND_OVER, REPAIR, WORKSHOP, rules.is_engineer, rules.nothing_awaits),
        _row(Move.EXPENSES, REPAIR, EXPENSES, rules.is_engineer, rules.nothing_awaits),
        _row(Move.REPORT, REPAIR, REPORT, rules.is_engineer, rules.ready_for_report),
        _row(Move.WORK_DONE, WORKSHOP, WORKSHOP, rules.is_holder, rules.nothing_awaits),
        _row(Move.APPROVE, AGREEMENT, PREPAYMENT, rules.is_curator, rules.accepted),
        _row(Move.APPROVE, AGREEMENT, Stage.DECLINED, rules.is_curator, rules.declined),
        _row(Move.APPROVE, PREPAYMENT, REPAIR, rules.is_curator, rules.awaits),
        _row(Move.APPROVE, WORKSHOP, REPAIR, rules.is_curator, rules.awaits),
        _row(Move.APPROVE, EXPENSES, REPAIR, rules.is_curator, rules.awaits),
        _row(Move.APPROVE, REPORT, Stage.CLOSED, rules.is_curator, rules.report_awaits),
        _row(Move.RETURN, AGREEMENT, AGREEMENT, rules.is_curator, rules.awaits, inputs=("reason",)),
        _row(Move.RETURN, PREPAYMENT, PREPAYMENT, rules.is_curator, rules.awaits, inputs=("reason",)),
        _row(Move.RETURN, WORKSHOP, WORKSHOP, rules.is_curator, rules.awaits, inputs=("reason",)),
        _row(Move.RETURN, EXPENSES, REPAIR, rules.is_curator, rules.awaits, inputs=("reason",)),
        _row(Move.RETURN, REPORT, REPAIR, rules.is_curator, rules.awaits, inputs=("reason",)),
        *[
            _row(Move.CONSENT, source, source, rules.works_on, rules.needs_consent)
            for source in (PREPAYMENT, REPAIR, WORKSHOP, EXPENSES, REPORT)
        ],
        *[
            _row(Move.CANCEL, source, Stage.CANCELLED, rules.is_curator, None, inputs=("reason",))
            for source in (AGREEMENT, PREPAYMENT, REPAIR, EXPENSES, REPORT)
        ],
    ]
)
SUBMITS: dict[str, Stage] = {
    Move.AGREEMENT: AGREEMENT,
    Move.PREPAYMENT: PREPAYMENT,
    Move.WORK_DONE: WORKSHOP,
    Move.EXPENSES: EXPENSES,
    Move.REPORT: REPORT,
}
"""The moves that submit something for verification, and at which stage it is verified."""


def available_moves(actor: Actor, order: Order) -> list[Transition]:
    """What this actor may do with the order now: bot keyboards, console buttons and `allowed_moves` show these."""
    return FLOW.available(actor, order, timezone.now())
