"""Several messages that are one: albums, and texts that Telegram has cut."""

import pytest

from accounts.roles import Role
from botapp.handlers.parts import ALBUM_WAIT
from files.models import StoredFile
from outbox.models import Message
from simulator.client import Person
from tests.botapp.words import ADDED, said, texts
from tests.simulator.pictures import jpeg
from tests.support.company import Company
from tests.support.desk import Desk
from tickets.models import Comment, Ticket

FIRST, SECOND, THIRD = "а" * 4096, "б" * 4090, "в" * 10


@pytest.fixture
def sergey(company: Company, desk: Desk) -> Person:
    person = desk.people.person("Сергей")
    company.person(Role.TECHNICIAN, name="Сергей Волков", telegram=person.id)
    desk.say(person, "/start")
    return person


def comments() -> list[str]:
    return list(Comment.objects.order_by("id").values_list("text", flat=True))


def heard_by(person: Person) -> list[str]:
    rows = Message.objects.filter(chat_id=person.id, method="sendMessage").order_by("id")
    return [row.params["text"] for row in rows]


def test_the_confirmation_of_an_album_waits_for_its_parts(desk: Desk, anna: Person) -> None:
    desk.say(anna, "Принтер")
    desk.people.send_album(anna, [jpeg(), jpeg()], caption="Вот")
    assert len(desk.news(anna)) == 1
    desk.later(ALBUM_WAIT)
    assert texts(desk.news(anna))[1:] == [said(ADDED, number=Ticket.objects.get().number)]


def test_the_desk_hears_of_an_album_once(desk: Desk, anna: Person, sergey: Person) -> None:
    desk.say(anna, "Принтер")
    before = len(heard_by(sergey))
    desk.people.send_album(anna, [jpeg(), jpeg(), jpeg()], caption="Вот")
    desk.pump()
    assert len(heard_by(sergey)) == before + 1


def test_an_album_that_was_made_a_ticket_of_its_own_meanwhile_goes_on_there(desk: Desk, anna: Person) -> None:
    desk.say(anna, "Принтер")
    first, second = (message.raw for message in desk.people.send_album(anna, [jpeg(), jpeg()]))
    desk.pump()
    desk.later(ALBUM_WAIT)
    desk.press(anna, desk.people.chat(anna)[-1], "Это новая заявка")
    desk.people.send_content(anna, {"photo": second["photo"], "media_group_id": first["media_group_id"]})
    desk.pump()
    new = Ticket.objects.latest("id")
    assert Ticket.objects.count() == 2
    assert {(file.owner_type, file.owner_id) for file in StoredFile.objects.all()} == {("tickets.ticket", new.pk)}


def test_an_album_of_a_technician_reaches_the_client_whole(desk: Desk, anna: Person, sergey: Person) -> None:
    desk.say(anna, "Принтер")
    last, notice = desk.people.chat(anna)[-1], desk.news(sergey)[-1]
    desk.people.send_album(sergey, [jpeg(), jpeg(), jpeg()], caption="Три ролика", reply_to=notice)
    told = desk.news(anna, last)
    assert [bool(message.raw.get("photo")) for message in told] == [False, True, True, True]
    assert comments() == ["Три ролика"]


@pytest.mark.parametrize("beginning", ["nothing", "/new", "two open tickets"])
def test_a_text_that_telegram_cut_goes_on_where_it_began(desk: Desk, anna: Person, beginning: str) -> None:
    if beginning == "two open tickets":
        desk.say(anna, "Принтер")
    if beginning != "nothing":
        desk.say(anna, "/new")
    for part in (FIRST, SECOND, THIRD):
        desk.people.say(anna, part)
    desk.pump()
    ticket = Ticket.objects.latest("id")
    assert ticket.description == FIRST
    assert (comments(), {comment.ticket for comment in Comment.objects.all()}) == ([SECOND, THIRD], {ticket})
    assert len(desk.news(anna)) == {"nothing": 1, "/new": 2, "two open tickets": 3}[beginning]


def test_a_text_behind_a_short_one_is_confirmed(desk: Desk, anna: Person) -> None:
    desk.people.say(anna, "а" * 3999)
    desk.people.say(anna, "и ещё")
    assert len(desk.news(anna)) == 2


def test_a_text_long_after_a_long_one_is_confirmed(desk: Desk, anna: Person) -> None:
    first = desk.people.say(anna, FIRST).raw
    later = {**first, "message_id": first["message_id"] + 1000, "date": first["date"] + 4, "text": "и ещё"}
    desk.people.push_update({"message": later}, assign=True)
    assert len(desk.news(anna)) == 2


@pytest.mark.parametrize("chosen", ["Новая заявка", "an old one"])
def test_a_long_text_waits_whole_for_the_choice(desk: Desk, anna: Person, chosen: str) -> None:
    desk.say(anna, "Принтер")
    desk.say(anna, "/new")
    desk.say(anna, "Сканер")
    for part in (FIRST, SECOND, THIRD):
        desk.people.say(anna, part)
    asked = desk.news(anna)[-1]
    labels = asked.labels()
    desk.press(anna, asked, labels[-1] if chosen == "Новая заявка" else labels[0])
    assert Ticket.objects.count() == (3 if chosen == "Новая заявка" else 2)
    begun = [Ticket.objects.latest("id").description] if chosen == "Новая заявка" else []
    assert begun + comments() == [FIRST, f"{SECOND}", THIRD]
