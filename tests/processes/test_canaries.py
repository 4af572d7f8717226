"""Personal data and secrets put in through the doors are nowhere in clear: database and its log, Redis, logs, media."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import psycopg
import pytest
import redis

from bench.environment import TOKEN
from bench.processes import House, open_house, open_redis, wait_until
from tests.processes.hands import Hands

pytestmark = [pytest.mark.processes, pytest.mark.redis]
PASSWORD = "верный пароль канарейки 42"
CANARIES = {
    "passport": "4509 771234", "birth": "17.03.1961", "birth, kept": "1961-03-17", "phone": "+79995550133",
    "phone, written": "999 555-01-33", "address": "Канареечная улица 77", "password": PASSWORD, "token": TOKEN,
}  # fmt: skip
SCENE = f"""
from accounts.actions import set_contact
from accounts.roles import Role
from tests.support.clients import Care
from tests.support.company import MACHINE, found_company
company = found_company()
care = Care(company, telegram=True)
operator = company.person(Role.OPERATOR, password="{PASSWORD}")
set_contact(actor=MACHINE, user_id=care.client.pk, phone="+79995550133", address="Канареечная улица 77")
care.agree()
basic, details = care.request("basic"), care.request("requisites")
print(care.client.telegram_id, basic.number, details.number, operator.username)
"""


@pytest.fixture
def house(tmp_path: Path) -> Iterator[tuple[House, redis.Redis]]:
    """Everything runs, on a Redis."""
    with open_redis(tmp_path) as broker, open_house(tmp_path, redis_url=broker.url) as house:
        house.start("bot", "sender", "worker", "web")
        house.people.set_limits(enabled=False)
        yield house, redis.Redis.from_url(broker.url)


def test_no_canary_sings(house: tuple[House, redis.Redis]) -> None:
    inside, broker = house
    telegram_id, basic, details, login = inside.manage("shell", "-v0", "-c", SCENE).split()[-4:]
    person = inside.people.add_person("Анна", id=int(telegram_id))
    anna = Hands(inside, person)
    inside.people.start(person)
    wait_until(lambda: len(anna.said_by_bot()) > 0, "the bot greets")
    anna.say("/requests", expected="Ещё нужно: 2.")
    anna.press(f"№ {basic} · Анкета клиента", expected="Вопрос 1 из 3")
    anna.say("Белова Анна", expected="Вопрос 2 из 3")
    anna.say("Тверь", expected="Вопрос 3 из 3")
    anna.say(CANARIES["birth"], expected="Всё верно?")
    anna.press("Отправить", expected="Получили: «Анкета клиента»")
    anna.say("/requests", expected="Ещё нужно: 1.")
    anna.press(f"№ {details} · Реквизиты компании", expected="Пришлите прямо сюда")
    anna.say(f"Паспорт {CANARIES['passport']}, тел. {CANARIES['phone, written']}", expected="Получили: «Реквизиты")
    look_in_the_console(inside, login, int(details))
    wait_until(lambda: not inside.rows("SELECT 1 FROM outbox_message WHERE status = 'queued'"), "all is sent")
    found = {
        place: name
        for place, content in everything(inside, broker)
        for name, canary in CANARIES.items()
        if any(form in content for form in (canary.encode(), canary.encode("unicode_escape")))
    }
    assert found == {}


def look_in_the_console(house: House, login: str, number: int) -> None:
    """An operator signs in, reveals the answer, meets a page that is not there, and mistypes a password."""
    with httpx.Client(base_url=house.url, trust_env=False, follow_redirects=True) as site:
        for password in (PASSWORD[:-1], PASSWORD):
            page = site.get("/admin/login/").text
            sign_in = {"username": login, "password": password, "csrfmiddlewaretoken": csrf(page)}
            site.post("/admin/login/", data=sign_in, headers={"Referer": house.url})
        (pk,) = house.rows("SELECT id FROM clients_request WHERE number = %s", number)[0]
        address = f"/admin/clients/request/{pk}/"
        token = csrf(site.get(f"{address}change/").text)
        reveal = {"reason": "Проверка ответа", "csrfmiddlewaretoken": token}
        page = site.post(f"{address}reveal/", data=reveal, headers={"Referer": house.url})
        assert CANARIES["passport"] in page.text
        assert site.get("/admin/clients/request/999999/change/").status_code == 404
        for canary in (CANARIES["phone"], CANARIES["passport"]):
            assert site.get("/admin/clients/client/", params={"q": canary}).status_code == 200


def csrf(page: str) -> str:
    match = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert match is not None
    return match[1]


def everything(house: House, broker: redis.Redis) -> Iterator[tuple[str, bytes]]:
    """Every place where something is left: Redis, files and logs of the house, tables, the write-ahead log."""
    for key in broker.scan_iter():
        yield f"redis {key!r}", broker.dump(key) or b""
    for path in house.folder.rglob("*"):
        if path.is_file() and not path.name.startswith("simulator"):  # the simulator is the world outside
            yield str(path.relative_to(house.folder)), path.read_bytes()
    with psycopg.connect(house.database_url, autocommit=True) as connection:
        tables = connection.execute("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")
        for (table,) in tables.fetchall():
            for (row,) in connection.execute(f'SELECT t::text FROM "{table}" t').fetchall():  # type: ignore[arg-type]  # noqa: S608
                yield f"table {table}", row.encode()
        connection.execute("CHECKPOINT")
        (data,) = connection.execute("SHOW data_directory").fetchone() or ("",)
        (database,) = connection.execute(
            "SELECT oid::text FROM pg_database WHERE datname = current_database()"
        ).fetchone() or ("",)
    for folder in (Path(data) / "pg_wal", Path(data) / "base" / database):
        files = [path for path in folder.iterdir() if path.is_file()]
        assert files
        for path in files:
            yield os.fspath(path), path.read_bytes()
