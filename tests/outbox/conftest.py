"""Chats to write to."""

from typing import TYPE_CHECKING

import pytest

from simulator.client import Person

if TYPE_CHECKING:  # loaded before Django is set up
    from tests.support.desk import Desk


@pytest.fixture
def chats(desk: "Desk") -> list[Person]:
    """Four people who have started the bot."""
    found = [desk.people.person(name) for name in ("Анна", "Дмитрий", "Ольга", "Emily")]
    for person in found:
        desk.people.start(person)
    return found


@pytest.fixture
def anna(chats: list[Person]) -> Person:
    return chats[0]


@pytest.fixture
def dmitry(chats: list[Person]) -> Person:
    return chats[1]
