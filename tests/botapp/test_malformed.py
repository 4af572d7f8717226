"""Updates that nobody can make sense of: kept, told to the staff, and no obstacle to the others."""

import json
from typing import Any

import pytest

from accounts.roles import Role
from botapp import dispatch
from botapp.models import InboxUpdate
from outbox.models import Message
from simulator.client import Person
from tests.botapp.updates import message_update, numbered
from tests.botapp.words import OUR_FAULT, said, texts
from tests.support.company import Company
from tests.support.desk import Desk
from tickets.models import Comment, Ticket

MALFORMED: dict[str, dict[str, Any]] = {
    "no date": {"date": None},
    "no message_id": {"message_id": None},
    "date is no number": {"date": "yesterday"},
    "date beyond time": {"date": 2**62},
    "chat is a text": {"chat": "Анна"},
    "chat without a type": {"chat": {"id": 5}},
    "entities are a text": {"text": "/start", "entities": "bold"},
    "text is a number": {"text": 5},
    "photo is a text": {"text": None, "photo": "AgAC"},
    "from is a text": {"from": "Анна"},
    "sender beyond bigint": {"from": {"id": 2**70, "is_bot": False, "first_name": "A"}},
}


def statuses() -> list[tuple[str, str]]:
    return list(InboxUpdate.objects.order_by("id").values_list("status", "error"))


@pytest.mark.parametrize("spoiled", MALFORMED.values(), ids=MALFORMED)
def test_a_malformed_message_is_parked_and_the_next_one_handled(
    desk: Desk, anna: Person, spoiled: dict[str, Any]
) -> None:
    desk.people.push_updates([message_update(anna, **spoiled), message_update(anna, "Картридж")], assign=True)
    desk.pump()
    assert [status for status, _ in statuses()] == ["parked", "handled"]
    assert statuses()[0][1] != ""
    assert Ticket.objects.get().description == "Картридж"


ALIEN: dict[str, dict[str, Any]] = {
    "a kind that does not exist yet": {"telepathy": {"from": {"id": 5}, "thought": "Принтер"}},
    "a message that is a text": {"message": "Принтер"},
    "a message that is a list": {"message": [1]},
    "an empty message": {"message": {}},
}


@pytest.mark.parametrize("alien", ALIEN.values(), ids=ALIEN)
def test_an_alien_update_is_parked_and_the_next_one_handled(desk: Desk, anna: Person, alien: dict[str, Any]) -> None:
    desk.people.push_updates([alien, message_update(anna, "Картридж")], assign=True)
    desk.pump()
    assert [status for status, _ in statuses()] == ["parked", "handled"]
    assert Ticket.objects.get().description == "Картридж"


def test_an_update_without_content_needs_nothing(desk: Desk) -> None:
    desk.people.push_update({"message": None}, assign=True)
    desk.pump()
    assert statuses() == [("handled", "")]


def test_one_of_a_hundred_is_parked_and_the_others_are_handled(desk: Desk, anna: Person) -> None:
    batch = [message_update(anna, f"часть {number}") for number in range(100)]
    del batch[37]["message"]["date"]
    desk.people.push_updates(batch, assign=True)
    desk.pump()
    assert [status for status, _ in statuses()].count("handled") == 99
    assert statuses()[37] == ("parked", "KeyError")
    assert Ticket.objects.get().description == "часть 0"
    written = list(Comment.objects.order_by("id").values_list("text", flat=True))
    assert written == [f"часть {number}" for number in range(1, 100) if number != 37]


def test_the_raw_update_is_kept_and_leaves_nothing_behind(desk: Desk, anna: Person) -> None:
    update = message_update(anna, date=None)
    update_id = desk.people.push_update(update, assign=True)
    desk.pump()
    assert InboxUpdate.objects.get().body == numbered(update_id, update)
    assert not Ticket.objects.exists()


def test_the_sender_and_the_superusers_hear_of_a_parked_update(desk: Desk, company: Company) -> None:
    emily, olga = desk.people.person("Emily"), desk.people.person("Ольга")
    company.person(Role.SUPERUSER, telegram=olga.id)
    desk.people.start(olga)
    desk.say(emily, "/start")
    last = desk.people.chat(emily)[-1]
    update_id = desk.people.push_update(message_update(emily, date=None), assign=True)
    (told,) = desk.news(emily, last)
    assert told.text == said(OUR_FAULT, language="en")
    warned = [message for message in desk.people.chat(olga) if str(update_id) in message.text]
    assert len(warned) == 1
    assert "KeyError" in warned[0].text


def test_what_has_no_sender_is_told_to_the_superusers_alone(desk: Desk, company: Company) -> None:
    olga = desk.people.person("Ольга")
    company.person(Role.SUPERUSER, telegram=olga.id)
    desk.people.start(olga)
    desk.say(olga, "/start")
    before = Message.objects.count()
    desk.people.push_update({"message": [1]}, assign=True)
    desk.pump()
    assert Message.objects.count() == before + 1


def test_a_handler_that_fails_parks_its_update_and_undoes_what_it_did(desk: Desk, anna: Person, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    def fail(*_args: object) -> None:
        assert Comment.objects.exists()
        raise ZeroDivisionError

    desk.say(anna, "Принтер")
    monkeypatch.setattr(dispatch, "_show", fail)
    assert texts(desk.say(anna, "ещё")) == [said(OUR_FAULT)]
    assert statuses() == [("handled", ""), ("parked", "ZeroDivisionError")]
    assert (Ticket.objects.count(), Comment.objects.count()) == (1, 0)


def test_json_that_python_alone_writes_is_survived(desk: Desk, anna: Person) -> None:
    body = json.dumps(message_update(anna, "Принтер")).replace('"date"', '"weight": NaN, "load": Infinity, "date"')
    desk.people.push_update(body.encode(), assign=True)
    desk.pump()
    assert statuses() == [("handled", "")]
    assert Ticket.objects.get().description == "Принтер"
