"""Everything that survives a restart: people, chats, files, queued updates and what the bot has set."""

import secrets
import time
from dataclasses import asdict, fields
from typing import Any

from simulator.cast import default_cast
from simulator.model import CallbackQuery, Chat, JsonObject, Person, StoredFile, StoredMessage
from simulator.updates import UpdateQueue

STATE_VERSION = 1


class World:
    """The whole persistent state, in plain structures of one event loop."""

    def __init__(self, bot_id: int, bot_username: str) -> None:
        self.bot: JsonObject = {
            "id": bot_id,
            "is_bot": True,
            "first_name": "TWS",
            "username": bot_username,
        }
        self.updates = UpdateQueue()
        self.webhook: JsonObject | None = None
        self.commands: dict[str, list[JsonObject]] = {}
        self.menu_buttons: dict[str, JsonObject] = {}
        self.files: dict[str, StoredFile] = {}
        self.limits_enabled = True
        self.people: dict[int, Person] = {}
        self.chats: dict[int, Chat] = {}
        self.queries: dict[str, CallbackQuery] = {}
        self.last_message_id = secrets.randbelow(900) + 100
        for person in default_cast():
            self.add_person(person)

    def add_person(self, person: Person) -> None:
        """Let `person` exist, with an empty chat."""
        self.people[person.id] = person
        self.chats[person.id] = Chat(person.id)

    def new_person_id(self) -> int:
        """An unused user id, above 2^32 as those of recent accounts."""
        while (person_id := 5_000_000_000 + secrets.randbelow(2_000_000_000)) in self.people:
            continue
        return person_id

    def add_message(
        self, chat: Chat, sender: JsonObject, content: JsonObject, *, from_bot: bool = False
    ) -> StoredMessage:
        """Give `content` an id, a time and a sender, and put it into the chat."""
        self.last_message_id += 1
        payload = {
            "message_id": self.last_message_id,
            "from": sender,
            "chat": self.people[chat.id].as_chat(),
            "date": int(time.time()),
            **content,
        }
        message = StoredMessage(payload, from_bot)
        chat.messages[message.id] = message
        return message

    def clear(self) -> None:
        """Forget chats, updates, presses, files and what the bot has set; the cast comes back as new."""
        fresh = World(self.bot["id"], self.bot["username"])
        fresh.updates.next_id = self.updates.next_id
        fresh.last_message_id = self.last_message_id
        fresh.limits_enabled = self.limits_enabled
        self.load(fresh.dump())

    def dump(self) -> JsonObject:
        """The state as JSON types."""
        return {
            "version": STATE_VERSION,
            "updates": self.updates.dump(),
            "webhook": self.webhook,
            "commands": self.commands,
            "menu_buttons": self.menu_buttons,
            "limits_enabled": self.limits_enabled,
            "last_message_id": self.last_message_id,
            "people": [asdict(person) for person in self.people.values()],
            "files": [asdict(file) for file in self.files.values()],
            "queries": [asdict(query) for query in self.queries.values()],
            "chats": [_dump_chat(chat) for chat in self.chats.values()],
        }

    def load(self, data: JsonObject) -> None:
        """Take over what `dump` gave."""
        self.updates.load(data["updates"])
        self.webhook = data["webhook"]
        self.commands = data["commands"]
        self.menu_buttons = data["menu_buttons"]
        self.limits_enabled = data["limits_enabled"]
        self.last_message_id = data["last_message_id"]
        self.people = {item["id"]: Person(**item) for item in data["people"]}
        self.files = {item["file_id"]: StoredFile(**item) for item in data["files"]}
        self.queries = {item["id"]: CallbackQuery(**item) for item in data["queries"]}
        self.chats = {item["id"]: _load_chat(item) for item in data["chats"]}


def _dump_chat(chat: Chat) -> JsonObject:
    """A shallow copy is enough: the result is serialised at once."""
    data: dict[str, Any] = {item.name: getattr(chat, item.name) for item in fields(chat)}
    data["messages"] = [vars(message) for message in chat.messages.values()]
    return data


def _load_chat(data: JsonObject) -> Chat:
    messages = [StoredMessage(**item) for item in data["messages"]]
    return Chat(**{**data, "messages": {message.id: message for message in messages}})
