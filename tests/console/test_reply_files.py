"""Files in a reply from the card: what the client gets, what is kept, what is refused."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from accounts.roles import Role
from files.actions import SIZE_LIMIT
from files.contents import discard, open_content
from files.models import StoredFile
from outbox.enums import DeliveryStatus
from outbox.models import Message
from simulator.client import Person
from tests.console.test_card import address, said
from tests.simulator.pictures import jpeg
from tests.support.company import Company, as_actor
from tests.support.desk import Desk
from tests.support.unchanged import nothing_changes
from tickets.actions import delete_comment
from tickets.enums import Visibility
from tickets.models import Comment, Ticket

PDF = b"%PDF-1.4 a small document"
MEGABYTE = 1024 * 1024


@pytest.fixture
def technician(company: Company, client: Client) -> User:
    person = company.person(Role.TECHNICIAN, name="Сергей Волков")
    client.force_login(person)
    return person


@pytest.fixture
def anna(desk: Desk, company: Company) -> Person:
    return desk.people.person("Анна")


@pytest.fixture
def ticket(desk: Desk, anna: Person, technician: User) -> Ticket:
    desk.say(anna, "Принтер шумит")
    return Ticket.objects.get()


def reply(
    client: Client, ticket: Ticket, text: str, *files: tuple[str, bytes], visibility: str = Visibility.PUBLIC
) -> Any:
    uploads = [SimpleUploadedFile(name, content) for name, content in files]
    data = {"text": text, "visibility": visibility, "attachments": uploads}
    return client.post(address(ticket, "comment"), data)


def told(desk: Desk, anna: Person) -> list[dict[str, Any]]:
    """What the client got after the confirmation of her ticket."""
    return [message.raw for message in desk.news(anna) if not message.deleted][1:]


def test_a_photo_and_a_document_follow_the_words(desk: Desk, anna: Person, client: Client, ticket: Ticket) -> None:
    assert reply(client, ticket, "Вот счёт", ("Ролик.JPG", jpeg()), ("Счёт № 5.pdf", PDF)).status_code == 302
    words, photo, document = told(desk, anna)
    assert words["text"] == f"Заявка № {ticket.number}: принята в работу.\n\nСергей Волков пишет:\n\nВот счёт"
    assert photo["photo"]
    assert (document["document"]["file_name"], document["document"]["file_size"]) == ("Счёт № 5.pdf", len(PDF))
    kept = StoredFile.objects.filter(owner_type="tickets.comment", owner_id=Comment.objects.get().pk).order_by("id")
    assert [(row.kind, row.name, row.status, row.content_type) for row in kept] == [
        ("photo", "Ролик.JPG", "stored", "image/jpeg"),
        ("document", "Счёт № 5.pdf", "stored", "application/pdf"),
    ]
    assert [open_content(row).read() for row in kept] == [jpeg(), PDF]


def test_files_need_no_words(desk: Desk, anna: Person, client: Client, ticket: Ticket) -> None:
    reply(client, ticket, "", ("a.pdf", PDF))
    reply(client, ticket, " ", ("b.pdf", PDF))
    first, _one, second, _two = told(desk, anna)
    assert first["text"] == f"Заявка № {ticket.number}: принята в работу.\n\nСергей Волков отправляет вам:"
    assert second["text"] == f"Заявка № {ticket.number}, Сергей Волков отправляет вам:"


def test_files_of_a_note_stay_here(desk: Desk, anna: Person, client: Client, ticket: Ticket) -> None:
    reply(client, ticket, "Для своих", ("a.pdf", PDF), visibility=Visibility.INTERNAL)
    assert told(desk, anna) == []
    assert StoredFile.objects.get().status == "stored"


def test_the_client_answers_a_file(desk: Desk, anna: Person, client: Client, ticket: Ticket) -> None:
    desk.say(anna, "/new")
    reply(client, ticket, "Счёт", ("a.pdf", PDF))
    desk.pump()
    desk.people.say(anna, "Оплатила", reply_to=desk.people.chat(anna)[-1])
    desk.pump()
    assert Comment.objects.latest("id").ticket == ticket


def test_what_telegram_takes_for_no_photo_goes_as_a_document(
    desk: Desk, anna: Person, client: Client, ticket: Ticket
) -> None:
    broken = b"\xff\xd8\xff and no picture"
    reply(client, ticket, "Смотрите", ("Фото.jpg", broken))
    assert told(desk, anna)[-1]["document"]["file_name"] == "Фото.jpg"
    assert [call.method for call in desk.people.calls()][-2:] == ["sendPhoto", "sendDocument"]


def test_a_large_photo_goes_as_a_document(desk: Desk, anna: Person, client: Client, ticket: Ticket) -> None:
    reply(client, ticket, "Смотрите", ("Фото.jpg", jpeg() + bytes(10 * MEGABYTE)))
    assert "document" in told(desk, anna)[-1]


def test_a_file_that_is_gone_is_a_failed_delivery_and_the_chat_goes_on(
    desk: Desk, anna: Person, client: Client, ticket: Ticket
) -> None:
    reply(client, ticket, "Счёт", ("a.pdf", PDF))
    discard(StoredFile.objects.get().stored_as)
    reply(client, ticket, "И ещё")
    assert [message.get("text", "")[-5:] for message in told(desk, anna)] == ["\nСчёт", "И ещё"]
    assert Message.objects.get(subject_type="files.storedfile").status == DeliveryStatus.FAILED
    page = client.get(address(ticket)).content.decode()
    assert "не доставлено" in page.lower()
    assert f"{Comment.objects.order_by('id')[0].pk}/repeat/" in page


def test_a_message_taken_back_takes_its_files_along(
    desk: Desk, anna: Person, client: Client, ticket: Ticket, technician: User
) -> None:
    reply(client, ticket, "Не тот счёт", ("a.pdf", PDF), ("b.jpg", jpeg()))
    assert len(told(desk, anna)) == 3
    delete_comment(actor=as_actor(technician), comment_id=Comment.objects.get().pk)
    assert told(desk, anna) == []


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        ([("a.pdf", b"")], "Файл «a.pdf» пустой. Ничего не отправлено."),
        ([("a.pdf", bytes(SIZE_LIMIT + 1))], "Файл «a.pdf» больше 20 МБ. Ничего не отправлено."),
        (11 * [("a.pdf", PDF)], "За один раз можно отправить не больше 10 файлов. Ничего не отправлено."),
        ([], "Текст пустой. Напишите, о чём речь."),
    ],
    ids=["empty", "too big", "too many", "none"],
)  # fmt: skip
def test_what_is_refused_sends_nothing_and_keeps_the_words(
    client: Client, ticket: Ticket, files: list[tuple[str, bytes]], sentence: str
) -> None:
    with nothing_changes():
        page = reply(client, ticket, "Смотрите" if files else "", *files)
    assert page.status_code == 400
    assert sentence in said(page)
    assert not files or "Смотрите</textarea>" in page.content.decode()


def test_a_card_asks_no_more_for_more_files(client: Client, ticket: Ticket) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            client.get(address(ticket))
        return len(asked)

    reply(client, ticket, "Раз", ("a.pdf", PDF))
    one = queries()
    for _ in range(2):
        reply(client, ticket, "Два", ("a.pdf", PDF), ("b.pdf", PDF))
    assert queries() == one
