"""The one door to the content of files: who gets it, and as what."""

import shutil
from email.message import Message
from uuid import uuid4

import pytest
from django.core.files.storage import default_storage
from django.test import Client

from accounts.models import User
from accounts.roles import Role
from core.actor import Actor
from files.actions import TelegramFile, attach, store_content, store_views
from files.enums import FileKind
from files.models import StoredFile
from files.owners import may_view
from files.pictures import Page, Rendered
from tests.simulator.pictures import jpeg
from tests.support.company import Company, as_actor
from tickets.actions import add_comment
from tickets.models import Ticket

HTML = b"<html><script>alert(1)</script></html>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'


def kept(owner: object, content: bytes, name: str = "x.jpg") -> StoredFile:
    (row,) = attach(owner, [TelegramFile(FileKind.DOCUMENT, "id", name)])  # type: ignore[arg-type]
    store_content(row.pk, content)
    row.refresh_from_db()
    return row


@pytest.fixture
def ticket(company: Company) -> Ticket:
    return company.ticket()


@pytest.fixture
def signed_in(company: Company, client: Client) -> Client:
    """A technician of the ticket's branch."""
    client.force_login(company.person(Role.TECHNICIAN))
    return client


def address(row: StoredFile) -> str:
    return f"/files/{row.uid}/"


PAGES = Rendered((Page(b"view 1", b"small 1"), Page(b"view 2", b"small 2")), total=2)


def shown(owner: object) -> StoredFile:
    """A picture of two pages, as the renderer would have made them."""
    row = kept(owner, jpeg())
    store_views(row.pk, PAGES)
    row.refresh_from_db()
    return row


def body(response: object) -> bytes:
    return b"".join(response.streaming_content)  # type: ignore[attr-defined, no-any-return]


@pytest.mark.parametrize(
    ("path", "content", "caching"),
    [
        ("view/", b"view 1", "no-store"),
        ("view/1/", b"view 1", "no-store"),
        ("view/2/", b"view 2", "no-store"),
        ("thumbnail/", b"small 1", "private, max-age=300"),
        ("thumbnail/2/", b"small 2", "private, max-age=300"),
    ],
)
def test_pictures_of_our_own_making_are_shown(
    ticket: Ticket, signed_in: Client, path: str, content: bytes, caching: str
) -> None:
    response = signed_in.get(address(shown(ticket)) + path)
    assert (response.status_code, body(response)) == (200, content)
    assert response["Content-Type"] == "image/jpeg"
    assert response["Content-Disposition"] == "inline"
    assert response["Content-Length"] == str(len(content))
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert response["Cache-Control"] == caching


@pytest.mark.parametrize("path", ["view/0/", "view/3/", "thumbnail/3/", "view/99999999999999999999/", "other/"])
def test_pages_that_are_not_there(ticket: Ticket, signed_in: Client, path: str) -> None:
    assert signed_in.get(address(shown(ticket)) + path).status_code == 404


def test_a_file_without_pictures_has_no_view(ticket: Ticket, signed_in: Client) -> None:
    row = kept(ticket, HTML)
    assert [signed_in.get(address(row) + path).status_code for path in ("", "view/", "thumbnail/")] == [200, 404, 404]


@pytest.mark.parametrize(
    "content", [HTML, SVG, b"%PDF-1.4", b"GIF89a;alert(1)", b"PK\x03\x04", jpeg(), jpeg() + HTML, jpeg()[:10] + HTML]
)
def test_an_original_is_a_download_of_no_type(ticket: Ticket, signed_in: Client, content: bytes) -> None:
    """Whatever it is, and whatever its name says: what strangers made is never shown by the browser."""
    response = signed_in.get(address(kept(ticket, content)))
    assert body(response) == content
    assert response["Content-Length"] == str(len(content))
    assert response["Content-Type"] == "application/octet-stream"
    assert response["Content-Disposition"] == 'attachment; filename="x.jpg"'
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert response["Cache-Control"] == "no-store"


@pytest.mark.parametrize("variant", ["", "view/", "thumbnail/"])
def test_contents_that_were_swapped_in_the_storage_are_not_given(
    ticket: Ticket, signed_in: Client, variant: str
) -> None:
    """Each is bound to its file and its form: neither another file's nor another form's is taken for it."""
    row, other = shown(ticket), shown(ticket)
    swapped = {"": other.stored_as, "view/": f"{other.views_as}-view-1", "thumbnail/": f"{row.views_as}-view-1"}
    own = {"": row.stored_as, "view/": f"{row.views_as}-view-1", "thumbnail/": f"{row.views_as}-thumbnail-1"}
    shutil.copy(default_storage.path(swapped[variant]), default_storage.path(own[variant]))
    answer = signed_in.get(address(row) + variant)
    assert answer.status_code == 503
    if variant == "thumbnail/":
        assert (answer["Content-Type"], answer["Cache-Control"]) == ("image/svg+xml", "no-store")
    else:
        assert "«Файл»: не удаётся расшифровать" in answer.content.decode()


NAMES = {
    "счёт.pdf": "счёт.pdf",
    "../../etc/passwd": ".._.._etc_passwd",
    'a"b\\c.txt': 'a"b_c.txt',
    "x\r\nSet-Cookie: a=b": "x__Set-Cookie: a=b",
    "\u202egpj.exe": "_gpj.exe",
    "x.jpg.exe": "x.jpg.exe",
    "con": "con",
    ".htaccess": ".htaccess",
}


@pytest.mark.parametrize(("name", "offered"), NAMES.items())
def test_a_name_can_not_break_out_of_the_header(ticket: Ticket, signed_in: Client, name: str, offered: str) -> None:
    response = signed_in.get(address(kept(ticket, HTML, name)))
    assert response.status_code == 200
    assert "Set-Cookie" not in response.headers
    parsed = Message()
    parsed["Content-Disposition"] = response["Content-Disposition"]
    assert parsed.get_filename() == offered


def test_a_file_without_a_name_gets_one(ticket: Ticket, signed_in: Client) -> None:
    """With the ending of what it is, where that is known."""
    for content, ending in ((HTML, ""), (jpeg(), ".jpg"), (b"%PDF-1.4", ".pdf")):
        row = kept(ticket, content, "")
        response = signed_in.get(address(row))
        assert response["Content-Disposition"] == f'attachment; filename="document-{row.uid.hex[:8]}{ending}"'


def test_only_reading_is_possible(ticket: Ticket, signed_in: Client) -> None:
    row = kept(ticket, HTML)
    assert signed_in.head(address(row)).status_code == 200
    for method in (signed_in.post, signed_in.put, signed_in.delete):
        assert method(address(row)).status_code == 405
    assert StoredFile.objects.filter(pk=row.pk).exists()


@pytest.mark.parametrize("status", ["pending", "failed"])
def test_a_file_that_has_not_come_is_not_there(ticket: Ticket, signed_in: Client, status: str) -> None:
    row = kept(ticket, HTML)
    StoredFile.objects.update(status=status)
    assert signed_in.get(address(row)).status_code == 404


def test_who_gets_a_file(company: Company, ticket: Ticket, client: Client) -> None:
    """Exactly those who may see the ticket; for all others it looks like a missing one."""
    row = shown(ticket)
    of_comment = shown(add_comment(actor=as_actor(ticket.client), ticket_id=ticket.pk, text="x"))
    addresses = [address(file) + path for file in (row, of_comment) for path in ("", "view/", "thumbnail/2/")]
    people: dict[str, tuple[User | None, int]] = {
        "technician": (company.person(Role.TECHNICIAN), 200),
        "operator": (company.person(Role.OPERATOR), 200),
        "curator": (company.person(Role.CURATOR), 200),
        "superuser": (company.person(Role.SUPERUSER), 200),
        "the client": (ticket.client, 200),
        "another client": (company.person(Role.CLIENT), 404),
        "technician elsewhere": (company.person(Role.TECHNICIAN, tenant=company.other), 404),
        "engineer": (company.person(Role.ENGINEER), 404),
        "nobody": (None, 404),
    }
    found = {}
    for name, (person, _) in people.items():
        client.logout()
        if person:
            client.force_login(person)
        found[name] = [client.get(path).status_code for path in addresses]
    assert found == {name: [status] * 6 for name, (_, status) in people.items()}


def test_a_missing_and_a_forbidden_file_look_alike(company: Company, ticket: Ticket, client: Client) -> None:
    client.force_login(company.person(Role.CLIENT))
    forbidden, missing = client.get(address(kept(ticket, HTML))), client.get(f"/files/{uuid4()}/")
    assert (forbidden.status_code, forbidden.content) == (missing.status_code, missing.content)


def test_a_client_gets_no_file_of_an_internal_note(company: Company, ticket: Ticket, client: Client) -> None:
    technician = company.person(Role.TECHNICIAN)
    note = add_comment(actor=as_actor(technician), ticket_id=ticket.pk, text="x", visibility="internal")
    row = kept(note, HTML)
    client.force_login(ticket.client)
    assert client.get(address(row)).status_code == 404
    client.force_login(technician)
    assert client.get(address(row)).status_code == 200


def test_a_file_whose_owner_has_no_rule_is_seen_by_nobody(company: Company) -> None:
    everything = Actor.system("test", as_actor(company.person(Role.SUPERUSER)).permissions)
    assert not may_view(everything, "accounts.tenant", company.tenant.pk)
    assert not may_view(everything, "no.such", 1)
    assert not may_view(everything, "tickets.ticket", 10**9)
