"""The fixtures of all tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db.backends.postgresql.operations import DatabaseOperations

from simulator.client import SimulatorClient
from simulator.server import running_simulator
from tests.conftest import TOKEN
from tests.support.company import Company, found_company
from tests.support.desk import Desk


@pytest.fixture
def company(db: None) -> Company:
    """Two branches in an otherwise empty database."""
    return found_company()


@pytest.fixture(scope="session")
def simulator_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """One Telegram of this worker."""
    with running_simulator(tmp_path_factory.mktemp("simulator") / "state.json", TOKEN) as url:
        yield url


@pytest.fixture
def people(simulator_url: str) -> Iterator[SimulatorClient]:
    """The people of the simulator, fresh; a call that the Bot API does not describe fails the test."""
    with SimulatorClient(simulator_url) as client:
        client.reset()
        client.set_limits(enabled=False)
        yield client
        assert client.violations() == []


@pytest.fixture
def desk(company: Company, people: SimulatorClient, simulator_url: str, settings, monkeypatch) -> Desk:  # type: ignore[no-untyped-def]
    """The bot, answering people of the simulator in this thread and this transaction."""
    from outbox import budget
    from outbox.transports import telegram

    settings.TELEGRAM_API_URL = simulator_url
    settings.CELERY_TASK_ALWAYS_EAGER = True
    settings.DEFAULT_TENANT = company.tenant.slug
    monkeypatch.setattr(budget, "CHAT_BURST", 1000.0)
    telegram.bot_thread.cache_clear()
    thread = telegram.bot_thread()
    thread.run(thread.bot.initialize())
    return Desk(people, thread)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Let the history be emptied between tests that commit, and only there: its trigger refuses TRUNCATE."""
    flush = DatabaseOperations.sql_flush

    def sql_flush(self: DatabaseOperations, *args: object, **kwargs: object) -> list[str]:
        statements = flush(self, *args, **kwargs)
        return ["SET session_replication_role = replica", *statements, "RESET session_replication_role"]

    DatabaseOperations.sql_flush = sql_flush  # type: ignore[method-assign]


@pytest.fixture
def shots() -> Path:
    """Where browser tests leave their pictures."""
    folder = Path(__file__).resolve().parents[2] / "test-results"
    folder.mkdir(exist_ok=True)
    return folder
