"""The whole story over HTTP: two operators, three clients, five requests at once, redone, the questionnaire twice, and
a restart in the middle. Answers never mix."""

import pytest
from django.core.cache import cache

from accounts.models import User
from accounts.roles import Role
from clients.enums import Status, Verdict
from clients.models import Answer, Card, Request
from files.queries import files_of
from tests.support.chat import Chat
from tests.support.clients import Care, chat_of
from tests.support.company import Company
from tests.support.desk import Desk


@pytest.fixture
def care(company: Company) -> Care:
    return Care(company, telegram=True)


def ask(operator: Chat, client: User, what: str) -> Request:
    """The operator finds the client in the chat and opens a request."""
    operator.say("/clients")
    operator.say(client.full_name)
    operator.press(client.full_name)
    operator.press("Запросить")
    operator.press(what)
    return Request.objects.filter(client=client).latest("pk")


def review(operator: Chat, request: Request, *buttons: str) -> str:
    """The operator opens this request from the list and presses these buttons one after another."""
    operator.say("/requests")
    label = next(
        label
        for message in reversed(operator.desk.people.chat(operator.person))
        for label in message.labels()
        if f"№ {request.number} " in label.replace("\xa0", " ")
    )
    operator.press(label.replace("\xa0", " "))
    return [operator.press(button) for button in buttons][-1]


def fill_in(client: Chat, name: str, city: str, born: str) -> None:
    client.say(name)
    client.say(city)
    client.say(born)
    client.press("Отправить")


def test_five_requests_of_three_clients_never_mix(desk: Desk, care: Care, company: Company) -> None:
    olga = chat_of(desk, care.operator)
    second = company.person(Role.OPERATOR, telegram=True, name="Пётр Громов")
    petr = chat_of(desk, second)
    anna, boris, vera = (
        care.client,
        company.person(Role.CLIENT, telegram=True, name="Борис Климов"),
        company.person(Role.CLIENT, telegram=True, name="Вера Лосева"),
    )
    chats = {person.full_name: chat_of(desk, person) for person in (anna, boris, vera)}
    for person in (anna, boris, vera):
        care.agree(person)

    passport = ask(olga, anna, "Фото паспорта")
    contract = ask(petr, boris, "Фото договора")
    basic = ask(olga, vera, "Анкета клиента")
    details = ask(petr, anna, "Реквизиты компании")
    own_basic = ask(olga, boris, "Анкета клиента")

    # All three begin at once; each goes on where he is.
    chats["Вера Лосева"].press("Заполнить")
    chats["Борис Климов"].press("Заполнить")
    chats["Вера Лосева"].say("Лосева Вера")
    chats["Борис Климов"].say("Климов Борис")
    chats["Борис Климов"].say("Тула")
    cache.clear()  # a new process has nothing but the database
    chats["Вера Лосева"].say("Рязань")
    assert chats["Вера Лосева"].say("01.02.1990").startswith("Всё верно?")
    chats["Борис Климов"].press("Продолжить позже")

    desk.people.start(chats["Анна Белова"].person)
    chats["Анна Белова"].photo()  # two documents are asked for: which one is it?
    chats["Анна Белова"].press(f"№ {passport.number} · Фото паспорта")
    chats["Анна Белова"].photo()
    chats["Анна Белова"].press("Нет, это к заявке")
    chats["Анна Белова"].say("/requests")
    chats["Анна Белова"].press(f"№ {details.number} · Реквизиты компании")
    chats["Анна Белова"].say("ООО «Ромашка», ИНН 7700000000")
    chats["Вера Лосева"].press("Отправить")

    # Redone twice, by two operators; the other requests do not notice.
    review(petr, passport, "Попросить переделать", "Нечётко", "Отправить клиенту")
    chats["Анна Белова"].press("Ответить")
    chats["Анна Белова"].photo()
    review(olga, passport, "Попросить переделать", "Блик", "Отправить клиенту")
    chats["Анна Белова"].press("Ответить")
    chats["Анна Белова"].photo()
    review(petr, passport, "Показать ответ", "Принять")
    review(olga, details, "Принять")
    review(olga, basic, "Принять")

    # Boris goes on with the questionnaire that he has put off, then gets it a second time, at once after the first.
    chats["Борис Климов"].say("/requests")
    assert chats["Борис Климов"].press(f"№ {own_basic.number} · Анкета клиента").startswith("Вопрос 3 из 3")
    chats["Борис Климов"].say("03.04.1980")
    chats["Борис Климов"].press("Отправить")
    review(petr, own_basic, "Принять")
    again = ask(petr, boris, "Анкета клиента")
    assert (
        chats["Борис Климов"]
        .press("Заполнить")
        .endswith("Вопрос 1 из 3\nКак вас зовут? Напишите фамилию, имя и отчество.\nНапример: Иванов Иван Иванович")
    )
    fill_in(chats["Борис Климов"], "Климов Борис Ильич", "Калуга", "03.04.1980")
    review(petr, again, "Принять")
    chats["Борис Климов"].say("/requests")
    chats["Борис Климов"].press(f"№ {contract.number} · Фото договора")
    chats["Борис Климов"].photo()

    statuses = dict(Request.objects.values_list("number", "status"))
    assert statuses == {
        passport.number: Status.ACCEPTED,
        contract.number: Status.SUBMITTED,
        basic.number: Status.ACCEPTED,
        details.number: Status.ACCEPTED,
        own_basic.number: Status.ACCEPTED,
        again.number: Status.ACCEPTED,
    }
    facts = {card.client.full_name: {k: f["value"] for k, f in card.facts.items()} for card in Card.objects.all()}
    assert facts == {
        "Анна Белова": {},
        "Лосева Вера": {"city": "Рязань", "birth_date": "01.02.1990"},
        "Климов Борис Ильич": {"city": "Калуга", "birth_date": "03.04.1980"},
    }
    given = {
        request.number: [
            (answer.verdict, len(files_of([answer])[answer.pk]), answer.values.get("text", ""))
            for answer in request.answers.order_by("number")
        ]
        for request in Request.objects.filter(questionnaire=None)
    }
    assert given == {
        passport.number: [(Verdict.REDO, 1, ""), (Verdict.REDO, 1, ""), (Verdict.ACCEPTED, 1, "")],
        contract.number: [(Verdict.AWAITED, 1, "")],
        details.number: [(Verdict.ACCEPTED, 0, "ООО «Ромашка», ИНН 7700000000")],
    }
    assert Request.objects.get(pk=passport.pk).redone == 2
    assert Answer.objects.filter(request=own_basic).count() == 1
