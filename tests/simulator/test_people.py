"""People: who there is, what their acts send to the bot, and what is refused."""

from typing import Any

import pytest

from simulator.client import Person, SimulatorClient, SimulatorRefusedError
from tests.simulator.conftest import Api


def only_message(api: Api) -> dict[str, Any]:
    updates = api("getUpdates")[1]["result"]
    assert len(updates) == 1
    message: dict[str, Any] = updates[0]["message"]
    return message


def test_cast_is_there_from_the_beginning(sim: SimulatorClient) -> None:
    people = sim.people()
    assert len(people) == 8
    assert any(person.id > 2**32 for person in people)
    assert any(person.id < 2**32 for person in people)
    assert {person.role for person in people} == {"клиент", "техник", "куратор", "инженер", "стационар"}


def test_person_can_be_added_and_found(sim: SimulatorClient) -> None:
    person = sim.add_person("Павел", last_name="Орлов", username="p_orlov", phone="+79160000000")
    assert person.id > 2**32
    assert sim.person("p_orlov") == sim.person("Павел Орлов") == sim.person(person.id) == person
    with pytest.raises(SimulatorRefusedError, match="409"):
        sim.add_person("Пётр", id=person.id)
    with pytest.raises(SimulatorRefusedError, match="first_name must not be empty"):
        sim.add_person(" ")
    with pytest.raises(SimulatorRefusedError, match="Unknown fields: age"):
        sim.add_person("Пётр", age=5)
    with pytest.raises(LookupError):
        sim.person("Никто")


def test_deep_link_start(sim: SimulatorClient, api: Api) -> None:
    anna = sim.person("Анна")
    sim.start(anna, "inv_5")
    message = only_message(api)
    assert message["text"] == "/start inv_5"
    assert message["entities"] == [{"type": "bot_command", "offset": 0, "length": 6}]
    assert message["from"] == {
        "id": anna.id,
        "is_bot": False,
        "first_name": "Анна",
        "last_name": "Смирнова",
        "username": "anna_smirnova",
        "language_code": "ru",
    }
    assert message["chat"]["type"] == "private"


@pytest.mark.parametrize("text", ["x" * 4096, "a\u0000b", "\u202etxt", "<b>&amp;", "\ud800", " "])
def test_any_text_passes_unchanged(sim: SimulatorClient, api: Api, anna: Person, text: str) -> None:
    sim.say(anna, text)
    assert only_message(api)["text"] == text


def test_text_has_limits(sim: SimulatorClient, anna: Person) -> None:
    for text in ("", "x" * 4097):
        with pytest.raises(SimulatorRefusedError, match="1 to 4096"):
            sim.say(anna, text)


def test_reply_quotes_the_message(sim: SimulatorClient, api: Api, anna: Person) -> None:
    sent = api("sendMessage", chat_id=anna.id, text="question")[1]["result"]
    sim.say(anna, "answer", reply_to=sent["message_id"])
    assert only_message(api)["reply_to_message"] == sent
    with pytest.raises(SimulatorRefusedError, match="404"):
        sim.say(anna, "answer", reply_to=1)


def test_edit(sim: SimulatorClient, api: Api, anna: Person) -> None:
    message = sim.say(anna, "/old")
    edited = sim.edit(anna, message, "new")
    assert (edited.text, edited.edited, edited.entities) == ("new", True, [])
    update = api("getUpdates")[1]["result"][1]["edited_message"]
    assert (update["message_id"], update["text"]) == (message.message_id, "new")
    sent = api("sendMessage", chat_id=anna.id, text="x")[1]["result"]
    with pytest.raises(SimulatorRefusedError, match="only their own"):
        sim.edit(anna, sent["message_id"], "y")


def test_contact_and_location(sim: SimulatorClient, api: Api, anna: Person) -> None:
    sim.send_contact(anna)
    sim.send_contact(anna, {"phone_number": "+79990000000", "first_name": "Другой"})
    sim.send_location(anna, 55.75, 37.61)
    sim.send_content(anna, {"dice": {"emoji": "🎲", "value": 6}})
    own, other, place, dice = (update["message"] for update in api("getUpdates")[1]["result"])
    assert own["contact"]["user_id"] == anna.id
    assert "user_id" not in other["contact"]
    assert place["location"] == {"latitude": 55.75, "longitude": 37.61}
    assert dice["dice"]["value"] == 6


def test_only_real_buttons_can_be_pressed_unless_forged(sim: SimulatorClient, api: Api, anna: Person) -> None:
    message = sim.say(anna, "no buttons")
    with pytest.raises(SimulatorRefusedError, match="has no button"):
        sim.press(anna, message, "ticket:1")
    sim.press(anna, message, "ticket:1", forged=True)
    assert api("getUpdates")[1]["result"][1]["callback_query"]["data"] == "ticket:1"


def test_who_has_blocked_the_bot_can_not_write(sim: SimulatorClient, anna: Person) -> None:
    sim.block(anna)
    with pytest.raises(SimulatorRefusedError, match="409"):
        sim.say(anna, "x")
    assert sim.person("Анна").blocked


def test_message_ids_grow_over_all_chats(sim: SimulatorClient, anna: Person) -> None:
    first = sim.say(anna, "1")
    second = sim.start(sim.person("Ольга"))
    assert second.message_id == first.message_id + 1


def test_history_after_a_message(sim: SimulatorClient, anna: Person) -> None:
    first = sim.say(anna, "1")
    sim.say(anna, "2")
    assert [message.text for message in sim.chat(anna, after=first.message_id)] == ["2"]


def test_waiting_for_the_bot(sim: SimulatorClient, api: Api, anna: Person) -> None:
    asked = sim.say(anna, "hello")
    api("sendMessage", chat_id=anna.id, text="hello to you")
    found = sim.wait_for(anna, lambda message: "hello" in message.text, after=asked)
    assert found.text == "hello to you"
    with pytest.raises(AssertionError, match="person: 'hello'"):
        sim.wait_for(anna, lambda message: message.text == "bye", timeout=0.1)


def test_reset_keeps_the_cast_and_counts_on(sim: SimulatorClient, anna: Person) -> None:
    sim.add_person("Павел")
    before = sim.state()
    sim.reset()
    after = sim.state()
    assert (after["people"], after["pending_updates"], after["calls"]) == (8, 0, 0)
    assert after["next_update_id"] == before["next_update_id"]
    assert after["last_message_id"] == before["last_message_id"]
    assert sim.chat(anna) == []
