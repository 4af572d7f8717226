"""Somebody who goes on typing and pressing while the bot is killed under his hands."""

from bench.processes import House, wait_until
from simulator.client import Message, Person
from tests.simulator.pictures import jpeg
from tests.support.chat import plain


class Hands:
    """Types and presses while the bot is killed under his hands; waits for the answer of the next one."""

    def __init__(self, house: House, person: Person) -> None:
        self.house, self.person = house, person

    def said_by_bot(self) -> list[Message]:
        return [m for m in self.house.people.chat(self.person) if m.from_bot]

    def answered(self, expected: str, *, killed: bool) -> None:
        """The bot answers; `killed`: it dies with the update in its hands, and another one does."""
        if killed:
            self.house.kill("bot")
            self.house.start("bot")
        wait_until(lambda: expected in plain(self.said_by_bot()[-1].text), f"the bot says {expected!r}")

    def say(self, text: str, *, expected: str, killed: bool = False) -> None:
        self.house.people.say(self.person, text)
        self.answered(expected, killed=killed)

    def photo(self, caption: str, *, expected: str, killed: bool = False) -> None:
        self.house.people.send_photo(self.person, jpeg(), caption=caption)
        self.answered(expected, killed=killed)

    def press(self, label: str, *, expected: str, killed: bool = False) -> None:
        message = self.said_by_bot()[-1]
        raw = {plain(label): label for label in message.labels()}
        self.house.people.press_button(self.person, message, raw[label])
        self.answered(expected, killed=killed)
