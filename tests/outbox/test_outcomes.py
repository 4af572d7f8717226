"""What Telegram's answers, and the lack of one, mean for a message."""

from typing import Any

import httpx
import pytest
from telegram import error

from bench.processes import wait_until
from outbox.outcomes import Failed, Migrated, Outcome, Retry, Sent, Unknown, Unparsable, outcome_of
from outbox.transports.telegram import BotThread
from simulator.client import Person
from tests.support.desk import Desk


def attempt(telegram: BotThread, method: str = "sendMessage", *, timeout: float = 5.0, **params: Any) -> Outcome:
    """What the sender makes of this call, which must fail."""
    with pytest.raises(Exception) as caught:  # noqa: PT011 -- whatever it raises is the question
        telegram.submit(method, params, read_timeout=timeout).result()
    return outcome_of(caught.value)


ANSWERS: list[tuple[int, str, dict[str, Any], Outcome]] = [
    (403, "Forbidden: bot was blocked by the user", {}, Failed("blocked", "blocked")),
    (403, "Forbidden: user is deactivated", {}, Failed("deactivated", "deactivated")),
    (403, "Forbidden: bot was kicked from the group chat", {}, Failed("kicked", "kicked")),
    (403, "Forbidden: bot was kicked from the supergroup chat", {}, Failed("kicked", "kicked")),
    (403, "Forbidden: bot can't initiate conversation with a user", {}, Failed("chat_not_found", "chat_not_found")),
    (400, "Bad Request: chat not found", {}, Failed("chat_not_found", "chat_not_found")),
    (400, "Bad Request: message is too long", {}, Failed("Message is too long")),
    (400, "Bad Request: BUTTON_DATA_INVALID", {}, Failed("Button_data_invalid")),
    (403, "Forbidden: not enough rights", {}, Failed("Forbidden: not enough rights")),
    (429, "Too Many Requests: retry after 7", {"retry_after": 7}, Retry("flood", after=8.0)),
    (400, "Bad Request: group chat was upgraded", {"migrate_to_chat_id": -1001234567890}, Migrated(-1001234567890)),
    (500, "Internal Server Error", {}, Retry("network")),
    (502, "Bad Gateway", {}, Retry("network")),
    (504, "Gateway Timeout", {}, Retry("network")),
    (401, "Unauthorized", {}, Retry("invalid_token", after=60.0)),
    (404, "Not Found", {}, Retry("invalid_token", after=60.0)),
]


@pytest.mark.parametrize(("code", "text", "parameters", "outcome"), ANSWERS, ids=[f"{a[0]} {a[1]}" for a in ANSWERS])
def test_an_answer_of_telegram(
    desk: Desk, anna: Person, code: int, text: str, parameters: dict[str, Any], outcome: Outcome
) -> None:
    desk.people.add_fault("error", method="sendMessage", code=code, description=text, parameters=parameters)
    found = attempt(desk.telegram, chat_id=anna.id, text="…")
    if isinstance(outcome, Failed) and not outcome.unreachable:
        assert isinstance(found, Failed)
        assert (found.code.lower(), found.unreachable) == (outcome.code.lower(), "")
    else:
        assert found == outcome


def test_markup_that_can_not_be_parsed(desk: Desk, anna: Person) -> None:
    found = attempt(desk.telegram, chat_id=anna.id, text="a <b>bold", parse_mode="HTML")
    assert isinstance(found, Unparsable)
    assert "can't parse entities" in found.code.lower()


@pytest.mark.parametrize(
    ("method", "params"),
    [
        ("editMessageText", {"message_id": 999_999, "text": "…"}),
        ("deleteMessage", {"message_id": 999_999}),
        ("editMessageReplyMarkup", {"message_id": 999_999}),
    ],
)
def test_a_change_of_what_is_gone_has_nothing_left_to_do(
    desk: Desk, anna: Person, method: str, params: dict[str, Any]
) -> None:
    assert attempt(desk.telegram, method, chat_id=anna.id, **params) == Sent(None)


def test_a_change_that_is_there_already_has_nothing_left_to_do(desk: Desk, anna: Person) -> None:
    shown = desk.telegram.call("sendMessage", {"chat_id": anna.id, "text": "same"})
    found = attempt(desk.telegram, "editMessageText", chat_id=anna.id, message_id=shown["message_id"], text="same")
    assert found == Sent(None)


@pytest.mark.parametrize(
    ("kind", "outcome"),
    [
        ("drop_before", Unknown("no_answer")),
        ("drop_after", Unknown("no_answer")),
        ("garbage", Unknown("garbled_answer")),
    ],
)
def test_an_answer_that_was_lost(desk: Desk, anna: Person, kind: str, outcome: Outcome) -> None:
    desk.people.add_fault(kind, method="sendMessage")
    assert attempt(desk.telegram, chat_id=anna.id, text="…") == outcome


def test_an_answer_that_does_not_come_in_time(desk: Desk, anna: Person) -> None:
    desk.people.add_fault("delay", method="sendMessage", seconds=0.3)
    assert attempt(desk.telegram, chat_id=anna.id, text="…", timeout=0.05) == Unknown("no_answer")
    wait_until(lambda: desk.people.chat(anna), "it arrives all the same, before the next test begins")


def test_a_connection_that_is_refused(settings) -> None:  # type: ignore[no-untyped-def]
    settings.TELEGRAM_API_URL = "http://127.0.0.1:9"
    assert attempt(BotThread(), chat_id=1, text="…") == Retry("network")


def test_a_proxy_that_is_not_there(settings) -> None:  # type: ignore[no-untyped-def]
    settings.TELEGRAM_PROXY = "http://127.0.0.1:9"
    assert attempt(BotThread(), chat_id=1, text="…") == Retry("network")


def test_a_token_that_was_never_good_waits_for_a_new_one(desk: Desk, settings) -> None:  # type: ignore[no-untyped-def]
    settings.TELEGRAM_BOT_TOKEN = "123456789:revoked-revoked"
    assert attempt(BotThread(), chat_id=1, text="…") == Retry("invalid_token", after=60.0)


CAUSES: list[tuple[Exception, Outcome]] = [
    (httpx.ConnectError("refused"), Retry("network")),
    (httpx.ConnectTimeout("slow"), Retry("network")),
    (httpx.ProxyError("socks: host unreachable"), Retry("network")),
    (httpx.ReadError("reset"), Unknown("no_answer")),
    (httpx.WriteError("reset"), Unknown("no_answer")),
    (httpx.RemoteProtocolError("cut"), Unknown("no_answer")),
    (error.TelegramError("Invalid server response"), Retry("network")),
]


@pytest.mark.parametrize(("cause", "outcome"), CAUSES, ids=[type(cause).__name__ for cause, _ in CAUSES])
def test_network_errors_by_what_caused_them(cause: Exception, outcome: Outcome) -> None:
    """The last one is a 5xx whose body is a proxy's page: it was answered, so it was not lost."""
    problem = error.NetworkError("…")
    problem.__cause__ = cause
    assert outcome_of(problem) == outcome


@pytest.mark.parametrize(
    ("cause", "outcome"), [(httpx.PoolTimeout("full"), Retry("network")), (httpx.ReadTimeout(""), Unknown("no_answer"))]
)
def test_time_outs_by_what_caused_them(cause: Exception, outcome: Outcome) -> None:
    problem = error.TimedOut()
    problem.__cause__ = cause
    assert outcome_of(problem) == outcome


def test_what_is_not_telegrams_own_is_tried_again() -> None:
    assert outcome_of(KeyError("x")) == Retry("KeyError")


def test_a_long_refusal_is_cut_to_what_a_row_holds() -> None:
    found = outcome_of(error.BadRequest("x" * 1000))
    assert isinstance(found, Failed)
    assert len(found.code) == 200
