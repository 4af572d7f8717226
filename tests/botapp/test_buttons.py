"""Buttons under a resolved ticket: one effect, for the right person, at the right time."""

import pytest

from accounts.roles import Role
from audit.models import Entry
from outbox.models import Message as Delivery
from simulator.client import Message, Person
from tests.botapp.words import NO_LONGER, NOT_FOUND, said, texts
from tests.support.company import Company, as_actor
from tests.support.desk import Desk
from tests.support.unchanged import every_row
from tickets.actions import move_ticket
from tickets.models import Ticket

SOLVED, HELP_ME = "The issue is solved", "I need help"
CLOSED = "Ticket <b>No. {number}</b> is closed. Thank you! How did we do?"
REOPENED = "Ticket <b>No. {number}</b> is in work again. Write what is still wrong."
RESOLVED = "Ticket <b>No. {number}</b>: resolved. Is the issue solved?"


@pytest.fixture
def technician(company: Company) -> Role:
    return as_actor(company.person(Role.TECHNICIAN, name="Сергей"))


def resolve(desk: Desk, person: Person, technician) -> Message:  # type: ignore[no-untyped-def]
    """The person's only ticket is worked and resolved; the message with the buttons."""
    ticket = Ticket.objects.get(client__telegram_id=person.id)
    if ticket.status == "new":
        move_ticket(actor=technician, ticket_id=ticket.pk, move="take")
    move_ticket(actor=technician, ticket_id=ticket.pk, move="resolve")
    return desk.news(person)[-1]


@pytest.fixture
def asked(desk: Desk, anna: Person, technician) -> Message:  # type: ignore[no-untyped-def]
    desk.say(anna, "Принтер")
    return resolve(desk, anna, technician)


def shown(desk: Desk, person: Person, message: Message) -> Message:
    """The message as it is now."""
    return next(found for found in desk.people.chat(person) if found.message_id == message.message_id)


def business() -> dict[str, object]:
    traffic = {"botapp.InboxUpdate", "botapp.Dialog", "outbox.Message"}
    return {table: rows for table, rows in every_row().items() if table not in traffic}


def forge(desk: Desk, person: Person, message: Message, data: str) -> str | None:
    """Press a button that is not there; the word over it."""
    query = desk.people.press(person, message, data, forged=True)
    desk.pump()
    answer = desk.people.callback_answer(query)
    return None if answer is None else answer.text


def test_a_resolved_ticket_asks_with_two_buttons(asked: Message) -> None:
    assert asked.text == said(RESOLVED, number=Ticket.objects.get().number)
    assert asked.labels() == [said(SOLVED), said(HELP_ME)]


@pytest.mark.parametrize(
    ("label", "status", "answer", "action"),
    [(SOLVED, "closed", CLOSED, "tickets.confirm"), (HELP_ME, "in_progress", REOPENED, "tickets.reopen")],
)
def test_a_button_moves_the_ticket(
    desk: Desk, anna: Person, asked: Message, label: str, status: str, answer: str, action: str
) -> None:
    ticket = Ticket.objects.get()
    assert texts(desk.press(anna, asked, said(label))) == [said(answer, number=ticket.number)]
    ticket.refresh_from_db()
    assert ticket.status == status
    entry = Entry.objects.get(action=action)
    assert (entry.via, entry.user, entry.data) == ("bot", ticket.client, {"from": "resolved", "to": status})
    assert shown(desk, anna, asked).labels() == []
    assert shown(desk, anna, asked).text == asked.text


def test_the_waiting_circle_ends(desk: Desk, anna: Person, asked: Message) -> None:
    query = desk.people.press_button(anna, asked, said(SOLVED))
    desk.pump()
    answer = desk.people.callback_answer(query)
    assert answer is not None
    assert (answer.text, answer.show_alert) == ("", False)


@pytest.mark.parametrize("label", [SOLVED, HELP_ME])
def test_two_and_three_taps_have_one_effect(desk: Desk, anna: Person, asked: Message, label: str) -> None:
    last = desk.people.chat(anna)[-1]
    data = asked.callback_data(said(label))
    queries = [desk.people.press(anna, asked, data) for _ in range(2)]
    desk.pump()
    version, entries = Ticket.objects.get().version, Entry.objects.count()
    queries.append(desk.people.press(anna, asked, data, forged=True))
    answers = desk.news(anna, last)
    assert len(answers) == 1
    assert (Ticket.objects.get().version, Entry.objects.count()) == (version, entries)
    assert None not in [desk.people.callback_answer(query) for query in queries]


def test_the_other_button_after_the_first_is_too_late(desk: Desk, anna: Person, asked: Message, technician) -> None:  # type: ignore[no-untyped-def]
    confirm, reopen = asked.callback_data(said(SOLVED)), asked.callback_data(said(HELP_ME))
    for data in (reopen, confirm):
        desk.people.press(anna, asked, data)
    desk.pump()
    assert Ticket.objects.get().status == "in_progress"
    assert Entry.objects.filter(action="tickets.confirm").count() == 0
    again = resolve(desk, anna, technician)
    desk.press(anna, again, said(SOLVED))
    assert Ticket.objects.get().status == "closed"


def test_buttons_of_an_earlier_round_work_as_long_as_the_flow_lets_them(
    desk: Desk,
    anna: Person,
    asked: Message,
    technician,  # type: ignore[no-untyped-def]
) -> None:
    """A month-old button: what it offers is either possible now, or it says that it is not."""
    data = asked.callback_data(said(SOLVED))
    desk.press(anna, asked, said(HELP_ME))
    before = business()
    number = Ticket.objects.get().number
    sentence = "Ticket No. {number} is now “{status}”: this is no longer possible."
    expected = said(sentence.replace("{number}", "%(number)s").replace("{status}", "%(status)s"))
    assert forge(desk, anna, asked, data) == expected % {"number": number, "status": "В работе"}
    assert business() == before
    resolve(desk, anna, technician)
    forge(desk, anna, asked, data)
    assert Ticket.objects.get().status == "closed"


# ---- forged ----


def test_a_foreign_ticket_is_as_missing_as_a_missing_one(
    desk: Desk,
    anna: Person,
    dmitry: Person,
    asked: Message,
    technician,  # type: ignore[no-untyped-def]
) -> None:
    desk.say(dmitry, "Сканер")
    resolve(desk, dmitry, technician)
    foreign, before = Ticket.objects.get(client__telegram_id=dmitry.id), business()
    for ticket_id in (foreign.pk, foreign.pk + 1000, 0, 10**18, 10**19 - 1):
        for move in ("confirm", "reopen", "take", "spam"):
            assert forge(desk, anna, asked, f"ticket:{ticket_id}:{move}") == said(NOT_FOUND)
    assert business() == before
    assert Delivery.objects.filter(chat_id=dmitry.id, lane=1).count() == 0


@pytest.mark.parametrize("move", ["take", "resolve", "spam", "close", "undo", "hold", "release", "ask"])
def test_a_client_can_not_make_a_move_of_the_staff(desk: Desk, anna: Person, asked: Message, move: str) -> None:
    before = business()
    assert forge(desk, anna, asked, f"ticket:{Ticket.objects.get().pk}:{move}") == said(
        "You are not allowed to do this."
    )
    assert business() == before


FORGED = [
    "",
    "x",
    "x" * 64,
    "x" * 65,
    "я" * 32,
    "ticket:",
    "ticket:1",
    "ticket:1:",
    "ticket:-1:confirm",
    "ticket:1:confirm:extra",
    "ticket:" + "9" * 20 + ":confirm",
    "Ticket:1:confirm",
    "ticket:1:CONFIRM",
    "ticket:1e3:confirm",
    "\x00",
    "ticket:1:confirm\x00",
    "' OR 1=1--",
]


@pytest.mark.parametrize("data", FORGED, ids=repr)
def test_data_of_no_button_of_ours_changes_nothing(desk: Desk, anna: Person, asked: Message, data: str) -> None:
    before = business()
    assert forge(desk, anna, asked, data) in {said(NO_LONGER), said(NOT_FOUND)}
    assert business() == before
    assert shown(desk, anna, asked).labels() == []


def test_a_move_that_does_not_exist_is_not_found(desk: Desk, anna: Person, asked: Message) -> None:
    assert forge(desk, anna, asked, f"ticket:{Ticket.objects.get().pk}:explode") == said(NOT_FOUND)


def test_a_press_under_no_message_is_answered_too(desk: Desk, anna: Person, asked: Message) -> None:
    """Telegram leaves the message out when it is too old."""
    ticket = Ticket.objects.get()
    person = {"id": anna.id, "is_bot": False, "first_name": "Анна"}
    query = {"id": "777", "from": person, "chat_instance": "1", "data": f"ticket:{ticket.pk}:confirm"}
    desk.people.push_update({"callback_query": query}, assign=True)
    desk.pump()
    ticket.refresh_from_db()
    assert ticket.status == "resolved"
