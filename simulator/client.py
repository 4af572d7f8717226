"""A typed client of the simulator's JSON API, for tests and scripts.

    SimulatorClient(base_url, timeout=10)            also a context manager; close()

    people() -> list[Person]                         person(name_or_id) -> Person
    add_person(first_name, *, last_name, username, language_code, phone, role, id) -> Person

    say(person, text, *, reply_to=None) -> Message   start(person, payload="") -> Message
    send_photo(person, data, *, caption="", file_name="photo.jpg", reply_to=None) -> Message
    send_document(person, data, *, file_name, mime_type, caption="", declared_size=None, reply_to=None)
    send_media(person, kind, data, *, file_name, mime_type, caption="") -> Message   voice, video, sticker, …
    send_album(person, photos, *, caption="", reply_to=None) -> list[Message]
    send_contact(person, contact=None) -> Message    None: the person's own card
    send_location(person, latitude, longitude) -> Message
    send_content(person, content) -> Message         any other Message content: {"dice": {…}}, {"poll": {…}}
    press(person, message, data, *, forged=False) -> str                     the callback query's id
    press_button(person, message, text) -> str       the same by the button's label
    callback_answer(query_id) -> CallbackAnswer | None
    edit(person, message, text) -> Message
    block(person)  unblock(person)  deactivate(person)

    chat(person, *, after=0) -> list[Message]        deleted messages too, see Message.deleted
    reply_keyboard(person) -> list[list[str]]        labels, empty when none is shown
    wait_for(person, predicate, *, timeout=10, after=0) -> Message

    push_update(body, *, assign=False) -> int        push_updates(bodies, *, assign=False) -> list[int]
    restart_ids(next_id) -> None
    add_fault(kind, *, method="*", chat_id=None, times=1, code, description, parameters, seconds) -> None
    faults() -> list[dict]    clear_faults()         set_limits(*, enabled)
    calls(*, after=0, method=None, chat_id=None) -> list[ApiCall]
    violations() -> list[str]    state() -> dict     reset()

`person` is a Person or an id, `message` a Message or a message_id. A refusal raises SimulatorRefusedError.
"""

import json
import time
from collections.abc import Callable, Iterable, Sequence
from types import TracebackType
from typing import Any, Self

import httpx

from simulator.client_types import ApiCall, CallbackAnswer, Message, Person, SimulatorRefusedError

__all__ = ["ApiCall", "CallbackAnswer", "Message", "Person", "SimulatorClient", "SimulatorRefusedError"]

POLL_SECONDS = 0.05


class SimulatorClient:
    """Drives people and faults of a running simulator, and looks at what the bot did."""

    def __init__(self, base_url: str, *, timeout: float = 10) -> None:
        address = f"{base_url.rstrip('/')}/sim/api"
        self._http = httpx.Client(base_url=address, timeout=timeout, trust_env=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def _ask(self, method: str, path: str, *, json_body: object = None, **options: Any) -> Any:
        if json_body is not None:  # in ASCII, so that a lone surrogate passes too
            options["content"] = json.dumps(json_body).encode("ascii")
        response = self._http.request(method, path, **options)
        if response.is_error:
            raise SimulatorRefusedError(f"{response.status_code}: {response.text}")
        return response.json()

    # People

    def people(self) -> list[Person]:
        """Everybody, the default cast first."""
        return [_person(item) for item in self._ask("GET", "/people")]

    def person(self, name_or_id: int | str) -> Person:
        """One person by id, username, first name or full name. Raises LookupError."""
        people = self.people()
        for person in people:
            full_name = f"{person.first_name} {person.last_name or ''}".strip()
            if name_or_id in (person.id, person.username, person.first_name, full_name):
                return person
        names = [person.first_name for person in people]
        raise LookupError(f"Nobody is called {name_or_id!r}, there are {names}")

    def add_person(self, first_name: str, **details: Any) -> Person:
        """Create a person; `details` are last_name, username, language_code, phone, role, id."""
        return _person(self._ask("POST", "/people", json_body={"first_name": first_name, **details}))

    # What people do

    def say(self, person: Person | int, text: str, *, reply_to: Message | int | None = None) -> Message:
        """Send a text of 1 to 4096 characters."""
        return self._send(person, {"text": text}, reply_to)

    def start(self, person: Person | int, payload: str = "") -> Message:
        """Press «Start», with the payload of a deep link if given."""
        return self.say(person, f"/start {payload}".strip())

    def send_photo(
        self,
        person: Person | int,
        data: bytes,
        *,
        caption: str = "",
        file_name: str = "photo.jpg",
        reply_to: Message | int | None = None,
    ) -> Message:
        """Send a picture; bytes that are no picture arrive as a photo all the same."""
        form = {"kind": "photo", "caption": caption}
        return self._upload(person, form, [(file_name, data, "image/jpeg")], reply_to)[0]

    def send_document(
        self,
        person: Person | int,
        data: bytes,
        *,
        file_name: str = "document.pdf",
        mime_type: str = "application/pdf",
        caption: str = "",
        declared_size: int | None = None,
        reply_to: Message | int | None = None,
    ) -> Message:
        """Send a file; with `declared_size` the update lies about its size in bytes."""
        form = {"kind": "document", "caption": caption}
        if declared_size is not None:
            form["declared_size"] = str(declared_size)
        return self._upload(person, form, [(file_name, data, mime_type)], reply_to)[0]

    def send_media(
        self,
        person: Person | int,
        kind: str,
        data: bytes,
        *,
        file_name: str = "file",
        mime_type: str = "application/octet-stream",
        caption: str = "",
    ) -> Message:
        """Send a voice, audio, video, video_note, animation or sticker."""
        form = {"kind": kind, "caption": caption}
        return self._upload(person, form, [(file_name, data, mime_type)], None)[0]

    def send_album(
        self,
        person: Person | int,
        photos: Sequence[bytes],
        *,
        caption: str = "",
        reply_to: Message | int | None = None,
    ) -> list[Message]:
        """Send 2 to 10 pictures as one album; the caption belongs to the first."""
        files = [(f"photo{index}.jpg", data, "image/jpeg") for index, data in enumerate(photos)]
        return self._upload(person, {"kind": "photo", "caption": caption}, files, reply_to)

    def send_contact(self, person: Person | int, contact: dict[str, Any] | None = None) -> Message:
        """Send a contact: the person's own card, or any other as the Bot API's Contact object."""
        return self._send(person, {"contact": contact or {}})

    def send_location(self, person: Person | int, latitude: float, longitude: float) -> Message:
        """Send a place, in degrees."""
        return self._send(person, {"location": {"latitude": latitude, "longitude": longitude}})

    def send_content(self, person: Person | int, content: dict[str, Any]) -> Message:
        """Send a message of any other kind, given as fields of the Bot API's Message object."""
        return self._send(person, {"content": content})

    def press(self, person: Person | int, message: Message | int, data: str, *, forged: bool = False) -> str:
        """Press an inline button; `forged` sends data that no button of the message has."""
        body = {"message_id": _message_id(message), "data": data, "forged": forged}
        return str(self._act(person, "press", body)["callback_query_id"])

    def press_button(self, person: Person | int, message: Message, text: str) -> str:
        """Press the inline button with this label; the callback query's id."""
        return self.press(person, message, message.callback_data(text))

    def callback_answer(self, query_id: str) -> CallbackAnswer | None:
        """The bot's answer to a press, None while there is none."""
        answer = self._ask("GET", f"/callback-queries/{query_id}")["answer"]
        return None if answer is None else CallbackAnswer(**answer)

    def edit(self, person: Person | int, message: Message | int, text: str) -> Message:
        """Edit the text or caption of a person's own message."""
        return _message(self._act(person, "edit", {"message_id": _message_id(message), "text": text}))

    def block(self, person: Person | int) -> None:
        """Block the bot: it gets my_chat_member, and 403 for what it sends."""
        self._act(person, "block")

    def unblock(self, person: Person | int) -> None:
        """Unblock the bot."""
        self._act(person, "unblock")

    def deactivate(self, person: Person | int) -> None:
        """Delete the person's account; the bot hears of it only by the 403."""
        self._act(person, "deactivate")

    # What they see

    def chat(self, person: Person | int, *, after: int = 0) -> list[Message]:
        """The chat's messages with ids above `after`, oldest first, deleted ones too."""
        found = self._ask("GET", f"/people/{_person_id(person)}/messages", params={"after": after})
        return [_message(item) for item in found]

    def reply_keyboard(self, person: Person | int) -> list[list[str]]:
        """The labels of the keyboard below the input field, empty when none is shown."""
        shown = next(item for item in self._ask("GET", "/people") if item["id"] == _person_id(person))
        rows = (shown["reply_keyboard"] or {}).get("keyboard", [])
        return [[button if isinstance(button, str) else button["text"] for button in row] for row in rows]

    def wait_for(
        self,
        person: Person | int,
        predicate: Callable[[Message], bool],
        *,
        timeout: float = 10,
        after: Message | int = 0,
    ) -> Message:
        """The first message of the bot, not deleted and later than `after`, that satisfies the predicate.

        Raises AssertionError with the whole chat when none comes within `timeout` seconds.
        """
        deadline = time.monotonic() + timeout
        while True:
            seen = self.chat(person, after=_message_id(after))
            for message in seen:
                if message.from_bot and not message.deleted and predicate(message):
                    return message
            if time.monotonic() > deadline:
                lines = [f"{'bot' if item.from_bot else 'person'}: {item.text!r}" for item in seen]
                raise AssertionError("\n".join([f"Not seen within {timeout} s. The chat:", *lines]))
            time.sleep(POLL_SECONDS)

    # Odd input, faults, and what the bot did

    def push_update(self, body: bytes | dict[str, Any], *, assign: bool = False) -> int:
        """Queue an update byte for byte; with `assign` it gets the next update_id written in. Its id."""
        return self.push_updates([body], assign=assign)[0]

    def push_updates(self, bodies: Iterable[bytes | dict[str, Any]], *, assign: bool = False) -> list[int]:
        """Queue several updates one right after the other; none of the bodies may contain a line break."""
        lines = b"\n".join(body if isinstance(body, bytes) else json.dumps(body).encode() for body in bodies)
        params = {"lines": "1"} | ({"assign": "1"} if assign else {})
        ids: list[int] = self._ask("POST", "/updates", content=lines, params=params)["update_ids"]
        return ids

    def restart_ids(self, next_id: int) -> None:
        """Let the ids of updates go on from here, lower than before too."""
        self._ask("POST", "/updates/restart", json_body={"next_id": next_id})

    def add_fault(self, kind: str, **details: Any) -> None:
        """Order a fault: error, delay, drop_before, drop_after or garbage.

        `details` are method ("*"), chat_id (all), times (1); code, description and parameters of an error;
        seconds of a delay; share (1), the part of the calls that it is for.
        """
        self._ask("POST", "/faults", json_body={"kind": kind, **details})

    def faults(self) -> list[dict[str, Any]]:
        """The faults that wait for their calls."""
        found: list[dict[str, Any]] = self._ask("GET", "/faults")
        return found

    def clear_faults(self) -> None:
        """Remove all faults."""
        self._ask("DELETE", "/faults")

    def set_limits(self, *, enabled: bool) -> None:
        """Switch Telegram's sending limits on or off."""
        self._ask("POST", "/limits", json_body={"enabled": enabled})

    def calls(self, *, after: int = 0, method: str | None = None, chat_id: int | None = None) -> list[ApiCall]:
        """The bot's calls, oldest first."""
        params = {"after": after, "method": method, "chat_id": chat_id}
        given = {key: value for key, value in params.items() if value is not None}
        return [ApiCall(**item) for item in self._ask("GET", "/calls", params=given)]

    def violations(self) -> list[str]:
        """What the bot did that the Bot API's schema does not describe; a good bot leaves it empty."""
        return [item["reason"] for item in self._ask("GET", "/violations")]

    def state(self) -> dict[str, Any]:
        """Counters and settings."""
        found: dict[str, Any] = self._ask("GET", "/state")
        return found

    def reset(self) -> None:
        """Forget chats, updates, calls, faults and violations; the default cast stays."""
        self._ask("POST", "/reset")

    # Inner parts

    def _act(self, person: Person | int, act: str, body: dict[str, Any] | None = None) -> Any:
        return self._ask("POST", f"/people/{_person_id(person)}/{act}", json_body=body or {})

    def _send(self, person: Person | int, body: dict[str, Any], reply_to: Message | int | None = None) -> Message:
        if reply_to is not None:
            body = {**body, "reply_to_message_id": _message_id(reply_to)}
        return _message(self._act(person, "messages", body)[0])

    def _upload(
        self,
        person: Person | int,
        form: dict[str, str],
        files: Sequence[tuple[str, bytes, str]],
        reply_to: Message | int | None,
    ) -> list[Message]:
        if reply_to is not None:
            form = {**form, "reply_to_message_id": str(_message_id(reply_to))}
        parts = [("file", file) for file in files]
        path = f"/people/{_person_id(person)}/messages"
        return [_message(item) for item in self._ask("POST", path, data=form, files=parts)]


def _person(item: dict[str, Any]) -> Person:
    return Person(**{name: item[name] for name in Person.__dataclass_fields__})


def _message(item: dict[str, Any]) -> Message:
    names = ("message_id", "from_bot", "text", "edited", "deleted", "markup")
    return Message(**{name: item[name] for name in names}, raw=item["payload"])


def _person_id(person: Person | int) -> int:
    return person if isinstance(person, int) else person.id


def _message_id(message: Message | int) -> int:
    return message if isinstance(message, int) else message.message_id
