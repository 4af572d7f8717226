"""The bot's process: one thread polls and stores, or waits for the webhook, and several handle.

Any number of such processes may run.
"""

import threading
from concurrent.futures import CancelledError
from typing import Any

import psycopg
import structlog
from django.conf import settings
from django.db import DatabaseError, connection
from django.utils import translation
from django.utils.translation import gettext as _
from telegram.error import Conflict, RetryAfter, TelegramError

from botapp import inbox
from botapp.dispatch import Handled, handle_next
from core.db import refresh_connection
from core.locks import listening
from outbox.transports.telegram import BotThread

log = structlog.get_logger(__name__)

POLL_SECONDS = 25
"""How long Telegram holds a getUpdates open."""
HANDLERS = 4
LOOK_AGAIN = 1.0
"""Seconds after which an idle handler looks by itself: another replica may have stored something."""
RETRY_FIRST, RETRY_MOST = 1.0, 30.0
TOAST_LIMIT = 200
"""Characters over a pressed button (Bot API: answerCallbackQuery)."""
ALLOWED_UPDATES = ["message", "edited_message", "callback_query", "my_chat_member"]
COMMANDS = ("new", "tickets", "language", "cancel", "help")


class Runner:
    """Polling and handling until `stop` is called."""

    def __init__(self, telegram: BotThread) -> None:
        self.telegram = telegram
        self.stopping = threading.Event()
        self._arrived = threading.Condition()
        self._batches = 0

    def stop(self) -> None:
        """Ask all threads to end after what they are doing."""
        self.stopping.set()
        self._wake()

    def run(self) -> None:
        """Introduce the bot, then wait for updates in this thread: by polling, or for what the webhook has stored.

        An update that is being handled is finished first.
        """
        self._introduce()
        workers = [threading.Thread(target=self._handle, name=f"handler-{n}") for n in range(HANDLERS)]
        for worker in workers:
            worker.start()
        try:
            if settings.TELEGRAM_WEBHOOK_SECRETS:
                self._listen()
            else:
                self._poll()
        finally:
            self.stop()
            for worker in workers:
                worker.join()
            connection.close()

    def _introduce(self) -> None:
        """Learn the bot's own name and publish its commands; waits for Telegram as long as it takes."""
        wait = RETRY_FIRST
        while not self.stopping.is_set():
            try:
                self.telegram.run(self.telegram.bot.initialize())
                publish_commands(self.telegram)
            except TelegramError as exc:
                wait = self._rest(exc, wait)
            else:
                return

    def _poll(self) -> None:
        """Store each batch before the next request confirms it to Telegram.

        It begins without an offset, and goes on so after each empty answer (which confirms what came before): Telegram
        gives again what was not confirmed, and the inbox keeps it once. After a quiet week Telegram restarts its
        numbering, so the highest number seen would be a wrong beginning.
        """
        offset, wait = 0, RETRY_FIRST
        while not self.stopping.is_set():
            try:
                updates = self._get_updates(offset)
                if updates:
                    refresh_connection()
                    inbox.store(settings.TELEGRAM_BOT_ID, updates)
                    self._wake()
                offset = self._offset_after(updates, offset) if updates else 0
                wait = RETRY_FIRST
            except CancelledError:
                return
            except (TelegramError, DatabaseError, TimeoutError) as exc:
                wait = self._rest(exc, wait)

    def _listen(self) -> None:
        """Wake the handlers when a web process has stored something."""
        while not self.stopping.is_set():
            try:
                with listening(inbox.WAKE_CHANNEL) as arrived:
                    self._wake()  # whatever came while nobody listened
                    while not self.stopping.is_set():
                        if arrived(LOOK_AGAIN):
                            self._wake()
            except psycopg.OperationalError as exc:
                log.warning("botapp.listen_failed", error=type(exc).__name__, reason=str(exc))
                self.stopping.wait(RETRY_FIRST)

    def _offset_after(self, updates: list[Any], offset: int) -> int:
        """The offset that confirms these updates.

        One without a number is confirmed by what follows it. Where nothing follows, counting never skips what has not
        been seen, since numbers only grow; Telegram may give it again at once, so that takes a pause.
        """
        numbers = [number for update in updates if (number := inbox.number_of(update)) is not None]
        if numbers:
            return max(numbers) + 1
        self.stopping.wait(RETRY_FIRST)
        return offset + len(updates)

    def _get_updates(self, offset: int) -> list[dict[str, Any]]:
        params = {"offset": offset, "timeout": POLL_SECONDS, "limit": 100, "allowed_updates": ALLOWED_UPDATES}
        request = self.telegram.submit("getUpdates", params, read_timeout=POLL_SECONDS + 10.0)
        while True:
            try:
                result: list[dict[str, Any]] = request.result(timeout=0.5)
            except TimeoutError:
                if request.done():
                    raise
                if self.stopping.is_set():
                    request.cancel()
                    raise CancelledError from None
            else:
                return result

    def _rest(self, exc: Exception, wait: float) -> float:
        """Log, sleep, and give the next, longer wait."""
        if isinstance(exc, RetryAfter):
            after = exc.retry_after
            wait = float(after) if isinstance(after, int) else after.total_seconds()
        level = log.error if isinstance(exc, Conflict) else log.warning
        level("botapp.poll_failed", error=type(exc).__name__, reason=str(exc), wait=wait)
        self.stopping.wait(wait)
        return min(wait * 2, RETRY_MOST)

    def _handle(self) -> None:
        """Handle what has arrived until the end; no failure ends a handler before that."""
        while not self.stopping.is_set():
            batches = self._batches
            try:
                refresh_connection()
                handled = handle_next(self.telegram.bot)
            except Exception as exc:  # noqa: BLE001 -- the update stays in the inbox
                log.warning("botapp.handle_failed", error=type(exc).__name__, reason=str(exc))
                self.stopping.wait(RETRY_FIRST)
                continue
            if handled is not None:
                answer_button(self.telegram, handled)
            elif not self.stopping.is_set():
                with self._arrived:  # what came since the look is not waited for
                    self._arrived.wait_for(lambda: self._batches != batches, LOOK_AGAIN)  # noqa: B023 -- called at once
        connection.close()

    def _wake(self) -> None:
        with self._arrived:
            self._batches += 1
            self._arrived.notify_all()


def answer_button(telegram: BotThread, handled: Handled) -> None:
    """End the waiting circle of a pressed button: best effort, nothing depends on it."""
    if handled.callback_query_id:
        params = {
            "callback_query_id": handled.callback_query_id,
            "text": handled.toast[:TOAST_LIMIT],
            "show_alert": False,
        }
        telegram.submit("answerCallbackQuery", params).add_done_callback(lambda future: future.exception())


def publish_commands(telegram: BotThread) -> None:
    """The menu of commands: in every language for those who use Telegram in it, in the first one for all others."""
    for code, _name in settings.LANGUAGES:
        params: dict[str, Any] = {"commands": _commands(code)}
        if code != settings.LANGUAGE_CODE:
            params["language_code"] = code
        telegram.call("setMyCommands", params)


def _commands(language: str) -> list[dict[str, str]]:
    with translation.override(language):
        described = (_("One more ticket"), _("My tickets"), _("Language"), _("Cancel"), _("Help"))
        return [{"command": name, "description": text} for name, text in zip(COMMANDS, described, strict=True)]
