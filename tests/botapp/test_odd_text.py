"""Whatever a person may write is kept as it was written, shown as text, and answered."""

import pytest

from accounts.roles import Role
from botapp.models import InboxUpdate
from simulator.client import Person
from tests.botapp.words import ACCEPTED, ADDED, EMPTY, WHAT_HAPPENED, said, texts
from tests.support.company import Company
from tests.support.desk import Desk
from tests.support.unchanged import every_row
from tickets.models import Comment, Ticket

KEPT = {
    "HTML": "<b>hi</b><script>alert(1)</script>",
    "an end tag alone": "</b>",
    "half a tag": "a < b && c > d <",
    "entities of HTML": "&lt;b&gt; &amp;amp; &#0; &nbsp;",
    "Markdown": "*_[x](tg://user?id=1)",
    "templates": "{{7*7}} {% debug %} ${7*7} {0} {number}",
    "format strings": "%s%n%(number)s %d",
    "SQL": "' OR 1=1--; DROP TABLE tickets_ticket",
    "a path": "../../etc/passwd",
    "right to left": "\u202egpj.exe\u2066",
    "emoji": "🖨️🔥👨‍👩‍👧‍👦",
    "NFD": "Е\u0308лка и Ёлка",
    "a combining mark alone": "\u0301",
    "zero width inside": "при\u200bнтер",
    "lines": "первая\n\n\n  вторая\tс табом",
    "a number": "0",
    "a link with a command": "см. https://example.com/new и /usr/bin/lp",
}
REPLACED = {"NUL": ("a\x00b", "a\u2400b"), "a lone surrogate": ("a\ud800b\udfff", "a\ufffdb\ufffd")}
TEXTS = {name: (text, text) for name, text in KEPT.items()} | REPLACED


@pytest.fixture
def listener(desk: Desk, company: Company) -> Person:
    """A technician who hears of everything in Telegram."""
    person = desk.people.person("Сергей")
    company.person(Role.TECHNICIAN, telegram=person.id)
    desk.say(person, "/start")
    return person


@pytest.mark.parametrize(("text", "kept"), TEXTS.values(), ids=TEXTS)
def test_a_text_is_kept_told_and_seen_as_text(desk: Desk, listener: Person, anna: Person, text: str, kept: str) -> None:
    """As a description, as a comment, in the confirmation, in the list and in the notices of the staff."""
    last = desk.people.chat(listener)[-1]
    (accepted,) = desk.say(anna, text)
    (added,) = desk.say(anna, text)
    (listed,) = desk.say(anna, "/tickets")
    ticket, comment = Ticket.objects.get(), Comment.objects.get()
    assert (ticket.description, comment.text) == (kept, kept)
    assert accepted.text == said(ACCEPTED, number=ticket.number, subject=ticket.subject)
    assert added.text == said(ADDED, number=ticket.number)
    assert ticket.subject in listed.text
    new, more = desk.news(listener, last)
    assert new.text.endswith(kept.strip())
    assert more.text.endswith(kept.strip())
    bold = {entity["type"] for message in (accepted, added, listed, new, more) for entity in message.entities}
    assert bold <= {"bold", "url", "bot_command"}
    assert set(InboxUpdate.objects.values_list("status", flat=True)) == {"handled"}


def test_the_raw_update_keeps_what_the_row_can_not(desk: Desk, anna: Person) -> None:
    desk.say(anna, "a\x00b\ud800")
    assert InboxUpdate.objects.get().body["message"]["text"] == "a\x00b\ud800"


@pytest.mark.parametrize("letter", ["x", "Ё", "<", "&", '"'])
def test_the_longest_message_of_telegram_is_kept_whole(desk: Desk, listener: Person, anna: Person, letter: str) -> None:
    last = desk.people.chat(listener)[-1]
    (accepted,) = desk.say(anna, letter * 4096)
    ticket = Ticket.objects.get()
    assert ticket.description == letter * 4096
    assert accepted.text == said(ACCEPTED, number=ticket.number, subject=letter * 119 + "…")
    assert len(desk.news(listener, last)) == 1


def test_a_paste_that_telegram_splits_is_one_ticket(desk: Desk, anna: Person) -> None:
    desk.people.say(anna, "x" * 4096)
    desk.people.say(anna, "y" * 904)
    desk.pump()
    assert (Ticket.objects.get().description, Comment.objects.get().text) == ("x" * 4096, "y" * 904)


BLANK = {
    "spaces": "    ",
    "lines": "\n\n\n",
    "zero width joiners": "\u200d\u200c\u200b\ufeff",
    "wide spaces": "\u3000\u2003\u00a0",
    "directions": "\u202e\u202c\u2066\u2069",
}


@pytest.mark.parametrize("text", BLANK.values(), ids=BLANK)
@pytest.mark.parametrize("beginning", ["nothing", "an open ticket", "/new"])
def test_a_text_in_which_nothing_can_be_seen_is_asked_for_again(
    desk: Desk, anna: Person, text: str, beginning: str
) -> None:
    desk.say(anna, "/start")
    if beginning != "nothing":
        desk.say(anna, "Принтер")
    if beginning == "/new":
        assert texts(desk.say(anna, "/new")) == [said(WHAT_HAPPENED)]
    before = every_row()
    assert texts(desk.say(anna, text)) == [said(EMPTY)]
    after = every_row()
    assert {table for table in after if after[table] != before[table]} == {"botapp.InboxUpdate", "outbox.Message"}
