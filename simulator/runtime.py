"""The running simulator: the world, and what is forgotten at a restart."""

from collections.abc import Callable
from pathlib import Path

from starlette.types import Scope

from simulator.errors import SimError
from simulator.events import Broadcaster
from simulator.faults import FaultList
from simulator.journal import Journal
from simulator.limits import RateLimiter
from simulator.model import Chat, JsonObject, Person, StoredMessage
from simulator.storage import Storage
from simulator.world import World


def bot_id_of(token: str) -> int:
    """The bot's user id, which a token begins with. Raises ValueError for a text that is no token."""
    head, colon, secret = token.partition(":")
    if not (head.isascii() and head.isdigit() and colon and secret):
        raise ValueError("A bot token looks like 123456789:letters-and-digits")
    return int(head)


class Runtime:
    """All parts together. `drop` closes a client's connection without an answer; the server sets it."""

    def __init__(self, token: str, bot_username: str, state_path: Path) -> None:
        self.token = token
        self.world = World(bot_id_of(token), bot_username)
        self.storage = Storage(state_path, self.world)
        self.events = Broadcaster()
        self.faults = FaultList()
        self.journal = Journal()
        self.limiter = RateLimiter()
        self.drop: Callable[[Scope], None] = lambda _scope: None

    def person(self, person_id: int) -> Person:
        """The person with this id. Raises SimError (404)."""
        try:
            return self.world.people[person_id]
        except KeyError:
            raise SimError(404, f"There is no person {person_id}") from None

    def chat(self, person_id: int) -> Chat:
        """The chat of a person. Raises SimError (404)."""
        return self.world.chats[self.person(person_id).id]

    def changed(self, chat: Chat, message: StoredMessage | None = None) -> None:
        """Save soon, and show a new or altered message, or the chat's new state, on open pages."""
        self.storage.touch()
        if message is not None:
            self.events.tell("message", lambda: {"chat_id": chat.id, "message": message_view(message)})
        self.events.tell("chat", lambda: chat_view(self.world, chat))

    def reset(self) -> None:
        """Forget everything but the cast, and keep counting ids upward."""
        self.world.clear()
        self.storage.remove_files()
        self.storage.touch()
        self.journal.clear()
        self.faults.clear()
        self.limiter.reset()
        self.events.tell("reset", dict)

    def close(self) -> None:
        """End long polls and streams; nothing new will wait."""
        self.world.updates.close()
        self.events.close()


def message_view(message: StoredMessage) -> JsonObject:
    """A message as the JSON API shows it."""
    payload = message.payload
    return {
        "message_id": message.id,
        "from_bot": message.from_bot,
        "edited": message.edited,
        "deleted": message.deleted,
        "text": payload.get("text", payload.get("caption", "")),
        "markup": message.markup,
        "payload": payload,
    }


def chat_view(world: World, chat: Chat) -> JsonObject:
    """A person and the state of their chat, without its messages but the last."""
    shown = [message for message in chat.messages.values() if not message.deleted]
    return {
        **vars(world.people[chat.id]),
        "started": chat.started,
        "blocked": chat.blocked,
        "deactivated": chat.deactivated,
        "reply_keyboard": chat.reply_keyboard,
        "last_message": message_view(shown[-1]) if shown else None,
    }
