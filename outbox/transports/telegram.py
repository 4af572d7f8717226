"""The only maker of a Bot, and its event loop: one thread and one Bot a process, made after any fork."""

import asyncio
import threading
import warnings
from concurrent.futures import Future
from functools import lru_cache
from typing import Any

import httpx
from django.conf import settings
from telegram import Bot
from telegram.error import NetworkError, TelegramError
from telegram.request import HTTPXRequest
from telegram.warnings import PTBUserWarning

# python-telegram-bot would rather have its typed methods called; rows hold the Bot API's own names and parameters.
warnings.filterwarnings("ignore", message="Please use 'Bot", category=PTBUserWarning)

POLL_CONNECTIONS = 4
CONNECT_TIMEOUT = 5.0
ANSWER_TIMEOUT = 20.0
UPLOAD_TIMEOUT = 180.0
"""Seconds for 20 MB over a slow line (1 Mbit/s)."""


def make_bot() -> Bot:
    """A Bot for `TELEGRAM_BOT_TOKEN` at `TELEGRAM_API_URL` through `TELEGRAM_PROXY`, not yet initialised."""
    base = settings.TELEGRAM_API_URL.rstrip("/")

    def request(pool: int) -> HTTPXRequest:
        return HTTPXRequest(
            connection_pool_size=pool,
            proxy=settings.TELEGRAM_PROXY or None,
            connect_timeout=CONNECT_TIMEOUT,
            read_timeout=ANSWER_TIMEOUT,
            write_timeout=ANSWER_TIMEOUT,
            media_write_timeout=UPLOAD_TIMEOUT,
            pool_timeout=ANSWER_TIMEOUT,
        )

    return Bot(
        token=settings.TELEGRAM_BOT_TOKEN,
        base_url=f"{base}/bot",
        base_file_url=f"{base}/file/bot",
        request=request(16),
        get_updates_request=request(POLL_CONNECTIONS),
    )


class TooBig(Exception):
    """The file is larger than the caller takes."""


class BotThread:
    """Runs the Bot's coroutines for synchronous code.

    A loop for each message costs 50 ms and a Bot that meets a second loop breaks; one thread costs 2 ms.
    """

    def __init__(self) -> None:
        self.bot = make_bot()
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._loop.run_forever, name="telegram", daemon=True).start()

    def submit(self, method: str, params: dict[str, Any], read_timeout: float = ANSWER_TIMEOUT) -> "Future[Any]":
        """Start a Bot API call; the future gives its decoded `result` or raises a `telegram.error`."""
        coroutine = self.bot.do_api_request(method, api_kwargs=params, read_timeout=read_timeout)
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop)

    def call(self, method: str, params: dict[str, Any] | None = None) -> Any:
        """Make a Bot API call and wait for its `result`."""
        return self.submit(method, params or {}).result()

    def download(self, file_id: str, *, limit: int) -> bytes:
        """The content of a file that somebody sent, at most `limit` bytes of it. Raises TooBig and `telegram.error`."""
        described = self.call("getFile", {"file_id": file_id})
        if described.get("file_size", 0) > limit:
            raise TooBig
        if "file_path" not in described:
            raise TelegramError("The file can not be downloaded yet")
        content: bytes = self.run(_fetched(f"{self.bot.base_file_url}/{described['file_path']}", limit))
        return content

    def run(self, coroutine: Any) -> Any:
        """Wait for any coroutine of this Bot (`initialize`, a download)."""
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result()


async def _fetched(url: str, limit: int) -> bytes:
    """What stands at the address, cut off where it grows beyond the limit, whatever was said of its size."""
    content = bytearray()
    options: dict[str, Any] = {"proxy": settings.TELEGRAM_PROXY or None, "timeout": ANSWER_TIMEOUT}
    try:
        async with httpx.AsyncClient(**options) as client, client.stream("GET", url) as answer:
            answer.raise_for_status()
            async for piece in answer.aiter_bytes():
                content += piece
                if len(content) > limit:
                    raise TooBig
    except httpx.HTTPStatusError as exc:
        raise NetworkError(f"status {exc.response.status_code}") from None  # the address holds the token
    except httpx.HTTPError as exc:
        raise NetworkError(type(exc).__name__) from None
    return bytes(content)


@lru_cache(maxsize=1)
def bot_thread() -> BotThread:
    """This process's Bot. Never call it before a fork."""
    return BotThread()
