"""The flow of an order: every move from every stage by everybody, against a table written by hand (domain: §3)."""

from decimal import Decimal

import pytest
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from core.errors import Denied, NotFound, Problem
from orders.actions import (
    approve_attempt,
    cancel_order,
    correct_sum,
    hand_over,
    record_consent,
    return_attempt,
    submit_stage,
)
from orders.enums import Move, Stage
from orders.errors import AwaitsVerification, ConsentMissing, NothingToVerify, StageNotPossible
from orders.models import Attempt, Order
from orders.states import available_moves
from tests.support.orders import GIVEN, Team, photo
from tests.support.unchanged import nothing_changes

STATES: dict[str, tuple[Stage, bool]] = {
    "agreement": (Stage.AGREEMENT, False),
    "agreement, awaited": (Stage.AGREEMENT, True),
    "prepayment": (Stage.PREPAYMENT, False),
    "prepayment, awaited": (Stage.PREPAYMENT, True),
    "repair": (Stage.REPAIR, False),
    "workshop": (Stage.WORKSHOP, False),
    "workshop, awaited": (Stage.WORKSHOP, True),
    "expenses, awaited": (Stage.EXPENSES, True),
    "report, awaited": (Stage.REPORT, True),
    "prepayment, contract raised": (Stage.PREPAYMENT, False),
    "repair, contract raised": (Stage.REPAIR, False),
    "workshop, contract raised": (Stage.WORKSHOP, False),
    "expenses, awaited, contract raised": (Stage.EXPENSES, True),
    "report, awaited, contract raised": (Stage.REPORT, True),
    "closed": (Stage.CLOSED, False),
    "cancelled": (Stage.CANCELLED, False),
}
POSSIBLE: dict[str, dict[str, dict[Move, Stage]]] = {
    "agreement": {
        "engineer": {Move.AGREEMENT: Stage.AGREEMENT},
        "curator": {Move.CANCEL: Stage.CANCELLED},
    },
    "agreement, awaited": {
        "curator": {Move.APPROVE: Stage.PREPAYMENT, Move.RETURN: Stage.AGREEMENT, Move.CANCEL: Stage.CANCELLED},
    },
    "prepayment": {
        "engineer": {Move.PREPAYMENT: Stage.PREPAYMENT},
        "curator": {Move.CANCEL: Stage.CANCELLED},
    },
    "prepayment, awaited": {
        "curator": {Move.APPROVE: Stage.REPAIR, Move.RETURN: Stage.PREPAYMENT, Move.CANCEL: Stage.CANCELLED},
    },
    "repair": {
        "engineer": {
            Move.HAND_OVER: Stage.WORKSHOP, Move.EXPENSES: Stage.EXPENSES, Move.REPORT: Stage.REPORT,
        },
        "curator": {Move.CANCEL: Stage.CANCELLED},
    },
    "workshop": {"workshop": {Move.WORK_DONE: Stage.WORKSHOP}},
    "workshop, awaited": {"curator": {Move.APPROVE: Stage.REPAIR, Move.RETURN: Stage.WORKSHOP}},
    "expenses, awaited": {
        "curator": {Move.APPROVE: Stage.REPAIR, Move.RETURN: Stage.REPAIR, Move.CANCEL: Stage.CANCELLED},
    },
    "report, awaited": {
        "curator": {Move.APPROVE: Stage.CLOSED, Move.RETURN: Stage.REPAIR, Move.CANCEL: Stage.CANCELLED},
    },
    "prepayment, contract raised": {
        "engineer": {Move.PREPAYMENT: Stage.PREPAYMENT, Move.CONSENT: Stage.PREPAYMENT},
        "curator": {Move.CONSENT: Stage.PREPAYMENT, Move.CANCEL: Stage.CANCELLED},
    },
    "repair, contract raised": {
        "engineer": {Move.HAND_OVER: Stage.WORKSHOP, Move.EXPENSES: Stage.EXPENSES, Move.CONSENT: Stage.REPAIR},
        "curator": {Move.CONSENT: Stage.REPAIR, Move.CANCEL: Stage.CANCELLED},
    },
    "workshop, contract raised": {
        "engineer": {Move.CONSENT: Stage.WORKSHOP},
        "curator": {Move.CONSENT: Stage.WORKSHOP},
        "workshop": {Move.WORK_DONE: Stage.WORKSHOP},
    },
    "expenses, awaited, contract raised": {
        "engineer": {Move.CONSENT: Stage.EXPENSES},
        "curator": {
            Move.APPROVE: Stage.REPAIR, Move.RETURN: Stage.REPAIR, Move.CONSENT: Stage.EXPENSES,
            Move.CANCEL: Stage.CANCELLED,
        },
    },
    "report, awaited, contract raised": {
        "engineer": {Move.CONSENT: Stage.REPORT},
        "curator": {Move.RETURN: Stage.REPAIR, Move.CONSENT: Stage.REPORT, Move.CANCEL: Stage.CANCELLED},
    },
    "closed": {},
    "cancelled": {},
}  # fmt: skip
SEES = {"curator", "engineer", "client", "workshop", "engineer's curator", "superuser"}
"""Who sees the order at all; the workshop only while the device is there."""


def brought_to(team: Team, state: str) -> Order:
    stage, awaiting = STATES[state]
    if stage == Stage.CLOSED:
        order = team.order(Stage.REPORT)
        team.approve(order)
    elif stage == Stage.CANCELLED:
        order = team.order()
        cancel_order(actor=team.actor(team.curator), order_id=order.pk, reason="Передумали")
    else:
        order = team.order(stage, awaiting=awaiting)
    if state.endswith("raised"):
        agreed = Attempt.objects.get(order=order, stage=Stage.AGREEMENT)
        correct_sum(
            actor=team.actor(team.curator), order_id=order.pk, attempt_id=agreed.pk, total=Decimal(9500), reason="Нож"
        )
    return Order.objects.get(pk=order.pk)


def callers(team: Team) -> dict[str, User]:
    person = team.company.person
    return {
        "curator": team.curator, "engineer": team.engineer, "workshop": team.workshop, "client": team.client,
        "other curator": person(Role.CURATOR), "other engineer": person(Role.ENGINEER, curator=team.curator),
        "other workshop": person(Role.WORKSHOP), "technician": person(Role.TECHNICIAN),
        "operator": person(Role.OPERATOR), "superuser": person(Role.SUPERUSER),
        "foreign curator": person(Role.CURATOR, tenant=team.company.other),
    }  # fmt: skip


def make(team: Team, user: User, order: Order, move: Move) -> None:
    actor = team.actor(user)
    attempt = order.awaiting_id or (Attempt.objects.values_list("pk", flat=True).order_by("-pk").first() or 0)
    match move:
        case Move.APPROVE:
            approve_attempt(actor=actor, order_id=order.pk, attempt_id=attempt)
        case Move.RETURN:
            return_attempt(actor=actor, order_id=order.pk, attempt_id=attempt, reason="Не то фото")
        case Move.CANCEL:
            cancel_order(actor=actor, order_id=order.pk, reason="Передумали")
        case Move.CONSENT:
            record_consent(actor=actor, order_id=order.pk, total=Decimal(9500), text="Подписал смету")
        case Move.HAND_OVER:
            hand_over(actor=actor, order_id=order.pk, description="Ролик", due_on=timezone.localdate(), files=[photo()])
        case _:
            submit_stage(actor=actor, order_id=order.pk, move=move, given=GIVEN[move])


@pytest.mark.parametrize("state", STATES)
def test_every_move_by_everybody(team: Team, state: str) -> None:
    order = brought_to(team, state)
    for who, user in callers(team).items():
        possible = POSSIBLE[state].get(who, {})
        assert [row.move for row in available_moves(team.actor(user), order)] == list(possible), who
        for move in Move:
            if move in possible:
                continue
            with nothing_changes(), pytest.raises(Problem) as refusal:
                make(team, user, order, move)
            expected = refusals(order, who, move)
            assert type(refusal.value) in expected, (who, move)


def refusals(order: Order, who: str, move: Move) -> set[type[Problem]]:
    in_workshop = order.stage == Stage.WORKSHOP
    sees = who in SEES - {"workshop"} or (who == "workshop" and in_workshop)
    if not sees:
        return {NotFound}
    own = {
        "curator": {Move.APPROVE, Move.RETURN, Move.CONSENT, Move.CANCEL},
        "engineer": {Move.AGREEMENT, Move.PREPAYMENT, Move.HAND_OVER, Move.EXPENSES, Move.REPORT, Move.CONSENT},
        "workshop": {Move.WORK_DONE},
    }.get(who, set())  # fmt: skip
    if move not in own:
        return {Denied}
    if order.contract_sum == Decimal(9500) and (order.stage, move) in {
        (Stage.REPAIR, Move.REPORT), (Stage.REPORT, Move.APPROVE),
    }:  # fmt: skip
        return {ConsentMissing}
    return {StageNotPossible, AwaitsVerification, NothingToVerify}


@pytest.mark.parametrize(("state", "who"), [(state, who) for state in STATES for who in POSSIBLE[state]])
def test_a_possible_move_leads_where_the_table_says(team: Team, state: str, who: str) -> None:
    for move, target in POSSIBLE[state][who].items():
        order = brought_to(team, state)
        before = order.version
        make(team, callers(team)[who], order, move)
        order.refresh_from_db()
        assert (order.stage, order.version) == (target, before + 1), move
        over = target in {Stage.CLOSED, Stage.CANCELLED}
        assert (order.closed_at is not None) == over
