"""What the simulator remembers. Every class here is a plain record that goes to JSON and back unchanged."""

from dataclasses import dataclass, field
from typing import Any

JsonObject = dict[str, Any]


@dataclass
class Person:
    """Somebody who may talk to the bot. `id` is also the id of the private chat, as in Telegram."""

    id: int
    first_name: str
    last_name: str | None = None
    username: str | None = None
    language_code: str | None = "ru"
    phone: str | None = None
    role: str | None = None  # a word for the page's list, Telegram knows nothing of it

    def as_user(self) -> JsonObject:
        """The Bot API's User object."""
        optional = {
            "last_name": self.last_name,
            "username": self.username,
            "language_code": self.language_code,
        }
        user: JsonObject = {"id": self.id, "is_bot": False, "first_name": self.first_name}
        return user | {key: value for key, value in optional.items() if value}

    def as_chat(self) -> JsonObject:
        """The Bot API's Chat object of the private chat with this person."""
        optional = {"last_name": self.last_name, "username": self.username}
        chat: JsonObject = {"id": self.id, "first_name": self.first_name, "type": "private"}
        return chat | {key: value for key, value in optional.items() if value}


@dataclass
class StoredMessage:
    """One message of a chat: the Bot API's Message object and what happened to it since."""

    payload: JsonObject
    from_bot: bool
    edited: bool = False
    deleted: bool = False
    markup: JsonObject | None = None  # a reply keyboard, its removal or a forced reply sent along

    @property
    def id(self) -> int:
        """The message_id."""
        return int(self.payload["message_id"])


@dataclass
class Chat:
    """The private chat of one person with the bot."""

    id: int
    started: bool = False
    blocked: bool = False
    deactivated: bool = False
    messages: dict[int, StoredMessage] = field(default_factory=dict)
    reply_keyboard: JsonObject | None = None


@dataclass
class StoredFile:
    """One file: bytes lie in the files folder under `unique_id`; `path` is the Bot API's file_path."""

    file_id: str
    unique_id: str
    path: str
    size: int
    name: str
    mime_type: str
    width: int = 0
    height: int = 0


@dataclass
class CallbackQuery:
    """A press of an inline button that the bot may answer. `created` is Unix time in seconds."""

    id: str
    person_id: int
    message_id: int
    data: str
    created: float
    answer: JsonObject | None = None


@dataclass
class QueuedUpdate:
    """An update that the bot has not confirmed; `body` is sent byte for byte."""

    id: int
    body: bytes
