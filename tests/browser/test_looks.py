"""What people see: nothing cut off, nothing wider than the screen, no error in the browser, nothing untranslated."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from bench.processes import House, open_house
from tests.browser.test_main_path import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.processes]

SCREENS = {"desktop": (1400, 900), "phone": (390, 844)}
ENGLISH = re.compile(r"\b[A-Za-z]{4,}\b")
NAMES = {
    "Telegram", "Canon", "Brother", "Kyocera", "LaserJet", "Zebra", "Ricoh", "Pantum", "Волков", "anna_smirnova",
    "Xerox", "VersaLink", "Color", "Epson", "Samsung", "Lexmark", "SENSYS", "XLSX",
}  # fmt: skip


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with open_house(tmp_path_factory.mktemp("looks")) as house:
        house.manage("demo")
        house.start("web")
        yield house


@pytest.fixture(params=[(screen, scheme) for screen in SCREENS for scheme in ("light", "dark")], ids="-".join)
def screen(request: pytest.FixtureRequest, browser: Browser) -> Iterator[tuple[Page, str]]:
    """A Russian browser of this size and scheme; an error in its console fails the test."""
    size, scheme = request.param
    width, height = SCREENS[size]
    context = browser.new_context(
        viewport={"width": width, "height": height}, color_scheme=scheme, locale="ru-RU", reduced_motion="reduce"
    )
    page = context.new_page()
    errors: list[str] = []
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page, f"{size}-{scheme}"
    context.close()
    assert errors == []


def test_the_console(demo: House, screen: tuple[Page, str], shots: Path) -> None:
    page, name = screen
    page.goto(f"{demo.url}/admin/login/")
    look(page, shots / f"login-{name}.png")
    sign_in(page, demo, "tech")
    look(page, shots / f"overview-{name}.png")
    page.goto(f"{demo.url}/admin/tickets/ticket/")
    look(page, shots / f"table-{name}.png")
    page.get_by_text("Принтер HP LaserJet M428").first.click()
    page.wait_for_selector(".desk-bubbles")
    look(page, shots / f"card-{name}.png")


def test_the_curators_orders(demo: House, screen: tuple[Page, str], shots: Path) -> None:
    page, name = screen
    sign_in(page, demo, "curator")
    page.goto(f"{demo.url}/admin/orders/order/?selection=awaiting")
    look(page, shots / f"orders-{name}.png")
    page.get_by_text("Brother DCP-L2551").first.click()
    page.wait_for_selector(".desk-verify")
    look(page, shots / f"order-{name}.png")
    page.goto(f"{demo.url}/admin/orders/order/report/")
    look(page, shots / f"report-{name}.png")
    page.goto(f"{demo.url}/admin/orders/order/new/")
    look(page, shots / f"new-order-{name}.png")


def test_the_operators_requests(demo: House, screen: tuple[Page, str], shots: Path) -> None:
    page, name = screen
    sign_in(page, demo, "operator")
    page.goto(f"{demo.url}/admin/clients/request/")
    look(page, shots / f"requests-{name}.png")
    page.get_by_text("Фото паспорта").first.click()
    page.wait_for_selector(".desk-decisions")
    look(page, shots / f"request-{name}.png")
    page.goto(f"{demo.url}/admin/clients/client/?view=unanswered")
    look(page, shots / f"clients-{name}.png")
    page.get_by_text("Ольга Белова").first.click()
    page.wait_for_selector(".desk-moves")
    look(page, shots / f"client-{name}.png")
    page.get_by_role("link", name="Переписка", exact=True).first.click()
    page.wait_for_selector(".desk-reply")
    look(page, shots / f"letters-{name}.png")
    page.get_by_role("link", name="Запросить").first.click()
    page.wait_for_selector(".desk-asks")
    look(page, shots / f"new-request-{name}.png")


def look(page: Page, picture: Path) -> None:
    """Take the picture, and see that the page fits and speaks Russian."""
    page.wait_for_load_state("networkidle")
    page.screenshot(path=picture)
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= page.viewport_size["width"], f"{picture.stem} scrolls sideways"  # type: ignore[index]
    words = set(ENGLISH.findall(visible_text(page)))
    assert words - NAMES == set(), f"{picture.stem} is not all Russian"


def visible_text(page: Page) -> str:
    """What is written on the page, icons' ligatures left out."""
    text: str = page.evaluate(
        """() => {
            const page = document.body.cloneNode(true);
            document.body.after(page);
            page.querySelectorAll(".material-symbols-outlined, script, style").forEach((node) => node.remove());
            const text = page.innerText;
            page.remove();
            return text;
        }"""
    )
    return text
