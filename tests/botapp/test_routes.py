"""What answers what: commands, menu buttons in both languages, and everything that the desk can not take."""

from typing import Any

import pytest

from accounts.models import User
from accounts.roles import CLIENTS_WORK, ORDERS_MANAGE, TEAM, TICKETS_WORK, Role, granted
from botapp import keyboards
from botapp.models import InboxUpdate
from core.actor import Via
from simulator.client import Message, Person
from tests.botapp.updates import message_update
from tests.botapp.words import ADDED, UNKNOWN_COMMAND, UNREADABLE, WHAT_HAPPENED, said, texts
from tests.support.company import Company, as_actor
from tests.support.desk import Desk
from tests.support.unchanged import every_row
from tickets.actions import create_ticket, move_ticket
from tickets.models import Comment, Ticket

MENU = [[keyboards.NEW_TICKET, keyboards.MY_TICKETS], [keyboards.ORDERS, keyboards.HELP], [keyboards.MY_REQUESTS]]


def menu(language: str) -> list[list[str]]:
    return [[said(label, language=language) for label in row] for row in MENU]


def business_rows() -> dict[str, Any]:
    """Everything but the traffic itself."""
    traffic = {"botapp.InboxUpdate", "botapp.Dialog", "outbox.Message"}
    return {table: rows for table, rows in every_row().items() if table not in traffic}


# ---- commands and the menu ----


def test_start_greets_by_name_and_shows_the_menu(desk: Desk, anna: Person, emily: Person) -> None:
    (hello,) = desk.say(anna, "/start")
    assert "Анна Смирнова" in hello.text
    assert desk.people.reply_keyboard(anna) == menu("ru")
    (hello,) = desk.say(emily, "/start")
    assert "Emily Carter" in hello.text
    assert desk.people.reply_keyboard(emily) == menu("en")
    assert not Ticket.objects.exists()


@pytest.mark.parametrize("help_word", ["/help", "Помощь", "Help", "/help@tws_demo_bot"])
def test_help_names_every_command(desk: Desk, anna: Person, help_word: str) -> None:
    (told,) = desk.say(anna, help_word)
    for command in ("/new", "/tickets", "/language", "/cancel", "/help"):
        assert command in told.text


@pytest.mark.parametrize("word", ["/new", "Новая заявка", "New ticket"])
def test_new_asks_what_happened(desk: Desk, anna: Person, word: str) -> None:
    assert texts(desk.say(anna, word)) == [said(WHAT_HAPPENED)]


@pytest.mark.parametrize("word", ["/tickets", "Мои заявки", "My tickets"])
def test_my_tickets_shows_number_status_and_subject_the_latest_first(
    desk: Desk, company: Company, anna: Person, dmitry: Person, word: str
) -> None:
    desk.say(dmitry, "Чужая")
    (nothing,) = desk.say(anna, word)
    assert Ticket.objects.filter(client__telegram_id=anna.id).count() == 0
    desk.say(anna, "<b>Принтер</b> & шум")
    desk.say(anna, "/new")
    desk.say(anna, "Сканер")
    technician = company.person(Role.TECHNICIAN)
    first, second = Ticket.objects.filter(client__telegram_id=anna.id).order_by("id")
    move_ticket(actor=as_actor(technician), ticket_id=first.pk, move="take")
    desk.pump()
    (shown,) = desk.say(anna, word)
    expected = (
        f"{said('My tickets')}\n\n"
        f"№ {first.number} · В работе\n<b>Принтер</b> & шум\n\n"
        f"№ {second.number} · Новая\nСканер"
    )
    assert (shown.text, "№" in nothing.text) == (expected, False)


def test_my_tickets_come_in_pages(desk: Desk, company: Company, anna: Person) -> None:
    desk.say(anna, "/start")
    client = User.objects.get(telegram_id=anna.id)
    for number in range(8):
        create_ticket(actor=as_actor(client, Via.BOT), client_id=client.pk, text=f"Заявка {number}")
    desk.pump()
    (shown,) = desk.say(anna, "/tickets")
    assert subjects(shown) == [f"Заявка {number}" for number in range(7, 1, -1)]
    assert shown.labels()[-1] == "→"
    assert desk.press(anna, shown, "→") == []
    turned = next(message for message in desk.people.chat(anna) if message.message_id == shown.message_id)
    assert (subjects(turned), turned.labels()[-1], turned.edited) == (["Заявка 1", "Заявка 0"], "←", True)


def subjects(message: Message) -> list[str]:
    return [line for line in message.text.splitlines() if line.startswith("Заявка")]


@pytest.mark.parametrize("command", ["/unheard_of", "/start_", "/stop", "/tickets@another_bot", "/новая"])
def test_an_unknown_command_gets_a_hint_and_makes_nothing(desk: Desk, anna: Person, command: str) -> None:
    desk.say(anna, "/start")
    before = business_rows()
    (told,) = desk.say(anna, command)
    if command == "/новая":  # no command of Telegram's: its letters are Latin
        assert Ticket.objects.get().description == command
        return
    assert told.text == said(UNKNOWN_COMMAND)
    assert business_rows() == before


# ---- language ----


@pytest.mark.parametrize(("speaker", "label", "language"), [("Анна", "English", "en"), ("Emily", "Русский", "ru")])
def test_the_language_changes_at_once_everywhere(
    desk: Desk, company: Company, speaker: str, label: str, language: str
) -> None:
    person = desk.people.person(speaker)
    (question,) = desk.say(person, "/language")
    assert question.labels() == ["Русский", "English"]
    (agreed,) = desk.press(person, question, label)
    assert User.objects.get(telegram_id=person.id).language == language
    assert agreed.text == said("Agreed: from now on in English.", language=language)
    assert desk.people.reply_keyboard(person) == menu(language)
    assert [message.labels() for message in desk.people.chat(person) if message.from_bot] == [[], []]
    desk.say(person, "Printer")
    (told,) = desk.say(person, "and noise")
    assert told.text == said(ADDED, language=language, number=Ticket.objects.get().number)
    move_ticket(actor=as_actor(company.person(Role.TECHNICIAN)), ticket_id=Ticket.objects.get().pk, move="take")
    (notice,) = desk.news(person, told)
    assert notice.text == said(
        "Ticket <b>No. {number}</b>: taken into work.", language=language, number=Ticket.objects.get().number
    )


def test_a_menu_that_is_older_than_the_language_still_works(desk: Desk, anna: Person) -> None:
    (question,) = desk.say(anna, "/language")
    desk.press(anna, question, "English")
    assert texts(desk.say(anna, "Новая заявка")) == [said(WHAT_HAPPENED, language="en")]


@pytest.mark.parametrize("forged", ["language:", "language:de", "language:ru\x00", "language:" + "r" * 55])
def test_a_language_that_was_not_offered_is_refused(desk: Desk, anna: Person, forged: str) -> None:
    (question,) = desk.say(anna, "/language")
    before = business_rows()
    query = desk.people.press(anna, question, forged, forged=True)
    desk.pump()
    answer = desk.people.callback_answer(query)
    assert answer is not None
    assert answer.text == said("This language is not available.")
    assert business_rows() == before


# ---- what the desk does not take ----

OTHER_KINDS: dict[str, dict[str, Any]] = {
    "location": {"location": {"latitude": 55.75, "longitude": 37.62}},
    "dice": {"dice": {"emoji": "🎲", "value": 3}},
    "sticker": {
        "sticker": {"file_id": "s", "file_unique_id": "u", "type": "regular", "width": 1, "height": 1,
                    "is_animated": False, "is_video": False}
    },
    "voice": {"voice": {"file_id": "v", "file_unique_id": "u", "duration": 1800}},
    "video note": {"video_note": {"file_id": "v", "file_unique_id": "u", "length": 1, "duration": 1}},
    "poll": {
        "poll": {"id": "1", "question": "?", "options": [], "total_voter_count": 0, "is_closed": False,
                 "is_anonymous": True, "type": "regular", "allows_multiple_answers": False, "allows_revoting": False,
                 "members_only": False}
    },
    "a kind of tomorrow": {"hologram": {"file_id": "h"}},
}  # fmt: skip


KEPT_AS = {
    "location": "Геопозиция: 55.75, 37.62",
    "dice": "🎲 3",
    "poll": "Опрос: ?",
    "sticker": "Стикер",
    "voice": "Голосовое сообщение",
    "video note": "Видеосообщение",
}


@pytest.mark.parametrize("kind", KEPT_AS)
def test_every_kind_is_kept_as_what_it_is(desk: Desk, anna: Person, kind: str) -> None:
    desk.say(anna, "/start")
    desk.people.send_content(anna, OTHER_KINDS[kind])
    desk.pump()
    assert Ticket.objects.get().subject == KEPT_AS[kind]


def test_a_kind_that_nobody_knows_is_told_so(desk: Desk, anna: Person) -> None:
    desk.say(anna, "/start")
    before, last = business_rows(), desk.people.chat(anna)[-1]
    desk.people.send_content(anna, OTHER_KINDS["a kind of tomorrow"])
    assert texts(desk.news(anna, last)) == [said(UNREADABLE)]
    assert business_rows() == before


def test_what_comes_through_another_bot_is_told_so(desk: Desk, anna: Person) -> None:
    desk.say(anna, "/start")
    before, last = business_rows(), desk.people.chat(anna)[-1]
    robot = {"id": 42, "is_bot": True, "first_name": "Gif"}
    desk.people.push_update(message_update(anna, "Принтер", via_bot=robot), assign=True)
    assert texts(desk.news(anna, last)) == [
        "Это сделал другой бот. Напишите, пожалуйста, своими словами или пришлите фото."
    ]
    assert business_rows() == before


SILENT: dict[str, dict[str, Any]] = {
    "a pinned message": {"pinned_message": {"message_id": 1, "date": 1, "chat": {"id": 1, "type": "private"}}},
    "a changed timer": {"message_auto_delete_timer_changed": {"message_auto_delete_time": 86400}},
}


@pytest.mark.parametrize("service", SILENT.values(), ids=SILENT)
def test_telegrams_own_notes_need_no_answer(desk: Desk, anna: Person, service: dict[str, Any]) -> None:
    desk.say(anna, "/start")
    before, last = business_rows(), desk.people.chat(anna)[-1]
    desk.people.push_update(message_update(anna, text=None, **service), assign=True)
    assert desk.news(anna, last) == []
    assert business_rows() == before
    assert set(InboxUpdate.objects.values_list("status", flat=True)) == {"handled"}


def test_an_edited_message_makes_nothing_new(desk: Desk, anna: Person) -> None:
    written = desk.people.say(anna, "Принтер")
    desk.pump()
    last = desk.people.chat(anna)[-1]
    desk.people.edit(anna, written, "/new Принтер!")
    assert desk.news(anna, last) == []
    assert (Ticket.objects.get().description, Comment.objects.count()) == ("/new Принтер!", 0)


GROUP_ID = -1001234567890
PRIVATE_ONLY = "I work in private chats only: write to me at @{bot} what happened, and there will be a ticket."


def left(desk: Desk) -> list[tuple[str, int, str]]:
    """What the bot has called for the group: the simulator has none, so the calls themselves are looked at."""
    calls = [*desk.people.calls(method="sendMessage"), *desk.people.calls(method="leaveChat")]
    return [(call.method, call.params["chat_id"], call.params.get("text", "")) for call in calls]


@pytest.mark.parametrize("kind", ["group", "supergroup"])
def test_in_a_group_the_bot_explains_itself_once_and_leaves(desk: Desk, anna: Person, kind: str) -> None:
    before = business_rows()
    group = {"id": GROUP_ID, "type": kind, "title": "Офис"}
    for text in ("/new", "Принтер шумит"):
        desk.people.push_update(message_update(anna, text, chat=group), assign=True)
    desk.pump()
    assert left(desk) == [
        ("sendMessage", GROUP_ID, said(PRIVATE_ONLY, bot="tws_demo_bot")),
        ("leaveChat", GROUP_ID, ""),
    ]
    assert business_rows() == before
    assert set(InboxUpdate.objects.values_list("status", flat=True)) == {"handled"}


def test_a_channel_is_left_without_a_word(desk: Desk, anna: Person) -> None:
    channel = {"id": GROUP_ID, "type": "channel", "title": "Новости"}
    desk.people.push_update({"channel_post": message_update(anna, "x", chat=channel)["message"]}, assign=True)
    desk.pump()
    assert left(desk) == [("leaveChat", GROUP_ID, "")]


@pytest.mark.parametrize(("status", "leaves"), [("member", True), ("left", False), ("kicked", False)])
def test_being_added_is_enough_being_thrown_out_asks_for_nothing(
    desk: Desk, anna: Person, status: str, leaves: bool
) -> None:
    robot = {"id": 42, "is_bot": True, "first_name": "TWS"}
    user = message_update(anna)["message"]["from"]
    until = {"until_date": 0} if status == "kicked" else {}
    change = {
        "chat": {"id": GROUP_ID, "type": "group", "title": "Офис"}, "from": user, "date": 1_700_000_000,
        "old_chat_member": {"user": robot, "status": "left"},
        "new_chat_member": {"user": robot, "status": status, **until},
    }  # fmt: skip
    desk.people.push_update({"my_chat_member": change}, assign=True)
    desk.pump()
    assert len(left(desk)) == (2 if leaves else 0)


def test_other_bots_are_ignored(desk: Desk, anna: Person) -> None:
    robot = {"id": 42, "is_bot": True, "first_name": "Robot"}
    desk.people.push_update(message_update(anna, "Принтер", **{"from": robot}), assign=True)
    desk.pump()
    assert business_rows()["accounts.User"] == []
    assert not Ticket.objects.exists()


# ---- staff ----


@pytest.mark.parametrize(
    "role", [Role.TECHNICIAN, Role.OPERATOR, Role.CURATOR, Role.SUPERUSER, Role.ENGINEER, Role.WORKSHOP]
)
@pytest.mark.parametrize("word", ["Принтер шумит", "/start", "/new", "/help"])
def test_a_word_of_the_staff_makes_no_ticket(desk: Desk, company: Company, anna: Person, role: Role, word: str) -> None:
    company.person(role, name="Иван", telegram=anna.id)
    before = business_rows()
    (told,) = desk.say(anna, word)
    works = TICKETS_WORK in granted({role})
    if works:
        assert told.text.startswith("Иван, вы работаете здесь. В этот чат приходят сообщения о заявках:")
        assert [command for command in ("/queue", "/tickets", "/caller", "/cancel") if command not in told.text] == []
    elif role in TEAM:
        assert told.text == "Иван, вы работаете здесь: ваши заказы приходят в этот чат.\n\n/orders – что вас ждёт"
    else:
        assert told.text == said("{name}, you work here: notices come to this chat.", name="Иван")
    menu = [["Новые заявки", "Мои заявки"], ["Создать заявку за клиента", "Помощь"]] if works else []
    if CLIENTS_WORK in granted({role}):
        menu.append(["Запросы", "Клиенты"])
    if ORDERS_MANAGE in granted({role}):
        menu.append(["Заказы"])
    elif role in TEAM:
        menu = [["Заказы", "Помощь"]]
    assert desk.people.reply_keyboard(anna) == menu
    assert business_rows() == before
    assert not Comment.objects.exists()
