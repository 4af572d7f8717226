"""A simulator in a thread, shared by the tests of a run and reset before each."""

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from simulator.client import Person, SimulatorClient
from simulator.server import TEST_TOKEN, running_simulator

Api = Callable[..., tuple[int, Any]]


@pytest.fixture(scope="session")
def base_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running_simulator(tmp_path_factory.mktemp("simulator") / "state.json") as url:
        yield url


@pytest.fixture(scope="session")
def client(base_url: str) -> Iterator[SimulatorClient]:
    with SimulatorClient(base_url) as opened:
        yield opened


@pytest.fixture(scope="session")
def http(base_url: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=f"{base_url}/bot{TEST_TOKEN}/", timeout=10, trust_env=False) as opened:
        yield opened


@pytest.fixture
def sim(client: SimulatorClient) -> SimulatorClient:
    """The simulator as after its first start, without sending limits."""
    client.reset()
    client.set_limits(enabled=False)
    return client


@pytest.fixture
def api(http: httpx.Client, sim: SimulatorClient) -> Api:
    """Calls of the Bot API without a library: `api("getMe")` gives the HTTP code and the body."""

    def call(method: str, files: Any = None, **params: Any) -> tuple[int, Any]:
        body: dict[str, Any] = {"data": params, "files": files} if files else {"json": params}
        response = http.post(method, **body)
        return response.status_code, response.json()

    return call


@pytest.fixture
def anna(sim: SimulatorClient, api: Api) -> Person:
    """A client who has started the bot; the bot has confirmed that update."""
    person = sim.person("Анна")
    sim.start(person)
    last = api("getUpdates")[1]["result"][-1]["update_id"]
    api("getUpdates", offset=last + 1)
    return person


def error(code: int, description: str) -> tuple[int, dict[str, Any]]:
    """What `api` gives for a refusal."""
    return code, {"ok": False, "error_code": code, "description": description}
