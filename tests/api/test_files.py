"""What the headers of a file say: type by content, name, and what the browser may do. Who gets it: tests/files."""

from io import BytesIO
from urllib.parse import quote

import pytest
from django.http import HttpResponseBase
from django.test import Client
from PIL import Image

from accounts.models import User
from accounts.roles import Role
from files.actions import TelegramFile, attach, store_content
from files.enums import FileKind
from files.models import StoredFile
from tests.support.company import Company
from tickets.models import Ticket


def picture(kind: str) -> bytes:
    stream = BytesIO()
    Image.new("RGB", (2, 2), "red").save(stream, kind)
    return stream.getvalue()


PNG = picture("PNG")


def stored(owner: Ticket, content: bytes = PNG, name: str = "", kind: FileKind = FileKind.PHOTO) -> StoredFile:
    (row,) = attach(owner, [TelegramFile(kind, "a file id", name=name)])
    store_content(row.pk, content)
    return StoredFile.objects.get(pk=row.pk)


def encoded(name: str) -> str:
    """How RFC 6266 writes a name that is not ASCII."""
    return f"attachment; filename*=utf-8''{quote(name)}"


def asked(user: User, row: StoredFile) -> HttpResponseBase:
    client = Client()
    client.force_login(user)
    return client.get(f"/files/{row.uid}/")


@pytest.fixture
def technician(company: Company) -> User:
    return company.person(Role.TECHNICIAN)


@pytest.mark.parametrize("name", ["photo.png", "invoice.pdf"])
def test_the_browser_is_told_to_do_nothing_with_it(name: str, technician: User, ticket: Ticket) -> None:
    response = asked(technician, stored(ticket, name=name))
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert response["Cache-Control"] == "no-store"
    assert response["X-Frame-Options"] == "DENY"
    assert "Cookie" in response["Vary"]


@pytest.mark.parametrize(
    ("content", "type_found"),
    [
        (picture("JPEG"), "image/jpeg"),
        (PNG, "image/png"),
        (picture("WEBP"), "image/webp"),
        (picture("GIF"), "image/gif"),
        (b"%PDF-1.7", "application/pdf"),
        (picture("TIFF"), "application/octet-stream"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "application/octet-stream"),
        (b"<html><script>alert(1)</script></html>", "application/octet-stream"),
        (b"GIF89a/*<script>*/=1;alert(1)", "image/gif"),
        (b"\x89PNG\r\n\x1a\n<script>", "image/png"),
    ],
    ids=lambda value: "" if isinstance(value, bytes) else str(value),
)
def test_the_type_is_that_of_the_content_and_no_original_is_shown(
    content: bytes, type_found: str, technician: User, ticket: Ticket
) -> None:
    row = stored(ticket, content, name="photo.jpg")
    response = asked(technician, row)
    assert row.content_type == type_found
    assert response["Content-Type"] == "application/octet-stream"
    assert response["Content-Disposition"] == 'attachment; filename="photo.jpg"'


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
    response = asked(technician, stored(ticket, b"%PDF", name))
    assert (response.status_code, response["Content-Disposition"]) == (200, disposition)


@pytest.mark.parametrize("name", ["", " "])
def test_a_file_without_a_name_gets_one(name: str, technician: User, ticket: Ticket) -> None:
    row = stored(ticket, b"%PDF", name, FileKind.DOCUMENT)  # too short to be one
    assert asked(technician, row)["Content-Disposition"] == f'attachment; filename="document-{row.uid.hex[:8]}"'


def test_the_name_in_the_storage_tells_nothing(ticket: Ticket) -> None:
    row = stored(ticket, name="../../secret.png")
    assert "secret" not in row.stored_as
    assert row.stored_as != stored(ticket, name="../../secret.png").stored_as
