"""kill -9 in the middle of a stage: what the engineer has entered is there, and is handed in once."""

import pytest

from bench.processes import House, wait_until
from tests.processes.hands import Hands

pytestmark = pytest.mark.processes

SCENE = """
from orders.enums import Stage
from tests.support.company import found_company
from tests.support.orders import Team
team = Team(found_company(), telegram=True)
order = team.order(Stage.REPAIR)
print(team.engineer.telegram_id, order.pk)
"""


def test_expenses_are_entered_under_kills_and_submitted_once(house: House) -> None:
    telegram_id, order_id = map(int, house.manage("shell", "-v0", "-c", SCENE).split()[-2:])
    person = house.people.add_person("Инженер", id=telegram_id)
    house.start("bot", "sender")
    engineer = Hands(house, person)
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
