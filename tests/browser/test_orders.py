"""The curator's card of an order stays true while it is open: what the engineer hands in appears by itself."""

import httpx
import pytest
from playwright.sync_api import Page, expect

from bench.processes import House
from ops.demo import PASSWORD
from tests.browser.test_main_path import LIVE, sign_in, submit

pytestmark = [pytest.mark.browser, pytest.mark.processes]

SPENT = {"lines": [{"name": "Ролик", "price": "900.00", "method": "cash", "no_receipt": "Не дали"}]}


def test_what_the_engineer_hands_in_appears_and_is_approved(house: House, page: Page) -> None:
    house.manage("demo")
    house.start("web")
    ((order, number),) = house.rows(
        "SELECT id, number FROM orders_order WHERE stage = 'repair' AND contract_sum <= consented_sum LIMIT 1"
    )
    sign_in(page, house, "curator")
    page.goto(f"{house.url}/admin/orders/order/{order}/change/")
    expect(page.locator(".desk-subject")).to_contain_text(f"№ {number}")
    agreed = page.locator("details[id^=attempt]").filter(has_text="Согласование")
    agreed.locator("summary").first.click()
    hand_in(house, order)
    expect(page.locator(".desk-verify")).to_contain_text("Ролик", timeout=LIVE)
    expect(agreed).to_have_attribute("open", "")
    submit(page, "Принять")
    expect(page.locator(".desk-sums")).to_contain_text("900 ₽")
    assert house.rows("SELECT stage, expenses_sum::text FROM orders_order WHERE id = %s", order) == [
        ("repair", "900.00"),
    ]  # fmt: skip


def hand_in(house: House, order: int) -> None:
    """The engineer's expenses, over REST."""
    with httpx.Client(base_url=house.url) as client:
        token = client.post("/api/auth/token/", json={"username": "engineer", "password": PASSWORD}).json()["access"]
        headers = {"Authorization": f"Bearer {token}"}
        assert client.post(f"/api/orders/{order}/expenses/", json=SPENT, headers=headers).status_code == 201
