"""Who hears of what happens to a ticket: a table written by hand from the product's rules, and what is said.

Everybody in the cast can be written to in Telegram; whoever is not named hears nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.actions import mark_unreachable
from accounts.models import User
from accounts.roles import Role
from core.actor import Actor, Via
from files.actions import TelegramFile
from files.enums import FileKind
from outbox.enums import Lane
from outbox.models import Message
from tests.support.company import Company, as_actor
from tickets.actions import add_comment, assign_ticket, create_ticket, move_ticket, set_priority
from tickets.actions.moves import MoveInput
from tickets.enums import Status, Visibility
from tickets.errors import MoveNotPossible
from tickets.models import Ticket
from tickets.tasks import sweep_tickets

WORDS = "The roller squeaks"
"""Latin, so that every Cyrillic letter of a message comes from its own language."""


@dataclass
class Cast:
    """A branch with everybody in it, and the ticket that things happen to."""

    company: Company
    people: dict[str, User] = field(default_factory=dict)
    ticket: Ticket = field(init=False)

    def actor(self, name: str) -> Actor:
        return as_actor(self.people[name], Via.BOT if name == "client" else Via.CONSOLE)

    def move(self, name: str, move: str, **given: Any) -> Ticket:
        return move_ticket(actor=self.actor(name), ticket_id=self.ticket.pk, move=move, given=MoveInput(**given))

    def refuse(self, name: str, move: str) -> None:
        with pytest.raises(MoveNotPossible):
            self.move(name, move)

    def write(self, name: str, visibility: str = Visibility.PUBLIC) -> None:
        add_comment(actor=self.actor(name), ticket_id=self.ticket.pk, text=WORDS, visibility=visibility)

    def assign(self, name: str, to: str | None) -> None:
        assignee_id = self.people[to].pk if to else None
        assign_ticket(actor=self.actor(name), ticket_id=self.ticket.pk, assignee_id=assignee_id)

    def put(self, status: str, assignee: str | None = None, **columns: Any) -> None:
        """The ticket as if all that had happened long ago."""
        columns["assignee"] = self.people[assignee] if assignee else None
        Ticket.objects.filter(pk=self.ticket.pk).update(status=status, previous_status=Status.NEW, **columns)

    def open(self, name: str, whose: str = "client") -> None:
        self.ticket = create_ticket(actor=self.actor(name), client_id=self.people[whose].pk, text=WORDS)

    def block(self, name: str) -> None:
        mark_unreachable(
            actor=Actor.system("sender"), telegram_id=self.people[name].telegram_id, reason="blocked"
        )  # fmt: skip

    def be_blocked(self, name: str) -> None:
        self.block(name)
        Message.objects.all().delete()

    def heard(self) -> list[str]:
        """Who got a message, one name a message."""
        names = {person.pk: name for name, person in self.people.items()}
        messages = Message.objects.order_by("pk")
        assert all(message.chat_id == message.recipient.telegram_id for message in messages)
        return sorted(names[message.recipient_id] for message in messages)


@pytest.fixture
def cast(company: Company) -> Cast:
    cast = Cast(company)
    for role in Role:
        cast.people[role.value] = company.person(role, name=role.title(), telegram=True)
    cast.people["another client"] = company.person(Role.CLIENT, telegram=True)
    for name in ("second technician", "deactivated technician", "blocked the bot"):
        cast.people[name] = company.person(Role.TECHNICIAN, telegram=True)
    cast.people["technician elsewhere"] = company.person(Role.TECHNICIAN, tenant=company.other, telegram=True)
    cast.people["technician without Telegram"] = company.person(Role.TECHNICIAN)
    User.objects.filter(pk=cast.people["deactivated technician"].pk).update(is_active=False)
    User.objects.filter(pk=cast.people["blocked the bot"].pk).update(telegram_unreachable_since=timezone.now())
    cast.open("client")
    Message.objects.all().delete()
    return cast


TECHNICIANS = ["second technician", "technician"]
IN_PROGRESS, WAITING, HOLD, RESOLVED = Status.IN_PROGRESS, Status.WAITING_CLIENT, Status.ON_HOLD, Status.RESOLVED
TOMORROW = {"until": timezone.now() + timedelta(days=1), "reason": WORDS}
WAITS = {"hold_until": timezone.now() + timedelta(days=1), "hold_reason": WORDS}
Happening = Callable[[Cast], Any]

EVENTS: dict[str, tuple[Happening, Happening, list[str]]] = {
    # a ticket that is new and unassigned
    "the client opens a ticket": (
        lambda c: None, lambda c: c.open("client"), ["client", "operator", *TECHNICIANS],
    ),
    "an operator opens one for the client": (
        lambda c: None, lambda c: c.open("operator"), ["client", *TECHNICIANS],
    ),
    "a curator opens one for the client": (
        lambda c: None, lambda c: c.open("curator"), ["client", "operator", *TECHNICIANS],
    ),
    # the client writes, confirms, reopens, cancels
    "the client writes, nobody is assigned": (
        lambda c: None, lambda c: c.write("client"), TECHNICIANS,
    ),
    "the client writes to the assigned technician": (
        lambda c: c.put(IN_PROGRESS, "technician"), lambda c: c.write("client"), ["technician"],
    ),
    "the client writes to the assigned operator": (
        lambda c: c.put(IN_PROGRESS, "operator"), lambda c: c.write("client"), ["operator"],
    ),
    "the client writes to one who is deactivated": (
        lambda c: c.put(IN_PROGRESS, "deactivated technician"), lambda c: c.write("client"), TECHNICIANS,
    ),
    "the client writes to one who does not work on tickets any more": (
        lambda c: c.put(IN_PROGRESS, "engineer"), lambda c: c.write("client"), TECHNICIANS,
    ),
    "the client writes to one whom the bot can not reach": (
        lambda c: c.put(IN_PROGRESS, "blocked the bot"), lambda c: c.write("client"), TECHNICIANS,
    ),
    "the client answers a question": (
        lambda c: c.put(WAITING, "technician"), lambda c: c.write("client"), ["technician"],
    ),
    "the client confirms": (
        lambda c: c.put(RESOLVED, "technician"), lambda c: c.move("client", "confirm"), ["technician"],
    ),
    "the client reopens": (
        lambda c: c.put(RESOLVED, "operator"), lambda c: c.move("client", "reopen"), ["operator"],
    ),
    "the client reopens, the assignee is deactivated": (
        lambda c: c.put(RESOLVED, "deactivated technician"), lambda c: c.move("client", "reopen"), TECHNICIANS,
    ),
    "the client cancels": (
        lambda c: None, lambda c: c.move("client", "cancel"), TECHNICIANS,
    ),
    # status
    "staff take it": (
        lambda c: None, lambda c: c.move("technician", "take"), ["client"],
    ),
    "staff ask": (
        lambda c: c.put(IN_PROGRESS, "technician"), lambda c: c.move("technician", "ask", text=WORDS), ["client"],
    ),
    "staff put it on hold": (
        lambda c: c.put(IN_PROGRESS, "technician"), lambda c: c.move("technician", "hold", **TOMORROW), ["client"],
    ),
    "staff resume it": (
        lambda c: c.put(HOLD, "technician", **WAITS), lambda c: c.move("technician", "resume"), ["client"],
    ),
    "staff resolve it": (
        lambda c: c.put(IN_PROGRESS, "technician"), lambda c: c.move("technician", "resolve"), ["client"],
    ),
    "staff reopen it": (
        lambda c: c.put(RESOLVED, "technician"), lambda c: c.move("technician", "reopen"), ["client"],
    ),
    "staff cancel it": (
        lambda c: None, lambda c: c.move("operator", "cancel"), ["client"],
    ),
    "staff undo that": (
        lambda c: c.put(Status.CANCELLED), lambda c: c.move("operator", "undo"), ["client"],
    ),
    "the date of a hold comes": (
        lambda c: c.put(HOLD, "technician", **{**WAITS, "hold_until": timezone.now()}), lambda c: sweep_tickets(),
        ["client"],
    ),
    "three days pass after the resolution": (
        lambda c: c.put(RESOLVED, "technician", resolved_at=timezone.now() - timedelta(days=3), waiting_since=None),
        lambda c: sweep_tickets(), ["client"],
    ),
    "staff give it back to the queue": (
        lambda c: c.put(IN_PROGRESS, "technician"), lambda c: c.move("technician", "release"),
        ["operator", "second technician"],
    ),
    "staff mark it as spam": (
        lambda c: None, lambda c: c.move("operator", "spam"), [],
    ),
    "staff undo the spam": (
        lambda c: c.put(Status.SPAM), lambda c: c.move("operator", "undo"), [],
    ),
    # words of staff
    "staff write": (
        lambda c: c.put(IN_PROGRESS, "technician"), lambda c: c.write("operator"), ["client"],
    ),
    "staff write into a new ticket": (
        lambda c: None, lambda c: c.write("technician"), ["client"],
    ),
    "staff leave a note": (
        lambda c: c.put(IN_PROGRESS, "technician"), lambda c: c.write("operator", Visibility.INTERNAL), [],
    ),
    "staff leave a note in a new ticket": (
        lambda c: None, lambda c: c.write("operator", Visibility.INTERNAL), [],
    ),
    # assigned, reassigned
    "it is assigned": (
        lambda c: None, lambda c: c.assign("operator", "technician"), ["technician"],
    ),
    "it is reassigned": (
        lambda c: c.put(IN_PROGRESS, "technician"), lambda c: c.assign("operator", "second technician"), TECHNICIANS,
    ),
    "somebody assigns it to himself": (
        lambda c: c.put(IN_PROGRESS, "technician"), lambda c: c.assign("operator", "operator"), ["technician"],
    ),
    "it is taken away": (
        lambda c: c.put(IN_PROGRESS, "technician"), lambda c: c.assign("operator", None), ["technician"],
    ),
    "it is taken by another than the assignee": (
        lambda c: c.put(Status.NEW, "technician"), lambda c: c.move("operator", "take"), ["client", "technician"],
    ),
    "another gives it back to the queue": (
        lambda c: c.put(IN_PROGRESS, "technician"), lambda c: c.move("operator", "release"),
        [*TECHNICIANS, "technician"],
    ),
    "it is reassigned from one who is deactivated": (
        lambda c: c.put(IN_PROGRESS, "deactivated technician"), lambda c: c.assign("operator", "technician"),
        ["technician"],
    ),
    # the client blocks the bot
    "the client blocks the bot": (
        lambda c: c.put(IN_PROGRESS, "technician"), lambda c: c.block("client"), ["operator", "technician"],
    ),
    "the client of a technician who is deactivated blocks the bot": (
        lambda c: c.put(IN_PROGRESS, "deactivated technician"), lambda c: c.block("client"), ["operator"],
    ),
    # silence
    "a technician blocks the bot": (
        lambda c: None, lambda c: c.block("technician"), [],
    ),
    "the client blocks the bot once more": (
        lambda c: c.be_blocked("client"), lambda c: c.block("client"), [],
    ),
    "the priority changes": (
        lambda c: None,
        lambda c: set_priority(actor=c.actor("operator"), ticket_id=c.ticket.pk, priority="urgent"), [],
    ),
    "a refused move": (
        lambda c: None, lambda c: c.refuse("technician", "resolve"), [],
    ),
}  # fmt: skip


@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.parametrize("event", EVENTS)
def test_who_hears_of_it(event: str, language: str, cast: Cast) -> None:
    """Nobody else does; every message names the ticket, in the language of its reader, whoever acts.

    The client and the second technician have this language, everybody else the other one.
    """
    before, happens, hear = EVENTS[event]
    speakers = [cast.people[name].pk for name in ("client", "second technician")]
    User.objects.filter(pk__in=speakers).update(language=language)
    User.objects.exclude(pk__in=speakers).update(language="en" if language == "ru" else "ru")
    before(cast)
    happens(cast)
    assert cast.heard() == sorted(hear)
    for message in Message.objects.select_related("recipient"):
        text = message.params["text"]
        assert str(cast.ticket.number) in text
        assert any("а" <= char <= "я" for char in text.lower()) == (message.recipient.language == "ru"), text


def test_a_client_without_telegram_gets_nothing(cast: Cast) -> None:
    User.objects.filter(pk=cast.people["client"].pk).update(telegram_id=None)
    cast.move("technician", "take")
    cast.write("technician")
    assert Message.objects.count() == 0


def test_a_deactivated_client_gets_nothing(cast: Cast) -> None:
    User.objects.filter(pk=cast.people["client"].pk).update(is_active=False)
    cast.move("technician", "take")
    cast.write("technician")
    assert Message.objects.count() == 0


def test_a_client_without_open_tickets_who_blocks_the_bot_is_told_to_the_operators(cast: Cast) -> None:
    cast.put(Status.CLOSED, "technician")
    cast.block("client")
    assert cast.heard() == ["operator"]
    assert Message.objects.get().params["text"] == (
        "Client больше не получает сообщений бота: бот заблокирован или учётная запись удалена."
    )


def test_nobody_hears_of_what_he_does_himself(cast: Cast) -> None:
    """A technician who is a client of his own firm."""
    person = cast.people["both"] = cast.company.person(Role.CLIENT, Role.TECHNICIAN, telegram=True)
    cast.open("both", whose="both")
    assert cast.heard() == sorted(["both", "operator", *TECHNICIANS])
    Message.objects.all().delete()
    cast.write("both")
    cast.move("both", "cancel")
    assert cast.heard() == sorted([*TECHNICIANS, *TECHNICIANS])
    assert person.telegram_id not in set(Message.objects.values_list("chat_id", flat=True))


def texts() -> list[str]:
    return [message.params["text"] for message in Message.objects.order_by("pk")]


def test_the_client_hears_the_number_at_once(cast: Cast) -> None:
    cast.open("client")
    (message,) = Message.objects.filter(recipient=cast.people["client"])
    assert f"№ {cast.ticket.number}" in message.params["text"]
    assert (message.lane, message.subject_type, message.subject_id) == (Lane.ANSWER, "tickets.ticket", cast.ticket.pk)


def test_a_comment_is_delivered_whole_and_as_text(cast: Cast) -> None:
    cast.put(IN_PROGRESS, "technician")
    words = "<b>5 < 6 & 'x'</b> " + "слово " * 600
    comment = add_comment(actor=cast.actor("technician"), ticket_id=cast.ticket.pk, text=words)
    (message,) = Message.objects.all()
    escaped = words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("'", "&#x27;")
    assert message.params["text"].endswith(f", пишет Technician:\n\n{escaped}")
    assert message.params["parse_mode"] == "HTML"
    assert (message.subject_type, message.subject_id) == ("tickets.comment", comment.pk)


def test_the_longest_text_of_the_longest_name_fits_into_a_message(cast: Cast) -> None:
    User.objects.filter(pk=cast.people["technician"].pk).update(full_name="я" * 200)
    cast.put(IN_PROGRESS, "technician")
    add_comment(actor=cast.actor("technician"), ticket_id=cast.ticket.pk, text="я" * 3800)
    cast.move("technician", "ask", text="я" * 3800)
    cast.put(Status.RESOLVED, "technician")
    add_comment(actor=cast.actor("client"), ticket_id=cast.ticket.pk, text="я" * 4096)
    assert [len(text) <= 4096 for text in texts()] == [True] * 3


def test_staff_read_the_beginning_of_a_long_text(cast: Cast) -> None:
    cast.put(IN_PROGRESS, "technician")
    add_comment(actor=cast.actor("client"), ticket_id=cast.ticket.pk, text="я" * 301)
    (text,) = texts()
    assert text.endswith(f", пишет Client:\n{'я' * 299}…")


def test_the_question_comes_with_the_status(cast: Cast) -> None:
    cast.put(IN_PROGRESS, "technician")
    cast.move("technician", "ask", text=WORDS)
    (text,) = texts()
    assert text.endswith(f"\n\n{WORDS}")


def test_a_resolved_ticket_comes_with_the_clients_buttons(cast: Cast) -> None:
    cast.put(IN_PROGRESS, "technician")
    cast.move("technician", "resolve")
    (message,) = Message.objects.all()
    rows = message.params["reply_markup"]["inline_keyboard"]
    data = [button["callback_data"] for row in rows for button in row]
    assert data == [f"ticket:{cast.ticket.pk}:confirm", f"ticket:{cast.ticket.pk}:reopen"]
    assert [button["text"] for row in rows for button in row] == ["Вопрос решён", "Нужна помощь"]


def test_a_note_is_in_no_message_ever_after(cast: Cast) -> None:
    cast.move("technician", "take")
    add_comment(actor=cast.actor("technician"), ticket_id=cast.ticket.pk, text="SECRET", visibility=Visibility.INTERNAL)
    cast.move("technician", "ask", text=WORDS)
    cast.write("client")
    cast.move("technician", "resolve")
    cast.move("client", "confirm")
    assert texts()
    assert [text for text in texts() if "SECRET" in text] == []


def test_the_reason_of_a_hold_stays_in_the_house(cast: Cast) -> None:
    cast.put(IN_PROGRESS, "technician")
    cast.move("technician", "hold", until=timezone.now() + timedelta(days=1), reason="SECRET")
    assert [text for text in texts() if "SECRET" in text] == []


@pytest.mark.parametrize(("kind", "name"), [(FileKind.PHOTO, "Фото"), (FileKind.DOCUMENT, "Документ")])
def test_a_file_alone_is_named(kind: FileKind, name: str, cast: Cast) -> None:
    cast.put(IN_PROGRESS, "technician")
    file = TelegramFile(kind, "a file id")
    add_comment(actor=cast.actor("client"), ticket_id=cast.ticket.pk, text="", files=[file])
    (text,) = texts()
    assert text.endswith(f", пишет Client:\n{name} без описания")
