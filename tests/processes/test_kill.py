"""kill -9 in the middle of the work: nothing lost, nothing doubled."""

from collections import Counter

import pytest

from outbox.sender import IN_FLIGHT
from simulator.client import Person
from tests.support.processes import House, wait_until

pytestmark = pytest.mark.processes

PEOPLE = 30
EACH = 10
KILLS = 3


@pytest.fixture
def crowd(house: House) -> list[Person]:
    """Thirty people who have opened the chat; Telegram's own limits are off, ours are what is looked at."""
    house.people.set_limits(enabled=False)
    return [house.people.add_person(f"Клиент {n}", language_code="ru") for n in range(PEOPLE)]


def said(house: House) -> list[str]:
    """Every text that has become a ticket or a comment."""
    return [
        str(text)
        for (text,) in house.rows("SELECT description FROM tickets_ticket UNION ALL SELECT text FROM tickets_comment")
    ]


def waiting(house: House) -> int:
    """Messages that are still to be sent."""
    ((count,),) = house.rows("SELECT count(*) FROM outbox_message WHERE status IN ('queued', 'sending')")
    return int(str(count))


def test_kills_of_bot_and_sender_lose_and_double_nothing(house: House, crowd: list[Person]) -> None:
    house.manage("shell", "-v0", "-c", TENANT)
    house.start("bot", "sender")
    texts = [f"сообщение {n}-{person.id}" for n in range(EACH) for person in crowd]
    for n in range(EACH):
        for person in crowd:
            house.people.say(person, f"сообщение {n}-{person.id}")
        if n in {2, 5, 8}:  # in the middle, with updates unconfirmed and messages in flight
            done = len(said(house))
            wait_until(lambda done=done: len(said(house)) > done, "the bot works")  # type: ignore[misc]
            house.kill("bot")
            house.kill("sender")
            house.start("bot", "sender")
    wait_until(lambda: len(said(house)) >= len(texts), "every message is stored", 60)
    wait_until(lambda: waiting(house) == 0, "every answer is sent", 120)

    assert Counter(said(house)) == Counter(texts)
    assert house.rows("SELECT count(*) FROM tickets_ticket") == [(PEOPLE,)]
    assert house.rows("SELECT status, count(*) FROM botapp_inboxupdate GROUP BY status") == [("handled", len(texts))]
    assert house.rows("SELECT DISTINCT status FROM outbox_message") == [("sent",)]
    surplus = 0
    for person in crowd:
        answers = [message for message in house.people.chat(person) if message.from_bot]
        surplus += len(answers) - EACH
        assert len(answers) >= EACH
    assert 0 <= surplus <= KILLS * IN_FLIGHT


TENANT = """
from tests.support.company import MACHINE
from accounts.actions import create_tenant
create_tenant(actor=MACHINE, slug="moscow", name="Москва", time_zone="Europe/Moscow")
"""
