"""Orders over REST, the rest: integrators, corrections and consent, the talk with the client, reports and files."""

from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from accounts.models import User
from accounts.roles import ORDERS_MANAGE_TENANT, Role
from orders.actions import correct_sum
from orders.enums import Move, Stage
from orders.models import Attempt, Line, Order
from tests.api.callers import caller, problem
from tests.simulator.pictures import jpeg
from tests.support.company import Company
from tests.support.orders import Team
from tests.support.unchanged import nothing_changes

ORDERS = "/api/orders/"


@pytest.fixture
def team(company: Company) -> Team:
    return Team(company, telegram=True)


def path(order: Order, what: str = "") -> str:
    return f"{ORDERS}{order.pk}/{what}/" if what else f"{ORDERS}{order.pk}/"


def raised(team: Team) -> Order:
    order = team.order(Stage.REPAIR)
    agreed = Attempt.objects.get(order=order, stage=Stage.AGREEMENT)
    correct_sum(
        actor=team.actor(team.curator), order_id=order.pk, attempt_id=agreed.pk, total=Decimal(12000), reason="Плата"
    )
    return order


def test_an_integrator_opens_and_verifies_for_the_curator_it_names(team: Team, company: Company) -> None:
    service = company.person(Role.INTEGRATOR)
    User.objects.filter(pk=service.pk).update(service_permissions=[ORDERS_MANAGE_TENANT])
    client = caller(service)
    body = {"engineer": team.engineer.pk, "external_number": "CRM-7", "device": "HP M404"}
    with nothing_changes():
        assert problem(client.post(ORDERS, body))[:2] == (400, "unknown_curator")
    made = client.post(ORDERS, {**body, "curator": team.curator.pk}).json()
    assert (made["curator"]["id"], made["engineer"]["id"], made["external_number"]) == (
        team.curator.pk, team.engineer.pk, "CRM-7",
    )  # fmt: skip
    order = Order.objects.get()
    attempt = team.submit(order, Move.AGREEMENT)
    assert client.post(path(order, "approve"), {"attempt": attempt.pk}).json()["stage"] == Stage.PREPAYMENT
    with nothing_changes():
        assert problem(client.post(path(order, "prepayment"), {"total": "1", "method": "cash"}))[:2] == (403, "denied")


def test_a_new_client_comes_with_the_order(team: Team) -> None:
    curator = caller(team.curator)
    made = curator.post(ORDERS, {"client_name": "Пётр Ильин", "client_phone": "+7 912 000-11-22"}).json()
    assert made["client"]["name"] == "Пётр Ильин"
    with nothing_changes():
        refused = curator.post(ORDERS, {"client_name": "Пётр Ильин", "client_phone": "12"})
    assert problem(refused)[:2] == (400, "bad_phone")


def test_a_sum_is_corrected_once_and_the_old_one_is_listed(team: Team) -> None:
    order, client = team.order(Stage.EXPENSES), caller(team.curator)
    team.approve(order)
    line = Line.objects.get(name="Ролик")
    body = {"attempt": line.attempt_id, "line": line.pk, "total": "1400.00", "reason": "По чеку"}
    key = {"Idempotency-Key": "fix-1"}
    first, again = (client.post(path(order, "correct"), body, headers=key) for _ in range(2))
    assert (first.status_code, first.json()) == (201, again.json())
    listed = client.get(path(order, "corrections")).json()["results"]
    assert [(row["line"], row["before"], row["after"], row["reason"]) for row in listed] == [
        (line.pk, "1500.50", "1400.00", "По чеку"),
    ]  # fmt: skip
    assert client.get(path(order)).json()["sums"]["expenses"] == "1700.00"
    attempts = client.get(path(order, "attempts")).json()["results"]
    assert [(line["price"], line["corrected"]) for line in attempts[-1]["lines"]] == [
        ("1500.50", "1400.00"), ("300.00", None),
    ]  # fmt: skip


def test_a_raised_contract_is_agreed_to_by_the_client_or_on_paper(team: Team) -> None:
    orders = [raised(team), raised(team)]
    engineer, client = caller(team.engineer), caller(team.client)
    report = {"total": "12000", "method": "cash", "text": "У клиента", "returned_device": True}
    with nothing_changes():
        assert problem(engineer.post(path(orders[0], "report"), report))[:2] == (409, "consent_missing")
    offered = client.get(path(orders[0], "estimates")).json()["results"][-1]
    answer = {"version": offered["version"], "option": 0}
    assert client.post(path(orders[0], "answer_estimate"), answer).json()["total"] == "12000.00"
    paper = {"files": [SimpleUploadedFile("paper.jpg", jpeg(), "image/jpeg")], "text": "Подписал", "total": "12000.00"}
    recorded = engineer.post(path(orders[1], "consent"), paper, format="multipart")
    assert (recorded.status_code, recorded.json()["recorded_by"]["id"]) == (201, team.engineer.pk)
    for order in orders:
        assert engineer.get(path(order)).json()["consented_sum"] == "12000.00"
        assert engineer.post(path(order, "report"), report).status_code == 201


def test_the_client_sees_the_talk_and_not_the_reasons(team: Team) -> None:
    order = team.order(Stage.REPAIR)
    client, engineer, curator = caller(team.client), caller(team.engineer), caller(team.curator)
    client.post(path(order, "ask"), {"text": "Когда?"})
    engineer.post(path(order, "answer"), {"text": "Завтра"})
    curator.post(path(order, "plan"), {"stage": "workshop"})
    engineer.post(path(order, "waive"), {"stage": "workshop", "reason": "Справился на месте"})
    talk = [("question", "repair", "Когда?"), ("answer", "repair", "Завтра")]

    def read(caller: Any) -> list[tuple[str, str, str]]:
        return [
            (row["kind"], row["stage"], row["text"]) for row in caller.get(path(order, "comments")).json()["results"]
        ]

    assert read(client) == talk
    assert read(curator) == read(engineer) == [*talk, ("not_needed", "workshop", "Справился на месте")]
    assert caller(team.workshop).get(path(order, "comments")).status_code == 404


def test_an_order_waits_and_goes_on(team: Team) -> None:
    order, engineer = team.order(Stage.REPAIR), caller(team.engineer)
    assert engineer.post(path(order, "wait"), {"waiting": "parts"}).json()["waits_for"] == "parts"
    with nothing_changes():
        assert problem(engineer.post(path(order, "wait"), {"waiting": "curator"}))[:2] == (400, "invalid")
    assert engineer.post(path(order, "wait"), {"waiting": ""}).json()["waits_for"] == "engineer"


def test_the_report_its_files_and_the_earnings_agree(team: Team, company: Company) -> None:
    for _ in range(2):
        team.approve(team.order(Stage.REPORT))
    curator, today = caller(team.curator), timezone.localdate().isoformat()
    curator.post(path(Order.objects.earliest("pk"), "penalty"), {"total": "500", "reason": "Опоздал"})
    days = {"first": today, "last": today}
    report = curator.get(f"{ORDERS}report/", days).json()
    assert report == {
        "first": today, "last": today, "count": 2, "full": "18000.00", "expenses": "0.00", "workshop": "0.00",
        "net": "18000.00", "stages": [{"stage": "closed", "count": 2}],
        "engineers": [{"engineer": team.engineer.pk, "name": team.engineer.full_name, "count": 2,
                       "full": "18000.00", "net": "18000.00"}],
    }  # fmt: skip
    file = curator.get(f"{ORDERS}export/", {**days, "table": "orders"})
    assert (file["Content-Disposition"], file.content.decode("utf-8-sig").count("\r\n")) == (
        f'attachment; filename="orders-{today}-{today}.csv"', 3,
    )  # fmt: skip
    earned = {"first": today, "last": today, "count": 2, "net": "18000.00", "share": "18000.00", "penalties": "500.00",
              "total": "17500.00"}  # fmt: skip
    assert caller(team.engineer).get(f"{ORDERS}earnings/", days).json() == earned
    assert curator.get(f"{ORDERS}earnings/", {**days, "engineer": team.engineer.pk}).json() == earned
    stranger = caller(company.person(Role.CURATOR))
    assert stranger.get(f"{ORDERS}earnings/", {"engineer": team.engineer.pk}).status_code == 404
    assert stranger.get(f"{ORDERS}report/", days).json()["count"] == 0


def test_the_workshop_s_jobs_are_those_one_may_see(team: Team, company: Company) -> None:
    held, free = team.order(Stage.WORKSHOP), team.order(Stage.REPAIR)
    team.hand_over(free)
    colleague, stranger = company.person(Role.WORKSHOP), company.person(Role.CURATOR)

    def jobs(user: User) -> list[int]:
        return [row["order"] for row in caller(user).get(f"{ORDERS}workshop/").json()["results"]]

    assert jobs(team.curator) == jobs(team.workshop) == jobs(team.engineer) == [held.pk, free.pk]
    assert jobs(colleague) == [free.pk]
    assert jobs(team.client) == jobs(stranger) == []


def test_a_superuser_hands_an_order_over(team: Team, company: Company) -> None:
    order, heir, superuser = team.order(), company.person(Role.CURATOR), caller(company.person(Role.SUPERUSER))
    elsewhere = company.person(Role.CURATOR, tenant=company.other)
    with nothing_changes():
        refused = superuser.post(path(order, "curator"), {"curator": elsewhere.pk})
    assert problem(refused)[:2] == (400, "unknown_curator")
    assert superuser.post(path(order, "curator"), {"curator": heir.pk}).json()["curator"]["id"] == heir.pk
    assert caller(heir).get(path(order)).status_code == 200
