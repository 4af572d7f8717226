"""The curator's team in the console: what everybody has on his hands, and who is let in."""

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from orders.enums import JobStatus, Selection, Stage
from orders.models import Order
from orders.queries import in_selection
from tests.support.company import Company
from tests.support.orders import Team
from tests.support.unchanged import nothing_changes

PAGE = "/admin/orders/order/team/"


@pytest.fixture
def site(client: Client, team: Team) -> Client:
    client.force_login(team.curator)
    return client


def test_the_page_shows_work_and_earnings(site: Client, team: Team) -> None:
    team.order()
    team.approve(team.order(Stage.REPORT))
    team.order(Stage.WORKSHOP)
    shown = {person.pk: work for person, _roles, work in site.get(PAGE).context["team"]}
    assert shown == {
        team.engineer.pk: {"active": 2, "jobs": 0, "closed": 1, "net": 9000},
        team.workshop.pk: {"active": 0, "jobs": 1, "closed": 0, "net": 0},
    }


def test_a_deactivated_engineer_leaves_the_orders_to_be_handed_over(site: Client, team: Team) -> None:
    order = team.order()
    assert site.post(f"{PAGE}{team.engineer.pk}/deactivate/").status_code == 302
    team.engineer.refresh_from_db()
    assert team.engineer.is_active is False
    assert team.actor(team.engineer).permissions == frozenset()
    orphaned = in_selection(Selection.ORPHANED, team.actor(team.curator), timezone.now())
    assert list(Order.objects.filter(orphaned)) == [order]
    site.post(f"{PAGE}{team.engineer.pk}/activate/")
    assert not Order.objects.filter(orphaned).exists()


def test_only_one_s_own_team_is_managed(site: Client, team: Team, company: Company) -> None:
    others = [company.person(role) for role in (Role.ENGINEER, Role.TECHNICIAN, Role.CLIENT)]
    own_and_more = company.person(Role.ENGINEER, Role.OPERATOR, curator=team.curator)
    with nothing_changes():
        for person in others:
            assert site.post(f"{PAGE}{person.pk}/deactivate/").status_code == 404
        assert site.post(f"{PAGE}{own_and_more.pk}/deactivate/").status_code == 403
        assert site.post(f"{PAGE}{team.engineer.pk}/promote/").status_code == 404
    assert User.objects.filter(is_active=False).count() == 0


def test_the_curator_frees_the_job_of_who_is_gone(site: Client, team: Team) -> None:
    order = team.order(Stage.WORKSHOP)
    with nothing_changes():
        assert site.post(f"/admin/orders/order/{order.pk}/release/", {"reason": " "}).status_code == 400
    site.post(f"/admin/orders/order/{order.pk}/release/", {"reason": "Мастер уволился"})
    order = Order.objects.get()
    assert order.job is not None
    assert (order.job.status, order.job.holder) == (JobStatus.FREE, None)
