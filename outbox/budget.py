"""Telegram's sending limits (core.telegram.org/bots/faq, «My bot is hitting limits»), kept before it has to refuse.

30 messages a second in all, 1 a second to one chat with short bursts, 20 a minute to a group. Pure arithmetic over a
clock in seconds that the caller gives; one sender per bot keeps one of these in memory.
"""

from dataclasses import dataclass, field

ALL_PER_SECOND = 30.0
ALL_BURST = 25.0
"""Less than a second's worth: what is in flight may arrive together, and the limit counts arrivals."""
CHAT_PER_SECOND = 1.0
CHAT_BURST = 5.0
GROUP_PER_SECOND = 20 / 60
GROUP_BURST = 20.0


@dataclass(slots=True)
class Bucket:
    """Holds up to `size` permits and gains `rate` of them a second."""

    rate: float
    size: float
    level: float
    at: float

    def refill(self, now: float) -> float:
        """Bring the level up to `now` and return it."""
        self.level = min(self.size, self.level + (now - self.at) * self.rate)
        self.at = now
        return self.level

    def take(self, now: float) -> None:
        self.refill(now)
        self.level -= 1


@dataclass(slots=True)
class Budget:
    """What may be sent now, to all and to each chat."""

    now: float
    everybody: Bucket = field(init=False)
    chats: dict[int, Bucket] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.everybody = Bucket(ALL_PER_SECOND, ALL_BURST, ALL_BURST, self.now)

    def free(self, now: float) -> int:
        """How many messages may leave now, to whichever chats."""
        return int(self.everybody.refill(now))

    def spend(self, chat_id: int, now: float) -> None:
        """Count one message to this chat."""
        self.everybody.take(now)
        bucket = self.chats.get(chat_id)
        if bucket is None:
            rate, size = (GROUP_PER_SECOND, GROUP_BURST) if chat_id < 0 else (CHAT_PER_SECOND, CHAT_BURST)
            bucket = self.chats[chat_id] = Bucket(rate, size, size, now)
        bucket.take(now)

    def exhausted(self, now: float) -> list[int]:
        """The chats that must wait; forgets those whose bucket is full again."""
        self.chats = {chat: bucket for chat, bucket in self.chats.items() if bucket.refill(now) < bucket.size}
        return [chat for chat, bucket in self.chats.items() if bucket.level < 1]

    def next_free(self, now: float) -> float:
        """Seconds until the first waiting chat, or everybody, may send again; 0 when nothing waits."""
        waits = [(1 - bucket.level) / bucket.rate for bucket in self.chats.values() if bucket.level < 1]
        if self.everybody.level < 1:
            return (1 - self.everybody.level) / self.everybody.rate
        return min(waits, default=0.0)
