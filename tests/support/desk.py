"""The bot over the wire in one thread: what people do in the simulator is polled, handled and answered on demand."""

from dataclasses import dataclass
from datetime import timedelta

import time_machine
from django.conf import settings
from django.utils import timezone

from botapp import inbox
from botapp.dispatch import handle_next
from botapp.runner import answer_button
from outbox import sender
from outbox.transports.telegram import BotThread
from simulator.client import Message, Person, SimulatorClient


@dataclass
class Desk:
    """The house's side of the wire, and the people on the other side (`people`)."""

    people: SimulatorClient
    telegram: BotThread

    def pump(self) -> None:
        """Let everything that has happened be stored, handled and answered, until nothing is left to do."""
        while updates := self.telegram.call("getUpdates", {"offset": self._offset, "timeout": 0}):
            inbox.store(settings.TELEGRAM_BOT_ID, updates)
            self._offset = updates[-1]["update_id"] + 1
        while handled := handle_next(self.telegram.bot):
            answer_button(self.telegram, handled)
        sender.drain_due()

    def later(self, seconds: float) -> None:
        """Send what is held back for up to so many seconds."""
        with time_machine.travel(timezone.now() + timedelta(seconds=seconds)):
            sender.drain_due()

    _offset = 0

    def say(self, person: Person, text: str) -> list[Message]:
        """The person writes; gives what the bot answered."""
        last = self._last(person)
        self.people.say(person, text)
        return self._answers(person, last)

    def press(self, person: Person, message: Message, label: str) -> list[Message]:
        """The person presses a button; gives what the bot answered."""
        last = self._last(person)
        self.people.press_button(person, message, label)
        return self._answers(person, last)

    def news(self, person: Person, after: Message | None = None) -> list[Message]:
        """What the bot has written to the person since that message (by default: all)."""
        self.pump()
        return [m for m in self.people.chat(person, after=after.message_id if after else 0) if m.from_bot]

    def _last(self, person: Person) -> int:
        chat = self.people.chat(person)
        return chat[-1].message_id if chat else 0

    def _answers(self, person: Person, after: int) -> list[Message]:
        self.pump()
        return [message for message in self.people.chat(person, after=after) if message.from_bot]
