"""Where a message goes (domain: §2): replies, one open ticket, several, resolved ones; and what staff write."""

import pytest

from accounts.models import User
from accounts.roles import Role
from audit.models import Entry
from botapp.enums import Step
from botapp.models import Dialog
from files.models import StoredFile
from simulator.client import Message, Person
from tests.simulator.pictures import jpeg
from tests.support.company import Company, as_actor
from tests.support.desk import Desk
from tickets.actions import add_comment, move_ticket
from tickets.models import Comment, Ticket

ANOTHER = "Это новая заявка"


@pytest.fixture
def anna(desk: Desk) -> Person:
    return desk.people.person("Анна")


@pytest.fixture
def two(desk: Desk, anna: Person) -> list[Ticket]:
    """Two open tickets of Anna: a printer and a scanner."""
    desk.say(anna, "Принтер шумит")
    desk.say(anna, "/new")
    desk.say(anna, "Сканер мигает")
    return list(Ticket.objects.order_by("id"))


def test_with_several_open_tickets_the_client_is_asked(desk: Desk, anna: Person, two: list[Ticket]) -> None:
    printer, scanner = two
    (asked,) = desk.say(anna, "и пищит")
    assert asked.text == "К какой заявке это относится?"
    assert asked.labels() == [
        f"№ {scanner.number} · Сканер мигает", f"№ {printer.number} · Принтер шумит", "Новая заявка",
    ]  # fmt: skip
    assert Comment.objects.count() == 0
    (told,) = desk.press(anna, asked, f"№ {printer.number} · Принтер шумит")
    assert told.text == f"Добавлено к заявке № {printer.number}."
    comment = Comment.objects.get()
    assert (comment.ticket, comment.text) == (printer, "и пищит")


def test_what_is_written_while_it_is_open_joins_and_files_come_along(
    desk: Desk, anna: Person, two: list[Ticket]
) -> None:
    (asked,) = desk.say(anna, "и пищит")
    assert desk.say(anna, "громко") == []
    desk.people.send_photo(anna, jpeg())
    desk.pump()
    desk.press(anna, asked, "Новая заявка")
    new = Ticket.objects.order_by("id").last()
    assert new is not None
    assert (new.description, Ticket.objects.count(), Comment.objects.count()) == ("и пищит\nгромко", 3, 0)
    assert Entry.objects.filter(object_id=new.pk, action="tickets.create").get().data["files"] == 1


def test_a_second_tap_and_a_later_one_have_no_effect(desk: Desk, anna: Person, two: list[Ticket]) -> None:
    (asked,) = desk.say(anna, "и пищит")
    label = f"№ {two[0].number} · Принтер шумит"
    data = asked.callback_data(label)
    desk.press(anna, asked, label)
    desk.people.press(anna, asked, data, forged=True)
    assert desk.news(anna, desk.people.chat(anna)[-1]) == []
    assert Comment.objects.count() == 1


def test_cancel_and_start_while_it_is_open(desk: Desk, anna: Person, two: list[Ticket]) -> None:
    desk.say(anna, "и пищит")
    (again,) = desk.say(anna, "/start")
    assert again.text == "К какой заявке это относится?"
    desk.say(anna, "/cancel")
    assert Comment.objects.count() == 0
    assert Dialog.objects.get().step == Step.NONE


def test_a_reply_goes_to_what_it_replies_to(desk: Desk, anna: Person, two: list[Ticket], company: Company) -> None:
    printer, _scanner = two
    technician = as_actor(company.person(Role.TECHNICIAN))
    add_comment(actor=technician, ticket_id=printer.pk, text="Какая модель?")
    question = desk.news(anna)[-1]
    assert "Какая модель?" in question.text
    desk.people.say(anna, "M428", reply_to=question)
    desk.pump()
    assert Comment.objects.get(text="M428").ticket == printer


def test_this_is_a_new_ticket(desk: Desk, anna: Person) -> None:
    desk.say(anna, "Принтер шумит")
    (told,) = desk.say(anna, "А ещё сломался сканер")
    assert told.labels() == [ANOTHER]
    data = told.callback_data(ANOTHER)
    (new,) = desk.press(anna, told, ANOTHER)
    old, ticket = Ticket.objects.order_by("id")
    assert new.text.startswith(f"Заявка № {ticket.number} принята: А ещё сломался сканер")
    comment = Comment.objects.get()
    assert (comment.ticket, comment.moved_to, ticket.description) == (old, ticket, "А ещё сломался сканер")
    desk.people.press(anna, told, data, forged=True)
    desk.pump()
    assert Ticket.objects.count() == 2


def test_nobody_splits_off_what_another_one_wrote(desk: Desk, anna: Person, company: Company) -> None:
    desk.say(anna, "/start")
    foreign = company.ticket()
    comment = add_comment(actor=as_actor(foreign.client), ticket_id=foreign.pk, text="тайна")
    hello = desk.people.chat(anna)[-1]
    desk.people.press(anna, hello, f"split:{comment.pk}", forged=True)
    desk.pump()
    assert Ticket.objects.count() == 1


def test_a_text_into_a_resolved_ticket_is_a_comment_and_asks(desk: Desk, anna: Person, company: Company) -> None:
    desk.say(anna, "Принтер шумит")
    ticket = Ticket.objects.get()
    technician = as_actor(company.person(Role.TECHNICIAN))
    for move in ("take", "resolve"):
        move_ticket(actor=technician, ticket_id=ticket.pk, move=move)
    desk.news(anna)
    (told,) = desk.say(anna, "Спасибо!")
    assert told.text == f"Добавлено к заявке № {ticket.number}, она завершена. Вернуть её в работу?"
    assert told.labels() == ["Нужна помощь", ANOTHER]
    assert Ticket.objects.get().status == "resolved"
    desk.press(anna, told, "Нужна помощь")
    assert Ticket.objects.get().status == "in_progress"


def test_a_ticket_opens_with_its_history_and_is_cancelled_while_new(desk: Desk, anna: Person, company: Company) -> None:
    desk.say(anna, "Принтер шумит")
    ticket = Ticket.objects.get()
    technician = as_actor(company.person(Role.TECHNICIAN, name="Сергей"))
    add_comment(actor=technician, ticket_id=ticket.pk, text="Тайно", visibility="internal")
    (listed,) = desk.say(anna, "/tickets")
    (card,) = desk.press(anna, listed, f"№ {ticket.number} · Принтер шумит")
    assert "Тайно" not in card.text
    assert card.labels() == ["Отменить заявку", "Написать сообщение"]
    desk.press(anna, card, "Написать сообщение")
    (told,) = desk.say(anna, "И дымит")
    assert told.text == f"Добавлено к заявке № {ticket.number}."
    desk.press(anna, card, "Отменить заявку")
    assert (Ticket.objects.get().status, Comment.objects.get(visibility="public").text) == ("cancelled", "И дымит")


# ---- staff in the bot ----


@pytest.fixture
def sergey(desk: Desk, company: Company) -> Person:
    """A technician of the house, in the chat."""
    person = desk.people.person("Сергей")
    company.person(Role.TECHNICIAN, name="Сергей Волков", telegram=person.id)
    desk.say(person, "/start")
    return person


def last_of(desk: Desk, person: Person) -> Message:
    return [message for message in desk.people.chat(person) if message.from_bot][-1]


def test_a_technician_takes_by_button_and_the_others_see_who(
    desk: Desk, anna: Person, sergey: Person, company: Company
) -> None:
    maria = desk.people.person("Мария")
    company.person(Role.TECHNICIAN, name="Мария", telegram=maria.id)
    desk.say(maria, "/start")
    desk.say(anna, "Принтер шумит")
    ticket = Ticket.objects.get()
    notice, other = last_of(desk, sergey), last_of(desk, maria)
    assert (notice.labels(), other.labels()) == (["Взять"], ["Взять"])
    desk.press(sergey, notice, "Взять")
    ticket.refresh_from_db()
    assert (ticket.status, ticket.assignee) == ("in_progress", User.objects.get(telegram_id=sergey.id))
    changed = last_of(desk, maria)
    assert (changed.message_id, changed.text, changed.labels()) == (
        other.message_id, f"Заявку № {ticket.number} (Принтер шумит) взял(а) Сергей Волков.", [],
    )  # fmt: skip
    desk.people.press(maria, other, other.callback_data("Взять"), forged=True)
    desk.pump()
    ticket.refresh_from_db()
    assert ticket.assignee == User.objects.get(telegram_id=sergey.id)


def test_a_reply_to_a_notice_goes_to_the_client(desk: Desk, anna: Person, sergey: Person) -> None:
    desk.say(anna, "Принтер шумит")
    ticket = Ticket.objects.get()
    desk.people.say(sergey, "Приеду завтра", reply_to=last_of(desk, sergey))
    desk.pump()
    assert (
        last_of(desk, anna).text
        == f"Заявка № {ticket.number}: принята в работу.\n\nСергей Волков пишет:\n\nПриеду завтра"
    )
    assert last_of(desk, sergey).text == f"Отправлено клиенту, заявка № {ticket.number}."
    (listed,) = desk.say(sergey, "/tickets")
    assert listed.labels() == [f"№ {ticket.number} · Принтер шумит"]


def test_a_photo_in_a_reply_reaches_the_client_as_a_photo(desk: Desk, anna: Person, sergey: Person) -> None:
    desk.say(anna, "Принтер шумит")
    last, notice = desk.people.chat(anna)[-1], last_of(desk, sergey)
    desk.people.send_photo(sergey, jpeg(), caption="Вот такой ролик", reply_to=notice)
    told, photo = desk.news(anna, last)
    number = Ticket.objects.get().number
    assert told.text == f"Заявка № {number}: принята в работу.\n\nСергей Волков пишет:\n\nВот такой ролик"
    assert [size["file_id"] for size in photo.raw["photo"]]
    (call,) = desk.people.calls(method="sendPhoto")
    assert (call.params["chat_id"], call.params["photo"]) == (anna.id, StoredFile.objects.get().telegram_file_id)


def test_a_technician_without_tickets_is_told_so(desk: Desk, sergey: Person) -> None:
    assert [message.text for message in desk.say(sergey, "/tickets")] == ["На вас нет ни одной заявки."]
