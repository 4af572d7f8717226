"""Fifty at the same moment on one order: one has the effect, the others are told."""

import time

import pytest
from django.db.models import QuerySet

from accounts.roles import Role
from audit.models import Entry
from core.errors import NotFound
from orders.actions import approve_attempt, common, submit_stage, take_job, workshop
from orders.enums import Move, Stage
from orders.errors import AwaitsVerification, JobTaken, NothingToVerify
from orders.models import Attempt, Order
from tests.support.company import Company, as_actor
from tests.support.orders import ACCEPTED, Team
from tests.tickets.test_race import THREADS, at_once

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def kinds(results: list[object]) -> set[type]:
    return {type(result) for result in results}


def test_one_of_fifty_takes_the_job(company: Company) -> None:
    team = Team(company)
    order = team.order(Stage.REPAIR)
    team.hand_over(order)
    actors = [as_actor(company.person(Role.WORKSHOP, name=f"Мастер {number}")) for number in range(THREADS)]
    results = at_once([lambda actor=actor: take_job(actor=actor, order_id=order.pk) for actor in actors])
    won = [actor.user_id for actor, result in zip(actors, results, strict=True) if isinstance(result, Order)]
    job = Order.objects.get(pk=order.pk).job
    assert job is not None
    assert won == [job.holder_id]
    assert kinds(results) == {Order, JobTaken}
    assert Entry.objects.filter(action="orders.take_job").count() == 1


def test_one_of_fifty_submissions_counts(company: Company) -> None:
    team = Team(company)
    order, engineer = team.order(), team.actor(team.engineer)
    results = at_once(
        [lambda: submit_stage(actor=engineer, order_id=order.pk, move=Move.AGREEMENT, given=ACCEPTED)] * THREADS
    )
    assert kinds(results) == {Attempt, AwaitsVerification}
    assert Attempt.objects.count() == 1


def test_one_of_fifty_approvals_counts(company: Company) -> None:
    team = Team(company)
    order, curator = team.order(Stage.EXPENSES), team.actor(team.curator)
    attempt = order.awaiting_id or 0
    results = at_once([lambda: approve_attempt(actor=curator, order_id=order.pk, attempt_id=attempt)] * THREADS)
    assert kinds(results) == {Order, NothingToVerify}
    order.refresh_from_db()
    assert (order.stage, order.expenses_sum) == (Stage.REPAIR, Attempt.objects.get(pk=attempt).total)


def test_without_the_lock_more_than_one_would_win(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control of the tests above: they can fail."""

    def unlocked(rows: QuerySet[Order], pk: int) -> Order:
        order = rows.filter(pk=pk).select_related("job", "awaiting").first()
        if order is None:
            raise NotFound
        time.sleep(0.3)
        return order

    monkeypatch.setattr(common, "locked", unlocked)
    monkeypatch.setattr(workshop, "locked", unlocked)
    team = Team(company)
    order = team.order(Stage.REPAIR)
    team.hand_over(order)
    actors = [as_actor(company.person(Role.WORKSHOP)) for _ in range(8)]
    results = at_once([lambda actor=actor: take_job(actor=actor, order_id=order.pk) for actor in actors])
    assert [isinstance(result, Order) for result in results].count(True) > 1
