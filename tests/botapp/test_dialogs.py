"""Dialogs: what the next message means, and what does not disturb it."""

import pytest

from botapp.enums import Step
from botapp.models import Dialog
from outbox.transports.telegram import BotThread
from simulator.client import Person
from tests.botapp.words import CANCELLED, EMPTY, NOTHING_TO_CANCEL, WHAT_HAPPENED, said, texts
from tests.support.desk import Desk
from tickets.models import Comment, Ticket


def step_of(person: Person) -> str:
    return Dialog.objects.get(chat_id=person.id).step


@pytest.fixture
def asked(desk: Desk, anna: Person) -> Desk:
    """Anna has an open ticket and has been asked what the next one is about."""
    desk.say(anna, "Принтер шумит")
    assert texts(desk.say(anna, "/new")) == [said(WHAT_HAPPENED)]
    return desk


def test_new_and_a_text_make_one_more_ticket(asked: Desk, anna: Person) -> None:
    (told,) = asked.say(anna, "Сканер не видит бумагу")
    old, new = Ticket.objects.order_by("id")
    assert (new.description, Comment.objects.count(), step_of(anna)) == ("Сканер не видит бумагу", 0, Step.NONE)
    assert str(new.number) in told.text
    assert old.description == "Принтер шумит"


def test_cancel_leaves_the_step_and_a_second_one_says_so(asked: Desk, anna: Person) -> None:
    assert texts(asked.say(anna, "/cancel")) == [said(CANCELLED)]
    assert texts(asked.say(anna, "/cancel")) == [said(NOTHING_TO_CANCEL)]
    assert step_of(anna) == Step.NONE
    asked.say(anna, "и пищит")
    assert (Ticket.objects.count(), Comment.objects.get().text) == (1, "и пищит")


def test_cancel_without_a_dialog_is_no_error(desk: Desk, anna: Person) -> None:
    assert texts(desk.say(anna, "/cancel")) == [said(NOTHING_TO_CANCEL)]


@pytest.mark.parametrize("command", ["/start", "/new", "/start t_ekb"])
def test_a_start_in_the_middle_shows_the_open_step_again(asked: Desk, anna: Person, command: str) -> None:
    assert texts(asked.say(anna, command)) == [said(WHAT_HAPPENED)]
    assert step_of(anna) == Step.NEW_TICKET
    asked.say(anna, "Сканер")
    assert Ticket.objects.count() == 2


@pytest.mark.parametrize("aside", ["/help", "/tickets", "/language", "/unheard_of", "Мои заявки", "Помощь"])
def test_a_look_aside_keeps_the_step(asked: Desk, anna: Person, aside: str) -> None:
    assert len(asked.say(anna, aside)) == 1
    assert step_of(anna) == Step.NEW_TICKET
    asked.say(anna, "Сканер")
    assert Ticket.objects.count() == 2


@pytest.mark.parametrize("blank", ["   ", "\u200b\u200d", "\n\t"])
def test_an_answer_in_which_nothing_can_be_seen_is_asked_for_again(asked: Desk, anna: Person, blank: str) -> None:
    assert texts(asked.say(anna, blank)) == [said(EMPTY)]
    assert (step_of(anna), Ticket.objects.count()) == (Step.NEW_TICKET, 1)
    asked.say(anna, "Сканер")
    assert Ticket.objects.count() == 2


def test_what_can_not_be_read_keeps_the_step(asked: Desk, anna: Person) -> None:
    asked.people.send_content(anna, {"hologram": {"file_id": "h"}})
    asked.pump()
    assert (step_of(anna), Ticket.objects.count()) == (Step.NEW_TICKET, 1)


def test_a_dialog_survives_a_restart(asked: Desk, anna: Person) -> None:
    """All that the bot knows is in the database: another process goes on with it."""
    fresh = Desk(asked.people, BotThread())
    fresh.telegram.run(fresh.telegram.bot.initialize())
    fresh.say(anna, "Сканер")
    assert list(Ticket.objects.order_by("id").values_list("description", flat=True)) == ["Принтер шумит", "Сканер"]


def test_dialogs_of_people_are_their_own(asked: Desk, anna: Person, dmitry: Person) -> None:
    asked.say(dmitry, "Картридж")
    assert step_of(anna) == Step.NEW_TICKET
    assert texts(asked.say(dmitry, "/cancel")) == [said(NOTHING_TO_CANCEL)]
    asked.say(anna, "Сканер")
    assert Ticket.objects.filter(client__telegram_id=anna.id).count() == 2


def test_a_dialog_is_one_row_a_chat(asked: Desk, anna: Person) -> None:
    for _ in range(3):
        asked.say(anna, "/new")
        asked.say(anna, "/cancel")
    assert Dialog.objects.count() == 1


def test_a_flood_is_kept_whole_and_gets_one_polite_word(desk: Desk, anna: Person) -> None:
    for number in range(120):
        desk.people.say(anna, f"Сообщение {number}")
    desk.pump()
    polite = "Вы пишете быстрее, чем мы успеваем читать. Ничего не потеряется, но подождите немного."
    assert [message.text for message in desk.news(anna)].count(polite) == 1
    kept = [Ticket.objects.get().description, *Comment.objects.order_by("pk").values_list("text", flat=True)]
    assert "".join(kept).count("Сообщение") == 120
