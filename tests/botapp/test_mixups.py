"""Words that could have gone to the wrong place: replies in the middle of a dialog, late answers, parts, edits."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from botapp.handlers.parts import ALBUM_WAIT
from botapp.models import Dialog
from files.models import StoredFile
from outbox.models import Message as Delivery
from simulator.client import Message, Person
from tests.botapp.test_routes import business_rows
from tests.botapp.test_work import open_card, take, words_to
from tests.simulator.pictures import jpeg
from tests.support.company import Company, as_actor
from tests.support.desk import Desk
from tickets import notices
from tickets.actions import add_comment, assign_ticket, move_ticket, rate_ticket
from tickets.actions.parts import append_part
from tickets.models import Comment, Ticket
from tickets.tasks import sweep_tickets


@pytest.fixture
def sergey(desk: Desk) -> Person:
    return desk.people.person("Сергей")


@pytest.fixture
def technician(desk: Desk, company: Company, sergey: Person) -> User:
    person = company.person(Role.TECHNICIAN, name="Сергей Волков", telegram=sergey.id)
    desk.say(sergey, "/start")
    return person


@pytest.fixture
def ticket(desk: Desk, technician: User, anna: Person) -> Ticket:
    desk.say(anna, "Принтер шумит")
    return Ticket.objects.get()


def notice(desk: Desk, sergey: Person, words: str) -> Message:
    """The notice of the new ticket with these words."""
    new = [message for message in desk.news(sergey) if message.text.startswith("Новая заявка")]
    return next(message for message in new if words in message.text)


@pytest.mark.parametrize("open_step", ["Написать сообщение", "Заметка"])
def test_a_reply_goes_where_it_points_whatever_step_is_open(
    desk: Desk, anna: Person, dmitry: Person, sergey: Person, ticket: Ticket, open_step: str
) -> None:
    desk.say(dmitry, "Сканер молчит")
    to_anna = words_to(anna)
    desk.press(sergey, open_card(desk, sergey, ticket), open_step)
    desk.people.say(sergey, "Код от двери 1234", reply_to=notice(desk, sergey, "Сканер молчит"))
    desk.pump()
    assert words_to(dmitry)[-1].endswith("Код от двери 1234")
    assert words_to(anna) == to_anna
    assert Dialog.objects.get(chat_id=sergey.id).step in {"write", "note"}  # and goes on
    desk.say(sergey, "Принтеру нужен ролик")
    assert Comment.objects.get(ticket=ticket).text == "Принтеру нужен ролик"


def test_a_card_can_be_replied_to(desk: Desk, anna: Person, sergey: Person, ticket: Ticket) -> None:
    card = open_card(desk, sergey, ticket)
    desk.people.say(sergey, "Буду в пять", reply_to=card)
    desk.pump()
    assert words_to(anna)[-1].endswith("Буду в пять")


def test_a_reply_that_belongs_nowhere_says_that_it_was_not_sent(
    desk: Desk, anna: Person, sergey: Person, ticket: Ticket
) -> None:
    (told,) = desk.say(sergey, "/language")
    before = business_rows()
    desk.people.say(sergey, "Буду в пять", reply_to=told)
    assert desk.news(sergey)[-1].text.startswith("Не отправлено: ")
    assert business_rows() == before


def test_a_client_replies_to_her_own_words(desk: Desk, anna: Person, ticket: Ticket) -> None:
    own = next(message for message in desk.people.chat(anna) if message.text == "Принтер шумит")
    desk.say(anna, "/new")
    desk.say(anna, "Сканер")
    desk.people.say(anna, "и дымит", reply_to=own)
    desk.pump()
    assert Comment.objects.get().ticket == ticket


# ---- late answers ----


@pytest.mark.parametrize("hours", [0, 2])
def test_a_question_without_a_draft_waits_an_hour(desk: Desk, sergey: Person, ticket: Ticket, hours: int) -> None:
    desk.press(sergey, open_card(desk, sergey, ticket), "Написать сообщение")
    with time_machine.travel(timezone.now() + timedelta(hours=hours)):
        desk.say(sergey, "Сегодня не обедаем вместе?")
    assert Comment.objects.exists() == (hours == 0)


@pytest.mark.parametrize("why", ["two days later", "reopened meanwhile"])
def test_the_next_trouble_is_no_word_to_the_rating(
    desk: Desk, anna: Person, technician: User, ticket: Ticket, why: str
) -> None:
    desk.say(anna, "/start")
    move_ticket(actor=as_actor(technician), ticket_id=ticket.pk, move="take")
    move_ticket(actor=as_actor(technician), ticket_id=ticket.pk, move="resolve")
    move_ticket(actor=as_actor(ticket.client), ticket_id=ticket.pk, move="confirm")
    rate_ticket(actor=as_actor(ticket.client), ticket_id=ticket.pk, rating=2)
    Dialog.objects.filter(chat_id=anna.id).delete()
    dialog = Dialog(bot_id=Delivery.objects.latest("id").bot_id, chat_id=anna.id, step="explain_rating")
    dialog.data = {"ticket": ticket.pk}
    dialog.save()
    if why == "two days later":
        Dialog.objects.update(updated_at=timezone.now() - timedelta(days=2))
    else:
        move_ticket(actor=as_actor(ticket.client), ticket_id=ticket.pk, move="reopen")
    desk.say(anna, "Сгорел сканер, срочно!")
    if why == "two days later":
        assert Ticket.objects.latest("id").description == "Сгорел сканер, срочно!"
    else:
        assert Ticket.objects.get().waiting_since is not None
        assert Dialog.objects.get(chat_id=anna.id).step == ""


def test_an_objection_keeps_a_resolved_ticket_open(desk: Desk, anna: Person, technician: User, ticket: Ticket) -> None:
    take(desk, technician, ticket)
    move_ticket(actor=as_actor(technician), ticket_id=ticket.pk, move="resolve")
    with time_machine.travel(timezone.now() + timedelta(days=2, hours=23)):
        desk.say(anna, "Нет, опять жуёт бумагу")
    with time_machine.travel(timezone.now() + timedelta(days=3, hours=1)):
        sweep_tickets()
        assert Ticket.objects.get().status == "resolved"
    with time_machine.travel(timezone.now() + timedelta(days=6)):
        sweep_tickets()
        assert Ticket.objects.get().status == "closed"


# ---- parts ----


def test_an_album_as_a_note_stays_whole_and_here(desk: Desk, anna: Person, sergey: Person, ticket: Ticket) -> None:
    before = Delivery.objects.filter(chat_id=anna.id).count()
    desk.press(sergey, open_card(desk, sergey, ticket), "Заметка")
    desk.people.send_album(sergey, [jpeg(), jpeg(), jpeg()], caption="Для своих")
    desk.pump()
    desk.later(ALBUM_WAIT)
    note = Comment.objects.get()
    assert (note.visibility, note.text, StoredFile.objects.filter(owner_id=note.pk).count()) == (
        "internal", "Для своих", 3,
    )  # fmt: skip
    assert Delivery.objects.filter(chat_id=anna.id).count() == before


def test_a_photo_with_a_question_is_refused_in_words(
    desk: Desk, sergey: Person, technician: User, ticket: Ticket
) -> None:
    take(desk, technician, ticket)
    desk.press(sergey, open_card(desk, sergey, ticket), "Спросить клиента")
    before = business_rows()
    desk.people.send_photo(sergey, jpeg(), caption="Эта деталь?")
    assert desk.news(sergey)[-1].text.startswith("Здесь нужны только слова.")
    assert (business_rows(), Dialog.objects.get(chat_id=sergey.id).step) == (before, "ask")


def test_a_caption_on_a_later_photo_reaches_the_client(
    desk: Desk, anna: Person, technician: User, ticket: Ticket
) -> None:
    actor = as_actor(technician)
    first = Comment.objects.create(ticket=ticket, author=technician, visibility="public", text="", via="bot")
    notices.staff_wrote(ticket, first)
    desk.pump()
    append_part(actor=actor, ticket_id=ticket.pk, comment_id=first.pk, text="Выключите из розетки!", files=())
    words = f"Заявка № {ticket.number}, пишет Сергей Волков:\n\nВыключите из розетки!"
    assert desk.news(anna)[-1].text == words


@pytest.mark.parametrize("times", [1, 3])
def test_a_place_that_moves_on_changes_nothing(desk: Desk, anna: Person, ticket: Ticket, times: int) -> None:
    place = {"location": {"latitude": 55.75, "longitude": 37.62, "live_period": 900}}
    sent = desk.people.send_content(anna, place)
    desk.pump()
    before = business_rows()
    for step in range(times):
        moved = {**sent.raw, "edit_date": sent.raw["date"], "location": {**place["location"], "latitude": 55 + step}}
        desk.people.push_update({"edited_message": moved}, assign=True)
    desk.pump()
    assert business_rows() == before


def test_a_long_text_that_becomes_a_ticket_of_its_own_goes_whole(desk: Desk, anna: Person, ticket: Ticket) -> None:
    for part in ("а" * 4096, "б" * 4000):
        desk.people.say(anna, part)
    desk.pump()
    button = next(message for message in desk.news(anna) if "Это новая заявка" in message.labels())
    desk.press(anna, button, "Это новая заявка")
    new = Ticket.objects.latest("id")
    assert (new.description[:1], [comment.text[:1] for comment in new.comments.all()]) == ("а", ["б"])
    assert {comment.moved_to for comment in ticket.comments.all()} == {new}


# ---- edits ----


def test_an_edit_of_one_of_several_joined_messages_loses_nothing_and_says_so(desk: Desk, anna: Person) -> None:
    desk.say(anna, "Принтер")
    desk.say(anna, "/new")
    desk.say(anna, "Сканер")
    desk.people.say(anna, "Кабинет 5")
    first = desk.people.chat(anna)[-1]
    desk.pump()
    desk.people.say(anna, "адрес: Лесная 5")
    asked = desk.news(anna)[-1]
    desk.press(anna, asked, asked.labels()[0])
    desk.people.edit(anna, first, "Кабинет 7")
    assert desk.news(anna)[-1].text == "Эта правка не учтена. Напишите, пожалуйста, что изменилось, новым сообщением."
    assert Comment.objects.get().text == "Кабинет 5\nадрес: Лесная 5"


# ---- whose ticket ----


def test_a_word_from_a_colleague_takes_nothing_away(
    company: Company, desk: Desk, technician: User, ticket: Ticket
) -> None:
    operator = as_actor(company.person(Role.OPERATOR))
    assign_ticket(actor=operator, ticket_id=ticket.pk, assignee_id=technician.pk)
    add_comment(actor=operator, ticket_id=ticket.pk, text="Вам перезвонят")
    ticket.refresh_from_db()
    assert (ticket.status, ticket.assignee) == ("in_progress", technician)


def test_the_queue_does_not_show_what_somebody_has(
    desk: Desk, company: Company, sergey: Person, ticket: Ticket
) -> None:
    assign_ticket(
        actor=as_actor(company.person(Role.OPERATOR)),
        ticket_id=ticket.pk,
        assignee_id=User.objects.get(telegram_id=sergey.id).pk,
    )
    desk.pump()
    assert desk.say(sergey, "/queue")[-1].text == "Новых заявок нет."


def test_a_list_that_has_become_shorter_shows_its_last_page(
    desk: Desk, company: Company, sergey: Person, technician: User
) -> None:
    for number in range(7):
        company.ticket(text=f"Заявка {number}")
    desk.pump()
    listed = desk.say(sergey, "/queue")[-1]
    Ticket.objects.filter(description="Заявка 6").update(status="spam")
    desk.press(sergey, listed, "→")
    now = next(message for message in desk.people.chat(sergey) if message.message_id == listed.message_id)
    assert len(now.labels()) == 6
