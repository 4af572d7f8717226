"""The whole when things go wrong outside it: an end under load, poison, a Telegram that hangs, floods or is gone."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import httpx
import pytest

from bench.processes import House, wait_until
from ops.demo import PASSWORD
from simulator.client import Person

pytestmark = pytest.mark.processes
SENT = "SELECT count(*) FROM outbox_message WHERE status = 'sent' AND chat_id = %s"


def site(house: House, username: str) -> httpx.Client:
    """The API for one of the demo company."""
    signed_in = httpx.post(f"{house.url}/api/auth/token/", json={"username": username, "password": PASSWORD})
    return httpx.Client(
        base_url=house.url, timeout=30, headers={"Authorization": f"Bearer {signed_in.json()['access']}"}
    )


def sent(house: House, person: Person) -> int:
    ((count,),) = house.rows(SENT, person.id)
    return int(count)


def test_an_end_under_load_cuts_no_answer(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """SIGTERM in the middle of many calls: what was begun is answered whole, what comes later finds nobody."""
    monkeypatch.setenv("API_CALLS_PER_MINUTE", "1000000")
    house.manage("demo")
    house.start("web")
    client = site(house, "api")

    def calls(number: int) -> list[str]:
        """Tickets made until nobody listens any more."""
        made: list[str] = []
        while True:
            name = f"{number}-{len(made)}"
            body = {"client_name": "Анна", "description": name}
            try:
                answer = client.post(
                    "/api/tickets/", json=body, headers={"Connection": "close", "Idempotency-Key": name}
                )
            except (httpx.ConnectError, httpx.ReadError):  # nobody listens, or has taken the call
                return made
            assert (answer.status_code, answer.json()["subject"]) == (201, name)
            made.append(name)

    with ThreadPoolExecutor(8) as threads:
        all_calls = [threads.submit(calls, number) for number in range(8)]
        wait_until(lambda: house.rows("SELECT count(*) FROM tickets_ticket WHERE source = 'api'")[0][0] > 40, "load")
        house.stop("web", 30)
        answered = {name for done in all_calls for name in done.result(60)}
    written = {name for (name,) in house.rows("SELECT description FROM tickets_ticket WHERE source = 'api'")}
    assert answered == {name for name in written if "-" in name}


def test_poison_is_parked_within_a_second_with_an_alert(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    house.manage("add_branch", "moscow", "Москва")
    anna, admin = (house.people.add_person(name) for name in ("Клиентка", "Хозяйка"))
    monkeypatch.setenv("SUPERUSER_TELEGRAM_IDS", str(admin.id))
    house.start("bot", "sender")
    for person in (anna, admin):
        house.people.start(person)
        wait_until(lambda person=person: sent(house, person) == 1, "the greeting")  # type: ignore[misc]
    house.people.push_updates(
        [
            {"message": {"message_id": 1, "chat": {"id": anna.id, "type": "private"}}},
            {"message": {"message_id": 2, "date": 1, "text": "x", "chat": {"id": anna.id}, "from": {"id": anna.id}}},
        ],
        assign=True,
    )
    house.people.say(anna, "Принтер шумит")
    wait_until(lambda: house.rows("SELECT count(*) FROM tickets_ticket WHERE source = 'bot'")[0][0] == 1, "the rest")
    parked = house.rows("SELECT handled_at - received_at FROM botapp_inboxupdate WHERE status = 'parked'")
    assert len(parked) == 2
    assert all(taken < timedelta(seconds=1) for (taken,) in parked)
    alert = "Сообщение из Telegram не удалось обработать"
    wait_until(lambda: [alert in m.text for m in house.people.chat(admin)].count(True) == 2, "both are told")


def test_the_console_and_the_api_do_not_notice_a_telegram_that_hangs(house: House) -> None:
    """What is written meanwhile waits, and goes out in its order when Telegram is back."""
    house.manage("demo")
    dmitry = house.people.add_person("Клиент")
    house.start("bot", "sender", "web")
    house.people.start(dmitry)
    house.people.say(dmitry, "Принтер шумит")
    wait_until(lambda: sent(house, dmitry) == 2, "the first answers")
    ((ticket,),) = house.rows("SELECT id FROM tickets_ticket WHERE description = 'Принтер шумит'")
    house.people.add_fault("drop_before", times=10**6)
    with site(house, "tech") as client:
        for number in range(5):
            body = {"text": f"Ответ {number}", "visibility": "public"}
            answer = client.post(f"/api/tickets/{ticket}/comments/", json=body)
            assert answer.status_code == 201
            assert answer.elapsed < timedelta(seconds=1)
    assert httpx.get(f"{house.url}/health/live/").elapsed < timedelta(seconds=1)
    assert sent(house, dmitry) == 2
    house.people.clear_faults()
    house.people.wait_for(dmitry, lambda message: "Ответ 4" in message.text, timeout=30)
    seen = [m.text for m in house.people.chat(dmitry) if m.from_bot and "Ответ" in m.text]
    assert [text[text.index("Ответ") :][:7] for text in seen] == [f"Ответ {number}" for number in range(5)]


def test_the_flood_of_one_chat_holds_up_no_other(house: House) -> None:
    """Telegram refuses everything to one chat; the answers to another come at once."""
    house.manage("demo")
    flooded, other = (house.people.add_person(name) for name in ("Первая", "Второй"))
    house.start("bot", "sender")
    for person in (flooded, other):
        house.people.start(person)
        wait_until(lambda person=person: sent(house, person) == 1, "the greeting")  # type: ignore[misc]
    refusal = {"code": 429, "description": "Too Many Requests: retry after 30", "parameters": {"retry_after": 30}}
    house.people.add_fault("error", chat_id=flooded.id, times=10**6, **refusal)
    for number in range(10):
        house.people.say(flooded, f"Вопрос {number}")
    for number in range(5):
        house.people.say(other, f"Вопрос {number}")
    wait_until(lambda: sent(house, other) == 6, "the other chat is answered")
    waited = "SELECT max(finished_at - created_at) FROM outbox_message WHERE chat_id = %s AND status = 'sent'"
    ((longest,),) = house.rows(waited, other.id)
    assert longest < timedelta(seconds=5)
    assert sent(house, flooded) == 1
