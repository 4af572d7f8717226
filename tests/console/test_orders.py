"""Orders in the console: the curator's table, the card on which he verifies, and the way from a ticket."""

import pytest
from django.test import Client

from accounts.models import User
from accounts.roles import Role
from orders.actions import plan_stage
from orders.enums import Stage
from orders.models import Attempt, Order
from tests.support.company import PASSWORD, Company
from tests.support.orders import Team
from tests.support.unchanged import nothing_changes

TABLE = "/admin/orders/order/"


@pytest.fixture
def site(client: Client, team: Team) -> Client:
    """The curator at the console."""
    client.force_login(team.curator)
    return client


def said(site: Client, address: str, data: dict[str, object]) -> list[str]:
    response = site.post(address, data, follow=True)
    return [str(message) for message in response.context["messages"]]


def card(order: Order, what: str = "change") -> str:
    return f"{TABLE}{order.pk}/{what}/"


def test_an_order_comes_from_its_ticket(site: Client, team: Team) -> None:
    ticket = team.company.ticket(team.client, "Жуёт бумагу, HP M404")
    page = site.get(f"/admin/tickets/ticket/{ticket.pk}/change/")
    links = {link.label: link.url for link in page.context["links"]}
    assert list(links) == ["Создать заказ", "Карточка клиента", "Запросить у клиента"]
    form = site.get(links["Создать заказ"])
    assert form.context["form"].initial["fault"] == "Жуёт бумагу, HP M404"
    site.post(f"{TABLE}new/", {"ticket": ticket.pk, "fault": "Жуёт бумагу", "engineer": team.engineer.pk})
    order = Order.objects.get()
    assert (order.ticket, order.client, order.engineer, order.stage) == (
        ticket, team.client, team.engineer, Stage.AGREEMENT,
    )  # fmt: skip
    page = site.get(f"/admin/tickets/ticket/{ticket.pk}/change/")
    assert [link.label for link in page.context["links"]][:2] == [f"Заказ № {order.number}", "Создать заказ"]


def test_the_curator_approves_on_the_card(site: Client, team: Team) -> None:
    order = team.order(awaiting=True)
    page = site.get(card(order))
    shown = page.context["awaited"]
    assert (shown.stage, shown.facts[0], shown.doubts) == ("Согласование", ("Ответ клиента", "Согласен"), [])
    answer = said(site, card(order, "approve"), {"attempt": order.awaiting_id or 0})
    assert answer == ["Принято. Теперь: Предоплата"]
    order.refresh_from_db()
    assert order.stage == Stage.PREPAYMENT


def test_what_is_returned_needs_a_reason_and_keeps_the_attempt(site: Client, team: Team) -> None:
    order = team.order(awaiting=True)
    attempt = order.awaiting_id or 0
    with nothing_changes():
        response = site.post(card(order, "return"), {"attempt": attempt, "reason": " "})
    assert (response.status_code, response.context["open_form"]) == (400, "return")
    assert said(site, card(order, "return"), {"attempt": attempt, "reason": "Нет фото"}) == [
        "Возвращено, автор уведомлён."
    ]
    kept = Attempt.objects.get()
    assert (kept.verdict, kept.verdict_reason, kept.verdict_by) == ("returned", "Нет фото", team.curator)
    assert [one.attempt.pk for one in site.get(card(order)).context["before"]] == [attempt]


def test_an_old_page_verifies_nothing(site: Client, team: Team) -> None:
    """The attempt on the page has been returned meanwhile, and another one awaits."""
    order = team.order(awaiting=True)
    old = order.awaiting_id or 0
    site.post(card(order, "return"), {"attempt": old, "reason": "Нет фото"})
    team.submit(order, "agreement")
    with nothing_changes():
        response = site.post(card(order, "approve"), {"attempt": old})
    assert response.status_code == 409


def test_the_selections_count_what_awaits_the_curator(site: Client, team: Team, company: Company) -> None:
    team.order(awaiting=True)
    late, orphan = team.order(), team.order()
    Order.objects.filter(pk=late.pk).update(due_at=late.created_at)
    engineer = company.person(Role.ENGINEER, curator=team.curator)
    site.post(card(orphan, "assign"), {"engineer": engineer.pk})
    User.objects.filter(pk=engineer.pk).update(is_active=False)
    Team(company).order(awaiting=True)  # of another team
    views = site.get(TABLE).context["views"]
    assert [(view["value"], view["count"]) for view in views] == [
        ("awaiting", "1"), ("late", "1"), ("orphaned", "1"), ("active", "3"), ("", ""),
    ]  # fmt: skip
    for value, expected in (("awaiting", 1), ("late", 1), ("orphaned", 1), ("active", 3)):
        assert len(site.get(f"{TABLE}?selection={value}").context["cl"].result_list) == expected


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("{number}", True), ("m-404", True), ("M404", True), ("жуёт", True), ("sn77", True), ("4711", True),
        ("Анна", True), ("анна M404", True), ("Анна 4003", False), ("Пётр", False), ("—", False), ("%", False),
    ],
)  # fmt: skip
def test_every_word_that_was_typed_is_found_in_the_order(
    site: Client, team: Team, company: Company, asked: str, found: bool
) -> None:
    team.client = company.person(Role.CLIENT, name="Анна Белова")
    order = team.order(serial_number="SN-77", external_number="4711/Б")
    Team(company).order()
    page = site.get(TABLE, {"q": asked.format(number=order.number)})
    assert [row.pk for row in page.context["cl"].result_list] == ([order.pk] if found else [])


def test_stages_are_planned_and_left_out(site: Client, team: Team) -> None:
    order = team.order()
    site.post(card(order, "plan"), {"stage": "workshop", "version": order.version})
    order.refresh_from_db()
    assert order.planned == ["workshop"]
    with nothing_changes():
        stale = site.post(card(order, "exclude"), {"stage": "workshop", "version": order.version - 1})
    assert stale.status_code == 409
    site.post(card(order, "exclude"), {"stage": "workshop"})
    order.refresh_from_db()
    assert order.planned == []


def test_a_colleague_sees_another_team_s_order_not_at_all(client: Client, team: Team, company: Company) -> None:
    order = team.order(awaiting=True)
    client.force_login(company.person(Role.CURATOR, password=PASSWORD))
    assert client.get(card(order)).status_code == 404
    assert list(client.get(TABLE).context["cl"].result_list) == []
    with nothing_changes():
        assert client.post(card(order, "approve"), {"attempt": order.awaiting_id}).status_code == 404


@pytest.mark.parametrize("orders", [1, 3])
def test_the_table_asks_as_often_whatever_its_length(
    site: Client, team: Team, orders: int, django_assert_num_queries: pytest.FixtureRequest
) -> None:
    for _ in range(orders):
        team.order(awaiting=True)
    site.get(TABLE)
    with django_assert_num_queries(QUERIES_OF_THE_TABLE):  # type: ignore[operator]
        site.get(TABLE)


QUERIES_OF_THE_TABLE = 13


def test_the_card_asks_as_often_whatever_was_submitted(
    site: Client, team: Team, django_assert_max_num_queries: pytest.FixtureRequest
) -> None:
    orders = [team.order(awaiting=True), team.order(Stage.REPORT)]
    plan_stage(actor=team.actor(team.curator), order_id=orders[0].pk, stage="workshop")
    for order in orders:
        with django_assert_max_num_queries(22):  # type: ignore[operator]
            site.get(card(order))
