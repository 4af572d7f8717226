"""An approved sum changes by a curator's correction only, and a raised contract waits for the client."""

from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from core.errors import Denied, NotFound
from files.models import StoredFile
from files.queries import files_of
from orders.actions import answer_estimate, approve_attempt, correct_sum, record_consent, send_estimate, set_share
from orders.actions.stages import LineInput
from orders.enums import Move, Outcome, Stage, WaitsFor
from orders.errors import (
    ConsentMissing,
    EstimateOver,
    NotApproved,
    NotMoney,
    OrderChanged,
    ReasonMissing,
    SameSum,
    StageIncomplete,
    StageNotPossible,
    UnknownEngineer,
    UnknownShare,
)
from orders.models import Attempt, Correction, Estimate, Line, Order
from orders.queries import last_estimate
from orders.reports import TABLES
from outbox.models import Message
from tests.support.orders import ACCEPTED, DECLINED, Team, photo
from tests.support.unchanged import refused

pytestmark = pytest.mark.django_db
D = Decimal


@pytest.fixture
def team(company: Any) -> Team:
    return Team(company, telegram=True)


def correct(team: Team, order: Order, stage: Stage, total: str, **more: Any) -> Correction:
    attempt = Attempt.objects.filter(order=order, stage=stage).latest("pk")
    return correct_sum(
        actor=team.actor(team.curator), order_id=order.pk, attempt_id=attempt.pk, total=D(total),
        reason="Опечатка", **more,
    )  # fmt: skip


def closed(team: Team) -> Order:
    """With every stage behind it."""
    order = team.order(Stage.WORKSHOP, awaiting=True)
    team.approve(order)
    for move in (Move.EXPENSES, Move.REPORT):
        team.submit(order, move)
        team.approve(order)
    return order


SUMS = ("contract_sum", "prepaid", "workshop_sum", "expenses_sum", "full_sum", "net")


@pytest.mark.parametrize(
    ("stage", "total", "expected"),
    [
        (Stage.AGREEMENT, "8500", ("8500", "2000", "1000", "1800.50", "9000", "6199.50")),
        (Stage.PREPAYMENT, "0", ("9000", "0", "1000", "1800.50", "9000", "6199.50")),
        (Stage.WORKSHOP, "700.50", ("9000", "2000", "700.50", "1800.50", "9000", "6499.00")),
        (Stage.EXPENSES, "1400", ("9000", "2000", "1000", "1700", "9000", "6300")),
        (Stage.REPORT, "8000", ("9000", "2000", "1000", "1800.50", "8000", "5199.50")),
    ],
)
def test_a_correction_counts_and_the_old_sum_stays(team: Team, stage: Stage, total: str, expected: Any) -> None:
    order = closed(team)
    line = Line.objects.get(name="Ролик") if stage == Stage.EXPENSES else None
    before = line.price if line else Attempt.objects.filter(order=order, stage=stage).latest("pk").total
    made = correct(team, order, stage, total, line_id=line.pk if line else None)
    order.refresh_from_db()
    assert tuple(getattr(order, name) for name in SUMS) == tuple(map(D, expected))
    assert (made.before, made.after, made.reason, made.author_id) == (before, D(total), "Опечатка", team.curator.pk)
    attempt = made.attempt
    attempt.refresh_from_db()
    if line:
        line.refresh_from_db()
        assert (line.price, line.counts, attempt.total, attempt.counts) == (before, D(total), D("1800.50"), D(1700))
    else:
        assert (attempt.total, attempt.counts) == (before, D(total))


def test_a_second_correction_begins_from_the_first(team: Team) -> None:
    order = closed(team)
    correct(team, order, Stage.WORKSHOP, "700")
    again = correct(team, order, Stage.WORKSHOP, "900")
    order.refresh_from_db()
    assert (again.before, again.after, order.workshop_sum) == (D(700), D(900), D(900))


def test_the_exports_give_what_counts(team: Team) -> None:
    order = closed(team)
    correct(team, order, Stage.PREPAYMENT, "2500")
    correct(team, order, Stage.EXPENSES, "1400", line_id=Line.objects.get(name="Ролик").pk)
    orders = Order.objects.filter(pk=order.pk)
    assert [row[3] for row in TABLES["payments"].rows(orders)] == [D(2500), D(6500)]
    assert [row[3] for row in TABLES["expenses"].rows(orders)] == [D(1400), D(300)]


def test_of_a_declined_order_the_fee_is_corrected(team: Team) -> None:
    order = team.order()
    team.submit(order, Move.AGREEMENT, DECLINED)
    team.approve(order)
    correct(team, order, Stage.AGREEMENT, "700")
    order.refresh_from_db()
    assert (order.fee, order.declined_sum, order.net) == (D(700), D(9000), D(700))
    assert [row[3] for row in TABLES["payments"].rows(Order.objects.filter(pk=order.pk))] == [D(700)]


def test_only_the_curator_corrects_and_only_what_is_approved(team: Team) -> None:
    order = team.order(Stage.PREPAYMENT, awaiting=True)
    agreed, waits = Attempt.objects.filter(order=order).order_by("pk")
    other = Team(team.company)
    given = {"order_id": order.pk, "attempt_id": agreed.pk, "total": D(9100), "reason": "Опечатка"}
    curator = team.actor(team.curator)
    for who, problem in ((team.engineer, Denied), (team.client, Denied), (other.curator, NotFound)):
        with refused(problem):
            correct_sum(actor=team.actor(who), **given)
    for change, problem in (
        ({"attempt_id": waits.pk}, NotApproved), ({"attempt_id": 0}, NotFound), ({"total": D(-1)}, NotMoney),
        ({"total": D(0)}, StageIncomplete), ({"total": D(9000)}, SameSum), ({"reason": " "}, ReasonMissing),
        ({"version": 1}, OrderChanged),
    ):  # fmt: skip
        with refused(problem):
            correct_sum(actor=curator, **{**given, **change})


def test_an_expense_is_corrected_by_its_line(team: Team) -> None:
    order = closed(team)
    with refused(NotFound):
        correct(team, order, Stage.EXPENSES, "1")
    with refused(NotFound):
        correct(team, order, Stage.EXPENSES, "1", line_id=Line.objects.exclude(attempt__stage=Stage.EXPENSES)[0].pk)


def test_a_raised_contract_waits_for_the_client_and_the_report_for_both(team: Team) -> None:
    order = team.order(Stage.REPAIR)
    correct(team, order, Stage.AGREEMENT, "12000")
    order.refresh_from_db()
    offered = last_estimate(order)
    assert offered is not None
    assert (offered.version, offered.lines) == (1, [{"name": "Новая сумма", "price": "12000.00"}])
    assert (order.contract_sum, order.consented_sum, order.waiting) == (D(12000), D(9000), WaitsFor.CLIENT)
    with refused(ConsentMissing):
        team.submit(order, Move.REPORT)
    client = team.actor(team.client)
    answer_estimate(actor=client, order_id=order.pk, version=1, option=None)
    order.refresh_from_db()
    assert (order.consented_sum, order.waiting) == (D(9000), "")
    with refused(ConsentMissing):
        team.submit(order, Move.REPORT)
    with refused(EstimateOver):
        answer_estimate(actor=client, order_id=order.pk, version=1, option=0)
    correct(team, order, Stage.AGREEMENT, "11000")
    answer_estimate(actor=client, order_id=order.pk, version=2, option=0)
    order.refresh_from_db()
    assert order.consented_sum == D(11000)
    team.submit(order, Move.REPORT)
    team.approve(order)


def test_a_contract_raised_while_the_report_awaits_holds_the_report(team: Team) -> None:
    order = team.order(Stage.REPORT)
    correct(team, order, Stage.AGREEMENT, "12000")
    order.refresh_from_db()
    curator = team.actor(team.curator)
    with refused(ConsentMissing):
        approve_attempt(actor=curator, order_id=order.pk, attempt_id=order.awaiting_id or 0)
    with refused(OrderChanged):
        record_consent(actor=curator, order_id=order.pk, total=D(11000), text="По телефону")
    record_consent(actor=curator, order_id=order.pk, total=D(12000), text="По телефону, запись 14:05")
    approve_attempt(actor=curator, order_id=order.pk, attempt_id=order.awaiting_id or 0)
    assert Order.objects.get(pk=order.pk).stage == Stage.CLOSED


def test_a_lowered_contract_needs_no_consent(team: Team) -> None:
    order = team.order(Stage.REPAIR)
    correct(team, order, Stage.AGREEMENT, "8000")
    order.refresh_from_db()
    assert (order.contract_sum, order.consented_sum, order.waiting) == (D(8000), D(9000), "")
    assert not Estimate.objects.exists()
    with refused(StageNotPossible):
        record_consent(actor=team.actor(team.curator), order_id=order.pk, total=D(8000), text="Не нужно")
    team.submit(order, Move.REPORT)


def test_a_client_without_telegram_agrees_on_paper(company: Any) -> None:
    team = Team(company)
    order = team.order(Stage.REPAIR)
    correct(team, order, Stage.AGREEMENT, "12000")
    engineer = team.actor(team.engineer)
    assert list(Estimate.objects.values_list("version", "answer")) == [(1, "")]
    with refused(StageIncomplete):
        record_consent(actor=engineer, order_id=order.pk, total=D(12000), text=" ")
    with refused(Denied):
        record_consent(actor=team.actor(team.client), order_id=order.pk, total=D(12000), text="Я согласен")
    paper = record_consent(actor=engineer, order_id=order.pk, total=D(12000), text="", files=[photo()])
    order.refresh_from_db()
    assert (paper.answer, paper.total, paper.recorded_by_id, paper.telegram_id) == (
        Outcome.ACCEPTED, D(12000), team.engineer.pk, None,
    )  # fmt: skip
    assert len(files_of([paper])[paper.pk]) == 1
    assert order.consented_sum == D(12000)
    team.submit(order, Move.REPORT)


def test_who_is_told_of_a_correction(team: Team) -> None:
    order = team.order(Stage.REPAIR)
    Message.objects.all().delete()
    correct(team, order, Stage.AGREEMENT, "12000")
    told = {(message.recipient_id, message.params["text"]) for message in Message.objects.all()}
    n = order.number
    sum_text = f"Заказ № {n}, HP M404: сумма изменилась.\nБыло 9\u00a0000 ₽, стало 12\u00a0000 ₽. Вы согласны?"
    assert told == {
        (team.engineer.pk,
         f"Заказ <b>№ {n}</b>: исправлено «Согласование», 9\u00a0000 ₽ → 12\u00a0000 ₽.\nПричина: Опечатка"),
        (team.client.pk, sum_text),
        (team.curator.pk, f"Отправлено клиенту:\n{sum_text}"),
    }  # fmt: skip


def test_photos_of_the_contract_are_held_once_the_report_is_approved(team: Team) -> None:
    order = team.order(Stage.REPORT)
    assert not StoredFile.objects.filter(held=True).exists()
    team.approve(order)
    report = Attempt.objects.get(order=order, stage=Stage.REPORT)
    assert [file.owner_id for file in StoredFile.objects.filter(held=True)] == [report.pk]


def test_the_share_is_that_of_the_day_of_the_report(team: Team) -> None:
    curator = team.actor(team.curator)
    first = team.order(Stage.REPORT)
    team.approve(first)
    set_share(actor=curator, engineer_id=team.engineer.pk, percent=40)
    second = team.order(Stage.REPORT)
    team.approve(second)
    set_share(actor=curator, engineer_id=team.engineer.pk, percent=50)
    assert list(Order.objects.order_by("pk").values_list("share", flat=True)) == [100, 40]
    stranger = Team(team.company)
    for percent in (-1, 101):
        with refused(UnknownShare):
            set_share(actor=curator, engineer_id=team.engineer.pk, percent=percent)
    with refused(UnknownEngineer):
        set_share(actor=curator, engineer_id=stranger.engineer.pk, percent=10)
    with refused(Denied):
        set_share(actor=team.actor(team.engineer), engineer_id=team.engineer.pk, percent=100)


def test_the_attempt_names_the_version_that_the_client_answered(team: Team) -> None:
    order = team.order()
    send_estimate(actor=team.actor(team.engineer), order_id=order.pk, lines=ACCEPTED.lines)
    answer_estimate(actor=team.actor(team.client), order_id=order.pk, version=1, option=0)
    assert team.submit(order, Move.AGREEMENT).estimate == last_estimate(order)


def test_an_older_offer_is_no_consent_to_the_raised_contract(team: Team) -> None:
    order, client = team.order(), team.actor(team.client)
    offers = [LineInput("Ролик", D(9000)), LineInput("Всё", D(15000))]
    send_estimate(actor=team.actor(team.engineer), order_id=order.pk, lines=offers)
    team.submit(order, Move.AGREEMENT)
    team.approve(order)
    User.objects.filter(pk=team.client.pk).update(telegram_unreachable_since=timezone.now())
    correct(team, order, Stage.AGREEMENT, "12000")
    for version, option in ((1, 1), (1, 0), (2, 1)):
        with refused(EstimateOver):
            answer_estimate(actor=client, order_id=order.pk, version=version, option=option)
    answer_estimate(actor=client, order_id=order.pk, version=2, option=0)
    assert Order.objects.get().consented_sum == D(12000)


def test_a_sum_that_is_taken_back_asks_for_nothing(team: Team) -> None:
    order = team.order(Stage.REPAIR)
    correct(team, order, Stage.AGREEMENT, "12000")
    Message.objects.all().delete()
    correct(team, order, Stage.AGREEMENT, "9000")
    order.refresh_from_db()
    assert (order.waiting, order.consented_sum) == ("", D(9000))
    said = [m.params["text"] for m in Message.objects.filter(recipient=team.client)]
    assert said == [f"Заказ <b>№ {order.number}</b>: сумма прежняя, 9\u00a0000 ₽, как договорились. Отвечать не нужно."]
    with refused(EstimateOver):
        answer_estimate(actor=team.actor(team.client), order_id=order.pk, version=1, option=0)
