"""kill -9 in the middle of a questionnaire: the answers so far are there, and they are handed in once."""

import pytest

from bench.processes import House, wait_until
from tests.processes.hands import Hands

pytestmark = pytest.mark.processes

SCENE = """
from tests.support.clients import Care
from tests.support.company import found_company
care = Care(found_company(), telegram=True)
care.agree()
request = care.request("basic")
print(care.client.telegram_id, request.pk)
"""


def test_a_questionnaire_is_filled_in_under_kills_and_handed_in_once(house: House) -> None:
    telegram_id, request_id = map(int, house.manage("shell", "-v0", "-c", SCENE).split()[-2:])
    person = house.people.add_person("Анна", id=telegram_id)
    house.start("bot", "sender")
    anna = Hands(house, person)
    house.people.start(person)
    wait_until(lambda: len(anna.said_by_bot()) > 1, "the bot greets and asks")
    anna.say("/requests", expected="Ещё нужно: 1.")
    number = house.rows("SELECT number FROM clients_request WHERE id = %s", request_id)[0][0]
    anna.press(f"№ {number} · Анкета клиента", expected="Вопрос 1 из 3")
    anna.say("Белова Анна", expected="Вопрос 2 из 3", killed=True)
    anna.say("Тверь", expected="Вопрос 3 из 3", killed=True)
    anna.press("← Назад", expected="Ваш ответ сейчас: Тверь", killed=True)
    anna.say("Москва", expected="Вопрос 3 из 3")
    anna.say("14.03.1988", expected="Всё верно?", killed=True)
    anna.press("Отправить", expected="Получили: «Анкета клиента»", killed=True)
    assert house.rows(
        "SELECT r.status, a.number, a.verdict FROM clients_request r JOIN clients_answer a ON a.request_id = r.id"
    ) == [("submitted", 1, "awaited")]  # fmt: skip
    said = house.manage(
        "shell", "-v0", "-c",
        "from clients.models import Answer; print([row['value'] for row in Answer.objects.get().values['answers']])",
    )  # fmt: skip
    assert said.strip() == "['Белова Анна', 'Москва', '1988-03-14']"
