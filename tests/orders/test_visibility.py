"""Who sees which orders: the table and the rule say the same, for everybody and every order."""

import pytest

from accounts.roles import Role
from orders.enums import Stage
from orders.models import Attempt, Order
from orders.queries import visible_to
from orders.rules import can_view, can_view_attempt
from tests.api.callers import caller
from tests.support.company import Company, as_actor
from tests.support.orders import Team


@pytest.fixture
def world(company: Company) -> list[Team]:
    """Two teams of the branch and one of the other, each with an order at three stages and one in the free queue."""
    teams = [Team(company), Team(company), Team(Company(company.other, company.tenant))]
    for team in teams:
        team.order()
        team.order(Stage.WORKSHOP)
        team.order(Stage.EXPENSES)
        free = team.order(Stage.REPAIR)
        team.hand_over(free)
    return teams


def test_the_table_and_the_rule_agree(world: list[Team], company: Company) -> None:
    people = [getattr(team, name) for team in world for name in ("curator", "engineer", "workshop", "client")]
    people += [company.person(role) for role in Role if role != Role.CLIENT]
    for person in people:
        actor = as_actor(person)
        seen = set(visible_to(actor).values_list("pk", flat=True))
        for order in Order.objects.select_related("engineer", "job"):
            assert (order.pk in seen) == can_view(actor, order), (person, order.stage)
    assert {len(visible_to(as_actor(team.curator))) for team in world} == {4}


def test_the_client_sees_the_order_and_nothing_that_was_submitted(world: list[Team]) -> None:
    client = as_actor(world[0].client)
    assert len(visible_to(client)) == 4
    assert [can_view_attempt(client, attempt) for attempt in Attempt.objects.select_related("order")].count(True) == 0


def test_the_workshop_sees_free_jobs_of_its_branch_and_its_own(world: list[Team]) -> None:
    seen = visible_to(as_actor(world[0].workshop))
    assert sorted(order.job.status for order in seen if order.job) == ["free", "free", "taken"]
    assert {order.tenant for order in seen} == {world[0].company.tenant}


def test_the_workshop_sees_the_device_and_no_money(world: list[Team]) -> None:
    """Neither whose it is, nor what was agreed, nor the photos of contracts and receipts."""
    team = world[0]
    order = visible_to(as_actor(team.workshop)).filter(job__holder=team.workshop).get()
    shown = caller(team.workshop).get(f"/api/orders/{order.pk}/").json()
    assert [shown[name] for name in ("client", "contract_sum", "prepaid", "sums", "awaiting")] == [None] * 5
    assert (shown["device"], shown["allowed_moves"]) == ("HP M404", ["work_done"])
    listed = caller(team.workshop).get("/api/orders/").json()["results"]
    assert {(row["client"], row["contract_sum"]) for row in listed} == {(None, None)}
    attempts = Attempt.objects.select_related("order__engineer", "order__job")
    assert [can_view_attempt(as_actor(team.workshop), attempt) for attempt in attempts].count(True) == 0
    assert caller(team.workshop).get(f"/api/orders/{order.pk}/attempts/").status_code == 403
