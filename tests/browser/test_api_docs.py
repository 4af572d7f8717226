"""Swagger UI and ReDoc show the API under the house's policy, with nothing from outside."""

import pytest
from playwright.sync_api import Browser, expect

from bench.processes import House

pytestmark = [pytest.mark.browser, pytest.mark.processes]


@pytest.mark.parametrize(
    ("page", "shown"), [("docs", "/api/tickets/{id}/attachments/"), ("redoc", "The service desk: tickets")]
)
def test_the_api_is_shown(house: House, browser: Browser, page: str, shown: str) -> None:
    house.start("web")
    tab = browser.new_page()
    foreign: list[str] = []
    # What the policy refuses (ReDoc's own mark in its corner) is asked for and never answered.
    own = (house.url, "data:", "blob:")
    tab.on("response", lambda answer: None if answer.url.startswith(own) else foreign.append(answer.url))
    errors: list[str] = []
    tab.on("pageerror", lambda error: errors.append(str(error)))
    tab.goto(f"{house.url}/{page}/")
    expect(tab.get_by_text(shown).first).to_be_visible(timeout=20_000)
    assert (foreign, errors) == ([], [])
