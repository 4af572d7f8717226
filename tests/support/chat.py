"""Somebody's chat with the bot, as he uses it: by words, photos and the words on buttons."""

from simulator.client import Message, Person
from tests.simulator.pictures import jpeg
from tests.support.desk import Desk
from tests.support.orders import Team


class Chat:
    """What one person does, and the last thing the bot said to him."""

    def __init__(self, desk: Desk, person: Person) -> None:
        self.desk, self.person = desk, person

    @property
    def last(self) -> Message:
        self.desk.pump()
        self.desk.later(5)
        return [m for m in self.desk.people.chat(self.person) if m.from_bot and not m.deleted][-1]

    @property
    def text(self) -> str:
        return plain(self.last.text)

    def say(self, text: str) -> str:
        self.desk.people.say(self.person, text)
        return self.text

    def photo(self, caption: str = "") -> str:
        self.desk.people.send_photo(self.person, jpeg(), caption=caption)
        return self.text

    def press(self, label: str) -> str:
        """The button of this label in the latest message that has it."""
        self.desk.pump()
        self.desk.later(5)
        for message in reversed(self.desk.people.chat(self.person)):
            raw = next((raw for raw in message.labels() if plain(raw) == label), None)
            if message.from_bot and raw is not None:
                self.desk.people.press_button(self.person, message, raw)
                return self.text
        shown = [labels(m) for m in self.desk.people.chat(self.person) if m.from_bot]
        raise AssertionError(f"no button {label!r}: {shown}")


def chats_of(desk: Desk, team: Team) -> dict[str, Chat]:
    """The curator's, the engineer's, the workshop's and the client's; all of them have started the bot."""
    people = {
        name: desk.people.add_person(name, id=getattr(team, name).telegram_id)
        for name in ("curator", "engineer", "workshop", "client")
    }
    for person in people.values():
        desk.people.start(person)
    desk.pump()
    return {name: Chat(desk, person) for name, person in people.items()}


def labels(message: Message) -> list[str]:
    return [plain(label) for label in message.labels()]


def plain(text: str) -> str:
    return text.replace("\xa0", " ")
