"""Orders over REST: created once, submitted and verified, refused in words, listed with as many queries as ever."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from rest_framework.test import APIClient

from orders.enums import Stage
from orders.models import Attempt
from tests.api.callers import caller, problem
from tests.simulator.pictures import jpeg
from tests.support.orders import Team
from tests.support.unchanged import nothing_changes

ORDERS = "/api/orders/"
AGREED = {
    "outcome": "accepted", "total": "9000.00",
    "lines": [{"name": "Замена ролика", "price": "9000.00", "chosen": True}, {"name": "Чистка", "price": "3000"}],
}  # fmt: skip


def test_an_order_is_created_once_and_goes_to_the_workshop_and_back(team: Team) -> None:
    curator, engineer, workshop = caller(team.curator), caller(team.engineer), caller(team.workshop)
    body = {"client": team.client.pk, "engineer": team.engineer.pk, "device": "HP M404"}
    key = {"Idempotency-Key": "order-1"}
    made = [curator.post(ORDERS, body, headers=key).json() for _ in range(2)]
    assert made[0] == made[1]
    path = f"{ORDERS}{made[0]['id']}/"

    def approve() -> dict[str, Any]:
        answer = curator.post(f"{path}approve/", {"attempt": curator.get(path).json()["awaiting"]})
        return dict(answer.json())

    assert engineer.post(f"{path}agreement/", AGREED).status_code == 201
    assert approve()["stage"] == Stage.PREPAYMENT
    engineer.post(f"{path}prepayment/", {"total": "2000.50", "method": "cash"})
    assert approve()["prepaid"] == "2000.50"
    files = [SimpleUploadedFile("front.jpg", jpeg(), "image/jpeg")]
    handed = {"files": files, "description": "Ролик", "due_on": timezone.localdate().isoformat()}
    assert engineer.post(f"{path}hand_over/", handed, format="multipart").status_code == 201
    assert workshop.post(f"{path}take/").json()["stage"] == Stage.WORKSHOP
    assert workshop.post(f"{path}work_done/", {"text": "Готово", "total": "0"}).status_code == 201
    assert approve()["stage"] == Stage.REPAIR
    report = {"total": "9000", "method": "cashless", "advance": "2000.50", "text": "Договор у клиента",
              "returned_device": True}  # fmt: skip
    engineer.post(f"{path}report/", report)
    closed = approve()
    assert (closed["stage"], closed["sums"]["net"], closed["allowed_moves"]) == (Stage.CLOSED, "9000.00", [])
    attempts = engineer.get(f"{path}attempts/").json()["results"]
    assert [(row["stage"], row["verdict"], row["total"]) for row in attempts] == [
        ("agreement", "approved", "9000.00"), ("prepayment", "approved", "2000.50"), ("workshop", "approved", "0.00"),
        ("report", "approved", "9000.00"),
    ]  # fmt: skip
    assert [line["chosen"] for line in attempts[0]["lines"]] == [True, False]


@pytest.mark.parametrize(
    "value", ["-1", "1e3", "NaN", "Infinity", "0.005", "１２", "1,50", "1 500", "999999999", "", 5, None]
)
def test_a_sum_that_is_none_is_refused_by_name(team: Team, value: Any) -> None:
    order, site = team.order(Stage.PREPAYMENT), caller(team.engineer)
    with nothing_changes():
        answer = site.post(f"{ORDERS}{order.pk}/prepayment/", {"total": value, "method": "cash"})
    assert problem(answer) == (400, "invalid", {"total"})


def test_what_a_stage_lacks_is_named(team: Team) -> None:
    order, site = team.order(Stage.REPAIR), caller(team.engineer)
    with nothing_changes():
        answer = site.post(f"{ORDERS}{order.pk}/report/", {"total": "1", "method": "cash"})
    assert problem(answer) == (400, "stage_incomplete", {"files", "returned_device"})


def test_an_attempt_that_was_verified_is_not_verified_again(team: Team) -> None:
    order = team.order(awaiting=True)
    site, attempt = caller(team.curator), order.awaiting_id
    assert site.post(f"{ORDERS}{order.pk}/approve/", {"attempt": attempt}).status_code == 200
    with nothing_changes():
        for what, more in (("approve", {}), ("return", {"reason": "Нет"})):
            answer = site.post(f"{ORDERS}{order.pk}/{what}/", {"attempt": attempt, **more})
            assert problem(answer) == (409, "nothing_to_verify", set())
    assert Attempt.objects.get().verdict == "approved"


def queries(site: APIClient, path: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert site.get(path).status_code == 200
    return len(asked)


def test_lists_ask_as_often_whatever_their_length(team: Team) -> None:
    site = caller(team.curator)
    few, many = team.order(awaiting=True), team.order(Stage.REPORT)
    queries(site, ORDERS)
    assert queries(site, f"{ORDERS}?stage=agreement") == queries(site, ORDERS)
    assert queries(site, f"{ORDERS}{few.pk}/attempts/") == queries(site, f"{ORDERS}{many.pk}/attempts/")
