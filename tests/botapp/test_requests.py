"""Requests through the bot: opened, answered, reviewed; questionnaires; several at once, never mixed."""

import pytest

from clients.enums import Status, Verdict
from clients.models import Access, Answer, Card, Consent, Request
from files.queries import files_of
from tests.support.chat import Chat, labels
from tests.support.clients import Care, chat_of
from tests.support.company import Company
from tests.support.desk import Desk


@pytest.fixture
def care(company: Company) -> Care:
    return Care(company, telegram=True)


@pytest.fixture
def operator(desk: Desk, care: Care) -> Chat:
    return chat_of(desk, care.operator)


@pytest.fixture
def client(desk: Desk, care: Care) -> Chat:
    return chat_of(desk, care.client)


def test_a_document_is_asked_for_given_redone_and_accepted(care: Care, operator: Chat, client: Chat) -> None:
    operator.say("/clients")
    assert operator.say("белова") == "Нашли:"
    operator.press("Анна Белова")
    operator.press("Запросить")
    operator.press("Фото паспорта")
    request = Request.objects.get()
    assert operator.text == f"Запрос № {request.number} открыт: Фото паспорта, Анна Белова."
    assert client.text.startswith("Пришлите нам, пожалуйста: Фото паспорта")
    assert client.press("Ответить").startswith("Перед первым документом нам нужно ваше согласие")
    assert client.press("Согласен").startswith("Пришлите нам, пожалуйста: Фото паспорта")
    assert client.photo() == f"Получили: «Фото паспорта», запрос № {request.number}. Проверим и напишем сюда."
    assert operator.text == f"Запрос № {request.number}, «Фото паспорта»: есть ответ, Анна Белова. Ждёт проверки."
    operator.press("Открыть")
    operator.press("Попросить переделать")
    assert operator.press("Блик").startswith("Клиент прочтёт:\n\n«Фото паспорта»: нужно переделать")
    operator.press("Отправить клиенту")
    assert client.text.split("\n")[1] == "На снимке блик. Выключите вспышку и снимите сбоку от лампы."
    client.press("Ответить")
    client.photo()
    operator.press("Открыть")
    operator.press("Показать ответ")
    assert Access.objects.get(kind="reveal").user == care.operator
    assert operator.press("Принять") == f"Запрос № {request.number} принят."
    assert client.text == f"«Фото паспорта»: всё принято, запрос № {request.number}. Спасибо!"
    request.refresh_from_db()
    assert (request.status, request.redone) == (Status.ACCEPTED, 1)
    assert [answer.verdict for answer in request.answers.order_by("number")] == [Verdict.REDO, Verdict.ACCEPTED]
    assert Consent.objects.get().client == care.client


def test_a_questionnaire_is_filled_in_with_corrections(care: Care, operator: Chat, client: Chat) -> None:
    request = care.request("basic")
    care.agree()
    first = client.press("Заполнить")
    assert first.endswith(
        "Вопрос 1 из 3\nКак вас зовут? Напишите фамилию, имя и отчество.\nНапример: Иванов Иван Иванович"
    )
    assert client.say("Анна") == "Напишите фамилию и имя буквами, как в паспорте: Иванов Иван Иванович"
    assert client.say("Белова Анна Ивановна").startswith("Вопрос 2 из 3")
    assert client.say("Тверь").startswith("Вопрос 3 из 3")
    assert client.say("29.02.2023") == "Такого дня в календаре нет. Проверьте день, месяц и год."
    assert client.press("← Назад").startswith("Вопрос 2 из 3\nВ каком городе вы находитесь?\nВаш ответ сейчас: Тверь")
    client.say("Москва")
    assert client.say("29.02.2000").startswith("Всё верно?")
    client.press("Исправить: В каком городе вы находитесь?")
    assert "В каком городе вы находитесь?\nКлин" in client.say("Клин")
    client.press("Отправить")
    operator.press("Открыть")
    assert "Когда вы родились?: 29.02.2000" in operator.press("Показать ответ")
    operator.press("Принять")
    care.client.refresh_from_db()
    card = Card.objects.get(client=care.client)
    assert care.client.full_name == "Белова Анна Ивановна"
    assert {key: fact["value"] for key, fact in card.facts.items()} == {"city": "Клин", "birth_date": "29.02.2000"}
    assert Request.objects.get(pk=request.pk).draft == {}


def test_an_album_is_one_answer_and_a_wrong_kind_spends_nothing(desk: Desk, care: Care, client: Chat) -> None:
    from tests.simulator.pictures import jpeg

    request = care.request("passport")
    care.agree()
    client.press("Ответить")
    desk.people.send_document(
        client.person, b"PK\x03\x04 no picture", file_name="scan.zip", mime_type="application/zip"
    )
    assert client.text.startswith(
        "«Фото паспорта»: такой файл не подходит. Пришлите: фото (JPEG, PNG, WebP, HEIC), PDF."
    )
    assert not Answer.objects.exists()
    desk.people.send_album(client.person, [jpeg(), jpeg()])
    assert client.text == f"Получили: «Фото паспорта», запрос № {request.number}. Проверим и напишем сюда."
    answer = Answer.objects.get()
    assert len(files_of([answer])[answer.pk]) == 2
    assert labels(client.last) == ["Добавить страницу", "Прислать лучше"]


def test_an_unasked_photo_is_offered(desk: Desk, care: Care, client: Chat) -> None:
    request = care.request("passport")
    care.agree()
    assert client.photo() == "Это ответ на наш запрос?"
    client.press("Нет, это к заявке")
    assert not Answer.objects.exists()
    client.photo()
    client.press(f"№ {request.number} · Фото паспорта")
    assert Answer.objects.get().request == request
