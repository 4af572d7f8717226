"""Sending, editing and deleting: what comes out, and Telegram's words for what does not."""

import time
from typing import Any

import pytest

from simulator.client import Person, SimulatorClient
from tests.simulator.conftest import Api, error

NOT_MODIFIED = error(
    400,
    "Bad Request: message is not modified: specified new message content and reply markup are exactly"
    " the same as a current content and reply markup of the message",
)
QUERY_TOO_OLD = error(400, "Bad Request: query is too old and response timeout expired or query ID is invalid")


def keyboard(*data: str) -> dict[str, Any]:
    return {"inline_keyboard": [[{"text": item, "callback_data": item} for item in data]]}


def test_message_is_seen_by_both_sides(sim: SimulatorClient, api: Api, anna: Person) -> None:
    code, answer = api("sendMessage", chat_id=anna.id, text="  Привет  ", reply_markup=keyboard("a"))
    sent = answer["result"]
    assert code == 200
    assert sent["text"] == "Привет"
    assert sent["from"] == {
        "id": 123456789,
        "is_bot": True,
        "first_name": "TWS",
        "username": "tws_demo_bot",
    }
    assert sent["chat"]["id"] == anna.id
    seen = sim.chat(anna)[-1]
    assert (seen.text, seen.from_bot, seen.labels()) == ("Привет", True, ["a"])
    assert seen.raw == sent


@pytest.mark.parametrize(
    ("params", "description"),
    [
        ({"text": ""}, "message text is empty"),
        ({"text": " \n"}, "text must be non-empty"),
        ({"text": "x" * 4097}, "message is too long"),
        ({"text": "😀" * 2049}, "message is too long"),
        ({"text": "x", "parse_mode": "BBCode"}, "unsupported parse_mode"),
        ({"text": "x", "chat_id": 1}, "chat not found"),
        ({"text": "x", "chat_id": "@nobody"}, "chat not found"),
        ({"text": "x", "chat_id": ""}, "chat_id is empty"),
        ({"text": "x", "reply_parameters": {"message_id": 1}}, "message to be replied not found"),
        ({"text": "x", "reply_to_message_id": 1}, "message to be replied not found"),
        ({"text": "x", "reply_markup": keyboard("")}, "BUTTON_DATA_INVALID"),
        ({"text": "x", "reply_markup": keyboard("я" * 33)}, "BUTTON_DATA_INVALID"),
        (
            {"text": "x", "reply_markup": {"inline_keyboard": [[{"text": "x"}]]}},
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
        ),
    ],
)
def test_refused_messages(api: Api, anna: Person, params: dict[str, Any], description: str) -> None:
    assert api("sendMessage", **{"chat_id": anna.id, **params}) == error(400, f"Bad Request: {description}")


def test_limits_are_met_exactly(api: Api, anna: Person) -> None:
    assert api("sendMessage", chat_id=anna.id, text="x" * 4096)[0] == 200
    assert api("sendMessage", chat_id=anna.id, text="x", reply_markup=keyboard("я" * 32))[0] == 200
    missing = {"message_id": 1, "allow_sending_without_reply": True}
    assert api("sendMessage", chat_id=anna.id, text="x", reply_parameters=missing)[0] == 200


def test_people_who_can_not_be_written_to(sim: SimulatorClient, api: Api, anna: Person) -> None:
    stranger = sim.person("Ольга")
    assert api("sendMessage", chat_id=stranger.id, text="x") == error(
        403, "Forbidden: bot can't initiate conversation with a user"
    )
    sim.block(anna)
    blocked = error(403, "Forbidden: bot was blocked by the user")
    assert api("sendMessage", chat_id=anna.id, text="x") == blocked
    assert api("sendChatAction", chat_id=anna.id, action="typing") == blocked
    sim.unblock(anna)
    assert api("sendMessage", chat_id=anna.id, text="x")[0] == 200
    states = [
        (
            update["my_chat_member"]["old_chat_member"]["status"],
            update["my_chat_member"]["new_chat_member"]["status"],
        )
        for update in api("getUpdates")[1]["result"]
    ]
    assert states == [("member", "kicked"), ("kicked", "member")]
    sim.deactivate(anna)
    assert api("sendMessage", chat_id=anna.id, text="x") == error(403, "Forbidden: user is deactivated")


def test_editing(sim: SimulatorClient, api: Api, anna: Person) -> None:
    own = sim.say(anna, "mine")
    sent = api("sendMessage", chat_id=anna.id, text="old", reply_markup=keyboard("a"))[1]["result"]
    about = {"chat_id": anna.id, "message_id": sent["message_id"]}
    assert api("editMessageText", **about, text="old", reply_markup=keyboard("a")) == NOT_MODIFIED
    edited = api("editMessageText", **about, text="new")[1]["result"]
    assert edited["text"] == "new"
    assert "reply_markup" not in edited
    assert sim.chat(anna)[-1].edited
    assert api("editMessageReplyMarkup", **about) == NOT_MODIFIED
    assert api("editMessageReplyMarkup", **about, reply_markup=keyboard("b"))[0] == 200
    assert api("editMessageCaption", **about, caption="c") == error(
        400, "Bad Request: there is no caption in the message to edit"
    )
    assert api("editMessageText", chat_id=anna.id, message_id=1, text="x") == error(
        400, "Bad Request: message to edit not found"
    )
    assert api("editMessageText", chat_id=anna.id, message_id=own.message_id, text="x") == error(
        400, "Bad Request: message can't be edited"
    )


def test_deleting(sim: SimulatorClient, api: Api, anna: Person) -> None:
    own = sim.say(anna, "mine")
    about = {"chat_id": anna.id, "message_id": own.message_id}
    assert api("deleteMessage", **about) == (200, {"ok": True, "result": True})
    assert sim.chat(anna)[-1].deleted
    assert api("deleteMessage", **about) == error(400, "Bad Request: message to delete not found")


def test_old_messages_can_not_be_deleted(
    sim: SimulatorClient, api: Api, anna: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = sim.say(anna, "mine")
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 48 * 3600 + 60)
    assert api("deleteMessage", chat_id=anna.id, message_id=own.message_id) == error(
        400, "Bad Request: message can't be deleted for everyone"
    )


def test_presses_and_answers(sim: SimulatorClient, api: Api, anna: Person) -> None:
    api("sendMessage", chat_id=anna.id, text="choose", reply_markup=keyboard("yes", "no"))
    message = sim.chat(anna)[-1]
    query = sim.press_button(anna, message, "yes")
    update = api("getUpdates")[1]["result"][0]["callback_query"]
    assert (update["id"], update["data"], update["message"]) == (query, "yes", message.raw)
    assert update["from"]["id"] == anna.id
    assert sim.callback_answer(query) is None
    assert api("answerCallbackQuery", callback_query_id=query, text="ok", show_alert=True)[0] == 200
    answer = sim.callback_answer(query)
    assert answer is not None
    assert (answer.text, answer.show_alert) == ("ok", True)
    assert api("answerCallbackQuery", callback_query_id="1") == QUERY_TOO_OLD


def test_late_answers_are_refused(
    sim: SimulatorClient, api: Api, anna: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    api("sendMessage", chat_id=anna.id, text="choose", reply_markup=keyboard("yes"))
    query = sim.press_button(anna, sim.chat(anna)[-1], "yes")
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 61)
    assert api("answerCallbackQuery", callback_query_id=query) == QUERY_TOO_OLD


def test_reply_keyboard_is_shown_and_removed(sim: SimulatorClient, api: Api, anna: Person) -> None:
    markup = {"keyboard": [["Да", {"text": "Нет"}], ["Позже"]]}
    sent = api("sendMessage", chat_id=anna.id, text="x", reply_markup={"keyboard": [[{"text": "Да"}]]})
    assert "reply_markup" not in sent[1]["result"]
    assert sim.reply_keyboard(anna) == [["Да"]]
    api("sendMessage", chat_id=anna.id, text="x", reply_markup={"remove_keyboard": True})
    assert sim.reply_keyboard(anna) == []
    assert api("sendMessage", chat_id=anna.id, text="x", reply_markup=markup)[0] == 400


def test_the_bot_and_its_chats(sim: SimulatorClient, api: Api, anna: Person) -> None:
    assert api("getMe")[1]["result"]["username"] == "tws_demo_bot"
    assert api("getChat", chat_id=anna.id)[1]["result"]["first_name"] == "Анна"
    assert api("getChat", chat_id=sim.person("Ольга").id) == error(400, "Bad Request: chat not found")
    assert api("leaveChat", chat_id=anna.id) == error(
        400, "Bad Request: chat member status can't be changed in private chats"
    )
    assert api("sendChatAction", chat_id=anna.id, action="dance") == error(
        400, "Bad Request: wrong parameter action in request"
    )
    assert api("sendChatAction", chat_id=anna.id, action="typing")[1]["result"] is True


def test_commands_belong_to_a_scope_and_language(api: Api, anna: Person) -> None:
    commands = [{"command": "start", "description": "Begin"}]
    russian = [{"command": "start", "description": "Начать"}]
    assert api("setMyCommands", commands=commands)[0] == 200
    assert api("setMyCommands", commands=russian, language_code="ru")[0] == 200
    assert api("getMyCommands")[1]["result"] == commands
    assert api("getMyCommands", language_code="ru")[1]["result"] == russian
    assert api("deleteMyCommands", language_code="ru")[0] == 200
    assert api("getMyCommands", language_code="ru")[1]["result"] == []
    bad = [{"command": "Старт", "description": "x"}]
    assert api("setMyCommands", commands=bad) == error(400, "Bad Request: BOT_COMMAND_INVALID")
    assert api("setChatMenuButton", menu_button={"type": "commands"})[1]["result"] is True
