"""The desk in the chat of a technician: what is new, cards with their history, moves that take words, notes."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from botapp.models import Dialog
from outbox.models import Message as Delivery
from simulator.client import Message, Person
from tests.botapp.test_routes import business_rows
from tests.simulator.pictures import jpeg
from tests.support.company import Company, as_actor
from tests.support.desk import Desk
from tickets.actions import add_comment, move_ticket
from tickets.enums import Visibility
from tickets.models import Comment, Ticket


@pytest.fixture
def technician(company: Company, sergey: Person) -> User:
    return company.person(Role.TECHNICIAN, name="Сергей Волков", telegram=sergey.id)


@pytest.fixture
def sergey(desk: Desk) -> Person:
    return desk.people.person("Сергей")


@pytest.fixture
def ticket(desk: Desk, technician: User, sergey: Person, anna: Person) -> Ticket:
    desk.say(sergey, "/start")
    desk.say(anna, "Принтер шумит")
    return Ticket.objects.get()


def open_card(desk: Desk, sergey: Person, ticket: Ticket) -> Message:
    listed = desk.say(sergey, "/queue" if ticket.status == "new" else "/tickets")[0]
    return desk.press(sergey, listed, f"№ {ticket.number} · {ticket.subject}")[0]


def take(desk: Desk, technician: User, ticket: Ticket) -> Ticket:
    move_ticket(actor=as_actor(technician), ticket_id=ticket.pk, move="take")
    desk.pump()
    ticket.refresh_from_db()
    return ticket


def as_it_is_now(desk: Desk, person: Person, shown: Message) -> Message:
    return next(message for message in desk.people.chat(person) if message.message_id == shown.message_id)


def words_to(person: Person) -> list[str]:
    rows = Delivery.objects.filter(chat_id=person.id, method="sendMessage").order_by("id")
    return [row.params["text"] for row in rows]


@pytest.mark.parametrize("word", ["/queue", "Новые заявки", "New tickets"])
def test_the_queue_shows_what_nobody_has_taken(
    desk: Desk, company: Company, sergey: Person, ticket: Ticket, technician: User, word: str
) -> None:
    elsewhere = company.ticket(company.person(Role.CLIENT, tenant=company.other), text="Чужая")
    (shown,) = desk.say(sergey, word)
    assert shown.text == f"Новые заявки\n\n№ {ticket.number} · Новая\nПринтер шумит"
    assert elsewhere.status == "new"
    take(desk, technician, ticket)
    (shown,) = desk.say(sergey, word)
    assert (shown.text, shown.labels()) == ("Новых заявок нет.", [])


def test_the_queue_comes_in_pages_the_most_urgent_first(
    desk: Desk, company: Company, sergey: Person, technician: User
) -> None:
    for number in range(7):
        company.ticket(text=f"Заявка {number}")
    Ticket.objects.filter(description="Заявка 4").update(priority="urgent")
    shown = desk.say(sergey, "/queue")[-1]
    assert next(line for line in shown.text.splitlines() if line.startswith("Заявка")) == "Заявка 4"
    assert shown.labels()[-1] == "→"
    assert desk.press(sergey, shown, "→") == []
    turned = as_it_is_now(desk, sergey, shown)
    assert turned.labels() == [f"№ {Ticket.objects.get(description='Заявка 6').number} · Заявка 6", "←"]


@pytest.mark.parametrize("word", ["/queue", "/tickets"])
def test_three_tickets_take_as_many_queries_as_one(
    desk: Desk, company: Company, sergey: Person, technician: User, word: str
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            desk.say(sergey, word)
        return len(asked)

    def one_more() -> None:
        ticket = company.ticket()
        if word == "/tickets":
            take(desk, technician, ticket)
        desk.pump()

    one_more()
    queries()  # makes the dialog of this chat
    one = queries()
    one_more()
    one_more()
    assert queries() == one


@pytest.mark.parametrize("word", ["/queue", "/caller"])
def test_clients_have_no_desk(desk: Desk, anna: Person, word: str) -> None:
    desk.say(anna, "Принтер")
    before = business_rows()
    (told,) = desk.say(anna, word)
    assert (told.labels(), business_rows()) == ([], before)
    assert not Dialog.objects.exclude(step="").exists()


def test_a_card_shows_client_conversation_and_what_can_be_done(
    desk: Desk, sergey: Person, technician: User, ticket: Ticket
) -> None:
    take(desk, technician, ticket)
    add_comment(actor=as_actor(technician), ticket_id=ticket.pk, text="Ролик", visibility=Visibility.INTERNAL)
    card = open_card(desk, sergey, ticket)
    head, opening, note = card.text.split("\n\n")
    assert head == f"№ {ticket.number} · В работе\nПринтер шумит\nАнна Смирнова"
    assert (opening.splitlines()[1], note.splitlines()[1]) == ("Принтер шумит", "Ролик")
    assert note.splitlines()[0].endswith(" · 🔒 заметка:")
    assert card.labels() == [
        "Завершить", "Спросить клиента", "Отложить", "Вернуть в очередь", "Отменить заявку",
        "Написать сообщение", "Заметка",
    ]  # fmt: skip


def test_the_whole_conversation_can_be_leafed_through(desk: Desk, anna: Person) -> None:
    desk.say(anna, "Слово 0")
    for number in range(1, 11):
        desk.say(anna, f"Слово {number}")
    (listed,) = desk.say(anna, "/tickets")
    (card,) = desk.press(anna, listed, listed.labels()[0])

    def now() -> tuple[list[str], list[str]]:
        seen = as_it_is_now(desk, anna, card)
        turns = [label for label in seen.labels() if label in {"← Раньше", "Позже →"}]
        return [part.splitlines()[1] for part in seen.text.split("\n\n")[1:]], turns

    assert now() == ([f"Слово {number}" for number in range(6, 11)], ["← Раньше"])
    assert desk.press(anna, card, "← Раньше") == []
    assert now() == ([f"Слово {number}" for number in range(1, 6)], ["← Раньше", "Позже →"])
    desk.press(anna, as_it_is_now(desk, anna, card), "← Раньше")
    assert now() == (["Слово 0"], ["Позже →"])
    desk.press(anna, as_it_is_now(desk, anna, card), "Позже →")
    assert now()[0][0] == "Слово 1"


def test_a_client_sees_no_notes(desk: Desk, anna: Person, technician: User, ticket: Ticket) -> None:
    add_comment(actor=as_actor(technician), ticket_id=ticket.pk, text="Ролик", visibility=Visibility.INTERNAL)
    (listed,) = desk.say(anna, "/tickets")
    (card,) = desk.press(anna, listed, listed.labels()[0])
    assert "Ролик" not in card.text
    assert card.labels() == ["Отменить заявку", "Написать сообщение"]


def test_the_client_is_asked(desk: Desk, anna: Person, sergey: Person, technician: User, ticket: Ticket) -> None:
    take(desk, technician, ticket)
    (asked,) = desk.press(sergey, open_card(desk, sergey, ticket), "Спросить клиента")
    assert asked.text == f"О чём спросить клиента по заявке № {ticket.number}? /cancel — не сейчас."
    assert desk.say(sergey, "/start")[0].text == asked.text
    (told,) = desk.say(sergey, "Какая модель?")
    ticket.refresh_from_db()
    assert (told.text, ticket.status) == (f"Заявка № {ticket.number}: Ожидает клиента.", "waiting_client")
    assert words_to(anna)[-1] == f"Заявка <b>№ {ticket.number}</b>: у нас к вам вопрос.\n\nКакая модель?"


def test_a_ticket_is_put_on_hold(desk: Desk, sergey: Person, ticket: Ticket) -> None:
    (asked,) = desk.press(sergey, open_card(desk, sergey, ticket), "Отложить")
    assert (asked.text, len(asked.labels())) == (f"До какого дня отложить заявку № {ticket.number}?", 4)
    (why,) = desk.press(sergey, asked, asked.labels()[1])
    assert why.text == f"Почему заявка № {ticket.number} откладывается? /cancel — не сейчас."
    desk.say(sergey, "Ждём деталь")
    ticket.refresh_from_db()
    assert (ticket.status, ticket.hold_reason) == ("on_hold", "Ждём деталь")
    assert ticket.hold_until is not None
    until = timezone.localtime(ticket.hold_until)
    assert (until.date() - timezone.localdate(), until.hour) == (timedelta(days=3), 9)


def test_a_note_with_a_photo_stays_here(desk: Desk, anna: Person, sergey: Person, ticket: Ticket) -> None:
    before = words_to(anna)
    desk.press(sergey, open_card(desk, sergey, ticket), "Заметка")
    desk.people.send_photo(sergey, jpeg(), caption="Ролик стёрт")
    assert desk.news(sergey)[-1].text == f"Заметка добавлена к заявке № {ticket.number}."
    note = Comment.objects.get()
    assert (note.text, note.visibility, words_to(anna)) == ("Ролик стёрт", "internal", before)


def test_words_for_the_client_go_to_the_client(desk: Desk, anna: Person, sergey: Person, ticket: Ticket) -> None:
    (asked,) = desk.press(sergey, open_card(desk, sergey, ticket), "Написать сообщение")
    assert asked.text == f"Напишите клиенту, заявка № {ticket.number}. /cancel — не сейчас."
    assert desk.say(sergey, "Приеду")[-1].text == f"Отправлено клиенту, заявка № {ticket.number}."
    assert words_to(anna)[-1].endswith("Сергей Волков пишет:\n\nПриеду")


def test_what_became_impossible_meanwhile_ends_the_step(
    desk: Desk, sergey: Person, technician: User, ticket: Ticket
) -> None:
    take(desk, technician, ticket)
    desk.press(sergey, open_card(desk, sergey, ticket), "Спросить клиента")
    move_ticket(actor=as_actor(technician), ticket_id=ticket.pk, move="resolve")
    before = business_rows()
    (told,) = desk.say(sergey, "Какая модель?")
    assert told.text == f"Заявка № {ticket.number} сейчас в статусе «Завершена»: это уже невозможно."
    assert (business_rows(), Dialog.objects.get(chat_id=sergey.id).step) == (before, "")


@pytest.mark.parametrize("data", ["ask", "hold"])
def test_a_client_can_not_forge_the_moves_of_the_desk(desk: Desk, anna: Person, ticket: Ticket, data: str) -> None:
    (listed,) = desk.say(anna, "/tickets")
    before = business_rows()
    for forged in (f"ticket:{ticket.pk}:{data}", f"note:{ticket.pk}", f"hold:{ticket.pk}:3", "queue:0", "caller:new"):
        query = desk.people.press(anna, listed, forged, forged=True)
        desk.pump()
        assert desk.people.callback_answer(query) is not None
    assert (business_rows(), Dialog.objects.exclude(step="").exists()) == (before, False)


def test_another_branch_s_ticket_is_not_there(desk: Desk, company: Company, sergey: Person, ticket: Ticket) -> None:
    other = company.ticket(company.person(Role.CLIENT, tenant=company.other))
    (listed,) = desk.say(sergey, "/queue")
    before = business_rows()
    for forged in ("card:{}", "past:{}:0", "note:{}", "hold:{}:3", "write:{}", "ticket:{}:ask", "ticket:{}:take"):
        desk.people.press(sergey, listed, forged.format(other.pk), forged=True)
        desk.pump()
    assert (business_rows(), Dialog.objects.exclude(step="").exists()) == (before, False)
