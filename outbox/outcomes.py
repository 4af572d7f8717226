"""What an attempt to send came to. Failures of Telegram become types here and nowhere else."""

from dataclasses import dataclass

import httpx
from telegram import error

FLOOD_MARGIN = 1.0
"""Seconds added to what Telegram asks to wait: its clock and ours differ."""


@dataclass(frozen=True, slots=True)
class Sent:
    """Telegram took it; the id is that of the message shown, where there is one."""

    message_id: int | None


@dataclass(frozen=True, slots=True)
class Retry:
    """Not sent, may be repeated without danger: in `after` seconds, or by the usual back-off."""

    code: str
    after: float | None = None


@dataclass(frozen=True, slots=True)
class Unknown:
    """It may or may not have been sent: the answer was lost."""

    code: str


@dataclass(frozen=True, slots=True)
class Failed:
    """Refused for good. `unreachable` names why nothing at all reaches this chat any more."""

    code: str
    unreachable: str = ""


@dataclass(frozen=True, slots=True)
class Migrated:
    """The group has become a supergroup with another id."""

    chat_id: int


@dataclass(frozen=True, slots=True)
class Unparsable:
    """Telegram does not understand the markup; the text may be sent as plain."""

    code: str


@dataclass(frozen=True, slots=True)
class NoPicture:
    """Telegram can not show the file as a photo; it may be sent as a document."""

    code: str


Outcome = Sent | Retry | Unknown | Failed | Migrated | Unparsable | NoPicture

_UNREACHABLE = {
    "bot was blocked by the user": "blocked",
    "user is deactivated": "deactivated",
    "bot was kicked": "kicked",
    "chat not found": "chat_not_found",
    "bot can't initiate conversation": "chat_not_found",
}
_NO_PICTURE = ("image_process_failed", "photo_invalid_dimensions", "photo_ext_invalid", "photo_save_file_invalid")
_NEVER_LEFT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)
_DONE_ALREADY = ("message is not modified", "message to delete not found", "message to edit not found")


def outcome_of(exc: Exception) -> Outcome:
    """Classify what the call raised. What is not Telegram's own is a Retry: the row stays until it expires."""
    text = str(exc)
    match exc:
        case error.RetryAfter():
            return Retry("flood", after=_seconds(exc) + FLOOD_MARGIN)
        case error.ChatMigrated():
            return Migrated(exc.new_chat_id)
        case error.InvalidToken() | error.EndPointNotFound():  # the latter: a Bot that had been let in before
            return Retry("invalid_token", after=60.0)
        case error.Forbidden() | error.BadRequest():
            return _refused(text)
        case error.NetworkError():
            return _network(exc)
        case error.TelegramError():
            return Unknown("garbled_answer")
        case _:
            return Retry(type(exc).__name__)


def _seconds(exc: error.RetryAfter) -> float:
    wait = exc.retry_after
    return float(wait) if isinstance(wait, int) else wait.total_seconds()


def _refused(text: str) -> Outcome:
    lowered = text.lower()
    if "can't parse entities" in lowered:
        return Unparsable(text[:200])
    if any(phrase in lowered for phrase in _NO_PICTURE):
        return NoPicture(text[:200])
    if any(phrase in lowered for phrase in _DONE_ALREADY):
        return Sent(None)
    for phrase, reason in _UNREACHABLE.items():
        if phrase in lowered:
            return Failed(reason, unreachable=reason)
    return Failed(text[:200])


def _network(exc: error.NetworkError) -> Outcome:
    """A request that never reached Telegram, or that it refused with 5xx, is repeated; a lost answer is unknown.

    An answer has no cause, or one of python-telegram-bot's own: its body was not JSON (a proxy's page).
    """
    cause = exc.__cause__
    answered = cause is None or isinstance(cause, error.TelegramError)
    if isinstance(cause, _NEVER_LEFT) or (answered and not isinstance(exc, error.TimedOut)):
        return Retry("network")
    return Unknown("no_answer")
