"""What every test stands on: a real PostgreSQL of this run, made by the controller and shared by its workers."""

import gc
import importlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.environment import ENVIRONMENT
from bench.processes import PREPARED, ROOT


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
    gc.collect()  # what is imported by now stays; to look through it again and again takes a tenth of the time
    gc.freeze()
    gc.set_threshold(100_000, 50, 50)


def _start_database(config: pytest.Config) -> None:
    """Only the controller does this; xdist's workers inherit the address."""
    from ops import embedded

    state = Path(tempfile.mkdtemp(prefix="tws-test-"))
    server = embedded.start(state, durable=False)

    def stop() -> None:
        server.discard()
        shutil.rmtree(state, ignore_errors=True)

    config.add_cleanup(stop)
    os.environ.update(TWS_STATE_DIR=str(state), MEDIA_DIR=str(state / "media"))
    server.create_database(PREPARED)
    os.environ["DATABASE_URL"] = server.url(PREPARED)
    subprocess.run([sys.executable, "manage.py", "prepare"], cwd=ROOT, check=True)
    server.create_database("tws")
    os.environ["DATABASE_URL"] = server.url("tws")


@pytest.fixture(scope="session", autouse=True)
def _state_of_worker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Files of this worker's tests go to its own folder."""
    from django.test import override_settings

    with override_settings(MEDIA_ROOT=tmp_path_factory.mktemp("media")):
        yield
