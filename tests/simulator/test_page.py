"""The chat page in Chromium, as a person uses it."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, FilePayload, Page, expect

from simulator.client import SimulatorClient
from tests.simulator.conftest import Api
from tests.simulator.pictures import jpeg

pytestmark = pytest.mark.browser

WIDE = {"width": 1400, "height": 900}
PHONE = {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def open_page(browser: Browser) -> Iterator[Page]:
    """A page of the width of a desk; errors of its scripts fail the test that meets them."""
    opened = browser.new_context(viewport=WIDE, locale="ru-RU").new_page()  # type: ignore[arg-type]
    opened.set_default_timeout(5000)
    yield opened
    opened.context.close()


@pytest.fixture
def page(open_page: Page, base_url: str, sim: SimulatorClient) -> Iterator[Page]:
    problems: list[str] = []

    def note(problem: object) -> None:
        problems.append(str(problem))

    open_page.on("pageerror", note)
    open_page.set_viewport_size(WIDE)  # type: ignore[arg-type]
    open_page.goto(base_url)
    yield open_page
    open_page.remove_listener("pageerror", note)
    assert problems == []


def open_chat(page: Page, name: str) -> None:
    page.locator(".person", has_text=name).click()


def test_start_write_and_read(page: Page, sim: SimulatorClient, api: Api) -> None:
    open_chat(page, "Анна")
    page.get_by_role("button", name="Запустить").click()
    page.get_by_label("Сообщение").fill("Принтер <b>сломан</b>")
    page.keyboard.press("Enter")
    expect(page.locator(".message.mine").last).to_contain_text("Принтер <b>сломан</b>")
    assert [item["message"]["text"] for item in api("getUpdates")[1]["result"]] == [
        "/start",
        "Принтер <b>сломан</b>",
    ]
    anna = sim.person("Анна")
    text = "<b>Заявка</b> &lt;img src=x onerror=alert(1)&gt;"
    api("sendMessage", chat_id=anna.id, text=text, parse_mode="HTML")
    answer = page.locator(".message.theirs").last
    expect(answer).to_contain_text("Заявка <img src=x onerror=alert(1)>")
    expect(answer.locator("strong")).to_have_text("Заявка")
    expect(answer.locator("img")).to_have_count(0)


def test_buttons_and_their_answers(page: Page, sim: SimulatorClient, api: Api) -> None:
    anna = sim.person("Анна")
    sim.start(anna)
    open_chat(page, "Анна")
    markup = {"inline_keyboard": [[{"text": "Взять", "callback_data": "take"}]]}
    api("sendMessage", chat_id=anna.id, text="Заявка", reply_markup=markup)
    page.get_by_role("button", name="Взять").click()
    expect(page.locator(".waiting")).to_have_count(1)
    query = api("getUpdates")[1]["result"][-1]["callback_query"]
    api("answerCallbackQuery", callback_query_id=query["id"], text="Готово")
    expect(page.locator(".toast")).to_have_text("Готово")
    expect(page.locator(".waiting")).to_have_count(0)
    api("sendMessage", chat_id=anna.id, text="?", reply_markup={"keyboard": [[{"text": "Мои заявки"}]]})
    page.locator(".reply-keyboard button").click()
    expect(page.locator(".message.mine").last).to_contain_text("Мои заявки")


def test_answering_editing_and_deleting(page: Page, sim: SimulatorClient, api: Api) -> None:
    anna = sim.person("Анна")
    sim.start(anna)
    question = api("sendMessage", chat_id=anna.id, text="Какой адрес?")[1]["result"]
    open_chat(page, "Анна")
    page.locator(".message.theirs").last.dblclick()
    page.get_by_label("Сообщение").fill("Мира, 5")
    page.keyboard.press("Enter")
    expect(page.locator(".message.mine .quote")).to_contain_text("Какой адрес?")
    page.keyboard.press("ArrowUp")
    page.get_by_label("Сообщение").fill("Мира, 7")
    page.keyboard.press("Enter")
    expect(page.locator(".message.mine").last).to_contain_text("Мира, 7")
    expect(page.locator(".message.mine").last).to_contain_text("изменено")
    api("deleteMessage", chat_id=anna.id, message_id=question["message_id"])
    expect(page.locator(".message.theirs")).to_have_count(0)


def test_files_go_out_with_a_caption(page: Page, sim: SimulatorClient, api: Api) -> None:
    sim.start(sim.person("Анна"))
    open_chat(page, "Анна")
    page.get_by_role("button", name="Прикрепить").click()
    with page.expect_file_chooser() as chooser:
        page.get_by_role("menuitem", name="Фото").click()
    photos: list[FilePayload] = [
        {"name": f"{number}.jpg", "mimeType": "image/jpeg", "buffer": jpeg()} for number in range(3)
    ]
    chooser.value.set_files(photos)
    page.get_by_label("Сообщение").fill("три фото")
    page.keyboard.press("Enter")
    expect(page.locator(".album.count-3 img")).to_have_count(3)
    messages = [update["message"] for update in api("getUpdates")[1]["result"]][1:]
    assert [message.get("caption") for message in messages] == ["три фото", None, None]
    page.locator(".picture").first.click()
    expect(page.locator("dialog.viewer img")).to_be_visible()


def test_menu_of_commands_and_typing(page: Page, sim: SimulatorClient, api: Api) -> None:
    anna = sim.person("Анна")
    sim.start(anna)
    api("setMyCommands", commands=[{"command": "help", "description": "Помощь"}])
    open_chat(page, "Анна")
    api("sendChatAction", chat_id=anna.id, action="typing")
    expect(page.locator(".title")).to_contain_text("печатает…")
    page.get_by_role("button", name="Меню").click()
    page.locator(".commands button").click()
    expect(page.locator(".message.mine").last).to_contain_text("/help")


def test_unread_and_block(page: Page, sim: SimulatorClient, api: Api) -> None:
    anna, oleg = sim.person("Анна"), sim.person("Дмитрий")
    sim.start(anna)
    sim.start(oleg)
    open_chat(page, "Анна")
    api("sendMessage", chat_id=oleg.id, text="x")
    expect(page.locator(".person", has_text="Дмитрий").locator(".badge")).to_have_text("1")
    page.locator(".chat .anchor").get_by_role("button", name="Ещё").click()
    page.get_by_role("menuitem", name="Заблокировать бота").click()
    expect(page.locator(".title")).to_contain_text("бот заблокирован")
    page.get_by_role("button", name="Разблокировать").click()
    expect(page.get_by_label("Сообщение")).to_be_visible()


def test_deep_link(page: Page, base_url: str, sim: SimulatorClient, api: Api) -> None:
    anna = sim.person("Анна")
    page.goto(f"{base_url}/?person={anna.id}&start=inv_7")
    page.get_by_role("button", name="Запустить").click()
    expect(page.locator(".message.mine")).to_contain_text("/start inv_7")
    assert api("getUpdates")[1]["result"][0]["message"]["text"] == "/start inv_7"


def test_inspector_shows_calls_faults_and_violations(page: Page, sim: SimulatorClient, api: Api) -> None:
    anna = sim.person("Анна")
    sim.start(anna)
    page.get_by_role("button", name="Инспектор").click()
    api("sendMessage", chat_id=anna.id, text="видно всем")
    page.locator(".calls details", has_text="sendMessage").locator("summary").click()
    expect(page.locator(".calls pre").first).to_contain_text("видно всем")
    page.get_by_role("tab", name="Сбои").click()
    page.get_by_role("button", name="Ошибка 500").click()
    expect(page.locator(".faults li")).to_have_text("error sendMessage × 1")
    assert api("sendMessage", chat_id=anna.id, text="x")[0] == 500
    expect(page.locator(".faults li")).to_have_text("Сбоев не назначено")
    api("sendPoll")
    expect(page.locator(".count")).to_have_text("1")


def test_phone_shows_one_screen_at_a_time(page: Page, sim: SimulatorClient) -> None:
    sim.start(sim.person("Анна"))
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    expect(page.locator(".chat")).to_be_hidden()
    open_chat(page, "Анна")
    expect(page.locator(".people")).to_be_hidden()
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    page.reload()
    open_chat(page, "Анна")
    page.get_by_role("button", name="Назад").click()
    expect(page.locator(".people")).to_be_visible()


def test_person_can_be_added(page: Page, sim: SimulatorClient) -> None:
    page.get_by_role("button", name="Новый человек").click()
    page.get_by_label("Имя", exact=True).fill("Павел")
    page.get_by_label("Телефон").fill("+79160000000")
    page.get_by_role("button", name="Создать").click()
    expect(page.locator(".title")).to_contain_text("Павел")
    assert sim.person("Павел").phone == "+79160000000"


def test_page_loads_nothing_from_elsewhere(page: Page, base_url: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    response = page.goto(base_url)
    page.locator(".person").first.wait_for()
    assert response is not None
    assert response.headers["content-security-policy"].startswith("default-src 'self'")
    assert [url for url in asked if not url.startswith(base_url)] == []
