"""The sender: one per bot in the whole installation, kept so by a lock; drains the outbox into Telegram."""

import threading
import time
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass, field
from functools import lru_cache
from html import unescape
from typing import Any

import structlog
from django.conf import settings
from django.utils import timezone
from django.utils.html import strip_tags
from telegram import InputFile

from core.correlation import correlated
from core.crypto import Unsealable
from core.db import refresh_connection
from core.locks import Lock, exclusive
from outbox import queue, uploads
from outbox.actions import UPLOAD, WAKE_CHANNEL
from outbox.budget import Budget
from outbox.models import Message
from outbox.outcomes import Failed, NoPicture, Outcome, Retry, Sent, Unparsable, outcome_of
from outbox.transports.telegram import BotThread, bot_thread

log = structlog.get_logger(__name__)

IN_FLIGHT = 4
IDLE_WAIT = 1.0
"""Seconds after which an idle sender looks by itself: a wake-up may be lost, or the worker be asked to stop."""


def lock_of_sender() -> str:
    """The name of the lock that whoever sends for this bot holds."""
    return f"outbox.sender.{settings.TELEGRAM_BOT_ID}"


def drain(seconds: float, budget: Budget | None = None) -> bool:
    """Send what is due for up to `seconds`, waiting for more meanwhile.

    False when another sender holds this bot's lock. Raises psycopg.OperationalError when the lock's connection is
    lost: another sender may then hold it already.
    """
    with exclusive(lock_of_sender(), channel=WAKE_CHANNEL) as lock:
        if lock is None:
            return False
        _Drain(lock, bot_thread(), settings.TELEGRAM_BOT_ID, budget or kept_budget()).run(seconds)
        return True


def drain_due() -> None:
    """Send what is due now and return at once when there is nothing left to do at this moment."""
    drain(0, Budget(time.monotonic()))


@lru_cache(maxsize=1)
def kept_budget() -> Budget:
    """What this process has spent: the next turn does not begin with a new burst."""
    return Budget(time.monotonic())


stopping = threading.Event()
"""Set when this worker is asked to end: the turn ends with what is in flight."""


@dataclass(frozen=True, slots=True)
class Flight:
    """A message on its way since `began`, a time of the monotonic clock.

    `plain` when it was refused as it is: now the bare text, or the photo as a document.
    """

    message: Message
    plain: bool
    began: float


@dataclass
class _Drain:
    """One turn of the sender's work, under its lock."""

    lock: Lock
    thread: BotThread
    bot_id: int
    budget: Budget
    flying: dict["Future[Any]", Flight] = field(default_factory=dict)

    def run(self, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        if recovered := queue.recover(self.bot_id):
            log.warning("outbox.recovered", messages=recovered)
        while not stopping.is_set():
            refresh_connection()
            self.lock.wait(0)
            started = self._start()
            if self.flying:
                self._land()
            elif not started:
                left = deadline - time.monotonic()
                if left <= 0:
                    return
                self.lock.wait(min(left, self._pause()))
            if time.monotonic() >= deadline and seconds:
                break
        while self.flying:
            self._land()

    def _start(self) -> int:
        """Claim and send as many as the budget and the free places allow."""
        now = time.monotonic()
        limit = min(IN_FLIGHT - len(self.flying), self.budget.free(now))
        if limit <= 0:
            return 0
        queue.expire(self.bot_id)
        busy = [flight.message.chat_id for flight in self.flying.values()]
        claimed = queue.claim(self.bot_id, limit=limit, waiting=busy + self.budget.exhausted(now))
        for message in claimed:
            self.budget.spend(message.chat_id, now)
            self._send(message)
        return len(claimed)

    def _send(self, message: Message, *, plain: bool = False) -> None:
        try:
            method, params = _call(message, plain=plain)
        except (_TargetMissing, FileNotFoundError) as gone:
            queue.settle(message, Failed("target_not_sent" if isinstance(gone, _TargetMissing) else "file_gone"))
        except Unsealable:  # the key may come back; this chat waits for it, the others do not
            queue.settle(message, Retry("unsealable"))
        except OSError:
            queue.settle(message, Retry("storage"))
        else:
            self.flying[self.thread.submit(method, params)] = Flight(message, plain, time.monotonic())

    def _land(self) -> None:
        """Wait for the first answers, at most a moment, and settle them."""
        done, _ = wait(self.flying, timeout=0.2, return_when=FIRST_COMPLETED)
        for future in done:
            flight = self.flying.pop(future)
            message, outcome = flight.message, _outcome(future)
            if not flight.plain and _has_plain_form(message, outcome):
                self._send(message, plain=True)
                continue
            queue.settle(message, outcome)
            with correlated(message.request_id):
                log.info(
                    "outbox.attempt", message=message.pk, status=message.status, error=message.error,
                    duration_ms=round((time.monotonic() - flight.began) * 1000),
                )  # fmt: skip

    def _pause(self) -> float:
        """How long to sleep when nothing can go now."""
        budget = self.budget.next_free(time.monotonic()) or IDLE_WAIT
        due = queue.next_due(self.bot_id)
        until_due = (due - timezone.now()).total_seconds() if due else IDLE_WAIT
        return min(IDLE_WAIT, budget, max(until_due, 0.05))


class _TargetMissing(Exception):
    """The message that is to be changed was never shown."""


def _has_plain_form(message: Message, refused: Outcome) -> bool:
    """Whether what was refused can go once more, in a form that Telegram always takes."""
    match refused:
        case Unparsable():
            return "text" in message.params
        case NoPicture():
            return UPLOAD in message.params
        case _:
            return False


def _call(message: Message, *, plain: bool) -> tuple[str, dict[str, Any]]:
    """The method and its parameters. Raises what reading an upload may raise."""
    method, params = message.method, {**message.params, "chat_id": message.chat_id}
    if message.changes is not None:
        if message.changes.telegram_message_id is None:
            raise _TargetMissing
        params["message_id"] = message.changes.telegram_message_id
    if upload := params.pop(UPLOAD, None):
        content = uploads.read(upload["key"])
        kind = "document" if plain else upload["kind"]
        params[kind] = InputFile(content.data, filename=content.name)
        method = "sendDocument" if plain else method
    elif plain:
        params.pop("parse_mode", None)
        params["text"] = unescape(strip_tags(params["text"]))
    return method, params


def _outcome(future: "Future[Any]") -> Outcome:
    try:
        result = future.result()
    except Exception as exc:  # noqa: BLE001 -- whatever went wrong is an outcome of this one message
        return outcome_of(exc)
    return Sent(result.get("message_id") if isinstance(result, dict) else None)
