"""The schema file is what aiogram's models say, and whoever leaves it is caught."""

from typing import Any

import httpx
import pytest

from simulator import schema
from simulator.botapi.call import METHODS
from simulator.client import Person, SimulatorClient
from simulator.generate_schema import SCHEMA_PATH, SERVED_METHODS, build_schema, render
from simulator.server import TEST_TOKEN
from tests.simulator.conftest import Api, error


def test_file_is_not_stale() -> None:
    assert SCHEMA_PATH.read_text(encoding="utf-8") == render(build_schema())


def test_every_described_method_is_served() -> None:
    assert sorted(METHODS) == sorted(SERVED_METHODS) == sorted(schema.load()["methods"])


def test_unknown_and_unserved_methods(sim: SimulatorClient, api: Api) -> None:
    assert api("sendNonsense") == error(404, "Not Found")
    assert api("sendPoll") == error(400, "Bad Request: SIMULATOR: method sendPoll is not served")
    assert sim.violations() == ["Not Found", "Bad Request: SIMULATOR: method sendPoll is not served"]


def test_wrong_token(base_url: str) -> None:
    answer = httpx.get(f"{base_url}/bot1:wrong/getMe")
    assert (answer.status_code, answer.json()) == error(401, "Unauthorized")


@pytest.mark.parametrize(
    ("params", "place"),
    [
        ({"colour": "red"}, "parameters"),
        ({"chat_id": 1.5}, "chat_id"),
        ({"disable_notification": "perhaps"}, "disable_notification"),
        ({"reply_markup": '{"inline_keyboard": [[{"text": "x", "callback": "y"}]]}'}, "reply_markup"),
        ({"reply_markup": "{"}, "reply_markup"),
    ],
)
def test_parameters_outside_the_schema(
    sim: SimulatorClient, api: Api, anna: Person, params: dict[str, Any], place: str
) -> None:
    code, answer = api("sendMessage", **{"chat_id": anna.id, "text": "x", **params})
    assert code == 400
    assert answer["description"].startswith(f"Bad Request: SIMULATOR: sendMessage: {place}")
    assert sim.violations() == [answer["description"]]


def test_missing_parameter(sim: SimulatorClient, api: Api) -> None:
    answer = api("getFile")
    assert answer == error(400, "Bad Request: SIMULATOR: getFile: parameters: 'file_id' is a required property")
    assert len(sim.violations()) == 1


def test_all_ways_to_give_parameters(base_url: str, sim: SimulatorClient, anna: Person) -> None:
    url = f"{base_url}/bot{TEST_TOKEN}/SENDMESSAGE"
    markup = '{"inline_keyboard": [[{"text": "x", "callback_data": "1"}]]}'
    params = {"chat_id": str(anna.id), "text": "12", "disable_notification": "true", "reply_markup": markup}
    answers = [
        httpx.get(url, params=params),
        httpx.post(url, data=params),
        httpx.post(url, json=params),
        httpx.post(url, params=params),
    ]
    assert [answer.status_code for answer in answers] == [200] * 4
    assert [message.text for message in sim.chat(anna) if message.from_bot] == ["12"] * 4
    assert sim.violations() == []


def test_body_that_is_no_json(base_url: str) -> None:
    url = f"{base_url}/bot{TEST_TOKEN}/getMe"
    for body in (b"{", b"[]"):
        answer = httpx.post(url, content=body, headers={"content-type": "application/json"})
        assert (answer.status_code, answer.json()) == error(400, "Bad Request: can't parse JSON object")
