"""The people of these tests, and the bot's process in threads."""

import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from simulator.client import Person

if TYPE_CHECKING:  # loaded before Django is set up
    from botapp.runner import Runner
    from tests.support.desk import Desk


@pytest.fixture
def anna(desk: "Desk") -> Person:
    return desk.people.person("Анна")


@pytest.fixture
def dmitry(desk: "Desk") -> Person:
    return desk.people.person("Дмитрий")


@pytest.fixture
def emily(desk: "Desk") -> Person:
    """She speaks English."""
    return desk.people.person("Emily")


@pytest.fixture
def runner(desk: "Desk", monkeypatch: pytest.MonkeyPatch) -> Iterator["Runner"]:
    """The bot's process, polling and handling in threads; a failure rests for moments only."""
    from botapp import runner

    monkeypatch.setattr(runner, "RETRY_FIRST", 0.05)
    running = runner.Runner(desk.telegram)
    thread = threading.Thread(target=running.run, name="runner")
    thread.start()
    yield running
    running.stop()
    thread.join(5)
    assert not thread.is_alive()
