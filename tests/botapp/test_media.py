"""Photos, documents and albums that people send."""

from collections.abc import Callable
from io import BytesIO

import pytest
from PIL import Image

from botapp.handlers.parts import ALBUM_WAIT
from files.actions import SIZE_LIMIT
from files.contents import open_content
from files.models import StoredFile
from simulator.client import Message, Person
from tests.botapp.words import ACCEPTED, ADDED, said, texts
from tests.simulator.pictures import jpeg
from tests.support.desk import Desk
from tickets.models import Comment, Ticket

PDF = b"%PDF-1.4 a small document"
TOO_BIG = "The file is larger than {limit} MB and was not loaded. Please send it compressed or in parts."
Answers = Callable[[Person], list[Message]]


@pytest.fixture
def answers(desk: Desk, django_capture_on_commit_callbacks) -> Answers:  # type: ignore[no-untyped-def]
    """Let the bot handle what was sent, the workers load the files; what the person was told."""

    def pump(person: Person) -> list[Message]:
        with django_capture_on_commit_callbacks(execute=True):
            desk.pump()
        desk.later(ALBUM_WAIT)
        return [message for message in desk.people.chat(person) if message.from_bot]

    return pump


def content(file: StoredFile) -> bytes:
    with open_content(file) as opened:
        return opened.read()


def owner(file: StoredFile) -> tuple[str, int]:
    return file.owner_type, file.owner_id


def test_a_photo_alone_becomes_a_ticket_with_its_content(desk: Desk, anna: Person, answers: Answers) -> None:
    picture = jpeg(1280, 960)
    desk.people.send_photo(anna, picture)
    (told,) = answers(anna)
    ticket, file = Ticket.objects.get(), StoredFile.objects.get()
    assert told.text == said(ACCEPTED, number=ticket.number, subject=ticket.subject)
    assert (ticket.description, ticket.subject) == ("", said("Photo without a description"))
    assert (owner(file), file.kind, file.status) == (("tickets.ticket", ticket.pk), "photo", "stored")
    sizes = desk.people.chat(anna)[0].raw["photo"]
    assert file.telegram_file_id == max(sizes, key=lambda size: size["width"])["file_id"]
    assert (file.content_type, file.size, len(content(file))) == ("image/jpeg", file.size, file.size)


def test_a_caption_is_the_text(desk: Desk, anna: Person, answers: Answers) -> None:
    caption = "Мигает 🔥 <b>красным</b>" + "x" * 1000
    desk.people.send_photo(anna, jpeg(), caption=caption)
    answers(anna)
    assert Ticket.objects.get().description == caption


def test_a_document_keeps_its_name_and_bytes(desk: Desk, anna: Person, answers: Answers) -> None:
    name = 'сч"ёт\r\n/../..\\con.pdf'
    desk.people.send_document(anna, PDF, file_name="a.pdf")
    desk.people.send_content(anna, {"document": desk.people.chat(anna)[-1].raw["document"] | {"file_name": name}})
    answers(anna)
    first, second = StoredFile.objects.order_by("id")
    assert (first.name, second.name) == ("a.pdf", name)
    assert (owner(first)[0], owner(second)) == ("tickets.ticket", ("tickets.comment", Comment.objects.get().pk))
    for file in (first, second):
        assert (file.status, content(file), file.content_type) == ("stored", PDF, "application/pdf")
        assert (file.view_status, file.view_error) == ("failed", "broken")
        assert len(file.stored_as) == 35
        assert "pdf" not in file.stored_as


def test_a_photo_into_an_open_ticket_is_a_comment(desk: Desk, anna: Person, answers: Answers) -> None:
    desk.say(anna, "Принтер")
    desk.people.send_photo(anna, jpeg(), caption="Вот так")
    assert texts(answers(anna))[-1] == said(ADDED, number=Ticket.objects.get().number)
    comment = Comment.objects.get()
    assert (comment.text, owner(StoredFile.objects.get())) == ("Вот так", ("tickets.comment", comment.pk))


def test_a_photo_answers_the_question_of_new(desk: Desk, anna: Person, answers: Answers) -> None:
    desk.say(anna, "Принтер")
    desk.say(anna, "/new")
    desk.people.send_photo(anna, jpeg(), caption="Сканер")
    answers(anna)
    ticket = Ticket.objects.get(description="Сканер")
    assert owner(StoredFile.objects.get()) == ("tickets.ticket", ticket.pk)


@pytest.mark.parametrize("beginning", ["nothing", "an open ticket", "/new"])
def test_an_album_is_one_message_with_one_confirmation(
    desk: Desk, anna: Person, answers: Answers, beginning: str
) -> None:
    if beginning != "nothing":
        desk.say(anna, "Принтер")
    if beginning == "/new":
        desk.say(anna, "/new")
    before = len(answers(anna))
    pictures = [jpeg(64 + number, 48) for number in range(10)]
    desk.people.send_album(anna, pictures, caption="Со всех сторон")
    told = answers(anna)[before:]
    ticket = Ticket.objects.order_by("id").last()
    assert ticket is not None
    assert Ticket.objects.count() == (2 if beginning == "/new" else 1)
    files = list(StoredFile.objects.order_by("id"))
    assert [file.status for file in files] == ["stored"] * 10
    assert [Image.open(BytesIO(content(file))).width for file in files] == [64 + number for number in range(10)]
    comments = list(Comment.objects.values_list("pk", "ticket", "text"))
    if beginning == "an open ticket":
        ((comment, of, text),) = comments
        assert (of, text) == (ticket.pk, "Со всех сторон")
        assert {owner(file) for file in files} == {("tickets.comment", comment)}
    else:
        assert (comments, ticket.description) == ([], "Со всех сторон")
        assert {owner(file) for file in files} == {("tickets.ticket", ticket.pk)}
    expected = said(ADDED, number=ticket.number)
    if beginning != "an open ticket":
        expected = said(ACCEPTED, number=ticket.number, subject="Со всех сторон")
    assert texts(told) == [expected]


def test_the_next_album_is_confirmed_again(desk: Desk, anna: Person, answers: Answers) -> None:
    for _ in range(2):
        desk.people.send_album(anna, [jpeg(), jpeg()])
    number = Ticket.objects.get().number if answers(anna) else 0
    assert texts(answers(anna))[1:] == [said(ADDED, number=number)]


def test_a_text_between_two_albums_is_confirmed(desk: Desk, anna: Person, answers: Answers) -> None:
    desk.people.send_album(anna, [jpeg(), jpeg()])
    desk.people.say(anna, "и шумит")
    assert len(answers(anna)) == 2


@pytest.mark.parametrize("beginning", ["nothing", "an open ticket", "/new"])
def test_a_file_over_the_limit_is_told_and_kept_as_failed(
    desk: Desk, anna: Person, answers: Answers, beginning: str
) -> None:
    if beginning != "nothing":
        desk.say(anna, "Принтер")
    if beginning == "/new":
        desk.say(anna, "/new")
    desk.people.send_document(anna, PDF, file_name="log.zip", declared_size=SIZE_LIMIT + 1)
    assert said(TOO_BIG, limit=20) in texts(answers(anna))
    file = StoredFile.objects.get()
    assert (file.status, file.error, file.name, file.size) == ("failed", "too_big", "log.zip", SIZE_LIMIT + 1)
    assert (file.stored_as, desk.people.calls(method="getFile")) == ("", [])


def test_a_file_of_exactly_the_limit_is_loaded(desk: Desk, anna: Person, answers: Answers) -> None:
    desk.people.send_document(anna, PDF, declared_size=SIZE_LIMIT)
    assert len(answers(anna)) == 1
    assert StoredFile.objects.get().status == "stored"


def test_the_handling_does_not_wait_for_the_file(desk: Desk, anna: Person) -> None:
    """Until a worker has loaded it, the file is known and pending."""
    desk.people.send_photo(anna, jpeg())
    desk.pump()
    assert (StoredFile.objects.get().status, desk.people.calls(method="getFile")) == ("pending", [])
    assert len(desk.news(anna)) == 1


def test_a_ticket_that_is_refused_leaves_no_file(desk: Desk, anna: Person, answers: Answers) -> None:
    desk.say(anna, "/start")
    desk.people.send_document(anna, PDF, caption="x" * 1024)
    desk.people.send_content(anna, {"document": {"file_id": "f", "file_unique_id": "u"}, "caption": "y" * 4097})
    answers(anna)
    assert StoredFile.objects.count() == 1
