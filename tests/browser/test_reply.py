"""A technician's replies in the browser: by keyboard alone on a desk, by thumb on a phone, with files."""

import pytest
from playwright.sync_api import Browser, Page, expect

from bench.processes import House
from simulator.client import Person
from tests.browser.test_main_path import picture, sign_in, submit

pytestmark = [pytest.mark.browser, pytest.mark.processes]

SUBJECT = "Плоттер рвёт рулон"


@pytest.fixture
def anna(house: House) -> Person:
    """A client with a new ticket."""
    house.manage("demo")
    house.start("bot", "sender", "web")
    person = house.people.person("Анна")
    house.people.start(person)
    house.people.wait_for(person, lambda message: "Здравствуйте, Анна" in message.text)
    house.people.say(person, SUBJECT)
    house.people.wait_for(person, lambda message: "принята" in message.text)
    return person


def statuses(house: House) -> tuple[str, int]:
    ((status, notes),) = house.rows(
        "SELECT status, (SELECT count(*) FROM tickets_comment c WHERE c.ticket_id = t.id AND visibility = 'internal')"
        " FROM tickets_ticket t WHERE subject = %s",
        SUBJECT,
    )
    return status, notes


def test_the_frequent_things_need_no_mouse(house: House, anna: Person, page: Page) -> None:
    sign_in(page, house, "tech")
    page.goto(f"{house.url}/admin/tickets/ticket/?q={SUBJECT}")
    page.keyboard.press("/")
    expect(page.locator("#searchbar")).to_be_focused()
    page.locator("body").click(position={"x": 700, "y": 5})
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_selector(".desk-reply")
    with page.expect_navigation():
        page.keyboard.press("t")
    page.keyboard.press("n")
    page.keyboard.type("Рулон на складе, n раз")
    expect(page.get_by_text("Внутренняя заметка: клиент её не увидит")).to_be_visible()
    with page.expect_navigation():
        page.keyboard.press("Control+Enter")
    assert statuses(house) == ("in_progress", 1)
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Клавиши")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("r")
    page.keyboard.type("Привезём")
    with page.expect_navigation():
        page.keyboard.press("Control+Enter")
    with page.expect_navigation():
        page.keyboard.press("e")
    assert statuses(house) == ("resolved", 1)
    house.people.wait_for(anna, lambda message: "Вопрос решён?" in message.text)
    said = "\n".join(message.text for message in house.people.chat(anna))
    assert ("Привезём" in said, "складе" in said) == (True, False)


def test_a_note_that_was_begun_stays_a_note(house: House, anna: Person, page: Page) -> None:
    """Another button of the page reloads it; what is written must not turn into a message to the client."""
    sign_in(page, house, "tech")
    page.goto(f"{house.url}/admin/tickets/ticket/?q={SUBJECT}")
    page.get_by_text(SUBJECT).first.click()
    page.wait_for_selector(".desk-reply")
    page.keyboard.press("n")
    page.keyboard.type("Клиент трудный")
    page.keyboard.press("Escape")
    with page.expect_navigation():
        page.locator(".desk-about form").first.get_by_role("button", name="Сохранить").click()
    box = page.locator(".desk-reply textarea")
    assert box.input_value() == "Клиент трудный"
    expect(page.get_by_text("Внутренняя заметка: клиент её не увидит")).to_be_visible()
    box.focus()
    with page.expect_navigation():
        page.keyboard.press("Control+Enter")
    assert statuses(house) == ("new", 1)


def test_a_phone_sends_a_photo_with_a_thumb(house: House, anna: Person, browser: Browser) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    sign_in(page, house, "tech")
    page.goto(f"{house.url}/admin/tickets/ticket/")
    page.get_by_text(SUBJECT).tap()
    box = page.locator(".desk-reply textarea")
    expect(box).to_be_in_viewport()
    box.fill("Вот такой ролик")
    page.set_input_files(".desk-attach", [{"name": "Ролик.jpg", "mimeType": "image/jpeg", "buffer": picture()}])
    expect(page.locator(".desk-attached")).to_contain_text("Ролик.jpg")
    submit(page, "Отправить клиенту")
    photo = house.people.wait_for(anna, lambda message: bool(message.raw.get("photo")))
    assert photo.from_bot
    expect(page.locator(".desk-bubble.desk-staff .desk-text")).to_have_text("Вот такой ролик")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert errors == []
    context.close()
