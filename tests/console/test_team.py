"""The curator's team in the console: what everybody has on his hands, and who is let in."""

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from orders.enums import JobStatus, Selection, Stage
from orders.models import Order
from orders.queries import in_selection, share_of, team_of
from tests.support.company import Company
from tests.support.orders import Team
from tests.support.unchanged import nothing_changes

PAGE, CURATORS = "/admin/orders/order/team/", "/admin/orders/order/curators/"


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


def test_a_person_s_card_shows_work_earnings_and_penalties(site: Client, team: Team) -> None:
    team.order()
    done = team.order(Stage.REPORT)
    team.approve(done)
    team.order(Stage.WORKSHOP)
    site.post(f"/admin/orders/order/{team.order().pk}/penalty/", {"total": "500", "reason": "Опоздал"})
    shown = site.get(f"{PAGE}{team.engineer.pk}/").context
    assert [len(shown[name]) for name in ("active", "held", "closed", "done", "penalties")] == [3, 0, 1, 0, 1]
    assert shown["earned"] == {"count": 1, "net": 9000, "share": 9000, "penalties": 500, "total": 8500}
    bench = site.get(f"{PAGE}{team.workshop.pk}/").context
    assert ([job.order.stage for job in bench["held"]], bench["earned"]) == ([Stage.WORKSHOP], None)


def test_the_share_is_set_on_the_card(site: Client, team: Team) -> None:
    address = f"{PAGE}{team.engineer.pk}/share/"
    assert site.post(address, {"percent": "40"}).status_code == 302
    assert share_of(team.engineer.pk) == 40
    with nothing_changes():
        for percent in ("101", "-1", "сорок", ""):
            assert site.post(address, {"percent": percent}).status_code == 400


def test_a_superuser_hands_everything_over(client: Client, team: Team, company: Company) -> None:
    heir, elsewhere = company.person(Role.CURATOR), company.person(Role.CURATOR, tenant=company.other)
    open_order, closed = team.order(), team.order(Stage.REPORT)
    team.approve(closed)
    client.force_login(company.person(Role.SUPERUSER))
    (row, form), *_others = (r for r in client.get(CURATORS).context["curators"] if r[0] == team.curator)
    assert (row.open_orders, row.awaited_orders, row.team_size, form is not None) == (1, 0, 2, True)
    address = f"{CURATORS}{team.curator.pk}/"
    with nothing_changes():
        for who in ("", "0", "x", str(elsewhere.pk), str(team.curator.pk)):
            assert client.post(address, {"curator": who}).status_code == 400
    assert client.post(address, {"curator": heir.pk}).status_code == 302
    assert dict(Order.objects.values_list("pk", "curator_id")) == {open_order.pk: heir.pk, closed.pk: team.curator.pk}
    assert set(team_of(heir.pk)) == {team.engineer, team.workshop}


def test_a_superuser_moves_one_person_to_another_team(client: Client, team: Team, company: Company) -> None:
    heir = company.person(Role.CURATOR)
    client.force_login(company.person(Role.SUPERUSER))
    address = f"{PAGE}{team.engineer.pk}/curator/"
    with nothing_changes():
        assert client.post(address, {"curator": team.client.pk}).status_code == 400
    client.post(address, {"curator": heir.pk})
    assert (list(team_of(heir.pk)), list(team_of(team.curator.pk))) == ([team.engineer], [team.workshop])


def test_the_orders_of_a_curator_who_is_gone_stand_on_the_list(company: Company, team: Team) -> None:
    order, superuser = team.order(), team.actor(company.person(Role.SUPERUSER))
    orphaned = in_selection(Selection.ORPHANED, superuser, timezone.now())
    assert not Order.objects.filter(orphaned).exists()
    User.objects.filter(pk=team.curator.pk).update(is_active=False)
    assert list(Order.objects.filter(orphaned)) == [order]


def test_a_penalty_needs_no_order(site: Client, team: Team) -> None:
    address = f"{PAGE}{team.engineer.pk}/penalty/"
    with nothing_changes():
        for given in ({"total": "много", "reason": "Опоздал"}, {"total": "0", "reason": "Опоздал"}, {"total": "500"}):
            assert site.post(address, given).status_code == 400
        assert site.post(f"{PAGE}{team.workshop.pk}/penalty/", {"total": "500", "reason": "Опоздал"}).status_code == 400
    assert site.post(address, {"total": "1 500,50", "reason": "Опоздал"}).status_code == 302
    (penalty,) = site.get(f"{PAGE}{team.engineer.pk}/").context["penalties"]
    assert (str(penalty.total), penalty.reason, penalty.order) == ("1500.50", "Опоздал", None)
