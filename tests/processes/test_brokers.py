"""The whole with each of its brokers: the short way of a message, its trace through the logs, an orderly end."""

import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
import pytest

from bench.environment import TOKEN
from bench.processes import House, open_house, open_redis, wait_until
from simulator.client import Person
from tests.simulator.pictures import jpeg

pytestmark = [pytest.mark.processes, pytest.mark.xdist_group("brokers")]
FEW_SECONDS = {"bot": 4.0, "sender": 8.0, "worker": 8.0, "beat": 8.0, "web": 8.0}
"""Celery itself looks only every two seconds whether it is to end."""
PASSWORD = "верный пароль 42"
COMPANY = f"""
from accounts.roles import Role
from tests.support.company import found_company
print(found_company().person(Role.TECHNICIAN, name="Сергей", password="{PASSWORD}").username)
"""

LOCK_HOLDERS = """
FROM pg_locks WHERE locktype = 'advisory'
AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""


@contextmanager
def broker_of(kind: str, folder: Path) -> Iterator[str]:
    """The address of a Redis; for the folder there is nothing to start."""
    if kind == "folder":
        yield ""
        return
    with open_redis(folder) as redis:
        yield redis.url


@pytest.fixture(scope="module", params=["folder", pytest.param("redis", marks=pytest.mark.redis)])
def house(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Everything runs, for a company of one technician."""
    folder = tmp_path_factory.mktemp(request.param)
    with broker_of(request.param, folder) as redis_url, open_house(folder, redis_url=redis_url) as house:
        house.start("bot", "sender", "worker", "beat", "web")
        house.people.set_limits(enabled=False)
        yield house


@pytest.fixture(scope="module")
def technician(house: House) -> Iterator[httpx.Client]:
    """The technician at the API."""
    username = house.manage("shell", "-v0", "-c", COMPANY).strip()
    with httpx.Client(base_url=house.url, trust_env=False) as client:
        sign_in = client.post("/api/auth/token/", json={"username": username, "password": PASSWORD})
        client.headers["Authorization"] = f"Bearer {sign_in.json()['access']}"
        yield client


@pytest.fixture
def client(house: House, technician: httpx.Client) -> Person:
    """Somebody new; the technician is there already."""
    return house.people.add_person("Клиентка", last_name="Вымышленная")


def told(house: House, person: Person, words: str) -> None:
    """Wait until the bot has said this to the person."""
    house.people.wait_for(person, lambda message: words in message.text, timeout=30)


def log_lines(house: House, process: str, event: str) -> list[dict[str, Any]]:
    """What this process has written of the event."""
    found = []
    for line in house.log(process).splitlines():
        with suppress(ValueError):
            entry = json.loads(line)
            if entry.get("event") == event:
                found.append(entry)
    return found


def test_a_message_becomes_a_ticket_and_the_answer_comes_back(
    house: House, technician: httpx.Client, client: Person
) -> None:
    house.people.send_photo(client, jpeg(), caption="Принтер пылает")
    told(house, client, "Принтер пылает")
    (ticket,) = technician.get("/api/tickets/").json()["results"]
    assert (ticket["subject"], ticket["status"]) == ("Принтер пылает", "new")
    wait_until(lambda: house.rows("SELECT status FROM files_storedfile") == [("stored",)], "the photo is loaded")
    answer = technician.post(
        f"/api/tickets/{ticket['id']}/comments/", json={"text": "Огнетушитель выехал", "visibility": "public"}
    )
    assert answer.status_code == 201
    told(house, client, "Огнетушитель выехал")
    house.people.say(client, "Уже потух")
    told(house, client, f"Добавлено к заявке № {ticket['number']}")
    ((request_id,),) = house.rows(
        "SELECT request_id FROM audit_entry WHERE action = 'tickets.comment' AND via = 'bot' AND object_id = %s",
        ticket["id"],
    )
    assert_one_trace(house, str(request_id), log_lines(house, "bot", "botapp.handled"))
    ((request_id,),) = house.rows(
        "SELECT request_id FROM audit_entry WHERE action = 'tickets.comment' AND via = 'api' AND object_id = %s",
        ticket["id"],
    )
    assert_one_trace(house, str(request_id), log_lines(house, "web", "request_finished"))


def assert_one_trace(house: House, request_id: str, doors: list[dict[str, Any]]) -> None:
    """The door, the history, the outbox and the sender have noted the same id."""
    assert len(request_id) >= 32
    assert all(0 <= entry["duration_ms"] < 60_000 for entry in doors)
    assert [entry["request_id"] for entry in doors].count(request_id) == 1
    messages = house.rows("SELECT id FROM outbox_message WHERE request_id = %s AND status = 'sent'", request_id)
    assert messages != []
    assert all(0 <= entry["duration_ms"] < 60_000 for entry in log_lines(house, "sender", "outbox.attempt"))
    wait_until(
        lambda: (
            {e["message"] for e in log_lines(house, "sender", "outbox.attempt") if e["request_id"] == request_id}
            == {message for (message,) in messages}
        ),
        "the sender's log has them",
    )


def test_the_logs_hold_no_secret_and_no_words_of_people(house: House, client: Person) -> None:
    house.people.say(client, "Секретный сканер")
    told(house, client, "Секретный сканер")
    written = house.logs()
    secrets = (TOKEN, PASSWORD, "Bearer", "сканер", "пылает", "Огнетушитель", "потух", "Клиентка", "Вымышленная")
    assert [word for word in secrets if word in written or ascii(word)[1:-1] in written] == []


def test_a_sender_that_has_lost_its_lock_begins_another_turn(house: House, client: Person) -> None:
    """Three times, and each time what people write is answered sooner than beat would have noticed."""
    for word in ("Тонер", "Барабан", "Ролик"):
        house.rows(f"SELECT pg_terminate_backend(pid, 5000) {LOCK_HOLDERS}")
        house.people.say(client, word)
        house.people.wait_for(client, lambda message: "№" in message.text, timeout=6)
        wait_until(lambda: house.rows(f"SELECT pid {LOCK_HOLDERS}"), "another turn", 6)


def test_an_orderly_end_loses_and_doubles_nothing(house: House) -> None:
    """SIGTERM in the middle of the work: what is in flight is finished, the rest waits for the next start."""
    people = [house.people.add_person(f"Человек {number}") for number in range(6)]
    house.people.add_fault("delay", method="sendMessage", times=1000, seconds=0.8)
    for number in range(5):
        for person in people:
            house.people.say(person, f"{person.id} {number}")
    names = [person.id for person in people]
    sent = "SELECT count(*) FROM outbox_message WHERE status = 'sent' AND chat_id = ANY(%s)"
    wait_until(lambda: house.rows(sent, names) >= [(5,)], "the sender is at work")
    for name, limit in FEW_SECONDS.items():
        process = house.running[name]
        assert house.stop(name, 2 * limit) < limit, name
        assert process.returncode == 0, name
    assert house.rows("SELECT 1 FROM outbox_message WHERE status = 'sending'") == []
    assert house.rows(sent, names) < [(30,)]

    house.people.clear_faults()
    house.start("bot", "sender")
    wait_until(lambda: house.rows(sent, names) == [(30,)], "everything is sent")
    for person in people:
        answers_seen = [message for message in house.people.chat(person) if message.from_bot]
        assert len(answers_seen) == 5
        written = house.rows(
            "SELECT text FROM tickets_comment c JOIN accounts_user u ON u.id = c.author_id"
            " WHERE u.telegram_id = %s ORDER BY c.id",
            person.id,
        )
        assert written == [(f"{person.id} {number}",) for number in range(1, 5)]
    assert house.people.violations() == []
    assert (house.folder / "broker").exists() == (house.redis_url == "")
