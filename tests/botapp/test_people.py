"""Who writes: newcomers and their branch, those who block the bot, those who were closed out."""

import pytest

from accounts.models import User
from accounts.roles import Role
from audit.models import Entry
from botapp.models import InboxUpdate
from simulator.client import Person
from tests.botapp.updates import message_update
from tests.botapp.words import CLOSED_TO_YOU, said, texts
from tests.support.company import Company
from tests.support.desk import Desk
from tests.support.unchanged import every_row
from tickets.models import Comment, Ticket


def user_of(person: Person) -> User:
    return User.objects.get(telegram_id=person.id)


def test_a_newcomer_is_a_client_of_the_default_branch(desk: Desk, company: Company, anna: Person) -> None:
    desk.say(anna, "/start")
    user = user_of(anna)
    assert (user.full_name, user.telegram_username, user.language) == ("Анна Смирнова", "anna_smirnova", "ru")
    assert (user.tenant, user.roles, user.has_usable_password()) == (company.tenant, {Role.CLIENT}, False)
    arrival = Entry.objects.get(action="accounts.arrive")
    assert (arrival.object_id, arrival.data, arrival.actor_kind) == (user.pk, {"roles": ["client"]}, "system")


def test_a_link_leads_into_its_branch_once(desk: Desk, company: Company, anna: Person) -> None:
    desk.people.start(anna, "t_ekb")
    desk.pump()
    assert user_of(anna).tenant == company.other
    desk.say(anna, "Принтер шумит")
    assert Ticket.objects.get().tenant == company.other
    desk.people.start(anna, "t_moscow")
    desk.pump()
    assert user_of(anna).tenant == company.other


PAYLOADS = [
    "",
    "ekb",
    "t_",
    "t_nowhere",
    "T_ekb",
    "t_ekb x",
    "inv_%00",
    "t_\x00",
    "t_\ud800",
    "t_%00",
    "t_" + "x" * 4000,
]


@pytest.mark.parametrize("payload", PAYLOADS, ids=repr)
def test_a_link_that_leads_nowhere_leads_into_the_default_branch(
    desk: Desk, company: Company, anna: Person, payload: str
) -> None:
    desk.people.say(anna, f"/start {payload}".strip())
    desk.pump()
    assert user_of(anna).tenant == company.tenant
    assert set(InboxUpdate.objects.values_list("status", flat=True)) == {"handled"}
    assert len([message for message in desk.people.chat(anna) if message.from_bot]) == 1


def test_staff_named_in_the_settings_are_known_on_arrival(desk: Desk, anna: Person, dmitry: Person, settings) -> None:  # type: ignore[no-untyped-def]
    settings.SUPERUSER_TELEGRAM_IDS, settings.OPERATOR_TELEGRAM_IDS = {anna.id}, {dmitry.id}
    desk.say(anna, "/start")
    desk.say(dmitry, "/start")
    assert (user_of(anna).roles, user_of(anna).tenant) == ({Role.SUPERUSER}, None)
    assert (user_of(dmitry).roles, user_of(dmitry).tenant_id is None) == ({Role.OPERATOR}, False)


@pytest.mark.parametrize(
    ("first_name", "kept"),
    [
        ("<img src=x onerror=alert(1)>", "<img src=x onerror=alert(1)>"),
        ("{name} %s {{7*7}}", "{name} %s {{7*7}}"),
        ("\u202eаннА", "\u202eаннА"),
        ("x" * 300, "x" * 200),
        ("A\x00B\ud800", "A\u2400B\ufffd"),
    ],
)
def test_an_odd_name_is_a_name_and_nothing_else(
    desk: Desk, company: Company, anna: Person, first_name: str, kept: str
) -> None:
    company.person(Role.TECHNICIAN, telegram=anna.id)
    desk.say(anna, "/start")
    last = desk.people.chat(anna)[-1]
    odd = desk.people.add_person("Клиент")
    sender = {
        "id": odd.id,
        "is_bot": False,
        "first_name": first_name,
        "username": "a\x00\ud800",
        "language_code": "\x00",
    }
    desk.people.push_update(message_update(odd, "Принтер", **{"from": sender}), assign=True)
    (notice,) = desk.news(anna, last)
    assert (user_of(odd).full_name, user_of(odd).telegram_username) == (kept, "a\u2400\ufffd")
    source = "New ticket <b>No. {number}</b> from {client}:\n{text}"
    assert notice.text == said(source, number=Ticket.objects.get().number, client=kept, text="Принтер")
    assert [entity["type"] for entity in notice.entities] == ["bold"]


def test_without_a_branch_the_person_hears_of_it_and_nothing_is_made(desk: Desk, anna: Person, settings) -> None:  # type: ignore[no-untyped-def]
    settings.DEFAULT_TENANT = "nowhere"
    (told,) = desk.say(anna, "/start")
    assert told.text == said("No branch is set up yet. Please tell the company that gave you this bot.")
    assert not User.objects.exists()


# ---- blocked and let in again ----


def test_who_blocks_the_bot_is_marked_and_unmarked(desk: Desk, anna: Person) -> None:
    desk.say(anna, "/start")
    for act, marked in ((desk.people.block, True), (desk.people.unblock, False)):
        act(anna)
        desk.pump()
        assert (user_of(anna).telegram_unreachable_since is not None) == marked
    history = Entry.objects.filter(object_id=user_of(anna).pk, action__startswith="accounts.").order_by("id")
    assert [(entry.action, entry.data) for entry in history] == [
        ("accounts.arrive", {"roles": ["client"]}),
        ("accounts.unreachable", {"reason": "blocked"}),
        ("accounts.reachable", {}),
    ]


def test_a_stranger_who_blocks_the_bot_is_nobody(desk: Desk, anna: Person) -> None:
    desk.people.block(anna)
    desk.pump()
    assert not User.objects.exists()
    assert set(InboxUpdate.objects.values_list("status", flat=True)) == {"handled"}


def test_a_group_that_removes_the_bot_marks_nobody(desk: Desk, anna: Person) -> None:
    desk.say(anna, "/start")
    robot = {"id": desk.telegram.bot.id, "is_bot": True, "first_name": "TWS"}
    change = {
        "chat": {"id": -100, "type": "group", "title": "Офис"},
        "from": {"id": anna.id, "is_bot": False, "first_name": "Анна"},
        "date": 1,
        "old_chat_member": {"user": robot, "status": "member"},
        "new_chat_member": {"user": robot, "status": "kicked", "until_date": 0},
    }
    desk.people.push_update({"my_chat_member": change}, assign=True)
    desk.pump()
    assert user_of(anna).telegram_unreachable_since is None


def test_a_marked_person_who_writes_is_reachable_again(desk: Desk, anna: Person) -> None:
    """Telegram's word of the unblocking may be lost; the message itself says it."""
    desk.say(anna, "/start")
    User.objects.update(telegram_unreachable_since="2026-03-02T12:00Z")
    desk.say(anna, "Принтер")
    assert user_of(anna).telegram_unreachable_since is None


# ---- closed out ----


@pytest.mark.parametrize("role", [Role.CLIENT, Role.TECHNICIAN, Role.SUPERUSER])
@pytest.mark.parametrize("word", ["/start", "/new", "Принтер шумит", "/tickets"])
def test_whoever_was_closed_out_can_do_nothing(
    desk: Desk, company: Company, anna: Person, role: Role, word: str
) -> None:
    user = company.person(role, telegram=anna.id)
    User.objects.filter(pk=user.pk).update(is_active=False)
    before = every_row()
    assert texts(desk.say(anna, word)) == [said(CLOSED_TO_YOU)]
    after = every_row()
    traffic = {"botapp.InboxUpdate", "outbox.Message"}
    assert {table for table in after if after[table] != before[table]} == traffic


def test_buttons_of_whoever_was_closed_out_do_nothing(desk: Desk, company: Company, anna: Person) -> None:
    (question,) = desk.say(anna, "/language")
    User.objects.update(is_active=False)
    assert texts(desk.press(anna, question, "English")) == [said(CLOSED_TO_YOU)]
    assert user_of(anna).language == "ru"
    assert (Ticket.objects.count(), Comment.objects.count()) == (0, 0)
