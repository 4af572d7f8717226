"""What every test stands on: a real PostgreSQL of this run, made by the controller and shared by its workers."""

import base64
import importlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

TOKEN = "123456789:local-simulator-token"
ENVIRONMENT = {
    "DJANGO_SETTINGS_MODULE": "tws.settings",
    "SECRET_KEY": "a key for tests only, of enough bytes",
    "JWT_SIGNING_KEY": "another key for tests, of enough bytes",
    "DATA_KEYS": "t1:" + base64.b64encode(bytes(range(32))).decode(),
    "TELEGRAM_BOT_TOKEN": TOKEN,
    "TELEGRAM_API_URL": "http://127.0.0.1:9",
    "SITE_URL": "http://127.0.0.1:8000",
    "DATABASE_POOL_SIZE": "50",  # threads of tests that die with their connection keep its place
    "SECURE": "false",
    "LOG_FORMAT": "json",
    "LOG_LEVEL": "INFO",
    "PTB_TIMEDELTA": "1",
    "DJANGO_ALLOW_ASYNC_UNSAFE": "1",  # playwright's loop runs in the thread of the test
}


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Give this run its environment and its database, then set up Django and the fixtures that need it."""
    os.environ.update(ENVIRONMENT)
    if "PYTEST_XDIST_WORKER" not in os.environ:
        _start_database(config)
    import django

    django.setup()
    config.pluginmanager.register(importlib.import_module("tests.support.fixtures"))


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests come last: Playwright's loop runs on in their thread, where Django then has another connection."""
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)


def _start_database(config: pytest.Config) -> None:
    """Only the controller does this; xdist's workers inherit the address."""
    from ops import embedded

    state = Path(tempfile.mkdtemp(prefix="tws-test-"))
    server = embedded.start(state, durable=False)

    def stop() -> None:
        server.discard()
        shutil.rmtree(state, ignore_errors=True)

    config.add_cleanup(stop)
    server.create_database("tws")
    os.environ.update(DATABASE_URL=server.url("tws"), TWS_STATE_DIR=str(state), MEDIA_DIR=str(state / "media"))


@pytest.fixture(scope="session", autouse=True)
def _state_of_worker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Files of this worker's tests go to its own folder."""
    from django.test import override_settings

    with override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("media")):
        yield
