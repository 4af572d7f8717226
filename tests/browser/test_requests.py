"""The review of an answer in a browser, at the desk and on a phone: masked, shown, turned, and sent back with words."""

import pytest
from playwright.sync_api import Browser, Page, expect

from bench.processes import House, wait_until
from tests.browser.test_main_path import sign_in, submit

pytestmark = [pytest.mark.browser, pytest.mark.processes]

TO_REVIEW = "SELECT id FROM clients_request WHERE status = 'submitted'"


def reveal(page: Page, house: House, who: str) -> int:
    """Somebody of the staff opens the answer; gives the request's id."""
    ((request,),) = house.rows(TO_REVIEW)
    sign_in(page, house, who)
    page.goto(f"{house.url}/admin/clients/request/")
    page.get_by_text("Фото паспорта").first.click()
    expect(page.locator(".desk-sheet")).to_have_count(0)
    submit(page, "Показать ответ")
    expect(page.locator(".desk-sheet img")).to_be_visible()
    return int(request)


def test_an_answer_is_reviewed(house: House, page: Page, browser: Browser) -> None:
    house.manage("demo")
    house.start("web", "worker")
    wait_until(
        lambda: not house.rows("SELECT 1 FROM files_storedfile WHERE view_status = 'pending'"), "the pictures are made"
    )
    request = reveal(page, house, "operator")
    picture = page.locator(".desk-sheet img")
    assert picture.evaluate("image => image.naturalWidth") > 0
    page.get_by_label("Повернуть вправо").click()
    assert picture.evaluate("image => image.style.rotate") == "90deg"
    page.get_by_text("Попросить переделать…").click()
    page.get_by_label("Блик").check()
    page.get_by_label("Свои слова").fill("И снимите ближе")
    expect(page.locator(".desk-preview blockquote")).to_contain_text(
        "На снимке блик. Выключите вспышку и снимите сбоку от лампы. И снимите ближе"
    )
    phone = browser.new_context(viewport={"width": 390, "height": 844}, locale="ru-RU").new_page()
    reveal(phone, house, "curator")
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    submit(page, "Отправить клиенту")
    expect(page.locator(".desk-subject")).to_contain_text("Нужно переделать")
    submit(phone, "Принять")  # a page that has grown old decides nothing
    expect(phone.locator("body")).to_contain_text("это уже невозможно")
    assert house.rows("SELECT status, redone FROM clients_request WHERE id = %s", request) == [("redo", 1)]
    phone.context.close()
