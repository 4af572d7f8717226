"""What each stage must hold, what approving it leaves on the order, and what does not fit together."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from orders.actions import return_attempt, submit_stage, waive_stage
from orders.actions.stages import LineInput, StageInput
from orders.enums import Method, Move, Outcome, Stage, Verdict
from orders.errors import NotMoney, StageIncomplete, StillPlanned
from orders.models import Attempt, Order
from orders.words import contradictions
from tests.support.orders import ACCEPTED, DECLINED, PREPAID, REPORTED, SPENT, Team, photo
from tests.support.unchanged import nothing_changes

D = Decimal
LINE = LineInput("Ролик", D(100), Method.CASH, no_receipt="Нет")
BEFORE: dict[str, Stage] = {
    Move.AGREEMENT: Stage.AGREEMENT, Move.PREPAYMENT: Stage.PREPAYMENT, Move.EXPENSES: Stage.REPAIR,
    Move.WORK_DONE: Stage.WORKSHOP, Move.REPORT: Stage.REPAIR,
}  # fmt: skip


@pytest.mark.parametrize(
    ("move", "given", "fields"),
    [
        (Move.AGREEMENT, StageInput(), {"lines", "outcome"}),
        (Move.AGREEMENT, replace(ACCEPTED, total=D(0)), {"total"}),
        (Move.AGREEMENT, replace(ACCEPTED, lines=[LineInput(" ", D(1), chosen=True)]), {"name"}),
        (Move.AGREEMENT, replace(ACCEPTED, lines=[LineInput("Ролик", D(1))]), {"chosen"}),
        (Move.AGREEMENT, replace(ACCEPTED, lines=[LineInput("Ролик", D(1), chosen=True)] * 2), {"chosen"}),
        (Move.AGREEMENT, replace(ACCEPTED, lines=[LINE] * 31), {"lines", "chosen"}),
        (Move.AGREEMENT, replace(DECLINED, decline_reason="дорого"), {"decline_reason"}),
        (Move.PREPAYMENT, StageInput(total=D(1)), {"method"}),
        (Move.PREPAYMENT, StageInput(total=D(1), method=Method.NONE), {"method"}),
        (Move.PREPAYMENT, StageInput(total=D(1), method="card"), {"method"}),
        (Move.WORK_DONE, StageInput(total=D(1), text=" "), {"text"}),
        (Move.EXPENSES, StageInput(), {"lines"}),
        (Move.EXPENSES, StageInput(lines=[replace(LINE, method="")]), {"method"}),
        (Move.EXPENSES, StageInput(lines=[replace(LINE, no_receipt="")]), {"no_receipt"}),
        (Move.REPORT, replace(REPORTED, files=[]), {"files"}),
        (Move.REPORT, replace(REPORTED, returned_device=False), {"returned_device"}),
        (Move.REPORT, replace(REPORTED, method=""), {"method"}),
    ],
)  # fmt: skip
def test_what_is_missing_is_named(team: Team, move: Move, given: StageInput, fields: set[str]) -> None:
    order = team.order(BEFORE[move])
    with nothing_changes(), pytest.raises(StageIncomplete) as refusal:
        team.submit(order, move, given)
    assert set(refusal.value.fields) == fields


@pytest.mark.parametrize("value", ["-1", "NaN", "0.005", "1e9"])
def test_sums_that_are_none_are_refused_at_every_stage(team: Team, value: str) -> None:
    for move, given in (
        (Move.PREPAYMENT, replace(PREPAID, total=D(value))),
        (Move.EXPENSES, StageInput(lines=[replace(LINE, price=D(value))])),
        (Move.REPORT, replace(REPORTED, advance=D(value))),
    ):
        order = team.order(BEFORE[move])
        with nothing_changes(), pytest.raises(NotMoney):
            team.submit(order, move, given)


def test_no_prepayment_is_an_answer(team: Team) -> None:
    order = team.order(Stage.PREPAYMENT)
    team.submit(order, Move.PREPAYMENT, StageInput(method=Method.NONE))
    assert team.approve(order).stage == Stage.REPAIR


def test_a_declined_estimate_is_an_end_of_its_own(team: Team) -> None:
    order = team.order()
    team.submit(order, Move.AGREEMENT, DECLINED)
    order = team.approve(order)
    order.refresh_from_db()
    assert (order.stage, order.contract_sum, order.declined_sum, order.fee, order.net) == (
        Stage.DECLINED, None, D(9000), D(500), D(500),
    )  # fmt: skip
    assert order.closed_at is not None


def test_approved_sums_add_up(team: Team) -> None:
    order = team.order(Stage.WORKSHOP, awaiting=True)
    team.approve(order)
    for _ in range(2):
        team.submit(order, Move.EXPENSES)
        team.approve(order)
    team.submit(order, Move.REPORT)
    order = team.approve(order)
    order.refresh_from_db()
    assert (order.contract_sum, order.prepaid, order.expenses_sum, order.workshop_sum, order.full_sum, order.net) == (
        D(9000), D(2000), D("3601.00"), D(1000), D(9000), D("4399.00"),
    )  # fmt: skip


def test_the_report_waits_for_what_is_planned(team: Team) -> None:
    from orders.actions import plan_stage

    order = team.order(Stage.REPAIR)
    curator, engineer = team.actor(team.curator), team.actor(team.engineer)
    for stage in ("workshop", "expenses"):
        plan_stage(actor=curator, order_id=order.pk, stage=stage)
    with nothing_changes(), pytest.raises(StillPlanned) as refusal:
        team.submit(order, Move.REPORT)
    assert str(refusal.value) == f"Заказ № {order.number}: сначала запланированное: Стационар, Оприход."
    waive_stage(actor=engineer, order_id=order.pk, stage="workshop", reason="Починил на месте")
    team.submit(order, Move.EXPENSES)
    assert team.approve(order).planned == []
    team.submit(order, Move.REPORT)
    assert Order.objects.get().stage == Stage.REPORT


def test_a_return_keeps_the_attempt_for_ever(team: Team) -> None:
    order = team.order()
    first = team.submit(order, Move.AGREEMENT)
    return_attempt(actor=team.actor(team.curator), order_id=order.pk, attempt_id=first.pk, reason="Нет фото")
    second = team.submit(order, Move.AGREEMENT, replace(ACCEPTED, files=[photo()]))
    team.approve(order)
    kept = list(Attempt.objects.order_by("pk").values_list("pk", "verdict", "verdict_reason"))
    assert kept == [(first.pk, Verdict.RETURNED, "Нет фото"), (second.pk, Verdict.APPROVED, "")]


def test_only_the_stage_s_own_part_is_kept(team: Team) -> None:
    order = team.order(Stage.PREPAYMENT)
    given: dict[str, Any] = {"outcome": Outcome.DECLINED, "lines": [LINE]}
    attempt = submit_stage(
        actor=team.actor(team.engineer), order_id=order.pk, move=Move.PREPAYMENT, given=replace(PREPAID, **given)
    )
    assert (attempt.outcome, attempt.lines.count()) == ("", 0)


def test_an_accepted_estimate_has_no_fee_and_an_expense_no_method_of_its_own(team: Team) -> None:
    order = team.order()
    attempt = team.submit(order, Move.AGREEMENT, replace(ACCEPTED, fee=D(500), decline_reason="price", method="cash"))
    assert (attempt.fee, attempt.decline_reason, attempt.method) == (0, "", "")
    order = team.order(Stage.REPAIR)
    assert team.submit(order, Move.EXPENSES, replace(SPENT, method=Method.NONE, advance=D(5))).method == ""


@pytest.mark.parametrize(
    ("move", "given", "words"),
    [
        (Move.PREPAYMENT, replace(PREPAID, total=D(9001)), ["Предоплата больше суммы договора, 9 000 ₽."]),
        (Move.EXPENSES, StageInput(lines=[replace(LINE, price=D(9001))]),
         ["Все расходы вместе больше суммы договора, 9 000 ₽."]),
        (Move.REPORT, replace(REPORTED, total=D(8000), advance=D(0)),
         ["В договоре 9 000 ₽.", "Принятая предоплата – 2 000 ₽."]),
        (Move.PREPAYMENT, PREPAID, []),
        (Move.EXPENSES, SPENT, []),
        (Move.REPORT, REPORTED, []),
    ],
)  # fmt: skip
def test_the_curator_is_told_what_does_not_fit(team: Team, move: Move, given: StageInput, words: list[str]) -> None:
    order = team.order(BEFORE[move])
    attempt = team.submit(order, move, given)
    order.refresh_from_db()
    assert [said.replace("\xa0", " ") for said in contradictions(order, attempt)] == words
