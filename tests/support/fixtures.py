"""The fixtures of all tests."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from django.db.backends.postgresql.operations import DatabaseOperations
from django.test import override_settings

from bench.environment import TOKEN
from bench.processes import PREPARED, House, open_house
from outbox import budget
from outbox.transports.telegram import BotThread, bot_thread
from simulator.client import SimulatorClient
from simulator.server import running_simulator
from tests.support.company import Company, found_company
from tests.support.desk import Desk
from tests.support.orders import Team
from tests.support.sealed import Keys


@pytest.fixture
def company(db: None) -> Company:
    """Two branches in an otherwise empty database."""
    return found_company()


@pytest.fixture
def team(company: Company) -> Team:
    """A curator, an engineer, a workshop engineer and a client."""
    return Team(company)


@pytest.fixture
def keys(settings: Any) -> Keys:
    """The keys of what is sealed, to be changed by the test."""
    return Keys(settings, settings.DATA_KEYS)


@pytest.fixture(scope="session")
def simulator_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """One Telegram of this worker."""
    with running_simulator(tmp_path_factory.mktemp("simulator") / "state.json", TOKEN) as url:
        yield url


@pytest.fixture(scope="session")
def simulator(simulator_url: str) -> Iterator[SimulatorClient]:
    """One client of it: its connections cost more than most tests."""
    with SimulatorClient(simulator_url) as client:
        yield client


@pytest.fixture
def people(simulator: SimulatorClient) -> Iterator[SimulatorClient]:
    """The people of the simulator, fresh; a call that the Bot API does not describe fails the test."""
    simulator.reset()
    simulator.set_limits(enabled=False)
    yield simulator
    assert simulator.violations() == []


@pytest.fixture(scope="session")
def bot(simulator_url: str) -> BotThread:
    """The one Bot of this worker, as every process has one."""
    with override_settings(TELEGRAM_API_URL=simulator_url):
        bot_thread.cache_clear()
        thread = bot_thread()
    thread.run(thread.bot.initialize())
    return thread


@pytest.fixture
def desk(company: Company, people: SimulatorClient, bot: BotThread, simulator_url: str, settings, monkeypatch) -> Desk:  # type: ignore[no-untyped-def]
    """The bot, answering people of the simulator in this thread and this transaction."""
    settings.TELEGRAM_API_URL = simulator_url
    settings.CELERY_TASK_ALWAYS_EAGER = True
    settings.DEFAULT_TENANT = company.tenant.slug
    monkeypatch.setattr(budget, "CHAT_BURST", 1000.0)
    return Desk(people, bot)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Copy the database that is prepared already. Let the history be emptied between tests that commit, and only
    there: its trigger refuses TRUNCATE."""
    connections["default"].settings_dict["TEST"]["TEMPLATE"] = PREPARED
    flush = DatabaseOperations.sql_flush

    def sql_flush(self: DatabaseOperations, *args: object, **kwargs: object) -> list[str]:
        statements = flush(self, *args, **kwargs)
        return ["SET session_replication_role = replica", *statements, "RESET session_replication_role"]

    DatabaseOperations.sql_flush = sql_flush  # type: ignore[method-assign]


@pytest.fixture
def shots() -> Path:
    """Where browser tests leave their pictures."""
    folder = Path(__file__).resolve().parents[2] / "screenshots"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture
def house(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[House]:
    """The house as processes, on a database of its own; their logs are shown when the test fails."""
    with open_house(tmp_path) as house:
        yield house
        for name in sorted(path.stem for path in tmp_path.glob("*.log")):
            print(f"--- {name}\n{house.log(name)[-3000:]}")  # noqa: T201 -- pytest shows it on failure only


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The system's Chromium, which talks to nobody outside."""
    flags = "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
    quiet = "--disable-component-update --disable-sync"
    path = next((found for name in CHROMIUM if (found := shutil.which(name))), None)
    return {**browser_type_launch_args, "executable_path": path, "args": [*flags.split(), *quiet.split()]}


CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
NEEDS = {"browser": CHROMIUM, "redis": ("redis-server",)}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what this machine has no program for; CI has all of them, or fails."""
    for marker, programs in NEEDS.items():
        if any(shutil.which(program) for program in programs):
            continue
        for item in items:
            if item.get_closest_marker(marker) is not None:
                if os.environ.get("CI"):
                    raise pytest.UsageError(f"CI must have {programs[0]}: scripts/install-system-packages")
                item.add_marker(pytest.mark.skip(reason=f"needs {programs[0]}"))
