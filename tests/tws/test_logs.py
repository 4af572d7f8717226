"""Logs tell the cause and never a secret."""

import json
import logging

import pytest
import structlog

from tws.logs import HIDDEN, hide_bot_tokens, hide_by_key

TOKEN = "123456789:AAE-abcdefghijklmnop_qrstuv"


@pytest.mark.parametrize("key", ["token", "access_token", "password", "Authorization", "set_cookie", "SECRET_KEY"])
def test_values_under_telling_keys_are_hidden(key: str) -> None:
    assert hide_by_key(None, "", {"event": "x", key: "hunter2"}) == {"event": "x", key: HIDDEN}


def test_a_bot_token_is_hidden_wherever_it_stands() -> None:
    line = f'{{"event": "GET https://api.telegram.org/bot{TOKEN}/getMe", "tokens": ["{TOKEN}"]}}'
    assert TOKEN not in hide_bot_tokens(None, "", line)
    assert hide_bot_tokens(None, "", line).count(HIDDEN) == 2


def test_numbers_and_plain_words_stay() -> None:
    event = {"event": "sent", "message": 5, "wait": 1.5}
    assert hide_by_key(None, "", dict(event)) == event
    line = '{"at": "2026-11-20T12:30:00.123456Z", "update_id": 123456789}'
    assert hide_bot_tokens(None, "", line) == line


def test_one_json_object_a_line_with_the_cause(capsys: pytest.CaptureFixture[str]) -> None:
    from django.conf import settings

    from tws.logs import start_logging

    start_logging(settings.LOGGING)
    with structlog.contextvars.bound_contextvars(request_id="abc"):
        try:
            raise ValueError(f"bad {TOKEN}")
        except ValueError:
            logging.getLogger("somewhere").exception("failed at %s", TOKEN)
        structlog.get_logger("elsewhere").warning("late", seconds=5)
    first, second = (json.loads(line) for line in capsys.readouterr().err.splitlines())
    assert (first["event"], first["level"], first["request_id"]) == (f"failed at {HIDDEN}", "error", "abc")
    assert "ValueError: bad" in first["exception"]
    assert TOKEN not in json.dumps(first)
    assert (second["event"], second["seconds"], second["level"], second["request_id"]) == ("late", 5, "warning", "abc")


@pytest.mark.parametrize("name", ["httpx", "httpcore", "telegram", "telethon", "celery"])
def test_libraries_that_write_urls_are_quiet(name: str) -> None:
    assert logging.getLogger(name).getEffectiveLevel() >= logging.WARNING
