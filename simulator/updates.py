"""The queue of unconfirmed updates, with Telegram's rules for offsets and for who may listen."""

import asyncio
import json
import random
import time

from simulator.errors import BotApiError
from simulator.model import JsonObject, QueuedUpdate

MAX_TIMEOUT_SECONDS = 50
MAX_UPDATE_ID = 2**31
NOT_BY_DEFAULT = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
TERMINATED = BotApiError(
    409,
    "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running",
)


def compact(value: object) -> bytes:
    """`value` as JSON on the wire: ASCII only, as Telegram sends it, so that even a lone surrogate passes."""
    return json.dumps(value, separators=(",", ":")).encode("ascii")


class UpdateQueue:
    """Updates in order. Ids begin at a random number and grow by one."""

    def __init__(self) -> None:
        self.next_id = random.randint(100_000_000, 999_999_999)
        self.pending: list[QueuedUpdate] = []
        self.allowed: list[str] | None = None
        self.closing = False
        self._listener: asyncio.Future[None] | None = None
        self._arrived = asyncio.Event()

    def push(self, kind: str, content: JsonObject) -> int | None:
        """Queue an update of `kind`; its id, or None when the bot does not want this kind."""
        if not self._wanted(kind):
            return None
        update_id = self._take_id()
        self._append(update_id, compact({"update_id": update_id, kind: content}))
        return update_id

    def push_raw(self, body: bytes, *, assign: bool = False) -> int:
        """Queue bytes as they are; the id under which the queue counts them.

        An update_id inside the body counts when it is a sensible integer not below the next one. With
        `assign` the next id is written into the body, right after its first brace.
        """
        if assign:
            update_id = self._take_id()
            body = body.replace(b"{", b'{"update_id":%d,' % update_id, 1)
        else:
            update_id = self._take_id(at_least=_own_id(body))
        self._append(update_id, body)
        return update_id

    def _take_id(self, at_least: int = 0) -> int:
        update_id = max(self.next_id, at_least)
        self.next_id = update_id + 1
        return update_id

    def _append(self, update_id: int, body: bytes) -> None:
        self.pending.append(QueuedUpdate(update_id, body))
        self._arrived.set()

    def _wanted(self, kind: str) -> bool:
        return kind in self.allowed if self.allowed else kind not in NOT_BY_DEFAULT

    def allow(self, kinds: list[str]) -> None:
        """What `allowed_updates` asks for from now on; an empty list means the default kinds."""
        self.allowed = kinds or None

    def confirm(self, offset: int) -> None:
        """Forget all updates below `offset`; a negative one keeps only that many of the last."""
        if offset > 0:
            self.pending = [update for update in self.pending if update.id >= offset]
        elif offset < 0:
            self.pending = self.pending[offset:]

    def take_out(self, update_id: int) -> None:
        """Forget one update: the webhook has taken it."""
        self.pending = [update for update in self.pending if update.id != update_id]

    async def listen(self, limit: int, timeout: float) -> list[QueuedUpdate]:
        """Up to `limit` updates, waiting up to `timeout` seconds for the first.

        Raises BotApiError (409) when another call to listen begins meanwhile.
        """
        if self._listener and not self._listener.done():
            self._listener.set_result(None)
        terminated = self._listener = asyncio.get_running_loop().create_future()
        deadline = time.monotonic() + min(max(timeout, 0), MAX_TIMEOUT_SECONDS)
        while not self.pending and not self.closing:
            left = deadline - time.monotonic()
            if left <= 0:
                break
            self._arrived.clear()
            arrival = asyncio.ensure_future(self._arrived.wait())
            await asyncio.wait({arrival, terminated}, timeout=left, return_when=asyncio.FIRST_COMPLETED)
            arrival.cancel()
            if terminated.done():
                raise TERMINATED
        terminated.cancel()
        return self.pending[:limit]

    def close(self) -> None:
        """End the long poll under way, with an empty answer."""
        self.closing = True
        self._arrived.set()

    def dump(self) -> JsonObject:
        """The queue for the state file."""
        return {
            "next_id": self.next_id,
            "allowed": self.allowed,
            "pending": [[item.id, item.body.decode("utf-8", "surrogateescape")] for item in self.pending],
        }

    def load(self, data: JsonObject) -> None:
        """Take over what `dump` gave."""
        self.next_id = data["next_id"]
        self.allowed = data["allowed"]
        self.pending = [
            QueuedUpdate(update_id, body.encode("utf-8", "surrogateescape")) for update_id, body in data["pending"]
        ]


def _own_id(body: bytes) -> int:
    """The update_id that a raw body carries, 0 when it is missing or senseless."""
    try:
        value = json.loads(body)["update_id"]
    except (ValueError, TypeError, LookupError, RecursionError):
        return 0
    return value if type(value) is int and 0 < value < MAX_UPDATE_ID else 0


def chat_of(update: QueuedUpdate) -> int:
    """The chat or person of an update, by which deliveries are ordered; 0 where it tells none."""
    try:
        parts = [part for part in json.loads(update.body).values() if isinstance(part, dict)]
        part = parts[0]
        chat = part.get("chat") or part.get("from") or part["message"]["chat"]
        return int(chat["id"])
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError):
        return 0
