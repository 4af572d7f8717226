"""The correspondence in the chat, clients who were not invited, consent, copy and erasure as the client does them."""

from datetime import timedelta

import pytest
import time_machine
from django.test import override_settings
from django.utils import timezone

from accounts.actions import create_invite
from accounts.models import User
from accounts.roles import Role
from clients.actions import make_copy, write_to_client
from clients.models import Card, Consent, DataCopy, Erasure, Letter, Request
from core.actor import Actor
from files.queries import files_of
from tests.simulator.pictures import jpeg
from tests.support.chat import Chat, labels, plain
from tests.support.clients import Care, chat_of
from tests.support.company import Company, as_actor
from tests.support.desk import Desk
from tickets.models import Comment, Ticket

WAIT = (
    "Здравствуйте, Степан! Этот бот работает для клиентов нашего сервиса. Мы сообщили сотрудникам, что вы написали:"
    " подождите, пожалуйста, они откроют вам доступ."
)


@pytest.fixture
def care(company: Company) -> Care:
    return Care(company, telegram=True)


@pytest.fixture
def operator(desk: Desk, care: Care) -> Chat:
    return chat_of(desk, care.operator)


@pytest.fixture
def client(desk: Desk, care: Care) -> Chat:
    return chat_of(desk, care.client)


def write(care: Care, text: str = "Когда удобно принять мастера?") -> Letter:
    return write_to_client(actor=care.actor(care.operator), client_id=care.client.pk, text=text)


def test_staff_write_and_the_client_answers_without_a_ticket(care: Care, operator: Chat, client: Chat) -> None:
    operator.say("/clients")
    operator.say("белова")
    operator.press("Анна Белова")
    operator.press("Написать сообщение")
    assert operator.say("Когда удобно принять мастера?") == "Отправлено: Анна Белова."
    assert client.text == "Ольга Орлова пишет:\n\nКогда удобно принять мастера?"
    assert client.say("Завтра") == "Передали сотрудникам. Ответ придёт сюда."
    assert operator.text == "Анна Белова пишет:\nЗавтра"
    operator.press("Ответить")
    operator.say("Хорошо")
    assert client.text == "Ольга Орлова пишет:\n\nХорошо"
    assert [(letter.author, letter.text) for letter in Letter.objects.order_by("pk")] == [
        (care.operator, "Когда удобно принять мастера?"), (care.client, "Завтра"), (care.operator, "Хорошо"),
    ]  # fmt: skip
    assert not Ticket.objects.exists()


def test_after_a_day_it_is_a_ticket_again(care: Care, client: Chat) -> None:
    write(care)
    with time_machine.travel(timezone.now() + timedelta(hours=25)):
        client.say("Принтер шумит")
    assert (Letter.objects.count(), Ticket.objects.get().description) == (1, "Принтер шумит")


def test_a_reply_to_the_message_goes_there_even_later(desk: Desk, care: Care, client: Chat) -> None:
    write(care)
    message = client.last
    with time_machine.travel(timezone.now() + timedelta(hours=25)):
        desk.people.say(client.person, "Завтра", reply_to=message)
        desk.pump()
    assert Letter.objects.latest("pk").text == "Завтра"


def test_what_was_meant_as_a_ticket_becomes_one(desk: Desk, care: Care, client: Chat) -> None:
    write(care)
    client.photo("Сломался второй принтер")
    client.press("Это новая заявка")
    ticket, letter = Ticket.objects.get(), Letter.objects.latest("pk")
    assert (ticket.description, letter.became, len(files_of([ticket])[ticket.pk])) == (
        "Сломался второй принтер", ticket, 1,
    )  # fmt: skip
    assert Card.objects.get().waiting_since is None


def test_albums_long_texts_and_edits_are_one_message(desk: Desk, care: Care, client: Chat) -> None:
    write(care)
    desk.people.send_album(client.person, [jpeg(), jpeg(), jpeg()])
    desk.pump()
    letter = Letter.objects.latest("pk")
    assert len(files_of([letter])[letter.pk]) == 3
    short = desk.people.say(client.person, "Завтра")
    desk.pump()
    desk.people.edit(client.person, short, "Послезавтра")
    desk.pump()
    letter = Letter.objects.latest("pk")
    assert (letter.text, [before["text"] for before in letter.earlier]) == ("Послезавтра", ["Завтра"])
    desk.people.say(client.person, "а" * 4096)
    desk.people.say(client.person, "и ещё")
    desk.pump()
    assert Letter.objects.latest("pk").text == "а" * 4096 + "\nи ещё"
    assert Letter.objects.count() == 4


def test_technicians_do_not_write_letters(desk: Desk, care: Care, company: Company) -> None:
    tech = chat_of(desk, company.person(Role.TECHNICIAN, telegram=True))
    assert not tech.say("/clients").startswith("Кого ищем?")
    assert not tech.say("/requests").startswith("Запросы")


def test_a_file_without_a_request_is_kept_with_a_ticket_and_said_so(care: Care, client: Chat) -> None:
    ticket = care.company.ticket(care.client)
    assert client.photo() == f"Добавлено к заявке № {ticket.number}."
    assert Comment.objects.get().ticket == ticket


@override_settings(CLIENT_ACCESS="invited")
def test_who_was_not_invited_waits_and_operators_hear_it_once(desk: Desk, care: Care, operator: Chat) -> None:
    person = desk.people.add_person("Степан")
    said = [plain(m.text) for m in desk.say(person, "Принтер не печатает")]
    assert said == [WAIT]
    assert desk.say(person, "Ау") == []
    assert desk.say(person, "/tickets") == []
    assert operator.text == "Степан пишет боту без приглашения. Откройте запрос или доступ."
    assert labels(operator.last) == ["Открыть запрос", "Открыть доступ"]
    assert len([m for m in desk.people.chat(operator.person) if "без приглашения" in m.text]) == 1
    assert not Ticket.objects.exists()
    operator.press("Открыть запрос")
    operator.press("Фото паспорта")
    stepan = Chat(desk, person)
    assert stepan.text.startswith("Пришлите нам, пожалуйста: Фото паспорта")
    stepan.press("Ответить")
    stepan.press("Согласен")
    assert stepan.photo().startswith("Получили")
    assert Request.objects.get().client == User.objects.get(telegram_id=person.id)


@override_settings(CLIENT_ACCESS="invited")
def test_an_invite_or_one_button_lets_in(desk: Desk, care: Care, operator: Chat, company: Company) -> None:
    person = desk.people.add_person("Степан")
    desk.say(person, "Здравствуйте")
    operator.press("Открыть доступ")
    assert Chat(desk, person).text == "Теперь вы можете нам писать: опишите, что случилось, или пришлите фото."
    desk.say(person, "Принтер шумит")
    assert Ticket.objects.get().client.telegram_id == person.id
    invite = create_invite(actor=care.actor(care.operator), role=Role.CLIENT, tenant_id=company.tenant.pk)
    other = desk.people.add_person("Роман")
    desk.people.start(other, f"inv_{invite.code}")
    desk.pump()
    desk.say(other, "Принтер молчит")
    assert Ticket.objects.latest("pk").client.telegram_id == other.id


@override_settings(CLIENT_ACCESS="open")
def test_an_open_house_serves_everybody(desk: Desk, care: Care) -> None:
    person = desk.people.add_person("Степан")
    desk.say(person, "Принтер не печатает")
    assert Ticket.objects.get().client.full_name == "Степан"


def test_consent_is_shown_withdrawn_and_given_again(care: Care, client: Chat) -> None:
    assert client.say("/consent").startswith("Перед первым документом нам нужно ваше согласие")
    assert client.press("Согласен") == "Спасибо, согласие записано."
    assert client.say("/consent").startswith("Вы дали согласие ")
    assert client.press("Отозвать согласие").startswith("Согласие отозвано.")
    given = Consent.objects.get()
    assert (given.client, given.telegram_id, given.withdrawn_at is None) == (
        care.client,
        care.client.telegram_id,
        False,
    )
    assert client.say("/consent").startswith("Перед первым документом")


def test_what_was_sent_before_the_consent_is_not_lost(care: Care, client: Chat) -> None:
    request = care.request("requisites")
    client.photo()
    assert client.press(f"№ {request.number} · Реквизиты компании").startswith("Перед первым документом")
    assert (
        client.press("Согласен")
        == f"Получили: «Реквизиты компании», запрос № {request.number}. Проверим и напишем сюда."
    )
    answer = Request.objects.get().answer
    assert answer is not None
    assert len(files_of([answer])[answer.pk]) == 1


def test_without_a_consent_nothing_is_stored(care: Care, client: Chat) -> None:
    care.request("passport")
    client.press("Ответить")
    assert client.press("Не согласен").startswith("Мы ничего не сохранили.")
    assert (Consent.objects.count(), Request.objects.get().answer) == (0, None)


def test_a_copy_comes_as_a_file(desk: Desk, care: Care, client: Chat) -> None:
    assert client.say("/mydata") == "Собираем всё, что о вас хранится. Файл придёт сюда через минуту."
    make_copy(actor=Actor.system("copy"), copy_id=DataCopy.objects.get().pk)
    desk.pump()
    assert client.last.raw["document"]["file_name"].startswith("mydata-")


def test_a_client_asks_to_be_forgotten_and_takes_it_back(desk: Desk, care: Care, client: Chat, operator: Chat) -> None:
    client.say("/forget")
    assert client.press("Да, удалить всё").startswith("Записали. Ваши данные будут удалены до ")
    assert (
        operator.text == "Анна Белова просит удалить свои данные. Решает суперюзер в консоли, раздел «Удаление данных»."
    )
    client.say("/forget")
    assert client.press("Не удалять").startswith("Ваши данные остаются.")
    assert Erasure.objects.get().status == "taken_back"
    assert as_actor(care.client).permissions
