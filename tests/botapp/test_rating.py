"""A closed ticket is rated by one tap, for a week; low ratings are heard."""

from datetime import timedelta
from html import unescape

import pytest
import time_machine
from django.utils import timezone
from django.utils.html import strip_tags

from accounts.models import User
from accounts.roles import Role
from audit.models import Entry
from core.actor import Actor
from files.models import StoredFile
from outbox.models import Message as Queued
from simulator.client import Message, Person
from tests.botapp.test_routes import business_rows
from tests.botapp.words import CANCELLED, EMPTY, NOT_FOUND, said, texts
from tests.simulator.pictures import jpeg
from tests.support.company import Company, as_actor
from tests.support.desk import Desk
from tickets.actions import move_ticket
from tickets.models import Comment, Ticket

CLOSED = "Ticket <b>No. {number}</b> is closed. Thank you! How did we do?"
CLOSED_BY_TIME = "Ticket <b>No. {number}</b>: closed. How did we do?"
RATED = "Ticket <b>No. {number}</b>: you rated our work {rating} of {best}. Thank you!"
LOW = "Ticket <b>No. {number}</b> ({subject}): {client} rated the work {rating} of {best}."
WHY = "What was good or bad about ticket <b>No. {number}</b>? Write it in one message. /cancel – not now."
TOO_LATE = "Ticket No. %(number)s can no longer be rated."
STARS = ["1 ★", "2 ★", "3 ★", "4 ★", "5 ★"]


@pytest.fixture
def technician(company: Company) -> User:
    return company.person(Role.TECHNICIAN, name="Сергей Волков", telegram=True)


def resolved(desk: Desk, anna: Person, technician: User) -> Ticket:
    """Her ticket, resolved by the technician."""
    desk.say(anna, "Принтер жуёт бумагу")
    ticket = Ticket.objects.get()
    for move in ("take", "resolve"):
        move_ticket(actor=as_actor(technician), ticket_id=ticket.pk, move=move)
    desk.pump()
    return ticket


def closed(desk: Desk, anna: Person, technician: User) -> tuple[Ticket, Message]:
    """Her ticket, closed by her own click, and the question that came with it."""
    ticket = resolved(desk, anna, technician)
    *_before, asked = desk.news(anna)
    (question,) = desk.press(anna, asked, "Вопрос решён")
    return ticket, question


def shown(desk: Desk, person: Person, message: Message) -> Message:
    """The message as it stands now."""
    return next(now for now in desk.people.chat(person) if now.message_id == message.message_id)


def rated_as(ticket: Ticket) -> int | None:
    ticket.refresh_from_db()
    return ticket.rating


def test_one_tap_rates(desk: Desk, anna: Person, technician: User) -> None:
    ticket, question = closed(desk, anna, technician)
    assert (question.text, question.labels()) == (said(CLOSED, number=ticket.number), STARS)
    assert desk.press(anna, question, "4 ★") == []
    assert rated_as(ticket) == 4
    now = shown(desk, anna, question)
    assert (now.text, now.labels()) == (said(RATED, number=ticket.number, rating=4, best=5), ["Добавить пару слов"])
    assert [entry.data for entry in Entry.objects.filter(action="tickets.rate")] == [{"rating": 4}]


def test_who_says_nothing_is_asked_when_time_closes_the_ticket(desk: Desk, anna: Person, technician: User) -> None:
    ticket = resolved(desk, anna, technician)
    with time_machine.travel(timezone.now() + timedelta(days=4)):
        move_ticket(actor=Actor.system("autoclose"), ticket_id=ticket.pk, move="close")
        *_before, question = desk.news(anna)
    assert (question.text, question.labels()) == (said(CLOSED_BY_TIME, number=ticket.number), STARS)


@pytest.mark.parametrize(("rating", "told"), [(1, True), (2, True), (3, False), (5, False)])
def test_the_assignee_and_the_curators_hear_of_low_ratings(
    desk: Desk, company: Company, anna: Person, technician: User, rating: int, told: bool
) -> None:
    curator = company.person(Role.CURATOR, telegram=True)
    company.person(Role.CURATOR, telegram=True, tenant=company.other)
    company.person(Role.TECHNICIAN, telegram=True)
    ticket, question = closed(desk, anna, technician)
    desk.press(anna, question, f"{rating} ★")
    text = said(
        LOW, number=ticket.number, subject=ticket.subject, client="Анна Смирнова", rating=rating, best=5
    )  # fmt: skip
    heard = {
        person.pk
        for person in User.objects.exclude(telegram_id=None).exclude(telegram_id=anna.id)
        if text in queued_to(person)
    }
    assert heard == ({technician.pk, curator.pk} if told else set())


def queued_to(person: User) -> list[str]:
    """What has been put into the outbox for this person, without its markup."""
    queued = Queued.objects.filter(recipient=person, method="sendMessage").order_by("id")
    return [unescape(strip_tags(message.params["text"])) for message in queued]


def test_a_second_tap_is_one_rating_and_another_star_comes_too_late(desk: Desk, anna: Person, technician: User) -> None:
    ticket, question = closed(desk, anna, technician)
    desk.press(anna, question, "5 ★")
    for star, answer in ((5, ""), (1, said(TOO_LATE) % {"number": ticket.number})):
        query = desk.people.press(anna, question, f"rate:{ticket.pk}:{star}", forged=True)
        desk.pump()
        told = desk.people.callback_answer(query)
        assert told is not None
        assert told.text == answer
    assert rated_as(ticket) == 5
    assert Entry.objects.filter(action="tickets.rate").count() == 1


def test_after_a_week_it_is_too_late(desk: Desk, anna: Person, technician: User) -> None:
    ticket, question = closed(desk, anna, technician)
    with time_machine.travel(timezone.now() + timedelta(days=7, minutes=1)):
        desk.press(anna, question, "5 ★")
    assert rated_as(ticket) is None


def test_a_reopened_ticket_is_not_rated_until_it_is_closed_again(desk: Desk, anna: Person, technician: User) -> None:
    ticket, question = closed(desk, anna, technician)
    desk.press(anna, question, "2 ★")
    actor = as_actor(technician)
    move_ticket(actor=actor, ticket_id=ticket.pk, move="reopen")
    desk.people.press(anna, question, f"rate:{ticket.pk}:5", forged=True)
    desk.pump()
    assert rated_as(ticket) == 2
    move_ticket(actor=actor, ticket_id=ticket.pk, move="resolve")
    desk.pump()
    asked = [message for message in desk.news(anna) if "Вопрос решён" in message.labels()][-1]
    (again,) = desk.press(anna, asked, "Вопрос решён")
    desk.press(anna, again, "5 ★")
    assert rated_as(ticket) == 5


def test_anothers_ticket_can_not_be_rated(desk: Desk, anna: Person, dmitry: Person, technician: User) -> None:
    ticket, _question = closed(desk, anna, technician)
    desk.say(dmitry, "/start")
    hello = desk.news(dmitry)[-1]
    before = business_rows()
    for data in (f"rate:{ticket.pk}:1", f"rate-why:{ticket.pk}"):
        query = desk.people.press(dmitry, hello, data, forged=True)
        desk.pump()
        told = desk.people.callback_answer(query)
        assert told is not None
        assert told.text == said(NOT_FOUND)
    assert business_rows() == before


def test_a_few_words_stand_in_the_conversation_and_wait_for_nobody(desk: Desk, anna: Person, technician: User) -> None:
    ticket, question = closed(desk, anna, technician)
    desk.press(anna, question, "1 ★")
    (asked,) = desk.press(anna, shown(desk, anna, question), "Добавить пару слов")
    assert asked.text == said(WHY, number=ticket.number)
    assert texts(desk.say(anna, "/start")) == [said(WHY, number=ticket.number)]
    assert texts(desk.say(anna, "   ")) == [said(EMPTY)]
    assert texts(desk.say(anna, "Ждали неделю")) == [said("Thank you, we will read it.")]
    comment = Comment.objects.get()
    ticket.refresh_from_db()
    assert (comment.text, comment.ticket_id, ticket.status, ticket.waiting_since) == (
        "Ждали неделю", ticket.pk, "closed", None,
    )  # fmt: skip
    heard = said(
        "Ticket <b>No. {number}</b>, {client} on the rating:\n{text}",
        number=ticket.number, client="Анна Смирнова", text="Ждали неделю",
    )  # fmt: skip
    assert queued_to(technician)[-1] == heard


def test_a_few_words_may_be_left_out(desk: Desk, anna: Person, technician: User) -> None:
    ticket, question = closed(desk, anna, technician)
    desk.press(anna, question, "5 ★")
    desk.press(anna, shown(desk, anna, question), "Добавить пару слов")
    assert texts(desk.say(anna, "/cancel")) == [said(CANCELLED)]
    assert not Comment.objects.filter(ticket=ticket).exists()


def test_a_photo_says_why_too(desk: Desk, anna: Person, technician: User) -> None:
    _ticket, question = closed(desk, anna, technician)
    desk.press(anna, question, "1 ★")
    desk.press(anna, shown(desk, anna, question), "Добавить пару слов")
    desk.people.send_photo(anna, jpeg())
    desk.pump()
    assert (Comment.objects.get().text, StoredFile.objects.get().owner_id) == ("", Comment.objects.get().pk)
    assert queued_to(technician)[-1].endswith("Фото без описания")
