"""kill -9 in the middle of a stage: what the engineer has entered is there, and is handed in once."""

import pytest

from bench.processes import House, wait_until
from simulator.client import Message, Person
from tests.simulator.pictures import jpeg
from tests.support.chat import plain

pytestmark = pytest.mark.processes

SCENE = """
from orders.enums import Stage
from tests.support.company import found_company
from tests.support.orders import Team
team = Team(found_company(), telegram=True)
order = team.order(Stage.REPAIR)
print(team.engineer.telegram_id, order.pk)
"""


class Engineer:
    """Types and presses while the bot is killed under his hands; waits for the answer of the next one."""

    def __init__(self, house: House, person: Person) -> None:
        self.house, self.person = house, person

    def said_by_bot(self) -> list[Message]:
        return [m for m in self.house.people.chat(self.person) if m.from_bot]

    def answered(self, expected: str, *, killed: bool) -> None:
        """The bot answers; `killed`: it dies with the update in its hands, and another one does."""
        if killed:
            self.house.kill("bot")
            self.house.start("bot")
        wait_until(lambda: expected in plain(self.said_by_bot()[-1].text), f"the bot says {expected!r}")

    def say(self, text: str, *, expected: str, killed: bool = False) -> None:
        self.house.people.say(self.person, text)
        self.answered(expected, killed=killed)

    def photo(self, caption: str, *, expected: str, killed: bool = False) -> None:
        self.house.people.send_photo(self.person, jpeg(), caption=caption)
        self.answered(expected, killed=killed)

    def press(self, label: str, *, expected: str, killed: bool = False) -> None:
        message = self.said_by_bot()[-1]
        raw = {plain(label): label for label in message.labels()}
        self.house.people.press_button(self.person, message, raw[label])
        self.answered(expected, killed=killed)


def test_expenses_are_entered_under_kills_and_submitted_once(house: House) -> None:
    telegram_id, order_id = map(int, house.manage("shell", "-v0", "-c", SCENE).split()[-2:])
    person = house.people.add_person("Инженер", id=telegram_id)
    house.start("bot", "sender")
    engineer = Engineer(house, person)
    house.people.start(person)
    wait_until(lambda: len(engineer.said_by_bot()) > 0, "the bot greets")
    engineer.say("/orders", expected="Активные заказы")
    number = house.rows("SELECT number FROM orders_order WHERE id = %s", order_id)[0][0]
    engineer.press(f"Заказ № {number}", expected="Неисправность: Жуёт бумагу")
    engineer.press("Оприход", expected="Пришлите расход")
    engineer.photo("Ролик - 1500,50", expected="Как оплачено", killed=True)
    engineer.press("Наличные", expected="Пришлите расход")
    engineer.say("Такси - 300", expected="Почему нет чека", killed=True)
    engineer.say("Не дали", expected="Как оплачено")
    engineer.press("Безнал", expected="Пришлите расход")
    engineer.press("Это всё", expected="Всё верно?")
    engineer.press("Отправить на проверку", expected="отправлено на проверку", killed=True)
    assert house.rows(
        "SELECT a.stage, a.total::text, l.name, l.price::text, l.method, l.no_receipt, (SELECT count(*) FROM"
        " files_storedfile f WHERE f.owner_type = 'orders.line' AND f.owner_id = l.id) FROM orders_attempt a"
        " JOIN orders_line l ON l.attempt_id = a.id WHERE a.order_id = %s AND a.stage = 'expenses' ORDER BY l.id",
        order_id,
    ) == [
        ("expenses", "1800.50", "Ролик", "1500.50", "cash", "", 1),
        ("expenses", "1800.50", "Такси", "300.00", "cashless", "Не дали", 0),
    ]  # fmt: skip
    assert house.rows("SELECT status, count(*) FROM botapp_inboxupdate GROUP BY status")[0][0] == "handled"
