"""The one door to the content of files."""

import uuid
from io import BytesIO
from urllib.parse import quote

import pytest
from django.http import HttpResponseBase
from django.test import Client
from PIL import Image

from accounts.models import User
from accounts.roles import Role
from files.actions import TelegramFile, attach, note_failure, store_content
from files.enums import FileKind
from files.models import StoredFile
from tests.support.company import Company, as_actor
from tests.support.unchanged import nothing_changes
from tickets.actions import add_comment
from tickets.enums import Visibility
from tickets.models import Comment, Ticket


def picture(kind: str) -> bytes:
    stream = BytesIO()
    Image.new("RGB", (2, 2), "red").save(stream, kind)
    return stream.getvalue()


PNG = picture("PNG")


def stored(
    owner: Ticket | Comment, content: bytes = PNG, name: str = "", kind: FileKind = FileKind.PHOTO
) -> StoredFile:
    (row,) = attach(owner, [TelegramFile(kind, "a file id", name=name)])
    store_content(row.pk, content)
    return StoredFile.objects.get(pk=row.pk)


def encoded(name: str) -> str:
    """How RFC 6266 writes a name that is not ASCII."""
    return f"attachment; filename*=utf-8''{quote(name)}"


def asked(user: User | None, uid: object) -> HttpResponseBase:
    client = Client()
    if user is not None:
        client.force_login(user)
    return client.get(f"/files/{uid}/")


@pytest.fixture
def technician(company: Company) -> User:
    return company.person(Role.TECHNICIAN)


def test_a_picture_is_shown(technician: User, ticket: Ticket) -> None:
    response = asked(technician, stored(ticket).uid)
    assert (response.status_code, b"".join(response.streaming_content)) == (200, PNG)  # type: ignore[attr-defined]
    assert response["Content-Type"] == "image/png"
    assert response["Content-Disposition"].startswith("inline")
    assert int(response["Content-Length"]) == len(PNG)


@pytest.mark.parametrize("name", ["photo.png", "invoice.pdf"])
def test_the_browser_is_told_to_do_nothing_with_it(name: str, technician: User, ticket: Ticket) -> None:
    response = asked(technician, stored(ticket, name=name).uid)
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert response["Cache-Control"] == "private, max-age=300"
    assert response["X-Frame-Options"] == "DENY"
    assert "Cookie" in response["Vary"]


@pytest.mark.parametrize(
    ("content", "type_shown"),
    [
        (picture("JPEG"), "image/jpeg"),
        (PNG, "image/png"),
        (picture("WEBP"), "image/webp"),
        (picture("GIF"), None),
        (picture("TIFF"), None),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", None),
        (b"<html><script>alert(1)</script></html>", None),
        (b"%PDF-1.7", None),
        (b"GIF89a/*<script>*/=1;alert(1)", None),
        (b"\x89PNG\r\n\x1a\n<script>", None),
        (b"", None),
    ],
    ids=lambda value: "" if isinstance(value, bytes) else str(value),
)
def test_only_what_is_a_picture_is_shown_whatever_its_name(
    content: bytes, type_shown: str | None, technician: User, ticket: Ticket
) -> None:
    response = asked(technician, stored(ticket, content, name="photo.jpg").uid)
    assert response["Content-Type"] == (type_shown or "application/octet-stream")
    assert response["Content-Disposition"].startswith("inline" if type_shown else "attachment")


@pytest.mark.parametrize(
    ("name", "disposition"),
    [
        ("invoice.pdf", 'attachment; filename="invoice.pdf"'),
        ("Счёт № 5.pdf", encoded("Счёт № 5.pdf")),
        ('a"b.pdf', r'attachment; filename="a\"b.pdf"'),
        ("a\r\nSet-Cookie: x=1.pdf", 'attachment; filename="a__Set-Cookie: x=1.pdf"'),
        ("Счёт\r\n.pdf", encoded("Счёт__.pdf")),
        ("../../etc/passwd", 'attachment; filename=".._.._etc_passwd"'),
        ("C:\\x", 'attachment; filename="C:_x"'),
        ("folder/", 'attachment; filename="folder_"'),
        ("\u202egpj.exe", 'attachment; filename="_gpj.exe"'),
        ("a\x00b", encoded("a\u2400b")),
        ("я" * 300, encoded("я" * 255)),
        (".htaccess", 'attachment; filename=".htaccess"'),
    ],
)
def test_a_file_is_saved_under_the_name_it_came_with(
    name: str, disposition: str, technician: User, ticket: Ticket
) -> None:
    response = asked(technician, stored(ticket, b"%PDF", name).uid)
    assert (response.status_code, response["Content-Disposition"]) == (200, disposition)


@pytest.mark.parametrize("name", ["", " "])
def test_a_file_without_a_name_gets_one(name: str, technician: User, ticket: Ticket) -> None:
    row = stored(ticket, b"%PDF", name, FileKind.DOCUMENT)
    assert asked(technician, row.uid)["Content-Disposition"] == f'attachment; filename="document-{row.uid.hex[:8]}"'


def test_the_name_in_the_storage_tells_nothing(ticket: Ticket) -> None:
    row = stored(ticket, name="../../secret.png")
    assert "secret" not in row.stored_as
    assert row.stored_as != stored(ticket, name="../../secret.png").stored_as


def test_a_file_that_has_not_come_is_not_there(technician: User, ticket: Ticket) -> None:
    pending, failed = attach(ticket, [TelegramFile(FileKind.PHOTO, "a"), TelegramFile(FileKind.PHOTO, "b")])
    note_failure(failed.pk, "refused", final=True)
    for uid in (pending.uid, failed.uid, uuid.uuid4()):
        assert asked(technician, uid).status_code == 404


def test_who_sees_the_ticket_sees_its_files(
    company: Company, technician: User, client_person: User, ticket: Ticket
) -> None:
    uid = stored(ticket).uid
    elsewhere = company.person(Role.TECHNICIAN, tenant=company.other)
    assert [asked(user, uid).status_code for user in (technician, client_person, company.person(Role.SUPERUSER))] == [
        200
    ] * 3
    others = (None, elsewhere, company.person(Role.CLIENT), company.person(Role.ENGINEER))
    assert [asked(user, uid).status_code for user in others] == [404] * 4


@pytest.mark.parametrize(("visibility", "status"), [(Visibility.PUBLIC, 200), (Visibility.INTERNAL, 404)])
def test_the_files_of_notes_stay_in_the_house(
    visibility: str, status: int, technician: User, client_person: User, ticket: Ticket
) -> None:
    comment = add_comment(actor=as_actor(technician), ticket_id=ticket.pk, text="a", visibility=visibility)
    uid = stored(comment).uid
    assert (asked(technician, uid).status_code, asked(client_person, uid).status_code) == (200, status)


def test_a_file_of_something_without_a_rule_is_nobodys(company: Company, ticket: Ticket) -> None:
    row = stored(ticket)
    for owner_type, owner_id in (("accounts.user", ticket.client_id), ("nothing.here", 1), ("tickets.ticket", 10**12)):
        StoredFile.objects.filter(pk=row.pk).update(owner_type=owner_type, owner_id=owner_id)
        assert asked(company.person(Role.SUPERUSER), row.uid).status_code == 404


def test_looking_changes_nothing(technician: User, ticket: Ticket) -> None:
    row = stored(ticket)
    client = Client()
    client.force_login(technician)
    with nothing_changes():
        assert client.get(f"/files/{row.uid}/").status_code == 200
        assert client.head(f"/files/{row.uid}/").status_code == 200
        assert client.post(f"/files/{row.uid}/").status_code == 405
