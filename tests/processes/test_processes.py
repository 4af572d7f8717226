"""Real processes: with Redis as with a folder, ending when asked to, and one id through all their logs."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from tests.conftest import TOKEN
from tests.processes.test_kill import TENANT
from tests.support.processes import House, free_port, open_house, wait_until

pytestmark = pytest.mark.processes
TEXT = "Сканер не видит сеть, телефон +7 999 123-45-67"


@pytest.fixture
def redis_url(tmp_path: Path) -> Iterator[str]:
    """A Redis server of this test."""
    program, port = shutil.which("redis-server"), free_port()
    assert program is not None
    options = ("--port", str(port), "--save", "", "--dir", str(tmp_path), "--bind", "127.0.0.1")
    with subprocess.Popen([program, *options], stdout=subprocess.DEVNULL) as server:
        url = f"redis://127.0.0.1:{port}/0"
        client = redis.Redis.from_url(url)
        wait_until(lambda: _answers(client), "redis-server answers", 10)
        yield url
        server.terminate()


def _answers(client: redis.Redis) -> bool:
    try:
        return bool(client.ping())
    except redis.ConnectionError:
        return False


@pytest.mark.redis
def test_redis_as_the_broker(redis_url: str, tmp_path: Path) -> None:
    with open_house(tmp_path, redis_url=redis_url) as house:
        house.manage("shell", "-v0", "-c", TENANT)
        house.start("bot", "sender", "worker", "beat")
        anna = house.people.person("Анна")
        house.people.start(anna)
        house.people.wait_for(anna, lambda message: "Здравствуйте" in message.text, timeout=30)
        house.people.send_document(anna, b"counter: 45000", file_name="счётчик.txt", mime_type="text/plain")
        house.people.wait_for(anna, lambda message: "принята" in message.text, timeout=30)
        wait_until(lambda: house.rows("SELECT status FROM files_storedfile") == [("stored",)], "the file is loaded")
        assert not (tmp_path / "broker").exists()


def test_one_id_from_the_update_to_the_message_and_nothing_secret_in_the_logs(house: House) -> None:
    house.manage("shell", "-v0", "-c", TENANT)
    house.start("bot", "sender", "worker", "beat")
    anna = house.people.person("Анна")
    house.people.say(anna, TEXT)
    house.people.wait_for(anna, lambda message: "принята" in message.text, timeout=30)
    wait_until(lambda: house.rows("SELECT status FROM outbox_message") == [("sent",)], "the answer is marked as sent")
    ((request_id,),) = house.rows("SELECT request_id FROM botapp_inboxupdate")
    assert request_id
    assert house.rows("SELECT DISTINCT request_id FROM audit_entry WHERE via = 'bot'") == [(request_id,)]
    assert house.rows("SELECT request_id FROM outbox_message") == [(request_id,)]
    wait_until(lambda: "outbox.attempt" in house.log("sender"), "the sender has logged it", 5)
    assert events(house, "bot", request_id) == ["botapp.handled"]
    assert events(house, "sender", request_id) == ["outbox.attempt"]
    everything = "".join(house.log(name) for name in house.running)
    for secret in (TOKEN, TOKEN.partition(":")[2], "Сканер", "123-45-67", "Смирнова"):
        assert secret not in everything


def events(house: House, name: str, request_id: str) -> list[str]:
    """What a process has logged under this id."""
    lines = [json.loads(line) for line in house.log(name).splitlines() if line.startswith("{")]
    return [line["event"] for line in lines if line.get("request_id") == request_id]


def test_a_polite_stop_is_quick_and_loses_nothing(house: House) -> None:
    house.manage("shell", "-v0", "-c", TENANT)
    house.start("bot", "sender", "worker", "beat")
    anna = house.people.person("Анна")
    house.people.start(anna)
    house.people.wait_for(anna, lambda message: "Здравствуйте" in message.text, timeout=30)
    for n in range(20):
        house.people.say(anna, f"строка {n}")
    took = {name: house.stop(name) for name in ("bot", "beat", "worker", "sender")}
    assert {name: seconds for name, seconds in took.items() if seconds > 5} == {}
    assert house.rows("SELECT count(*) FROM outbox_message WHERE status = 'sending'") == [(0,)]
    house.people.set_limits(enabled=False)
    house.start("bot", "sender")
    wait_until(lambda: house.rows("SELECT count(*) FROM tickets_comment") == [(19,)], "all lines have come")
    texts = {text for (text,) in house.rows("SELECT text FROM tickets_comment")}
    assert len(texts) == 19
