"""Telegram's sending limits as token buckets: one message a second to a chat, thirty to all, with bursts."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass

from simulator.errors import BotApiError


@dataclass
class Bucket:
    """`capacity` tokens, refilled by `rate` a second."""

    capacity: float
    rate: float
    tokens: float
    at: float

    def refill(self, now: float) -> None:
        """Add what has grown since the last look."""
        self.tokens = min(self.capacity, self.tokens + (now - self.at) * self.rate)
        self.at = now

    def seconds_until(self, amount: int) -> float:
        """How long until `amount` tokens are there, 0 when they are."""
        return max(0.0, (min(amount, self.capacity) - self.tokens) / self.rate)


class RateLimiter:
    """One bucket for all chats and one per chat; groups (negative ids) may have twenty a minute."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._all = Bucket(30, 30, 30, clock())
        self._chats: dict[int, Bucket] = {}

    def spend(self, chat_id: int, messages: int = 1) -> None:
        """Count `messages` to a chat. Raises BotApiError over the limit (429 with retry_after in seconds)."""
        now = self._clock()
        rate = 20 / 60 if chat_id < 0 else 1
        chat = self._chats.setdefault(chat_id, Bucket(20, rate, 20, now))
        for bucket in (self._all, chat):
            bucket.refill(now)
        wait = max(self._all.seconds_until(messages), chat.seconds_until(messages))
        if wait > 0:
            seconds = math.ceil(wait)
            raise BotApiError(429, f"Too Many Requests: retry after {seconds}", {"retry_after": seconds})
        for bucket in (self._all, chat):
            bucket.tokens -= messages

    def reset(self) -> None:
        """Forget what was spent."""
        self._all.tokens = self._all.capacity
        self._chats.clear()
