"""Reports by period: whole local days of the closing, totals, files whose words are no formulas, earnings."""

import csv
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO, StringIO

import pytest
from django.test import Client
from openpyxl import load_workbook

from core.errors import Denied
from orders.actions import add_penalty
from orders.enums import Stage
from orders.errors import NotMoney
from orders.models import Order
from orders.queries import closed_between, earnings, totals
from orders.reports import Period
from tests.support.company import Company
from tests.support.orders import DECLINED, Team
from tests.support.unchanged import nothing_changes, refused

REPORT = "/admin/orders/order/report/"
JUNE = {"first": "2026-06-01", "last": "2026-06-30"}
D = Decimal


def closed(team: Team, at: datetime, device: str = "") -> Order:
    """An order that was closed at this moment, whatever was written to it since."""
    order = team.order(Stage.EXPENSES)
    team.approve(order)
    team.submit(order, "report")
    team.approve(order)
    Order.objects.filter(pk=order.pk).update(closed_at=at, device=device or order.device)
    return Order.objects.get(pk=order.pk)


@pytest.fixture
def june(team: Team) -> list[Order]:
    """The first and the last minute of June in Moscow, and the minutes around it."""
    moments = [
        datetime(2026, 5, 31, 20, 59, tzinfo=UTC), datetime(2026, 5, 31, 21, 0, tzinfo=UTC),
        datetime(2026, 6, 30, 20, 59, tzinfo=UTC), datetime(2026, 6, 30, 21, 0, tzinfo=UTC),
    ]  # fmt: skip
    return [closed(team, moment, f"=HYPERLINK({number})") for number, moment in enumerate(moments)]


def test_days_are_local_whole_and_of_the_closing(team: Team, june: list[Order]) -> None:
    found = closed_between(team.actor(team.curator), date(2026, 6, 1), date(2026, 6, 30))
    assert list(found) == june[1:3]
    assert totals(found) == {
        "count": 2, "full": D(18000), "expenses": D("3601.00"), "workshop": D(0), "net": D("14399.00"),
    }  # fmt: skip


def test_a_declined_order_ends_too_and_is_no_turnover(team: Team, client: Client) -> None:
    order = team.order()
    team.submit(order, "agreement", DECLINED)
    team.approve(order)
    client.force_login(team.curator)
    page = client.get(REPORT)
    assert [shown.pk for shown in page.context["orders"]] == [order.pk]
    assert page.context["totals"]["count"] == 0


@pytest.mark.usefixtures("june")
def test_the_page_and_the_files_have_the_same_rows(team: Team, client: Client) -> None:
    client.force_login(team.curator)
    page = client.get(REPORT, JUNE)
    assert [row["net"] for row in page.context["engineers"]] == [D("14399.00")]
    counts = {}
    for table in ("orders", "payments", "expenses"):
        text = client.get(REPORT, {**JUNE, "table": table, "form": "csv"}).content.decode("utf-8-sig")
        rows = list(csv.reader(StringIO(text), delimiter=";"))
        book = load_workbook(BytesIO(client.get(REPORT, {**JUNE, "table": table, "form": "xlsx"}).content))
        sheet = list(book.active.iter_rows(values_only=True))  # type: ignore[union-attr]
        assert len(sheet) == len(rows)
        counts[table] = len(rows) - 1
    assert counts == {"orders": 2, "payments": 4, "expenses": 4}


@pytest.mark.usefixtures("june")
def test_words_are_no_formulas_and_sums_are_numbers(team: Team, client: Client) -> None:
    client.force_login(team.curator)
    text = client.get(REPORT, {**JUNE, "table": "orders", "form": "csv"}).content.decode("utf-8-sig")
    first = list(csv.reader(StringIO(text), delimiter=";"))[1]
    assert (first[6], first[12], first[14]) == ("'=HYPERLINK(1)", "9000,00", "7199,50")
    book = load_workbook(BytesIO(client.get(REPORT, {**JUNE, "table": "orders", "form": "xlsx"}).content))
    row = list(book.active.iter_rows())[1]  # type: ignore[union-attr]
    assert (row[6].value, row[6].data_type, row[14].value) == ("=HYPERLINK(1)", "s", 7199.5)


@pytest.mark.usefixtures("june")
def test_another_team_s_orders_are_in_no_file(team: Team, client: Client, company: Company) -> None:
    client.force_login(Team(company).curator)
    assert client.get(REPORT, JUNE).context["totals"]["count"] == 0
    text = client.get(REPORT, {**JUNE, "table": "expenses", "form": "csv"}).content.decode("utf-8-sig")
    assert len(text.splitlines()) == 1


@pytest.mark.parametrize(
    "query", [{"first": "x"}, {"first": "2026-06-30", "last": "2026-06-01"}, {"last": "0001-01-01"}]
)
def test_odd_periods_are_made_sense_of(team: Team, client: Client, query: dict[str, str]) -> None:
    client.force_login(team.curator)
    assert client.get(REPORT, query).status_code == 200


def test_a_period_is_a_year_at_most() -> None:
    assert Period.of(date(2020, 1, 1), date(2026, 6, 30)) == Period(date(2025, 6, 29), date(2026, 6, 30))


def test_an_engineer_earns_the_net_without_penalties(team: Team, june: list[Order], company: Company) -> None:
    curator, engineer = team.actor(team.curator), team.actor(team.engineer)
    penalty = add_penalty(actor=curator, order_id=june[1].pk, total=D(500), reason="Опоздание")
    type(penalty).objects.update(created_at=datetime(2026, 6, 15, tzinfo=UTC))
    june_days = (date(2026, 6, 1), date(2026, 6, 30))
    assert earnings(engineer, team.engineer.pk, *june_days) == {
        "count": 2, "net": D("14399.00"), "share": D("14399.00"), "penalties": D(500), "total": D("13899.00"),
    }  # fmt: skip
    with refused(Denied):
        add_penalty(actor=engineer, order_id=june[1].pk, total=D(1), reason="Сам себе")
    with nothing_changes(), pytest.raises(NotMoney):
        add_penalty(actor=curator, order_id=june[1].pk, total=D(0), reason="Ноль")
