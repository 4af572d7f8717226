"""kill -9 at any moment: no message of a person is lost or doubled, no answer is lost."""

from collections import Counter

import pytest

from bench.processes import House, wait_until
from outbox.sender import IN_FLIGHT
from simulator.client import Person

pytestmark = pytest.mark.processes

PEOPLE, MESSAGES = 30, 10
ALL = PEOPLE * MESSAGES
KILLS = {"bot": (70, 190), "sender": (60, 170)}
"""How many updates are handled, or messages sent, when the process is killed."""
PROGRESS = {
    "bot": "SELECT count(*) FROM botapp_inboxupdate WHERE status = 'handled'",
    "sender": "SELECT count(*) FROM outbox_message WHERE status = 'sent'",
}
COMPANY = "from tests.support.company import found_company; found_company()"


def test_three_hundred_messages_under_kills_of_the_bot_and_the_sender(house: House) -> None:
    house.manage("shell", "-v0", "-c", COMPANY)
    people = [house.people.add_person(f"Клиент {number}") for number in range(PEOPLE)]
    house.people.set_limits(enabled=False)
    house.people.add_fault("delay", method="sendMessage", times=10 * ALL, seconds=0.03)
    house.start("bot", "sender")
    for number in range(MESSAGES):
        for person in people:
            house.people.say(person, f"{person.id}: {number}")
    killed = kill_on_the_way(house)
    wait_until(lambda: done(house), "everything is handled and sent")

    assert killed == {name: list(moments) for name, moments in KILLS.items()}
    assert house.texts_by_person() == {
        person.id: [f"{person.id}: {number}" for number in range(MESSAGES)] for person in people
    }
    assert house.rows("SELECT status, count(*) FROM botapp_inboxupdate GROUP BY status") == [("handled", ALL)]
    assert house.rows("SELECT status, count(*) FROM outbox_message GROUP BY status") == [("sent", ALL)]
    assert dict(house.rows("SELECT action, count(*) FROM audit_entry WHERE via = 'bot' GROUP BY action")) == {
        "tickets.create": PEOPLE,
        "tickets.comment": ALL - PEOPLE,
    }
    assert_every_answer_arrived(house, people)
    assert house.people.violations() == []


def kill_on_the_way(house: House) -> dict[str, list[int]]:
    """Kill each process at its moments and start it again, as whoever watches over it would."""
    left = {name: list(moments) for name, moments in KILLS.items()}
    killed: dict[str, list[int]] = {name: [] for name in KILLS}

    def look() -> bool:
        for name, moments in left.items():
            if moments and count(house, name) >= moments[0]:
                house.kill(name)
                assert count(house, name) < ALL, f"{name} was through before its kill"
                killed[name].append(moments.pop(0))
                house.start(name)
        return not any(left.values())

    wait_until(look, "all kills are done", 60)
    return killed


def count(house: House, name: str) -> int:
    ((found,),) = house.rows(PROGRESS[name])
    assert isinstance(found, int)
    return found


def done(house: House) -> bool:
    return count(house, "bot") == count(house, "sender") == ALL


def assert_every_answer_arrived(house: House, people: list[Person]) -> None:
    """Each row's message is in its chat; more than that only what was in flight at a kill of the sender."""
    shown = {(person.id, m.message_id) for person in people for m in house.people.chat(person) if m.from_bot}
    rows = house.rows("SELECT chat_id, telegram_message_id FROM outbox_message")
    assert len(set(rows)) == ALL
    assert set(rows) <= shown
    assert Counter(chat for chat, _ in rows) == {person.id: MESSAGES for person in people}
    assert len(shown) - ALL <= IN_FLIGHT * len(KILLS["sender"])
