"""A message edited in Telegram changes what it had become; the words before stay."""

from accounts.roles import Role
from simulator.client import Person
from tests.botapp.test_routes import business_rows
from tests.support.company import Company, as_actor
from tests.support.desk import Desk
from tickets.actions import move_ticket
from tickets.models import Comment, EarlierText, Ticket


def edit(desk: Desk, person: Person, message_id: int, text: str) -> None:
    desk.people.edit(person, message_id, text)
    desk.pump()


def last_own(desk: Desk, person: Person) -> int:
    return [message for message in desk.people.chat(person) if not message.from_bot][-1].message_id


def test_the_first_message_changes_the_description_and_not_the_subject(
    desk: Desk, company: Company, anna: Person
) -> None:
    desk.say(anna, "Принтер не печатает")
    ticket = Ticket.objects.get()
    move_ticket(actor=as_actor(company.person(Role.TECHNICIAN)), ticket_id=ticket.pk, move="take")
    edit(desk, anna, last_own(desk, anna), "Принтер не печатает, HP 1010")
    ticket.refresh_from_db()
    assert (ticket.subject, ticket.description) == ("Принтер не печатает", "Принтер не печатает, HP 1010")
    assert list(EarlierText.objects.values_list("comment", "text")) == [(None, "Принтер не печатает")]


def test_a_further_message_changes_its_comment_each_version_is_kept(desk: Desk, anna: Person) -> None:
    desk.say(anna, "Принтер")
    desk.say(anna, "Шумит")
    message_id = last_own(desk, anna)
    for text in ("Шумит и греется", "Шумит, греется, пахнет"):
        edit(desk, anna, message_id, text)
    comment = Comment.objects.get()
    assert comment.text == "Шумит, греется, пахнет"
    assert list(EarlierText.objects.values_list("comment", "text")) == [
        (comment.pk, "Шумит"),
        (comment.pk, "Шумит и греется"),
    ]


def test_what_was_split_off_changes_in_its_own_ticket(desk: Desk, anna: Person) -> None:
    desk.say(anna, "Принтер")
    (told,) = desk.say(anna, "Сканер")
    message_id = last_own(desk, anna)
    desk.press(anna, told, "Это новая заявка")
    edit(desk, anna, message_id, "Сканер Canon")
    assert (Comment.objects.get().text, Ticket.objects.order_by("id").last().description) == (  # type: ignore[union-attr]
        "Сканер", "Сканер Canon",
    )  # fmt: skip


def test_an_edit_of_what_became_nothing_changes_nothing(desk: Desk, anna: Person) -> None:
    desk.say(anna, "/help")
    command = last_own(desk, anna)
    desk.say(anna, "Принтер")
    before = business_rows()
    assert desk.people.chat(anna)
    edit(desk, anna, command, "Передумала")
    assert business_rows() == before


def test_the_same_number_in_another_chat_is_another_message(desk: Desk, anna: Person, dmitry: Person) -> None:
    desk.say(anna, "Принтер")
    Ticket.objects.update(telegram_message_id=last_own(desk, anna) + 2)
    desk.say(dmitry, "/start")
    before = business_rows()
    edit(desk, dmitry, last_own(desk, dmitry), "Чужая заявка")
    assert business_rows() == before


def test_staff_change_their_reply_in_the_clients_chat_too(desk: Desk, company: Company, anna: Person) -> None:
    desk.say(anna, "Принтер")
    sergey = desk.people.person("Сергей")
    technician = company.person(Role.TECHNICIAN, name="Сергей Волков", telegram=sergey.id)
    ticket = Ticket.objects.get()
    desk.say(sergey, "/start")
    move_ticket(actor=as_actor(technician), ticket_id=ticket.pk, move="take")
    desk.say(anna, "Когда?")
    notice = desk.news(sergey)[-1]
    sent = desk.people.say(sergey, "Приеду в пять", reply_to=notice)
    desk.pump()
    edit(desk, sergey, sent.message_id, "Приеду в шесть")
    shown = [message for message in desk.people.chat(anna) if "Приеду" in message.text]
    assert [(message.text, message.edited) for message in shown] == [
        (f"Заявка № {ticket.number}, пишет Сергей Волков:\n\nПриеду в шесть", True)
    ]
