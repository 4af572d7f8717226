"""The guided way to a ticket, through the simulator: forth and back, with a draft that nothing loses."""

import pytest

from botapp.enums import Step
from botapp.models import Dialog
from files.models import StoredFile
from simulator.client import Message, Person
from tests.botapp.test_routes import business_rows
from tests.botapp.words import ACCEPTED, CANCELLED, EMPTY, WHAT_HAPPENED, said, texts
from tests.simulator.pictures import jpeg
from tests.support.desk import Desk
from tickets.models import Ticket

CATEGORY = "Which equipment is it? /cancel – not now."
DEVICE = "Which model? Write the brand, model or serial number, whatever you know."
TEXT = "What happened? Describe it in your own words."
MORE = "What else happened? You have already written:\n\n{text}"
PHOTOS = "Are there photos? The device, its display, a spoilt print: send them here."
CONFIRM = "<b>Is everything right?</b>\n\nEquipment: {category}\nModel: {device}\nFiles: {files}\n\n{text}"
BEGUN = "You have begun a ticket and not sent it yet. Go on, or begin anew?"
LABELS = [
    "Принтер", "МФУ или копир", "Плоттер", "Сканер", "Картриджи и расходники", "Компьютер или сеть", "Другое",
]  # fmt: skip


def step_of(person: Person) -> str:
    return Dialog.objects.get(chat_id=person.id).step


def now(desk: Desk, person: Person, message: Message) -> Message:
    return next(shown for shown in desk.people.chat(person) if shown.message_id == message.message_id)


def press(desk: Desk, person: Person, message: Message, label: str) -> Message:
    """Press a button of the guide: the same message shows the next step."""
    assert desk.press(person, now(desk, person, message), label) == []
    return now(desk, person, message)


def begun(desk: Desk, anna: Person) -> Message:
    """The first question of the guide."""
    (asked,) = desk.say(anna, "/new")
    assert (asked.text, asked.labels()) == (said(WHAT_HAPPENED), ["По шагам"])
    return press(desk, anna, asked, "По шагам")


def at_photos(desk: Desk, anna: Person) -> Message:
    desk_asks = press(desk, anna, begun(desk, anna), "Принтер")
    assert (desk_asks.text, desk_asks.labels()) == (said(DEVICE), ["Пропустить", "← Назад"])
    (asked,) = desk.say(anna, "HP LaserJet 1010, VNC3R12345")
    assert (asked.text, asked.labels()) == (said(TEXT), ["← Назад"])
    (asked,) = desk.say(anna, "Жуёт бумагу")
    assert (asked.text, asked.labels()) == (said(PHOTOS), ["Без фото", "← Назад"])
    return asked


def test_the_whole_way(desk: Desk, anna: Person) -> None:
    first = begun(desk, anna)
    assert (first.text, first.labels()) == (said(CATEGORY), LABELS)
    desk.say(anna, "/cancel")
    at_photos(desk, anna)
    desk.people.send_photo(anna, jpeg())
    desk.pump()
    asked = desk.people.chat(anna)[-1]
    assert (asked.text, asked.labels()) == ("Получен 1 файл. Пришлите ещё или идите дальше.", ["Дальше", "← Назад"])
    summary = press(desk, anna, asked, "Дальше")
    assert (summary.text, summary.labels()) == (
        said(CONFIRM, category="Принтер", device="HP LaserJet 1010, VNC3R12345", files=1, text="Жуёт бумагу"),
        ["Отправить заявку", "← Назад"],
    )
    assert not Ticket.objects.exists()
    (told,) = desk.press(anna, summary, "Отправить заявку")
    ticket = Ticket.objects.get()
    assert told.text == said(ACCEPTED, number=ticket.number, subject="Жуёт бумагу")
    assert (ticket.category, ticket.device, ticket.description, ticket.subject, step_of(anna)) == (
        "printer", "HP LaserJet 1010, VNC3R12345", "Жуёт бумагу", "Жуёт бумагу", Step.NONE,
    )  # fmt: skip
    assert StoredFile.objects.filter(owner_type="tickets.ticket", owner_id=ticket.pk).count() == 1


def test_nothing_but_a_text_is_needed(desk: Desk, anna: Person) -> None:
    asked = press(desk, anna, begun(desk, anna), "Другое")
    press(desk, anna, asked, "Пропустить")
    (asked,) = desk.say(anna, "Не включается")
    desk.press(anna, press(desk, anna, asked, "Без фото"), "Отправить заявку")
    ticket = Ticket.objects.get()
    assert (ticket.category, ticket.device, ticket.description) == ("other", "", "Не включается")


def test_a_photo_alone_is_enough(desk: Desk, anna: Person) -> None:
    press(desk, anna, press(desk, anna, begun(desk, anna), "Сканер"), "Пропустить")
    desk.people.send_photo(anna, jpeg())
    desk.pump()
    asked = desk.people.chat(anna)[-1]
    desk.press(anna, press(desk, anna, asked, "Дальше"), "Отправить заявку")
    assert Ticket.objects.get().subject == "Фото без описания"


def test_back_leads_back_and_keeps_what_was_answered(desk: Desk, anna: Person) -> None:
    asked = press(desk, anna, at_photos(desk, anna), "← Назад")
    assert (asked.text, asked.labels()) == (said(MORE, text="Жуёт бумагу"), ["Это всё", "← Назад"])
    asked = press(desk, anna, press(desk, anna, asked, "← Назад"), "← Назад")
    assert asked.text == said(CATEGORY)
    asked = press(desk, anna, asked, "МФУ или копир")
    (asked,) = desk.say(anna, "Ricoh")
    assert asked.text == said(MORE, text="Жуёт бумагу")
    (asked,) = desk.say(anna, "и шумит")
    summary = press(desk, anna, asked, "Без фото")
    assert summary.text == said(CONFIRM, category="МФУ или копир", device="Ricoh", files=0, text="Жуёт бумагу\nи шумит")


def test_a_text_instead_of_a_category_is_kept(desk: Desk, anna: Person) -> None:
    begun(desk, anna)
    (asked,) = desk.say(anna, "Жуёт бумагу")
    assert asked.text == said(CATEGORY)
    asked = press(desk, anna, press(desk, anna, asked, "Принтер"), "Пропустить")
    assert (asked.text, step_of(anna)) == (said(MORE, text="Жуёт бумагу"), Step.GUIDE_TEXT)


def test_an_album_is_answered_once(desk: Desk, anna: Person) -> None:
    last = at_photos(desk, anna)
    desk.people.send_album(anna, [jpeg(), jpeg(), jpeg()])
    assert texts(desk.news(anna, last)) == ["Получен 1 файл. Пришлите ещё или идите дальше."]
    assert len(Dialog.objects.get(chat_id=anna.id).data["files"]) == 3


@pytest.mark.parametrize("word", ["/start", "/new"])
def test_start_in_the_middle_asks_and_keeps_the_draft(desk: Desk, anna: Person, word: str) -> None:
    at_photos(desk, anna)
    (asked,) = desk.say(anna, word)
    assert (asked.text, asked.labels()) == (said(BEGUN), ["Продолжить", "Начать заново"])
    shown = press(desk, anna, asked, "Продолжить")
    assert shown.text == said(PHOTOS)
    (asked,) = desk.say(anna, word)
    shown = press(desk, anna, asked, "Начать заново")
    assert (shown.text, Dialog.objects.get(chat_id=anna.id).data["text"]) == (said(CATEGORY), "")


def test_cancel_leaves_nothing(desk: Desk, anna: Person) -> None:
    at_photos(desk, anna)
    before = business_rows()
    assert texts(desk.say(anna, "/cancel")) == [said(CANCELLED)]
    assert (business_rows(), step_of(anna)) == (before, Step.NONE)


@pytest.mark.parametrize("empty", ["   ", "\u200d\u200d", "\n"])
def test_an_empty_text_is_asked_for_again(desk: Desk, anna: Person, empty: str) -> None:
    press(desk, anna, press(desk, anna, begun(desk, anna), "Принтер"), "Пропустить")
    assert texts(desk.say(anna, empty)) == [said(EMPTY)]
    assert step_of(anna) == Step.GUIDE_TEXT


def test_too_long_a_text_is_refused_with_the_count_and_the_draft_stays(desk: Desk, anna: Person) -> None:
    at_photos(desk, anna)
    (told,) = desk.say(anna, "я" * 4096)
    assert told.text == said("The text is too long: %(length)s characters of at most %(limit)s.") % {
        "length": 4108, "limit": 4096,
    }  # fmt: skip
    assert Dialog.objects.get(chat_id=anna.id).data["text"] == "Жуёт бумагу"


def test_confirming_twice_makes_one_ticket(desk: Desk, anna: Person) -> None:
    summary = press(desk, anna, at_photos(desk, anna), "Без фото")
    data = summary.callback_data("Отправить заявку")
    queries = [desk.people.press(anna, summary, data) for _ in range(2)]
    desk.pump()
    answers = [desk.people.callback_answer(query) for query in queries]
    assert [answer and answer.text for answer in answers] == ["", "Это уже невозможно."]
    assert Ticket.objects.count() == 1


@pytest.mark.parametrize(
    "data",
    [
        "guide:guide_confirm:send",
        "guide:guide_text:next",
        "guide:guide_category:printer",
        "guide:begin:send",
        "guide:x:y",
    ],
)
def test_a_button_of_another_step_does_nothing(desk: Desk, anna: Person, data: str) -> None:
    asked = at_photos(desk, anna)
    before, draft = business_rows(), Dialog.objects.get(chat_id=anna.id).data
    desk.people.press(anna, asked, data, forged=True)
    desk.pump()
    dialog = Dialog.objects.get(chat_id=anna.id)
    assert (business_rows(), dialog.step, dialog.data) == (before, Step.GUIDE_PHOTOS, draft)


def test_unknown_acts_of_the_open_step_are_refused(desk: Desk, anna: Person) -> None:
    asked = at_photos(desk, anna)
    for act in ("send", "sneeze", "printer"):
        desk.people.press(anna, asked, f"guide:guide_photos:{act}", forged=True)
        desk.pump()
    assert (step_of(anna), Ticket.objects.exists()) == (Step.GUIDE_PHOTOS, False)
