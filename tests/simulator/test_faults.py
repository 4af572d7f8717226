"""Ordered faults, sending limits, and the journal that shows them."""

import httpx
import pytest

from simulator.client import Person, SimulatorClient, SimulatorRefusedError
from simulator.errors import BotApiError
from simulator.limits import RateLimiter
from simulator.server import TEST_TOKEN
from tests.simulator.conftest import Api, error


def test_error_comes_as_often_as_ordered(sim: SimulatorClient, api: Api, anna: Person) -> None:
    sim.add_fault("error", method="sendMessage", times=2, code=502, description="Bad Gateway")
    assert api("getMe")[0] == 200
    for _ in range(2):
        assert api("sendMessage", chat_id=anna.id, text="x") == error(502, "Bad Gateway")
    assert api("sendMessage", chat_id=anna.id, text="x")[0] == 200
    assert len([item for item in sim.chat(anna) if item.from_bot]) == 1


def test_flood_error_carries_its_parameters(sim: SimulatorClient, api: Api, anna: Person) -> None:
    words = "Too Many Requests: retry after 7"
    sim.add_fault("error", code=429, description=words, parameters={"retry_after": 7})
    code, answer = api("sendMessage", chat_id=anna.id, text="x")
    assert code == 429
    assert answer == {
        "ok": False,
        "error_code": 429,
        "description": words,
        "parameters": {"retry_after": 7},
    }


def test_fault_for_one_chat_spares_the_others(sim: SimulatorClient, api: Api, anna: Person) -> None:
    other = sim.person("Дмитрий")
    sim.start(other)
    sim.add_fault("error", method="sendMessage", chat_id=anna.id)
    assert api("sendMessage", chat_id=other.id, text="x")[0] == 200
    assert api("sendMessage", chat_id=anna.id, text="x") == error(500, "Internal Server Error")


@pytest.mark.parametrize(("kind", "done"), [("drop_before", 0), ("drop_after", 1)])
def test_dropped_connections(sim: SimulatorClient, api: Api, anna: Person, kind: str, done: int) -> None:
    sim.add_fault(kind, method="sendMessage")
    with pytest.raises(httpx.RemoteProtocolError):
        api("sendMessage", chat_id=anna.id, text="x")
    assert len([item for item in sim.chat(anna) if item.from_bot]) == done
    assert sim.calls(method="sendMessage")[0].fault == kind
    assert api("sendMessage", chat_id=anna.id, text="x")[0] == 200


def test_half_an_answer_and_silence(base_url: str, sim: SimulatorClient, api: Api, anna: Person) -> None:
    sim.add_fault("half_open", method="sendMessage")
    with pytest.raises(httpx.ReadTimeout):
        httpx.post(f"{base_url}/bot{TEST_TOKEN}/sendMessage", json={"chat_id": anna.id, "text": "x"}, timeout=0.3)
    assert len([item for item in sim.chat(anna) if item.from_bot]) == 1
    assert api("sendMessage", chat_id=anna.id, text="x")[0] == 200


def test_shuffled_updates_are_all_there(sim: SimulatorClient, api: Api, anna: Person) -> None:
    for number in range(20):
        sim.say(anna, str(number))
    sim.add_fault("shuffle", method="getUpdates")
    first, second = ([u["update_id"] for u in api("getUpdates")[1]["result"]] for _ in range(2))
    assert first != second
    assert sorted(first) == second


def test_ids_restart_where_ordered(sim: SimulatorClient, api: Api, anna: Person) -> None:
    sim.say(anna, "before")
    (before,) = api("getUpdates")[1]["result"]
    api("getUpdates", offset=before["update_id"] + 1)
    sim.restart_ids(7)
    sim.say(anna, "after")
    assert [u["update_id"] for u in api("getUpdates")[1]["result"]] == [7]
    with pytest.raises(SimulatorRefusedError):
        sim.restart_ids("x")  # type: ignore[arg-type]


def test_garbage_and_delay(base_url: str, sim: SimulatorClient, api: Api) -> None:
    sim.add_fault("garbage", method="getMe")
    answer = httpx.get(f"{base_url}/bot{TEST_TOKEN}/getMe")
    assert (answer.status_code, answer.text[:6]) == (200, "<html>")
    sim.add_fault("delay", seconds=0.3)
    assert api("getMe")[0] == 200
    assert sim.calls(method="getMe")[-1].ms >= 300


def test_faults_can_be_listed_and_cleared(sim: SimulatorClient) -> None:
    sim.add_fault("delay", seconds=1)
    assert [(fault["kind"], fault["seconds"]) for fault in sim.faults()] == [("delay", 1)]
    sim.clear_faults()
    assert sim.faults() == []
    with pytest.raises(SimulatorRefusedError, match="kind must be one of"):
        sim.add_fault("fire")
    with pytest.raises(SimulatorRefusedError, match="colour"):
        sim.add_fault("delay", colour="red")


def test_limits_answer_429(sim: SimulatorClient, api: Api, anna: Person) -> None:
    sim.set_limits(enabled=True)
    answers = [api("sendMessage", chat_id=anna.id, text="x") for _ in range(22)]
    assert [code for code, _ in answers[:20]] == [200] * 20
    assert answers[-1] == (
        429,
        {
            "ok": False,
            "error_code": 429,
            "description": "Too Many Requests: retry after 1",
            "parameters": {"retry_after": 1},
        },
    )


@pytest.mark.parametrize(("chat_id", "wait"), [(1, 1), (-1, 3)])
def test_a_chat_recovers_with_time(chat_id: int, wait: int) -> None:
    now = 0.0
    limiter = RateLimiter(clock=lambda: now)
    limiter.spend(chat_id, 20)
    with pytest.raises(BotApiError, match=f"retry after {wait}"):
        limiter.spend(chat_id)
    now = float(wait)
    limiter.spend(chat_id)


def test_all_chats_together_have_a_limit() -> None:
    limiter = RateLimiter(clock=lambda: 0.0)
    for chat_id in range(30):
        limiter.spend(chat_id)
    with pytest.raises(BotApiError, match="retry after 1"):
        limiter.spend(99)


def test_journal_shows_calls_without_the_token(sim: SimulatorClient, api: Api, anna: Person) -> None:
    api("sendMessage", chat_id=str(anna.id), text="x")
    api("getMe")
    call = sim.calls(method="sendmessage", chat_id=anna.id)[0]
    assert call.params == {"chat_id": anna.id, "text": "x"}
    assert (call.code, call.answer["result"]["text"], call.fault) == (200, "x", None)
    assert [item.method for item in sim.calls(after=call.id)] == ["getMe"]
    assert TEST_TOKEN not in str(sim.calls())
