"""What the demo company has asked of its clients: requests in every state, a filled questionnaire, a correspondence."""

from dataclasses import dataclass

from accounts.actors import actor_for
from accounts.models import User
from accounts.queries import by_username, clients_visible_to
from clients.actions import (
    accept_answer,
    answer_question,
    ask_to_redo,
    begin_questionnaire,
    give_consent,
    open_request,
    submit_document,
    submit_questionnaire,
    write_to_client,
    write_to_staff,
)
from clients.models import Request
from clients.queries import consent_text
from core.actor import Actor, Via
from ops.clock import hours_ago
from ops.demo_orders import picture
from tickets.queries import ticket_list

PASSPORT = "SAMPLE\n\nPassport\nBelova Olga\nno real data"
ANSWERS = ("Дмитрий Кузнецов", "Москва", "14.03.1988")


@dataclass(frozen=True)
class Wish:
    """What is asked, how many hours ago, and how far it has come."""

    client: str
    template: str
    age: float
    until: str = "requested"
    note: str = ""


WISHES = [
    Wish("Дмитрий Кузнецов", "basic", 70, "accepted"),
    Wish("Дмитрий Кузнецов", "contract", 30, "redo"),
    Wish("Ольга Белова, «Медлайн»", "passport", 5, "submitted", "Нужен для договора на ремонт."),
    Wish("Ольга Белова, «Медлайн»", "requisites", 4),
    Wish("Игорь Зайцев, бухгалтерия «Вектор»", "requisites", 26),
]


def tell_clients() -> None:
    """Let the operator ask, and the clients answer, each at their hour."""
    operator = actor_for(by_username("operator"), Via.CONSOLE)
    for wish in WISHES:
        client = clients_visible_to(operator).get(full_name=wish.client)
        _agree(client, wish)
        with hours_ago(wish.age):
            ticket = ticket_list(operator).filter(client=client).last()
            request = open_request(
                actor=operator, client_id=client.pk, template=wish.template, note=wish.note,
                ticket_id=ticket.pk if ticket else None,
            )  # fmt: skip
        if wish.until != "requested":
            _answer(client, request, wish)
        with hours_ago(wish.age - 2):
            _review(operator, request, wish)
    _talk(operator)


def _agree(client: User, wish: Wish) -> None:
    text = consent_text()
    if wish.until != "requested" and text is not None:
        with hours_ago(wish.age - 0.5):
            give_consent(actor=actor_for(client, Via.BOT), text_id=text.pk)


def _answer(client: User, request: Request, wish: Wish) -> None:
    actor = actor_for(client, Via.BOT)
    with hours_ago(wish.age - 1):
        if request.kind is not None:
            submit_document(actor=actor, request_id=request.pk, uploads=[picture(PASSPORT, "#b9c7d4")])
            return
        begin_questionnaire(actor=actor, request_id=request.pk)
        for at, words in enumerate(ANSWERS):
            answer_question(actor=actor, request_id=request.pk, at=at, text=words)
        submit_questionnaire(actor=actor, request_id=request.pk)


def _review(operator: Actor, request: Request, wish: Wish) -> None:
    request.refresh_from_db()
    answer = request.answer_id or 0
    if wish.until == "accepted":
        accept_answer(actor=operator, request_id=request.pk, answer_id=answer)
    elif wish.until == "redo":
        ask_to_redo(actor=operator, request_id=request.pk, answer_id=answer, reason="page_missing")


def _talk(operator: Actor) -> None:
    client = clients_visible_to(operator).get(full_name="Ольга Белова, «Медлайн»")
    with hours_ago(3):
        write_to_client(actor=operator, client_id=client.pk, text="Ольга, добрый день! Когда удобно принять мастера?")
    with hours_ago(2):
        write_to_staff(actor=actor_for(client, Via.BOT), text="Завтра после обеда. Пропуск заказать?")
