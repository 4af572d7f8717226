"""Attachments, contacts, people, categories, oneself, the history of a ticket."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework.test import APIClient

from accounts.actions import set_contact
from accounts.models import Contact, User
from accounts.roles import Role
from audit.models import Entry
from files.actions import SIZE_LIMIT
from files.models import FileAccess
from tests.api.callers import TICKETS, caller, problem
from tests.simulator.pictures import jpeg
from tests.support.company import Company, as_actor
from tests.support.unchanged import nothing_changes
from tickets.actions import add_comment, move_ticket
from tickets.enums import Visibility
from tickets.models import Comment, Ticket

PDF = b"%PDF-1.4 a small document"


def send(client: APIClient, ticket: Ticket, *files: tuple[str, bytes], **words: Any) -> Any:
    data = {"files": [SimpleUploadedFile(name, content) for name, content in files], **words}
    return client.post(f"{TICKETS}{ticket.pk}/attachments/", data, format="multipart")


# ---- attachments ----


def test_what_is_wrong_with_one_of_several_files_is_said_in_sentences(site: APIClient, ticket: Ticket) -> None:
    with nothing_changes():
        answer = send(site, ticket, ("a.pdf", PDF), ("b.pdf", b""))
    assert (answer.status_code, answer.json()["fields"]) == (400, {"files": ["The submitted file is empty."]})


def test_files_go_up_and_come_down(site: APIClient, integrator: User, ticket: Ticket) -> None:
    answer = send(site, ticket, ("Акт.pdf", PDF), ("a.jpg", jpeg()), text="Акт и фото")
    assert answer.status_code == 201
    first, second = answer.json()["attachments"]
    assert {name: first[name] for name in ("kind", "name", "content_type", "size", "status", "error")} == {
        "kind": "document", "name": "Акт.pdf", "content_type": "application/pdf", "size": len(PDF),
        "status": "stored", "error": "",
    }  # fmt: skip
    assert (second["kind"], answer.json()["text"]) == ("photo", "Акт и фото")
    listed = site.get(f"{TICKETS}{ticket.pk}/attachments/").json()["results"]
    assert [row["uid"] for row in listed] == [first["uid"], second["uid"]]
    assert site.get(f"{TICKETS}{ticket.pk}/comments/").json()["results"][0]["attachments"] == [first, second]
    content = site.get(first["url"])
    assert b"".join(content.streaming_content) == PDF
    assert content["X-Content-Type-Options"] == "nosniff"
    assert (FileAccess.objects.get().user, FileAccess.objects.get().via) == (integrator, "api")


@pytest.mark.parametrize(
    ("files", "words", "status"),
    [
        ([], {}, 400),
        ([("a.pdf", b"")], {}, 400),
        ([("a.pdf", bytes(SIZE_LIMIT + 1))], {}, 400),
        ([("a.pdf", PDF)] * 11, {}, 400),
        ([("a.pdf", PDF)], {"visibility": "secret"}, 400),
        ([("a.pdf", PDF)], {"author": 1}, 400),
    ],
    ids=["none", "empty", "too big", "too many", "no such visibility", "an unknown field"],
)
def test_what_is_no_upload_is_refused(
    site: APIClient, ticket: Ticket, files: list[tuple[str, bytes]], words: dict[str, Any], status: int
) -> None:
    with nothing_changes():
        assert problem(send(site, ticket, *files, **words))[0] == status


def test_a_client_sees_no_files_of_notes(
    company: Company, site: APIClient, client_person: User, ticket: Ticket
) -> None:
    url = send(site, ticket, ("a.pdf", PDF), visibility=Visibility.INTERNAL).json()["attachments"][0]["url"]
    client = caller(client_person)
    assert client.get(f"{TICKETS}{ticket.pk}/attachments/").json()["results"] == []
    assert problem(client.get(url)) == (404, "not_found", set())
    assert problem(caller(company.person(Role.TECHNICIAN, tenant=company.other)).get(url))[0] == 404


# ---- people and how to reach them ----


@pytest.fixture
def olga(company: Company) -> User:
    person = company.person(Role.CLIENT, name="Ольга Белова")
    set_contact(
        actor=as_actor(company.person(Role.OPERATOR)), user_id=person.pk, phone="+79161234567", company="Медлайн"
    )
    return person


@pytest.mark.parametrize(("role", "phone"), [(Role.INTEGRATOR, "•••45-67"), (Role.OPERATOR, "+79161234567")])
def test_a_number_is_whole_for_those_who_may_see_it(company: Company, olga: User, role: Role, phone: str) -> None:
    client = caller(company.person(role))
    card = {"id": olga.pk, "name": "Ольга Белова", "company": "Медлайн", "phone": "•••45-67", "telegram": False}
    for asked in ("медлайн", "8 916 123-45-67", "ольга"):
        assert client.get("/api/contacts/", {"search": asked}).json() == {"results": [card]}
    assert client.get(f"/api/contacts/{olga.pk}/").json() == {**card, "phone": phone}
    looked = Entry.objects.filter(action="accounts.reveal_phone").count()
    assert looked == (1 if role == Role.OPERATOR else 0)


def test_details_are_changed(site: APIClient, olga: User) -> None:
    answer = site.patch(f"/api/contacts/{olga.pk}/", {"phone": "8 916 765-43-21"})
    assert (answer.status_code, answer.json()["phone"]) == (200, "•••43-21")
    assert (Contact.objects.get(user=olga).phone, Contact.objects.get(user=olga).company) == ("+79167654321", "Медлайн")
    with nothing_changes():
        assert problem(site.patch(f"/api/contacts/{olga.pk}/", {"phone": "12"})) == (400, "bad_phone", {"phone"})
        assert problem(site.patch(f"/api/contacts/{olga.pk}/", {"name": "x"}))[2] == {"name"}


def test_people_are_those_of_the_branch(site: APIClient, company: Company, olga: User) -> None:
    company.person(Role.CLIENT, tenant=company.other)
    listed = site.get("/api/users/?role=client").json()["results"]
    assert listed == [
        {"id": olga.pk, "name": "Ольга Белова", "roles": ["client"], "tenant": str(company.tenant.uid),
         "language": "ru", "is_active": True}
    ]  # fmt: skip
    assert site.get(f"/api/users/{olga.pk}/").json() == listed[0]


def test_one_sees_and_changes_oneself(site: APIClient, integrator: User) -> None:
    shown = site.get("/api/profile/").json()
    assert (shown["id"], shown["roles"], shown["username"]) == (integrator.pk, ["integrator"], integrator.username)
    assert "tickets.work" in shown["permissions"]
    assert site.patch("/api/profile/", {"language": "en"}).json()["language"] == "en"
    with nothing_changes():
        assert problem(site.patch("/api/profile/", {"language": "de"})) == (400, "invalid", {"language"})
        assert problem(site.patch("/api/profile/", {"roles": ["superuser"]})) == (400, "invalid", {"roles"})


# ---- categories, history ----


def test_categories_are_named_in_the_language_asked_for(integrator: User) -> None:
    first = caller(integrator, "ru").get("/api/categories/").json()["results"][0]
    assert first == {"value": "printer", "label": "Принтер"}
    assert caller(integrator, "en").get("/api/categories/").json()["results"][0]["label"] == "Printer"


def test_the_history_of_a_ticket(site: APIClient, company: Company, client_person: User, ticket: Ticket) -> None:
    technician = company.person(Role.TECHNICIAN, name="Pavel")
    move_ticket(actor=as_actor(technician), ticket_id=ticket.pk, move="take")
    add_comment(actor=as_actor(technician), ticket_id=ticket.pk, text="Secret words")
    rows = site.get(f"{TICKETS}{ticket.pk}/audit/").json()["results"]
    assert [(row["action"], row["user"]["name"], row["via"]) for row in rows] == [
        ("tickets.create", "Anna", "bot"),
        ("tickets.take", "Pavel", "console"),
        ("tickets.comment", "Pavel", "console"),
    ]
    assert rows[1]["details"] == {"from": "new", "to": "in_progress"}
    assert rows[2]["details"] == {"comment": Comment.objects.get().pk, "visibility": "public", "files": 0}
