"""A lost key in the bot: what can not be decrypted is told, a lost draft begins anew, and nothing is parked for it."""

import pytest
from django.conf import settings as django_settings

from accounts.actions import set_contact
from accounts.models import User
from accounts.roles import Role
from botapp import inbox
from botapp.enums import Step, UpdateStatus
from botapp.models import Dialog, InboxUpdate
from core.crypto import Unsealable
from orders.models import Order
from simulator.client import Person
from tests.support.chat import Chat, chats_of
from tests.support.company import MACHINE, Company
from tests.support.desk import Desk
from tests.support.orders import Team
from tests.support.sealed import Keys
from tickets.models import Ticket

PHONE = "+79991234567"
LOST = "не удаётся расшифровать"
NO_PHONE = "«Телефон»: не удаётся расшифровать — ключа нет или значение изменено."
DRAFT_LOST = "То, что вы начали здесь, не удаётся расшифровать, оно потеряно. Пожалуйста, начните заново: /start"


@pytest.fixture
def anna(company: Company) -> User:
    person = company.person(Role.CLIENT, name="Анна Смирнова")
    set_contact(actor=MACHINE, user_id=person.pk, company="Медлайн", phone=PHONE)
    return person


def test_an_order_in_the_bot_shows_what_it_can(desk: Desk, company: Company, keys: Keys) -> None:
    team = Team(company, telegram=True)
    set_contact(actor=MACHINE, user_id=team.client.pk, phone=PHONE)
    chats = chats_of(desk, team)
    order = team.order(address="Мира, 1")
    engineer = chats["engineer"]
    assert "Мира, 1" in card_of(engineer, order)
    keys.lose_old()
    card = card_of(engineer, order)
    assert f"Телефон: {LOST}" in card
    assert f"Адрес: {LOST}" in card
    assert "HP M404" in card
    assert set(InboxUpdate.objects.values_list("status", flat=True)) == {UpdateStatus.HANDLED}


def card_of(chat: Chat, order: Order) -> str:
    chat.say("/orders")
    return chat.press(f"Заказ № {order.number}")


@pytest.fixture
def operator(desk: Desk, company: Company) -> Person:
    person = desk.people.person("Мария")
    company.person(Role.OPERATOR, name="Ирина Соколова", telegram=person.id)
    desk.say(person, "/start")
    return person


def test_callers_in_the_bot_are_offered_without_their_numbers(
    desk: Desk, operator: Person, anna: User, keys: Keys
) -> None:
    keys.lose_old()
    desk.say(operator, "/caller")
    (asked,) = desk.say(operator, "Анна")
    assert asked.labels() == [f"Анна Смирнова · Медлайн · {LOST}", "Новый клиент"]


def test_a_problem_of_decryption_is_told_and_not_parked(
    desk: Desk, operator: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lost(*_args: object) -> None:
        raise Unsealable("Телефон", "no_key")

    monkeypatch.setattr("botapp.handlers.caller.find_callers", lost)
    desk.say(operator, "/caller")
    assert [answer.text for answer in desk.say(operator, "Анна")] == [NO_PHONE]
    assert set(InboxUpdate.objects.values_list("status", flat=True)) == {UpdateStatus.HANDLED}


def step(person: Person) -> tuple[str, object]:
    dialog = Dialog.objects.get(chat_id=person.id)
    return dialog.step, dialog.data


@pytest.fixture
def begun(desk: Desk, operator: Person, keys: Keys) -> Person:
    """In the middle of a ticket for a caller; then the key of the draft is lost."""
    desk.say(operator, "/caller")
    desk.say(operator, "8 999 123-45-67")
    assert step(operator) == (Step.CALLER_NAME, {"phone": PHONE})
    keys.lose_old()
    return operator


def test_an_answer_to_a_lost_draft_begins_anew(desk: Desk, begun: Person) -> None:
    assert [answer.text for answer in desk.say(begun, "Анна")] == [DRAFT_LOST]
    assert step(begun) == (Step.NONE, {})
    assert Ticket.objects.count() == 0
    assert "/queue" in desk.say(begun, "/start")[0].text
    assert set(InboxUpdate.objects.values_list("status", flat=True)) == {UpdateStatus.HANDLED}


@pytest.mark.parametrize(("word", "answer"), [("/help", "/queue"), ("/language", "На каком языке")])
def test_what_does_not_need_the_draft_is_done_besides(desk: Desk, begun: Person, word: str, answer: str) -> None:
    (told,) = desk.say(begun, word)
    assert told.text.startswith(f"{DRAFT_LOST}\n\n")
    assert answer in told.text
    assert DRAFT_LOST not in desk.say(begun, word)[0].text


def test_a_start_in_a_lost_draft(desk: Desk, begun: Person) -> None:
    """It would have shown the open question once more."""
    assert [answer.text for answer in desk.say(begun, "/start")] == [DRAFT_LOST]
    assert "/queue" in desk.say(begun, "/start")[0].text


def test_a_button_of_a_lost_draft(desk: Desk, operator: Person, anna: User, keys: Keys) -> None:
    desk.say(operator, "/caller")
    (asked,) = desk.say(operator, "Анна")
    keys.lose_old()
    assert [answer.text for answer in desk.press(operator, asked, asked.labels()[1])] == [DRAFT_LOST]
    assert step(operator) == (Step.NONE, {})


def test_a_chat_in_which_nothing_was_begun_goes_on_as_ever(desk: Desk, company: Company, keys: Keys) -> None:
    person = desk.people.person("Анна")
    desk.say(person, "/new")
    desk.say(person, "/cancel")
    keys.lose_old()
    (told,) = desk.say(person, "Принтер шумит")
    assert DRAFT_LOST not in told.text
    assert Ticket.objects.get().description == "Принтер шумит"


def test_an_update_that_can_not_be_read_is_parked(desk: Desk, company: Company, keys: Keys) -> None:
    """It is kept: the key may come back. Nobody is known whom to answer."""
    person = desk.people.person("Анна")
    desk.say(person, "/start")
    update = {"update_id": 99, "message": {"chat": {"id": person.id}, "text": "x"}}
    inbox.store(django_settings.TELEGRAM_BOT_ID, [update])
    keys.lose_old()
    desk.pump()
    row = InboxUpdate.objects.get(update_id=99)
    assert (row.status, row.error) == (UpdateStatus.PARKED, "Unsealable")
