"""A database or a storage without room: a clear refusal at every door, nothing half done, and reading goes on."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError, connection
from django.test import Client

from accounts.models import User
from accounts.roles import Role
from botapp.models import InboxUpdate
from tests.api.callers import TICKETS, caller, problem
from tests.support.company import Company
from tests.support.desk import Desk
from tests.support.unchanged import nothing_changes
from tickets.models import Comment, Ticket

NO_ROOM = """
CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = 'disk_full'; END $$;
CREATE TRIGGER no_room BEFORE INSERT ON tickets_comment FOR EACH ROW EXECUTE FUNCTION no_room();
"""


@contextmanager
def no_room_for_comments() -> Iterator[None]:
    """PostgreSQL answers as it does when its disk is full."""
    with connection.cursor() as cursor:
        cursor.execute(NO_ROOM)
        yield
        cursor.execute("DROP TRIGGER no_room ON tickets_comment; DROP FUNCTION no_room")


@pytest.fixture
def ticket(company: Company) -> Ticket:
    return company.ticket(company.person(Role.CLIENT, telegram=True))


@pytest.fixture
def technician(company: Company) -> User:
    return company.person(Role.TECHNICIAN, telegram=True)


def test_the_api_refuses_and_reads_on(technician: User, ticket: Ticket) -> None:
    site = caller(technician)
    site.raise_request_exception = False
    body = {"text": "Едем", "visibility": "public"}
    with no_room_for_comments(), nothing_changes():
        answer = site.post(f"{TICKETS}{ticket.pk}/comments/", body)
        assert (problem(answer), answer["Retry-After"]) == ((503, "unavailable", set()), "60")
        assert site.get(f"{TICKETS}{ticket.pk}/").status_code == 200
    assert site.post(f"{TICKETS}{ticket.pk}/comments/", body).status_code == 201


def test_the_console_says_so_and_reads_on(client: Client, technician: User, ticket: Ticket) -> None:
    client.force_login(technician)
    client.raise_request_exception = False
    card = f"/admin/tickets/ticket/{ticket.pk}"
    with no_room_for_comments(), nothing_changes():
        answer = client.post(f"{card}/comment/", {"text": "Едем", "visibility": "public"})
        assert (answer.status_code, answer["Retry-After"]) == (503, "60")
        assert "Сервис сейчас недоступен" in answer.content.decode()
        assert client.get(f"{card}/change/").status_code == 200
    assert client.post(f"{card}/comment/", {"text": "Едем", "visibility": "public"}).status_code == 302


def test_the_bot_keeps_what_people_write_until_there_is_room(desk: Desk, company: Company) -> None:
    anna = desk.people.person("Анна")
    desk.say(anna, "Принтер шумит")
    with no_room_for_comments():
        with pytest.raises(OperationalError):
            desk.say(anna, "И мигает")
        assert list(InboxUpdate.objects.values_list("status", flat=True).order_by("id")) == ["handled", "new"]
    desk.pump()
    assert list(Comment.objects.values_list("text", flat=True)) == ["И мигает"]


@pytest.fixture
def full_storage(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_args: object) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(default_storage, "save", full)


@pytest.mark.usefixtures("full_storage")
def test_files_that_find_no_room_take_their_comment_with_them(client: Client, technician: User, ticket: Ticket) -> None:
    site, path = caller(technician), f"{TICKETS}{ticket.pk}/attachments/"
    client.force_login(technician)
    with nothing_changes():
        answer = site.post(path, {"files": [SimpleUploadedFile("act.txt", b"text")]}, format="multipart")
        assert problem(answer) == (507, "storage_full", set())
        page = client.post(
            f"/admin/tickets/ticket/{ticket.pk}/comment/",
            {"text": "Акт", "visibility": "public", "attachments": SimpleUploadedFile("act.txt", b"text")},
            follow=True,
        )
    assert [str(message) for message in page.context["messages"]] == [
        "Для файлов сейчас нет места. Ничего не отправлено; попробуйте позже или без файлов."
    ]
    assert site.get(f"{TICKETS}{ticket.pk}/").status_code == 200
