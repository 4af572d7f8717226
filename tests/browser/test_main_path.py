"""The main path, whole: simulator → runbot → PostgreSQL → console in Chromium → outbox → simulator."""

from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from bench.processes import House, wait_until
from ops.demo import PASSWORD

LIVE = 2000
"""Milliseconds within which an open page shows what others did."""

pytestmark = [pytest.mark.browser, pytest.mark.processes]


def picture() -> bytes:
    """A small photo."""
    out = BytesIO()
    Image.new("RGB", (640, 480), "#8a5cf6").save(out, "JPEG")
    return out.getvalue()


def sign_in(page: Page, house: House, username: str) -> None:
    page.goto(house.url)
    page.fill("#id_username", username)
    page.fill("#id_password", PASSWORD)
    page.press("#id_password", "Enter")
    page.wait_for_url("**/admin/")


def submit(page: Page, button: str) -> None:
    """Press it and wait for the page that comes back: to do anything to a page on its way out is a race."""
    with page.expect_navigation():
        page.get_by_role("button", name=button).click()


def test_what_one_does_appears_with_the_other_by_itself(house: House, browser: Browser) -> None:
    house.manage("demo")
    house.start("bot", "sender", "web")
    anna, table, card = house.people.person("Анна"), browser.new_page(), browser.new_context().new_page()
    house.people.start(anna)
    sign_in(table, house, "tech")
    sign_in(card, house, "tech2")
    table.goto(f"{house.url}/admin/tickets/ticket/")
    house.people.wait_for(anna, lambda message: "Здравствуйте, Анна" in message.text)
    house.people.say(anna, "Плоттер <i>рвёт</i> рулон")
    house.people.wait_for(anna, lambda message: "принята" in message.text)
    expect(table.get_by_text("Плоттер <i>рвёт</i> рулон")).to_be_visible(timeout=LIVE)
    ((ticket,),) = house.rows("SELECT id FROM tickets_ticket WHERE subject = %s", "Плоттер <i>рвёт</i> рулон")
    for page in (table, card):
        page.goto(f"{house.url}/admin/tickets/ticket/{ticket}/change/")
    card.locator(".desk-reply textarea").fill("Не потеряйте меня")
    card.evaluate("document.hasFocus = () => false")
    table.locator(".desk-reply textarea").fill("Привезём рулон")
    submit(table, "Отправить клиенту")
    expect(card.locator(".desk-bubble.desk-staff .desk-text")).to_have_text("Привезём рулон", timeout=LIVE)
    expect(card.locator(".desk-moves")).to_contain_text("Завершить", timeout=LIVE)
    expect(card.locator(".desk-delivery")).to_have_text("отправлено")
    assert card.locator(".desk-reply textarea").input_value() == "Не потеряйте меня"
    assert card.title().startswith("(2) ")  # the move and the message


def test_a_clients_message_is_worked_by_a_technician_and_the_client_hears_of_it(house: House, page: Page) -> None:
    house.manage("demo")
    house.start("bot", "sender", "worker", "web")
    anna = house.people.person("Анна")
    house.people.start(anna)
    house.people.wait_for(anna, lambda message: "Здравствуйте, Анна" in message.text)
    house.people.say(anna, "Принтер <b>мигает</b>")
    told = house.people.wait_for(anna, lambda message: "принята" in message.text)
    ((number,),) = house.rows("SELECT number FROM tickets_ticket WHERE subject = %s", "Принтер <b>мигает</b>")
    assert told.text == (f"Заявка № {number} принята: Принтер <b>мигает</b>\nКак только будут новости, напишем сюда.")
    house.people.send_photo(anna, picture(), caption="Вот так")
    house.people.wait_for(anna, lambda message: message.text == f"Добавлено к заявке № {number}.")

    sign_in(page, house, "tech")
    page.goto(f"{house.url}/admin/tickets/ticket/")
    page.get_by_text("Принтер <b>мигает</b>").click()
    expect(page.locator(".desk-subject")).to_contain_text(f"№ {number}")
    photo = page.locator(".desk-files img")
    wait_until(lambda: page.reload() and photo.count() == 1, "the worker has made a small picture")
    assert photo.evaluate("image => image.decode().then(() => image.naturalWidth)") == 320
    photo.click()
    large = page.get_by_role("dialog", name="Изображение")
    expect(large).to_be_visible()
    assert large.locator("img").evaluate("image => image.decode().then(() => image.naturalWidth)") == 640
    large.get_by_role("button", name="Закрыть").click()
    submit(page, "Взять")
    house.people.wait_for(anna, lambda message: message.text == f"Заявка № {number}: принята в работу.")
    page.locator(".desk-reply textarea").fill("Приедем завтра & захватим <ролик>")
    submit(page, "Отправить клиенту")
    house.people.wait_for(
        anna,
        lambda message: message.text == f"Заявка № {number}, пишет Сергей Волков:\n\nПриедем завтра & захватим <ролик>",
    )
    page.reload()
    expect(page.locator(".desk-bubble.desk-staff .desk-delivery")).to_have_text("отправлено")
    submit(page, "Завершить")
    asked = house.people.wait_for(anna, lambda message: "Вопрос решён?" in message.text)
    house.people.press_button(anna, asked, "Вопрос решён")
    thanks = f"Заявка № {number} закрыта. Спасибо! Оцените, пожалуйста, нашу работу."
    house.people.wait_for(anna, lambda message: message.text == thanks)
    page.reload()
    expect(page.locator(".desk-history li").first).to_contain_text("Клиент подтвердил решение")
    assert house.people.violations() == []
