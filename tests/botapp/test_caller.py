"""A ticket for somebody who is calling, opened in the chat."""

from typing import Any

import pytest

from accounts.actions import set_contact
from accounts.models import Contact, User
from accounts.roles import Role
from botapp.models import Dialog
from files.models import StoredFile
from simulator.client import Message, Person
from tests.botapp.test_routes import business_rows
from tests.botapp.words import EMPTY, said
from tests.simulator.pictures import jpeg
from tests.support.company import Company, as_actor
from tests.support.desk import Desk
from tickets.models import Ticket

WHO = "Кто звонит? Напишите телефон, имя или компанию. /cancel — не сейчас."
WHAT = "Что случилось? Запишите со слов клиента или пришлите фото."
PHONE = "+79161234567"


@pytest.fixture
def irina(desk: Desk, company: Company) -> Person:
    """An operator."""
    person = desk.people.person("Мария")
    company.person(Role.OPERATOR, name="Ирина Соколова", telegram=person.id)
    return person


@pytest.fixture
def known(company: Company) -> User:
    client = company.person(Role.CLIENT, name="Ольга Белова")
    set_contact(actor=as_actor(company.person(Role.OPERATOR)), user_id=client.pk, phone=PHONE, company="Медлайн")
    return client


def step(person: Person) -> str:
    return Dialog.objects.get(chat_id=person.id).step


def dialog(desk: Desk, irina: Person, *words: str) -> Message:
    """Say them one after another; the last answer."""
    answers: list[Any] = [desk.say(irina, word) for word in ("/caller", *words)]
    return answers[-1][0]


@pytest.mark.parametrize("word", ["/caller", "Создать заявку за клиента", "Ticket for a client"])
def test_it_begins_with_who(desk: Desk, irina: Person, word: str) -> None:
    assert [message.text for message in desk.say(irina, word)] == [WHO]
    assert [message.text for message in desk.say(irina, "/start")] == [WHO]


@pytest.mark.parametrize("asked", ["8 (916) 123-45-67", "ольга", "медлайн"])
def test_a_known_caller_is_chosen(desk: Desk, irina: Person, known: User, asked: str) -> None:
    found = dialog(desk, irina, asked)
    assert (found.text, found.labels()) == ("Кто из них?", ["Ольга Белова · Медлайн · •••45-67", "Новый клиент"])
    assert desk.press(irina, found, found.labels()[0])[0].text == WHAT
    (told,) = desk.say(irina, "Не печатает")
    ticket = Ticket.objects.get()
    assert told.text == f"Создана заявка № {ticket.number}, клиент Ольга Белова: Не печатает"
    assert (ticket.client, ticket.source, ticket.description, step(irina)) == (known, "bot", "Не печатает", "")
    assert desk.press(irina, told, "Открыть")[0].text.startswith(f"№ {ticket.number} · Новая")


def test_a_new_number_asks_for_the_name(desk: Desk, irina: Person, company: Company) -> None:
    assert dialog(desk, irina, "89161234567").text == "Такого номера ещё нет. Как зовут клиента?"
    assert desk.say(irina, "Пётр Лаптев")[0].text == WHAT
    desk.people.send_photo(irina, jpeg(), caption="Жуёт бумагу")
    desk.pump()
    ticket = Ticket.objects.get()
    assert (ticket.client.full_name, ticket.client.tenant, ticket.description) == (
        "Пётр Лаптев", company.tenant, "Жуёт бумагу",
    )  # fmt: skip
    assert Contact.objects.get(user=ticket.client).phone == PHONE


@pytest.mark.parametrize("number", ["Без телефона", "+7 916 123-45-67"])
def test_a_new_name_asks_for_the_number(desk: Desk, irina: Person, number: str) -> None:
    asked = dialog(desk, irina, "Пётр Лаптев")
    assert (asked.text, asked.labels()) == ("Это новый клиент. Какой у него телефон?", ["Без телефона"])
    told = desk.press(irina, asked, number) if number == "Без телефона" else desk.say(irina, number)
    assert told[0].text == WHAT
    desk.say(irina, "Жуёт бумагу")
    contact = Contact.objects.filter(user=Ticket.objects.get().client).first()
    assert (contact.phone if contact else "") == ("" if number == "Без телефона" else PHONE)


def test_the_number_of_a_new_name_may_be_a_known_one(desk: Desk, irina: Person, known: User) -> None:
    found = dialog(desk, irina, "Оля", PHONE)
    assert found.labels() == ["Ольга Белова · Медлайн · •••45-67", "Новый клиент"]
    assert desk.press(irina, found, "Новый клиент")[0].text == WHAT
    desk.say(irina, "Жуёт бумагу")
    client = Ticket.objects.get().client
    assert (client.full_name, Contact.objects.get(user=client).phone, client != known) == ("Оля", PHONE, True)


@pytest.mark.parametrize(
    ("words", "wrong", "answer"),
    [
        ((), "  ", said(EMPTY)),
        ((), "8 916 12", "Это не похоже на номер телефона. Напишите его с кодом города или страны: +7 999 123-45-67."),
        (
            ("Пётр",),
            "нет",
            "Это не похоже на номер телефона. Напишите его с кодом города или страны: +7 999 123-45-67.",
        ),
        (("89161234567", "Пётр"), "\u200b", said(EMPTY)),
    ],
    ids=["nobody", "half a number", "no number", "no words"],
)
def test_an_answer_that_is_none_is_asked_for_again(
    desk: Desk, irina: Person, words: tuple[str, ...], wrong: str, answer: str
) -> None:
    dialog(desk, irina, *words)
    before, at = business_rows(), step(irina)
    assert [message.text for message in desk.say(irina, wrong)] == [answer]
    assert (business_rows(), step(irina)) == (before, at)


def test_a_card_from_the_address_book_is_the_number(desk: Desk, irina: Person, known: User) -> None:
    dialog(desk, irina)
    desk.people.send_contact(irina, {"phone_number": "79161234567", "first_name": "Оля"})
    assert desk.news(irina)[-1].labels()[0] == "Ольга Белова · Медлайн · •••45-67"


def test_an_album_of_a_caller_is_kept_whole(desk: Desk, irina: Person) -> None:
    desk.press(irina, dialog(desk, irina, "Пётр"), "Без телефона")
    desk.people.send_album(irina, [jpeg(), jpeg(), jpeg()], caption="Жуёт")
    desk.pump()
    assert {(file.owner_type, file.owner_id) for file in StoredFile.objects.all()} == {
        ("tickets.ticket", Ticket.objects.get().pk)
    }
    assert StoredFile.objects.count() == 3


def test_cancel_opens_nothing(desk: Desk, irina: Person) -> None:
    dialog(desk, irina, "Пётр")
    before = business_rows()
    desk.say(irina, "/cancel")
    assert (business_rows(), step(irina)) == (before, "")


def test_whoever_belongs_to_no_branch_enters_new_clients_in_the_console(desk: Desk, company: Company) -> None:
    person = desk.people.person("Мария")
    company.person(Role.SUPERUSER, name="Ирина", telegram=person.id, tenant=None)
    told = dialog(desk, person, "Пётр")
    assert told.text == "Никого не нашлось. Нового клиента заведите в консоли: там выбирают филиал."


@pytest.mark.parametrize("data", ["caller:skip", "caller:new"])
def test_a_button_of_another_step_does_nothing(desk: Desk, irina: Person, data: str) -> None:
    asked = dialog(desk, irina)
    before = business_rows()
    desk.people.press(irina, asked, data, forged=True)
    desk.pump()
    assert (business_rows(), step(irina)) == (before, "caller")


def test_another_branch_s_client_can_not_be_chosen(desk: Desk, irina: Person, known: User, company: Company) -> None:
    other = company.person(Role.CLIENT, tenant=company.other)
    found = dialog(desk, irina, PHONE)
    before = business_rows()
    desk.people.press(irina, found, f"caller:{other.pk}", forged=True)
    desk.pump()
    assert (business_rows(), step(irina)) == (before, "caller")
