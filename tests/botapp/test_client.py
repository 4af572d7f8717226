"""A client in the bot, over the wire."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.roles import Role
from audit.models import Entry
from outbox.models import Message as Delivery
from simulator.client import Person
from tests.botapp.words import ACCEPTED, ADDED, said, texts
from tests.support.company import Company, as_actor
from tests.support.desk import Desk
from tickets.actions import add_comment, move_ticket
from tickets.actions.moves import MoveInput
from tickets.models import Comment, Ticket


def test_a_message_becomes_a_ticket_and_the_next_one_a_comment(desk: Desk, company: Company, anna: Person) -> None:
    (told,) = desk.say(anna, "Принтер жуёт бумагу\nвторой день")
    ticket = Ticket.objects.get()
    assert told.text == said(ACCEPTED, number=ticket.number, subject="Принтер жуёт бумагу")
    assert (ticket.subject, ticket.description) == ("Принтер жуёт бумагу", "Принтер жуёт бумагу\nвторой день")
    assert (ticket.status, ticket.source, ticket.priority) == ("new", "bot", "normal")
    assert (ticket.client.telegram_id, ticket.tenant) == (anna.id, company.tenant)
    assert texts(desk.say(anna, "И шумит")) == [said(ADDED, number=ticket.number)]
    comment = Comment.objects.get()
    assert (comment.text, comment.ticket, comment.author, comment.visibility, comment.via) == (
        "И шумит", ticket, ticket.client, "public", "bot",
    )  # fmt: skip


def test_everything_that_follows_carries_the_updates_id(desk: Desk, anna: Person) -> None:
    desk.say(anna, "Принтер")
    created = Entry.objects.get(action="tickets.create")
    assert len(created.request_id) == 32
    assert set(Delivery.objects.values_list("request_id", flat=True)) == {created.request_id}


@pytest.mark.parametrize("status", ["closed", "cancelled", "spam", "merged"])
def test_a_message_after_the_end_is_a_new_ticket(desk: Desk, anna: Person, status: str) -> None:
    desk.say(anna, "Принтер")
    Ticket.objects.update(status=status)
    desk.say(anna, "Снова")
    assert list(Ticket.objects.order_by("id").values_list("description", "status")) == [
        ("Принтер", status),
        ("Снова", "new"),
    ]


def test_a_text_into_a_resolved_ticket_is_a_comment_and_does_not_reopen(desk: Desk, anna: Person) -> None:
    desk.say(anna, "Принтер")
    Ticket.objects.update(status="resolved")
    desk.say(anna, "Спасибо!")
    assert (Ticket.objects.get().status, Comment.objects.get().text) == ("resolved", "Спасибо!")


def test_an_answer_to_a_question_takes_the_ticket_up_again(desk: Desk, company: Company, anna: Person) -> None:
    desk.say(anna, "Принтер")
    technician, ticket = as_actor(company.person(Role.TECHNICIAN)), Ticket.objects.get()
    move_ticket(actor=technician, ticket_id=ticket.pk, move="take")
    move_ticket(actor=technician, ticket_id=ticket.pk, move="ask", given=MoveInput(text="Какая <модель>?"))
    asked = desk.news(anna)[-1]
    question = said("Ticket <b>No. {number}</b>: we have a question for you.", number=ticket.number)
    assert asked.text == f"{question}\n\nКакая <модель>?"
    desk.say(anna, "M428")
    ticket.refresh_from_db()
    assert ticket.status == "in_progress"


SENTENCES = {
    "take": "Ticket <b>No. {number}</b>: taken into work.",
    "hold": "Ticket <b>No. {number}</b>: put on hold.",
    "cancel": "Ticket <b>No. {number}</b>: cancelled.",
}


@pytest.mark.parametrize("move", SENTENCES)
def test_a_new_status_arrives_with_the_tickets_number(desk: Desk, company: Company, anna: Person, move: str) -> None:
    desk.say(anna, "Принтер")
    ticket = Ticket.objects.get()
    given = MoveInput(until=timezone.now() + timedelta(days=1), reason="Ждём деталь")
    last = desk.people.chat(anna)[-1]
    move_ticket(actor=as_actor(company.person(Role.TECHNICIAN)), ticket_id=ticket.pk, move=move, given=given)
    assert texts(desk.news(anna, last)) == [said(SENTENCES[move], number=ticket.number)]


def test_what_is_the_staffs_own_affair_does_not_arrive(desk: Desk, company: Company, anna: Person) -> None:
    desk.say(anna, "Принтер")
    ticket, technician = Ticket.objects.get(), as_actor(company.person(Role.TECHNICIAN))
    move_ticket(actor=technician, ticket_id=ticket.pk, move="take")
    desk.pump()
    last = desk.people.chat(anna)[-1]
    move_ticket(actor=technician, ticket_id=ticket.pk, move="release")
    add_comment(actor=technician, ticket_id=ticket.pk, text="Клиент сердится", visibility="internal")
    assert desk.news(anna, last) == []


def test_an_answer_of_the_staff_arrives_with_number_and_name(desk: Desk, company: Company, anna: Person) -> None:
    desk.say(anna, "Принтер")
    ticket, technician = Ticket.objects.get(), company.person(Role.TECHNICIAN, name="Сергей <Мастер>")
    last = desk.people.chat(anna)[-1]
    text = "Приедем завтра\n<b>после</b> 10 & до 12"
    add_comment(actor=as_actor(technician), ticket_id=ticket.pk, text=text)
    add_comment(actor=as_actor(technician), ticket_id=ticket.pk, text=text)
    taken, answer = desk.news(anna, last)
    words = said("{author} writes:\n\n{text}", author="Сергей <Мастер>", text=text)
    assert taken.text == f"{said(SENTENCES['take'], number=ticket.number)}\n\n{words}"
    source = "Ticket <b>No. {number}</b>, {author} writes:\n\n{text}"
    assert answer.text == said(source, number=ticket.number, author="Сергей <Мастер>", text=text)
    assert [entity["type"] for entity in answer.entities] == ["bold"]


def test_the_desk_hears_of_new_work_and_of_what_the_client_adds(desk: Desk, company: Company, anna: Person) -> None:
    sergey = desk.people.person("Сергей")
    company.person(Role.TECHNICIAN, telegram=sergey.id)
    desk.say(sergey, "/start")
    last = desk.people.chat(sergey)[-1]
    desk.say(anna, "Принтер <b>мигает</b> & шумит")
    desk.say(anna, "x" * 4000)
    number = Ticket.objects.get().number
    new, added = desk.news(sergey, last)
    assert new.text == said(
        "New ticket <b>No. {number}</b> from {client}:\n{text}",
        number=number, client="Анна Смирнова", text="Принтер <b>мигает</b> & шумит",
    )  # fmt: skip
    assert added.text == said(
        "Ticket <b>No. {number}</b>, {client} wrote:\n{text}",
        number=number, client="Анна Смирнова", text="x" * 299 + "…",
    )  # fmt: skip
