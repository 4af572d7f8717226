"""Orders in the chat beside their stages: opened by a message, asked about, waiting, with a raised contract."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from accounts.roles import Role
from files.models import FileAccess
from files.queries import files_of
from orders.actions import answer_estimate, ask_about_order, correct_sum, return_attempt, send_estimate
from orders.enums import Move, Stage
from orders.models import Attempt, Estimate, Order, OrderComment, Penalty
from tests.support.chat import Chat, chats_of
from tests.support.company import Company
from tests.support.desk import Desk
from tests.support.orders import ACCEPTED, Team
from tickets.models import Ticket


@pytest.fixture
def team(company: Company) -> Team:
    return Team(company, telegram=True)


@pytest.fixture
def chats(desk: Desk, team: Team) -> dict[str, Chat]:
    return chats_of(desk, team)


def raised(team: Team) -> Order:
    """In repair, with a contract that was raised to 12 000 roubles."""
    order = team.order(Stage.REPAIR)
    agreed = Attempt.objects.get(order=order, stage=Stage.AGREEMENT)
    correct_sum(
        actor=team.actor(team.curator), order_id=order.pk, attempt_id=agreed.pk, total=Decimal(12000), reason="Плата"
    )
    return order


def test_an_order_comes_from_one_message(team: Team, chats: dict[str, Chat]) -> None:
    curator, engineer = chats["curator"], chats["engineer"]
    name = team.engineer.full_name
    curator.say("/orders")
    curator.press("Новый заказ")
    assert curator.say(f"4711-Б {name}") == f"Заказ № {Order.objects.get().number} создан. Инженер: {name}."
    order = Order.objects.get()
    assert (order.external_number, order.engineer, order.curator, order.ticket) == (
        "4711-Б", team.engineer, team.curator, None,
    )  # fmt: skip
    assert engineer.text.startswith(f"У вас новый заказ № {order.number}.")


def test_an_order_comes_from_a_ticket_with_one_button(team: Team, chats: dict[str, Chat], company: Company) -> None:
    ticket = company.ticket(team.client)
    curator = chats["curator"]
    curator.say(f"/start t_{company.tenant.slug}")
    curator.desk.people.say(curator.person, "/queue")
    curator.press(f"№ {ticket.number} · {ticket.subject}")
    assert f"Из заявки № {ticket.number}" in curator.press("Новый заказ")
    curator.press(team.engineer.full_name)
    order = Order.objects.get()
    assert (order.ticket, order.client, order.engineer, order.fault) == (
        ticket, team.client, team.engineer, ticket.description,
    )  # fmt: skip


def test_who_is_meant_is_asked_back(team: Team, chats: dict[str, Chat], company: Company) -> None:
    curator = chats["curator"]
    ivanovs = [
        company.person(Role.ENGINEER, name=f"Иванов {first}", curator=team.curator) for first in ("Пётр", "Павел")
    ]
    curator.say("/orders")
    curator.press("Новый заказ")
    assert "нет такого инженера" in curator.say("4711 Сидоров")
    curator.say("4711 иванов")
    shown = curator.last.labels()
    assert shown == [*sorted(person.full_name for person in ivanovs), "Пока никто"]
    assert not Order.objects.exists()
    curator.press("Иванов Пётр")
    order = Order.objects.get()
    assert (order.external_number, order.engineer) == ("4711", ivanovs[0])
    curator.say("/orders")
    curator.press("Новый заказ")
    assert "Этот внешний номер" in curator.say("4711 Иванов Павел")
    assert Order.objects.count() == 1


def test_the_client_asks_and_is_answered(team: Team, chats: dict[str, Chat]) -> None:
    order, engineer, client = team.order(Stage.REPAIR), chats["engineer"], chats["client"]
    client.say("/orders")
    text = client.press(f"Заказ № {order.number}")
    assert "Договор: 9 000 ₽\nВнесено заранее: 2 000 ₽" in text
    assert text.endswith(("Согласование", "Предоплата"))
    client.press("Вопрос")
    client.photo("Когда привезёте?")
    assert any("Когда привезёте?" in message.text for message in engineer.desk.people.chat(engineer.person))
    question = OrderComment.objects.get()
    assert len(files_of([question])[question.pk]) == 1
    sent = [call.method for call in engineer.desk.people.calls(chat_id=engineer.person.id)]
    assert sent.count("sendPhoto") == 1
    engineer.press("Ответить")
    engineer.say("Завтра к обеду")
    assert client.text == f"Заказ № {order.number}. Вам пишут:\nЗавтра к обеду"
    assert list(OrderComment.objects.order_by("pk").values_list("kind", "text", "author_id")) == [
        ("question", "Когда привезёте?", team.client.pk), ("answer", "Завтра к обеду", team.engineer.pk),
    ]  # fmt: skip


def test_the_engineer_says_that_parts_are_on_their_way(team: Team, chats: dict[str, Chat]) -> None:
    order, engineer = team.order(Stage.REPAIR), chats["engineer"]
    engineer.press(f"Заказ № {order.number}")
    assert "Ждёт: запчасти" in engineer.press("Ждёт запчасти")
    assert Order.objects.get().waiting == "parts"
    assert "Ждёт: инженера" in engineer.press("Больше не ждёт")
    assert Order.objects.get().waiting == ""


def test_the_client_agrees_to_a_raised_contract_with_a_button(team: Team, chats: dict[str, Chat]) -> None:
    order, client, engineer = raised(team), chats["client"], chats["engineer"]
    assert "Было 9 000 ₽, стало 12 000 ₽" in client.text
    engineer.press(f"Заказ № {order.number}")
    assert "Согласие: Клиент ещё не согласился на новую сумму" in engineer.text
    client.press("1. Новая сумма – 12 000 ₽")
    order.refresh_from_db()
    assert order.consented_sum == Decimal(12000)
    assert "клиент выбрал «Новая сумма», 12 000 ₽" in engineer.text


def test_the_engineer_records_the_consent_on_paper(team: Team, chats: dict[str, Chat]) -> None:
    order, curator, engineer = raised(team), chats["curator"], chats["engineer"]
    engineer.press(f"Заказ № {order.number}")
    engineer.press("Согласие на бумаге")
    engineer.press("12 000 ₽")
    engineer.photo()
    engineer.press("Дальше")
    assert engineer.press("Записать") == f"Заказ № {order.number}: согласие клиента записано."
    order.refresh_from_db()
    paper = Estimate.objects.get(recorded_by=team.engineer)
    assert (order.consented_sum, len(files_of([paper])[paper.pk])) == (Decimal(12000), 1)
    assert "клиент согласился на 12 000 ₽ на бумаге" in curator.text


def test_what_was_entered_last_is_shown_first(team: Team, chats: dict[str, Chat]) -> None:
    order, engineer = team.order(), chats["engineer"]
    send_estimate(actor=team.actor(team.engineer), order_id=order.pk, lines=ACCEPTED.lines)
    answer_estimate(actor=team.actor(team.client), order_id=order.pk, version=1, option=1)
    given: Any = ACCEPTED
    attempt = team.submit(order, Move.AGREEMENT, given)
    return_attempt(actor=team.actor(team.curator), order_id=order.pk, attempt_id=attempt.pk, reason="Сумма не та")
    engineer.press(f"Заказ № {order.number}")
    text = engineer.press("Согласование")
    assert "Сумма не та" in text
    assert "Договор: 9 000 ₽" in text


def test_the_curator_decides_in_the_chat(team: Team, chats: dict[str, Chat], company: Company) -> None:
    order, curator, engineer = team.order(Stage.REPAIR), chats["curator"], chats["engineer"]
    button, colleague = f"Заказ № {order.number}", company.person(Role.ENGINEER, curator=team.curator)
    curator.say("/orders")
    curator.press("Активные заказы")
    curator.press(button)
    curator.press("Распорядиться")
    curator.press("Запланировать: Стационар")
    curator.press("Запланирован: Стационар. Исключить")
    curator.press("Запланировать: Оприход")
    curator.press("Штраф")
    for words in ("Опоздал", "1 500", "1500,50", "1.5к опоздал", "2 000 000", "-5 опоздал"):
        curator.say(words)
    assert not Penalty.objects.exists()
    curator.say("1 500 - Опоздал на два часа")
    assert "штраф 1 500 ₽" in engineer.text
    curator.press("Продлить срок")
    curator.press("3 дн.")
    curator.say("Ждём деталь")
    curator.press("← Назад")
    curator.press(f"Инженер: {team.engineer.full_name}")
    curator.press(colleague.full_name)
    order.refresh_from_db()
    assert (order.planned, order.engineer, order.due_at > timezone.now() + timedelta(days=2)) == (
        ["expenses"], colleague, True,
    )  # fmt: skip
    assert [(penalty.total, penalty.reason) for penalty in Penalty.objects.all()] == [(1500, "Опоздал на два часа")]
    curator.press("Отменить заказ")
    curator.say("Клиент купил новый")
    assert Order.objects.get().stage == Stage.CANCELLED
    curator.press("Запланировать: Стационар")
    assert Order.objects.get().planned == ["expenses"]


def test_the_workshop_looks_at_the_photos_of_the_hand_over(team: Team, chats: dict[str, Chat]) -> None:
    order, workshop = team.order(Stage.REPAIR), chats["workshop"]
    team.hand_over(order)
    workshop.say("/orders")
    workshop.press(f"Заказ № {order.number}")
    workshop.press("Фото: 1")
    kinds = [call.method for call in workshop.desk.people.calls(chat_id=workshop.person.id)]
    assert kinds.count("sendPhoto") == 1
    assert FileAccess.objects.get().user == team.workshop


def test_a_telegram_reply_goes_to_the_order(team: Team, chats: dict[str, Chat]) -> None:
    order, engineer, client = team.order(Stage.REPAIR), chats["engineer"], chats["client"]
    people = client.desk.people
    people.say(client.person, "Когда?", reply_to=client.last)
    asked = engineer.last
    assert "Когда?" in asked.text
    people.say(engineer.person, "Завтра", reply_to=asked)
    assert client.text == f"Заказ № {order.number}. Вам пишут:\nЗавтра"
    curator = chats["curator"]
    notice = next(m for m in people.chat(curator.person) if "ждёт вашей проверки" in m.text)
    people.say(curator.person, "Сумма не та", reply_to=notice)
    assert curator.text != client.text
    assert list(OrderComment.objects.order_by("pk").values_list("kind", "text")) == [
        ("question", "Когда?"), ("answer", "Завтра"),
    ]  # fmt: skip
    assert not Ticket.objects.exists()


def test_a_stage_goes_on_after_a_question_in_between(team: Team, chats: dict[str, Chat]) -> None:
    order, other, engineer = team.order(Stage.REPAIR), team.order(Stage.REPAIR), chats["engineer"]
    ask_about_order(actor=team.actor(team.client), order_id=other.pk, text="Когда?")
    engineer.press(f"Заказ № {order.number}")
    engineer.press("Оприход")
    engineer.photo("Ролик - 1500,50")
    engineer.press("Ответить")
    assert engineer.say("Завтра").endswith("Вы заполняли этап: /start – продолжить, /cancel – прекратить.")
    assert OrderComment.objects.filter(kind="answer").count() == 1
    assert "Как оплачено" in engineer.say("/start")
    engineer.press(f"Заказ № {other.number}")
    assert f"Сначала закончите заказ № {order.number}" in engineer.press("Отчёт")
    engineer.press("Наличные")
    engineer.press("Это всё")
    engineer.press("Отправить на проверку")
    assert Order.objects.get(pk=order.pk).awaiting is not None
    engineer.press(f"Заказ № {other.number}")
    assert "Сколько" in engineer.press("Отчёт")


def test_cancelling_a_question_brings_the_stage_back(team: Team, chats: dict[str, Chat]) -> None:
    order, engineer = team.order(Stage.REPAIR), chats["engineer"]
    ask_about_order(actor=team.actor(team.client), order_id=order.pk, text="Когда?")
    engineer.press(f"Заказ № {order.number}")
    engineer.press("Оприход")
    engineer.photo("Ролик - 1500,50")
    engineer.press("Ответить")
    engineer.say("/cancel")
    assert "Как оплачено" in engineer.say("/start")
    engineer.say("/cancel")
    assert "Как оплачено" not in engineer.say("/start")
