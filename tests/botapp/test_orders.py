"""A whole order in the bot, over HTTP: estimate, prepayment, workshop, expenses, a return, the report."""

from decimal import Decimal
from io import BytesIO

import pytest
from django.test import Client
from openpyxl import load_workbook

from files.queries import files_of
from orders.actions import send_estimate
from orders.actions.stages import LineInput
from orders.enums import Stage
from orders.models import Attempt, Estimate, Line, Order, WorkshopJob
from tests.simulator.pictures import jpeg
from tests.support.chat import Chat, chats_of, labels
from tests.support.company import Company
from tests.support.desk import Desk
from tests.support.orders import Team


@pytest.fixture
def team(company: Company) -> Team:
    return Team(company, telegram=True)


@pytest.fixture
def chats(desk: Desk, team: Team) -> dict[str, Chat]:
    return chats_of(desk, team)


def test_an_order_from_the_estimate_to_the_report_and_the_file(
    desk: Desk, team: Team, chats: dict[str, Chat], client: Client
) -> None:
    curator, engineer, workshop, owner = chats.values()
    order = team.order(serial_number="SN-77")
    button = f"Заказ № {order.number}"
    assert "HP M404" in engineer.text
    agree(engineer, curator, owner, button)
    assert Order.objects.get().stage == Stage.PREPAYMENT
    prepay(engineer, curator, button)
    assert "предоплата" in owner.text.lower()
    client.force_login(team.curator)
    raise_the_contract(client, order, owner)
    repair_in_the_workshop(engineer, workshop, curator, button)
    assert Order.objects.get().stage == Stage.REPAIR
    spend(engineer, curator, button)
    bought = Line.objects.get(name="Ролик")
    assert len(files_of([bought])[bought.pk]) == 2
    report(engineer, curator, button)
    order.refresh_from_db()
    assert (order.stage, order.full_sum, order.net) == (Stage.CLOSED, Decimal(9500), Decimal("7699.50"))
    assert list(Attempt.objects.values_list("stage", "verdict").order_by("pk")) == [
        ("agreement", "returned"), ("agreement", "approved"), ("prepayment", "approved"), ("workshop", "approved"),
        ("expenses", "approved"), ("report", "approved"),
    ]  # fmt: skip
    assert owner.text == f"Заказ № {order.number} готов. Спасибо!"
    assert desk.people.violations() == []
    rows = rows_of_the_file(client)
    assert [rows[1][column] for column in (0, 4, 8, 9, 10, 11, 12, 14)] == [
        order.number, "Закрыт", 9500, 2000, 1800.5, 0, 9500, 7699.5,
    ]  # fmt: skip
    assert len(rows) == 2


def rows_of_the_file(client: Client) -> list[tuple[object, ...]]:
    answer = client.get("/admin/orders/order/report/", {"table": "orders", "form": "xlsx"})
    return list(load_workbook(BytesIO(answer.content)).worksheets[0].iter_rows(values_only=True))


def raise_the_contract(client: Client, order: Order, owner: Chat) -> None:
    """The curator corrects the approved sum, and the client agrees with a button."""
    agreed = Attempt.objects.get(order=order, stage=Stage.AGREEMENT, verdict="approved")
    correction = {"attempt": agreed.pk, "total": "9500", "reason": "Нужен второй ролик"}
    assert client.post(f"/admin/orders/order/{order.pk}/correct/", correction).status_code == 302
    owner.press("1. Новая сумма – 9 500 ₽")
    assert Order.objects.get().consented_sum == 9500


def agree(engineer: Chat, curator: Chat, owner: Chat, button: str) -> None:
    """The client answers in the bot; the estimate comes back once, and is sent again with another price."""
    engineer.press(button)
    engineer.press("Согласование")
    engineer.say("Замена ролика - 9 000\nТолько чистка - 3000")
    engineer.press("Отправить клиенту")
    owner.press("1. Замена ролика – 9 000 ₽")
    engineer.press(button)
    engineer.press("Согласование")
    summary = engineer.press("Пропустить")
    assert "Договор: 9 000 ₽" in summary
    engineer.press("Отправить на проверку")
    assert "Замена ролика: 9 000 ₽, выбран" in curator.text
    curator.press("Вернуть")
    curator.say("Чистка стоит 3500")
    assert "Чистка стоит 3500" in engineer.text

    engineer.press(button)
    assert "Чистка стоит 3500" in engineer.press("Согласование")
    engineer.press("Изменить: Варианты")
    engineer.say("Замена ролика - 9000\nТолько чистка - 3500")
    engineer.press("Выбран: Замена ролика")
    engineer.press("9 000 ₽")
    engineer.press("Отправить на проверку")
    curator.press("Принять")


def prepay(engineer: Chat, curator: Chat, button: str) -> None:
    engineer.press(button)
    engineer.press("Предоплата")
    assert "1500" in engineer.say("1.5к")
    engineer.say("2 000,00")
    engineer.press("Наличные")
    engineer.press("Отправить на проверку")
    curator.press("Принять")


def repair_in_the_workshop(engineer: Chat, workshop: Chat, curator: Chat, button: str) -> None:
    engineer.press(button)
    engineer.press("В стационар")
    engineer.desk.people.send_album(engineer.person, [jpeg(), jpeg(), jpeg()])
    assert engineer.text.endswith("Пришлите фото устройства, хотя бы одно.")
    engineer.press("Дальше")
    engineer.say("Заменить ролик захвата")
    engineer.press("Пропустить")
    engineer.press(next(label for label in labels(engineer.last) if "," in label))
    engineer.press("Обычный")
    engineer.press("Передать")
    assert "Заменить ролик захвата" in workshop.text
    (job,) = WorkshopJob.objects.all()
    assert len(files_of([job])[job.pk]) == 3
    workshop.press("Взять")
    workshop.press(button)
    workshop.press("Работа выполнена")
    workshop.say("Ролик заменён")
    workshop.press("0 ₽")
    workshop.press("Отправить на проверку")
    curator.press("Принять")


def spend(engineer: Chat, curator: Chat, button: str) -> None:
    engineer.press(button)
    engineer.press("Оприход")
    engineer.desk.people.send_album(engineer.person, [jpeg(), jpeg()], caption="Ролик - 1500,50")
    assert "Как оплачено" in engineer.text
    engineer.press("Наличные")
    engineer.say("Такси - 300")
    engineer.say("Не дали")
    engineer.press("Безнал")
    engineer.press("Это всё")
    engineer.press("Отправить на проверку")
    curator.press("Принять")


def report(engineer: Chat, curator: Chat, button: str) -> None:
    engineer.press(button)
    engineer.press("Отчёт")
    engineer.press("9 500 ₽")
    engineer.press("Безнал")
    engineer.press("2 000 ₽")
    engineer.photo()
    engineer.press("Дальше")
    engineer.press("Да, вернули")
    engineer.press("Отправить на проверку")
    curator.press("Принять")


def test_the_client_answers_an_estimate_and_the_engineer_goes_on_from_it(
    desk: Desk, team: Team, chats: dict[str, Chat]
) -> None:
    curator, engineer, _workshop, client = chats.values()
    button = f"Заказ № {team.order().number}"
    engineer.press(button)
    engineer.press("Согласование")
    engineer.say("Замена ролика - 9 000\nТолько чистка - 3000")
    engineer.press("Отправить клиенту")
    assert "2. Только чистка – 3 000 ₽" in client.text
    assert "Отправлено клиенту:" in curator.text
    client.press("Вопрос")
    client.say("А гарантия будет?")
    assert "А гарантия будет?" in engineer.text
    old = next(message for message in reversed(desk.people.chat(client.person)) if "Вопрос" in message.labels())
    assert client.press("2. Только чистка – 3 000 ₽").endswith("согласовано, «Только чистка» за 3 000 ₽.")
    assert "клиент выбрал «Только чистка», 3 000 ₽" in engineer.text
    desk.people.press(client.person, old, f"estimate:{Order.objects.get().pk}:1:no", forged=True)
    desk.pump()
    assert Estimate.objects.get().option == 1
    engineer.press(button)
    engineer.press("Согласование")
    assert "Договор: 3 000 ₽" in engineer.press("Пропустить")
    engineer.press("Отправить на проверку")
    attempt = Attempt.objects.get()
    assert (attempt.total, [line.chosen for line in attempt.lines.order_by("pk")]) == (Decimal(3000), [False, True])


def test_a_newer_estimate_ends_the_one_before(desk: Desk, team: Team, chats: dict[str, Chat]) -> None:
    order, client = team.order(), chats["client"]
    for price in (100, 200):
        lines = [LineInput("Ролик", Decimal(price))]
        send_estimate(actor=team.actor(team.engineer), order_id=order.pk, lines=lines)
    desk.pump()
    first, second = (m for m in desk.people.chat(client.person) if m.from_bot and m.labels())
    desk.people.press(client.person, first, f"estimate:{order.pk}:1:0")
    desk.pump()
    assert list(Estimate.objects.order_by("version").values_list("answer", flat=True)) == ["", ""]
    desk.people.press(client.person, second, f"estimate:{order.pk}:2:0")
    desk.pump()
    assert list(Estimate.objects.order_by("version").values_list("answer", "total")) == [
        ("", None), ("accepted", Decimal(200)),
    ]  # fmt: skip
