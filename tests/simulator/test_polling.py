"""getUpdates: offsets, long polls, conflicts, and updates that are sent byte for byte."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from simulator.client import Person, SimulatorClient
from simulator.server import TEST_TOKEN
from tests.simulator.conftest import Api, error


def texts(answer: tuple[int, Any]) -> list[str]:
    return [update["message"]["text"] for update in answer[1]["result"]]


def test_offset_confirms_everything_below_it(sim: SimulatorClient, api: Api, anna: Person) -> None:
    for text in ("1", "2", "3"):
        sim.say(anna, text)
    first = api("getUpdates")[1]["result"][0]["update_id"]
    assert texts(api("getUpdates")) == ["1", "2", "3"]
    assert texts(api("getUpdates", offset=first)) == ["1", "2", "3"]
    assert texts(api("getUpdates", offset=first + 1)) == ["2", "3"]
    assert texts(api("getUpdates", offset=first)) == ["2", "3"]
    assert texts(api("getUpdates", offset=first + 3)) == []
    assert sim.state()["pending_updates"] == 0


def test_negative_offset_keeps_only_the_last(sim: SimulatorClient, api: Api, anna: Person) -> None:
    for text in ("1", "2", "3"):
        sim.say(anna, text)
    assert texts(api("getUpdates", offset=-2)) == ["2", "3"]
    assert texts(api("getUpdates")) == ["2", "3"]


@pytest.mark.parametrize(("limit", "count"), [(1, 1), (100, 100), (1000, 100), (0, 1)])
def test_limit_is_kept_between_1_and_100(sim: SimulatorClient, api: Api, anna: Person, limit: int, count: int) -> None:
    for number in range(101):
        sim.say(anna, str(number))
    assert len(api("getUpdates", limit=limit)[1]["result"]) == count


def test_long_poll_ends_when_an_update_arrives(sim: SimulatorClient, api: Api, anna: Person) -> None:
    timer = threading.Timer(0.2, sim.say, (anna, "now"))
    timer.start()
    started = time.monotonic()
    assert texts(api("getUpdates", timeout=5)) == ["now"]
    assert 0.1 < time.monotonic() - started < 2


def test_long_poll_ends_empty_at_its_time(api: Api, anna: Person) -> None:
    started = time.monotonic()
    assert api("getUpdates", timeout=1) == (200, {"ok": True, "result": []})
    assert 0.9 < time.monotonic() - started < 2


def test_second_listener_terminates_the_first(base_url: str, sim: SimulatorClient, api: Api) -> None:
    url = f"{base_url}/bot{TEST_TOKEN}/getUpdates"
    with ThreadPoolExecutor() as pool:
        first = pool.submit(httpx.get, url, params={"timeout": 5})
        while not sim.calls(method="getUpdates"):
            time.sleep(0.02)
        assert api("getUpdates", timeout=0) == (200, {"ok": True, "result": []})
        answer = first.result()
    assert (answer.status_code, answer.json()) == error(
        409,
        "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
    )


def test_webhook_and_polling_exclude_each_other(sim: SimulatorClient, api: Api) -> None:
    assert api("setWebhook", url="http://example.org/hook") == error(
        400, "Bad Request: bad webhook: An HTTPS URL must be provided for webhook"
    )
    assert api("setWebhook", url="https://example.org/hook")[1]["result"] is True
    assert api("getWebhookInfo")[1]["result"]["url"] == "https://example.org/hook"
    assert api("getUpdates") == error(
        409,
        "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
    )
    sim.start(sim.person("Анна"))
    assert api("getWebhookInfo")[1]["result"]["pending_update_count"] == 1
    assert api("deleteWebhook", drop_pending_updates=True)[1]["result"] is True
    assert api("getUpdates") == (200, {"ok": True, "result": []})


def test_allowed_updates_filters_what_comes_later(sim: SimulatorClient, api: Api, anna: Person) -> None:
    message = sim.say(anna, "before")
    api("getUpdates", allowed_updates=["edited_message"])
    sim.say(anna, "unwanted")
    sim.edit(anna, message, "after")
    kinds = [set(update) - {"update_id"} for update in api("getUpdates")[1]["result"]]
    assert kinds == [{"message"}, {"edited_message"}]
    api("getUpdates", allowed_updates=[])
    sim.say(anna, "wanted again")
    assert api("getUpdates")[1]["result"][-1]["message"]["text"] == "wanted again"


def test_raw_updates_keep_their_bytes(base_url: str, sim: SimulatorClient) -> None:
    odd = [b'{"update_id": 12.5,  "message": "\\ud800\\u0000"}', b"null", b"[]", b'{"a":1,"a":2}']
    sim.push_updates(odd)
    answer = httpx.get(f"{base_url}/bot{TEST_TOKEN}/getUpdates").content
    assert answer == b'{"ok":true,"result":[' + b",".join(odd) + b"]}"


def test_raw_update_can_bring_or_get_its_id(sim: SimulatorClient, api: Api) -> None:
    following = sim.state()["next_update_id"]
    assert sim.push_update({"x": 1}, assign=True) == following
    assert sim.push_update({"update_id": following + 1000}) == following + 1000
    assert sim.push_update({"update_id": 1}) == following + 1001
    assert api("getUpdates")[1]["result"] == [
        {"update_id": following, "x": 1},
        {"update_id": following + 1000},
        {"update_id": 1},
    ]
    assert len(api("getUpdates", offset=following + 1001)[1]["result"]) == 1
