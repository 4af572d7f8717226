"""What the client of the simulator gives: people, messages, calls."""

from dataclasses import dataclass
from typing import Any


class SimulatorRefusedError(Exception):
    """The simulator refused what was asked; the text says why."""


@dataclass(frozen=True)
class Person:
    """A person and the state of their chat with the bot."""

    id: int
    first_name: str
    last_name: str | None
    username: str | None
    language_code: str | None
    phone: str | None
    role: str | None
    started: bool
    blocked: bool
    deactivated: bool


@dataclass(frozen=True)
class Message:
    """A message as both sides see it. `raw` is the Bot API's Message object."""

    message_id: int
    from_bot: bool
    text: str  # or the caption
    edited: bool
    deleted: bool
    markup: dict[str, Any] | None  # the reply keyboard that came with it
    raw: dict[str, Any]

    @property
    def buttons(self) -> list[list[dict[str, Any]]]:
        """The inline keyboard, row by row."""
        rows: list[list[dict[str, Any]]] = self.raw.get("reply_markup", {}).get("inline_keyboard", [])
        return rows

    @property
    def entities(self) -> list[dict[str, Any]]:
        """Entities of the text or caption."""
        found: list[dict[str, Any]] = self.raw.get("entities", self.raw.get("caption_entities", []))
        return found

    def labels(self) -> list[str]:
        """The labels of all inline buttons in reading order."""
        return [button["text"] for row in self.buttons for button in row]

    def callback_data(self, label: str) -> str:
        """The data of the inline button with this label. Raises LookupError."""
        for row in self.buttons:
            for button in row:
                if button["text"] == label and "callback_data" in button:
                    return str(button["callback_data"])
        raise LookupError(f"No callback button {label!r}, there are {self.labels()}")


@dataclass(frozen=True)
class CallbackAnswer:
    """The bot's answer to a press."""

    text: str
    show_alert: bool


@dataclass(frozen=True)
class ApiCall:
    """One Bot API call of the bot. `code` is 200 or the error's; 0 while it runs or when it was dropped."""

    id: int
    method: str
    chat_id: int | str | None
    params: dict[str, Any]
    files: list[dict[str, Any]]
    at: float
    ms: float
    code: int
    answer: Any
    fault: str | None
