"""Creating, moving, commenting, assigning."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import Contact, User
from accounts.roles import Role
from audit.models import Entry
from tests.api.callers import TICKETS, caller, problem
from tests.support.company import Company, as_actor
from tests.support.unchanged import nothing_changes
from tickets.actions import add_comment, delete_comment, move_ticket
from tickets.models import Comment, Ticket

SOON = (timezone.now() + timedelta(days=1)).isoformat()


@pytest.fixture
def technician(company: Company) -> User:
    return company.person(Role.TECHNICIAN, name="Pavel")


def test_a_ticket_is_created_for_a_client(site: APIClient, client_person: User, integrator: User) -> None:
    body = {"client": client_person.pk, "description": "It squeaks\nloudly", "subject": "HP M428", "priority": "high"}
    response = site.post(TICKETS, body)
    assert response.status_code == 201
    ticket = Ticket.objects.get()
    assert response.json() == site.get(f"{TICKETS}{ticket.pk}/").json()
    assert (ticket.subject, ticket.description, ticket.priority) == ("HP M428", "It squeaks\nloudly", "high")
    assert (ticket.client, ticket.source, ticket.status) == (client_person, "api", "new")
    entry = Entry.objects.latest("pk")
    assert (entry.action, entry.user, entry.via) == ("tickets.create", integrator, "api")


def test_a_ticket_is_created_for_somebody_new(site: APIClient, company: Company) -> None:
    response = site.post(TICKETS, {"client_name": "Anna, Aurora Ltd", "description": "It squeaks"})
    assert response.status_code == 201
    client = User.objects.get(pk=response.json()["client"]["id"])
    assert (client.full_name, client.tenant, client.roles) == ("Anna, Aurora Ltd", company.tenant, {Role.CLIENT})


def test_a_new_client_may_come_with_a_phone(site: APIClient) -> None:
    body = {"client_name": "Anna", "client_phone": "8 (999) 123-45-67", "description": "It squeaks"}
    response = site.post(TICKETS, body)
    assert (response.status_code, "phone" in response.content.decode()) == (201, False)
    contact = Contact.objects.get()
    assert (contact.user_id, contact.phone) == (response.json()["client"]["id"], "+79991234567")


@pytest.mark.parametrize("phone", ["8999", "+1 234", "1" * 25, "call me"])
def test_a_phone_that_nobody_can_call_is_refused_by_name(site: APIClient, phone: str) -> None:
    with nothing_changes():
        response = site.post(TICKETS, {**GOOD, "client_phone": phone})
    assert problem(response) == (400, "bad_phone", {"client_phone"})


def test_category_and_device_come_along(site: APIClient, client_person: User) -> None:
    body = {"client": client_person.pk, "description": "It squeaks", "category": "mfp", "device": "Ricoh 2014"}
    ticket = Ticket.objects.get(pk=site.post(TICKETS, body).json()["id"])
    assert (ticket.category, ticket.device) == ("mfp", "Ricoh 2014")


def test_a_client_creates_his_own(client_person: User) -> None:
    response = caller(client_person).post(TICKETS, {"client": client_person.pk, "description": "It squeaks"})
    assert (response.status_code, response.json()["allowed_moves"]) == (201, ["cancel"])


GOOD = {"client_name": "Anna", "description": "It squeaks"}
BAD_BODIES: list[tuple[dict[str, Any], set[str]]] = [
    ({"description": "It squeaks"}, {"client"}),
    ({**GOOD, "client": 1}, {"client"}),
    ({"client": "x", "description": "a"}, {"client"}),
    ({"client": None, "description": "a"}, {"client"}),
    ({"client": True, "description": "a"}, {"client"}),
    ({"client": [1], "description": "a"}, {"client"}),
    ({"client": 10**12, "description": "a"}, {"client"}),
    ({"client": 10**30, "description": "a"}, {"client"}),
    ({"client": -1, "description": "a"}, {"client"}),
    ({"client": "9" * 2000, "description": "a"}, {"client"}),
    ({"client_name": "Anna"}, {"description"}),
    ({**GOOD, "description": ""}, {"description"}),
    ({**GOOD, "description": " \n"}, {"description"}),
    ({**GOOD, "description": None}, {"description"}),
    ({**GOOD, "description": ["a"]}, {"description"}),
    ({**GOOD, "description": {"a": 1}}, {"description"}),
    ({**GOOD, "description": "я" * 4097}, {"description"}),
    ({**GOOD, "description": "a\x00b"}, {"description"}),
    ({**GOOD, "description": "a\ud800b"}, {"description"}),
    ({**GOOD, "client_name": "я" * 201}, {"client_name"}),
    ({**GOOD, "client_name": ""}, {"client_name"}),
    ({**GOOD, "client_name": "\ud800"}, {"client_name"}),
    ({**GOOD, "client_phone": "1" * 41}, {"client_phone"}),
    ({**GOOD, "client_phone": None}, {"client_phone"}),
    ({"client": 1, "client_phone": "89991234567", "description": "a"}, {"client_phone"}),
    ({**GOOD, "subject": "я" * 121}, {"subject"}),
    ({**GOOD, "subject": "\x00"}, {"subject"}),
    ({**GOOD, "priority": "asap"}, {"priority"}),
    ({**GOOD, "priority": "\ud800"}, {"priority"}),
    ({**GOOD, "priority": ["high"]}, {"priority"}),
    ({**GOOD, "priority": None}, {"priority"}),
    ({**GOOD, "category": "toaster"}, {"category"}),
    ({**GOOD, "device": "я" * 121}, {"device"}),
    ({**GOOD, "status": "closed"}, {"status"}),
    ({**GOOD, "id": 1, "number": 1, "version": 5}, {"id", "number", "version"}),
    ({**GOOD, "assignee": 1, "is_staff": True}, {"assignee", "is_staff"}),
    ({**GOOD, "tenant": 1, "source": "bot", "created_at": SOON}, {"tenant", "source", "created_at"}),
    ({**GOOD, "\ud800": 1}, {"\ufffd"}),
    ({**GOOD, "\x00": 1}, {"\u2400"}),
]


@pytest.mark.parametrize(("body", "fields"), BAD_BODIES)
def test_a_wrong_body_is_refused_by_name(body: dict[str, Any], fields: set[str], site: APIClient) -> None:
    with nothing_changes():
        response = site.post(TICKETS, json.dumps(body), content_type="application/json")
        assert problem(response) == (
            400,
            "invalid" if response.json()["code"] == "invalid" else "unknown_client",
            fields,
        )


def test_only_zero_width_characters_are_no_text(site: APIClient, client_person: User) -> None:
    with nothing_changes():
        response = site.post(TICKETS, {"client": client_person.pk, "description": "\u200b\u200d"})
        assert problem(response)[:2] == (400, "text_missing")


def test_what_looks_dangerous_is_kept_as_it_is(site: APIClient, client_person: User) -> None:
    for text in (
        "<script>alert(1)</script>",
        "' OR 1=1--",
        "{{7*7}}",
        "../../etc/passwd",
        "%s%n",
        "\u202egpj.exe",
        "Ё",
    ):
        response = site.post(TICKETS, {"client": client_person.pk, "description": text})
        assert (response.json()["description"], response.json()["subject"]) == (text, text)


PLACES = {
    "ask": {"text"}, "hold": {"until", "reason"}, "assign": {"assignee"}, "priority": {"priority"},
    "comments": {"text"},
}  # fmt: skip


@pytest.mark.parametrize(
    "address", ["take", "resolve", "release", "cancel", "spam", "undo", "confirm", "reopen", "resume", *PLACES]
)
def test_every_body_is_read_strictly(address: str, site: APIClient, ticket: Ticket) -> None:
    path = f"{TICKETS}{ticket.pk}/{address}/"
    with nothing_changes():
        for name in ("status", "force", "text", "until", "visibility", "assignee", "priority"):
            if name not in PLACES.get(address, set()) and (address, name) != ("comments", "visibility"):
                response = site.post(path, {name: "x"})
                assert problem(response)[:2] == (400, "invalid")
                assert name in response.json()["fields"]
        if address in PLACES:
            assert problem(site.post(path, {})) == (400, "invalid", PLACES[address])


@pytest.mark.parametrize(
    ("before", "move", "body", "after"),
    [
        ("new", "take", {}, "in_progress"),
        ("in_progress", "ask", {"text": "Which model?"}, "waiting_client"),
        ("in_progress", "hold", {"until": SOON, "reason": "No spare part"}, "on_hold"),
        ("on_hold", "resume", {}, "in_progress"),
        ("in_progress", "resolve", {}, "resolved"),
        ("in_progress", "release", {}, "new"),
        ("new", "cancel", {}, "cancelled"),
        ("new", "spam", {}, "spam"),
        ("spam", "undo", {}, "in_progress"),
        ("resolved", "reopen", {}, "in_progress"),
    ],
)
def test_every_move_has_an_address(
    before: str, move: str, body: dict[str, Any], after: str, site: APIClient, ticket: Ticket
) -> None:
    Ticket.objects.filter(pk=ticket.pk).update(
        status=before, previous_status="in_progress", hold_until=timezone.now(), hold_reason="x"
    )
    response = site.post(f"{TICKETS}{ticket.pk}/{move}/", {**body, "version": 1})
    assert (response.status_code, response.json()["status"], response.json()["version"]) == (200, after, 2)
    assert response.json() == site.get(f"{TICKETS}{ticket.pk}/").json()


@pytest.mark.parametrize(("move", "after"), [("confirm", "closed"), ("reopen", "in_progress")])
def test_the_client_answers_a_resolution(move: str, after: str, client_person: User, ticket: Ticket) -> None:
    Ticket.objects.filter(pk=ticket.pk).update(status="resolved")
    response = caller(client_person).post(f"{TICKETS}{ticket.pk}/{move}/")
    assert (response.status_code, response.json()["status"]) == (200, after)


@pytest.mark.parametrize("move", ["answer", "close", "merge", "delete", "TAKE"])
def test_what_is_no_move_has_no_address(move: str, site: APIClient, ticket: Ticket) -> None:
    assert site.post(f"{TICKETS}{ticket.pk}/{move}/").status_code == 404


def test_a_move_that_is_not_possible_now(site: APIClient, ticket: Ticket) -> None:
    with nothing_changes():
        assert problem(site.post(f"{TICKETS}{ticket.pk}/resolve/")) == (409, "move_not_possible", set())


def test_a_move_that_is_not_the_callers(client_person: User, ticket: Ticket) -> None:
    client = caller(client_person)
    with nothing_changes():
        assert problem(client.post(f"{TICKETS}{ticket.pk}/take/")) == (403, "denied", set())


def test_a_ticket_that_is_taken(site: APIClient, technician: User, ticket: Ticket) -> None:
    move_ticket(actor=as_actor(technician), ticket_id=ticket.pk, move="take")
    with nothing_changes():
        response = site.post(f"{TICKETS}{ticket.pk}/take/")
        assert problem(response) == (409, "already_taken", set())
    assert response.json()["detail"] == f"Ticket No. {ticket.number} has already been taken by Pavel."


@pytest.mark.parametrize(
    ("address", "body"), [("resolve", {}), ("assign", {"assignee": None}), ("priority", {"priority": "low"})]
)
def test_a_stale_version_names_who_changed_it(
    address: str, body: dict[str, Any], site: APIClient, technician: User, ticket: Ticket
) -> None:
    move_ticket(actor=as_actor(technician), ticket_id=ticket.pk, move="take")
    for version in (1, 0, -1, 10**30):
        with nothing_changes():
            response = site.post(f"{TICKETS}{ticket.pk}/{address}/", {**body, "version": version})
            assert problem(response) == (409, "changed_meanwhile", set())
        assert "Pavel" in response.json()["detail"]
    assert site.post(f"{TICKETS}{ticket.pk}/{address}/", {**body, "version": 2}).status_code == 200


@pytest.mark.parametrize("version", ["x", None, 1.5, [1], "\x00"])
def test_a_version_is_a_number(version: object, site: APIClient, ticket: Ticket) -> None:
    with nothing_changes():
        assert problem(site.post(f"{TICKETS}{ticket.pk}/take/", {"version": version})) == (400, "invalid", {"version"})


def test_the_same_move_twice_is_one(site: APIClient, ticket: Ticket) -> None:
    first = site.post(f"{TICKETS}{ticket.pk}/take/", {"version": 1})
    with nothing_changes():
        second = site.post(f"{TICKETS}{ticket.pk}/take/", {"version": 1})
    assert (second.status_code, second.json()) == (200, first.json())


@pytest.mark.parametrize(
    ("body", "code", "fields"),
    [
        ({"until": "tomorrow", "reason": "a"}, "invalid", {"until"}),
        ({"until": None, "reason": "a"}, "invalid", {"until"}),
        ({"until": "2026-02-30T10:00:00Z", "reason": "a"}, "invalid", {"until"}),
        ({"until": "NaN", "reason": "a"}, "invalid", {"until"}),
        ({"until": SOON, "reason": ""}, "invalid", {"reason"}),
        ({"until": SOON, "reason": "я" * 201}, "invalid", {"reason"}),
        ({"until": "2020-01-01T10:00:00Z", "reason": "a"}, "hold_incomplete", {"until", "reason"}),
        ({"until": "0001-01-01T00:00:00+14:00", "reason": "a"}, "invalid", {"until"}),
        ({"until": "9998-12-31T23:59:59Z", "reason": "a"}, "hold_too_long", {"until"}),
        ({"until": "9999-12-31T23:59:59-14:00", "reason": "a"}, "invalid", {"until"}),
    ],
)
def test_a_hold_has_a_real_date(
    body: dict[str, Any], code: str, fields: set[str], site: APIClient, ticket: Ticket
) -> None:
    with nothing_changes():
        assert problem(site.post(f"{TICKETS}{ticket.pk}/hold/", body)) == (400, code, fields)
    assert site.get(TICKETS).status_code == 200


def test_times_are_moments(site: APIClient, ticket: Ticket) -> None:
    year = timezone.now().year + 1
    site.post(f"{TICKETS}{ticket.pk}/hold/", {"until": f"{year}-01-05T10:00:00+05:00", "reason": "a"})
    assert Ticket.objects.get().hold_until == datetime(year, 1, 5, 5, tzinfo=UTC)


def test_a_comment_goes_to_the_client(site: APIClient, integrator: User, ticket: Ticket) -> None:
    response = site.post(f"{TICKETS}{ticket.pk}/comments/", {"text": "We are coming"})
    comment = Comment.objects.get()
    assert response.status_code == 201
    assert response.json() == {
        "id": comment.pk,
        "author": {"id": integrator.pk, "name": "Website"},
        "visibility": "public",
        "text": "We are coming",
        "via": "api",
        "created_at": response.json()["created_at"],
        "edited_at": None,
        "deleted_at": None,
        "attachments": [],
    }
    assert response.json() == site.get(f"{TICKETS}{ticket.pk}/comments/").json()["results"][0]


def test_what_was_taken_back_is_marked_for_staff_and_gone_for_the_client(
    site: APIClient, integrator: User, client_person: User, ticket: Ticket
) -> None:
    comment = add_comment(actor=as_actor(integrator), ticket_id=ticket.pk, text="We are coming")
    delete_comment(actor=as_actor(integrator), comment_id=comment.pk)
    address = f"{TICKETS}{ticket.pk}/comments/"
    assert [row["deleted_at"] is not None for row in site.get(address).json()["results"]] == [True]
    assert caller(client_person).get(address).json()["results"] == []


def test_a_note_stays_in_the_house(site: APIClient, client_person: User, ticket: Ticket) -> None:
    response = site.post(f"{TICKETS}{ticket.pk}/comments/", {"text": "Rich client", "visibility": "internal"})
    assert response.status_code == 201
    client = caller(client_person)
    assert "Rich" not in client.get(f"{TICKETS}{ticket.pk}/comments/").content.decode()
    with nothing_changes():
        body = {"text": "a", "visibility": "internal"}
        assert problem(client.post(f"{TICKETS}{ticket.pk}/comments/", body)) == (403, "denied", set())


@pytest.mark.parametrize(
    "body",
    [
        {"text": ""}, {"text": " "}, {"text": None}, {"text": ["a"]}, {"text": "я" * 3801}, {"text": "a\x00"},
        {"text": "\ud800"}, {"text": "a", "visibility": "secret"}, {"text": "a", "visibility": "\ud800"},
        {"text": "a", "author": 1}, {"text": "a", "via": "bot"},
    ],
    ids=lambda body: json.dumps(body)[:40],
)  # fmt: skip
def test_a_wrong_comment_is_refused(body: dict[str, Any], site: APIClient, ticket: Ticket) -> None:
    with nothing_changes():
        response = site.post(f"{TICKETS}{ticket.pk}/comments/", json.dumps(body), content_type="application/json")
        assert problem(response)[:2] == (400, "invalid")


def test_a_ticket_is_handed_over(site: APIClient, technician: User, ticket: Ticket) -> None:
    response = site.post(f"{TICKETS}{ticket.pk}/assign/", {"assignee": technician.pk, "version": 1})
    assert (response.status_code, response.json()["assignee"]) == (200, {"id": technician.pk, "name": "Pavel"})
    response = site.post(f"{TICKETS}{ticket.pk}/assign/", {"assignee": None})
    assert (response.status_code, response.json()["assignee"]) == (200, None)


def test_a_ticket_is_handed_to_colleagues_only(site: APIClient, company: Company, ticket: Ticket) -> None:
    elsewhere = company.person(Role.TECHNICIAN, tenant=company.other)
    for assignee in (elsewhere.pk, ticket.client_id, 10**12, 10**30, 0, -1):
        with nothing_changes():
            response = site.post(f"{TICKETS}{ticket.pk}/assign/", {"assignee": assignee})
            assert problem(response) == (400, "unknown_assignee", {"assignee"})


def test_the_priority_is_set(site: APIClient, ticket: Ticket) -> None:
    response = site.post(f"{TICKETS}{ticket.pk}/priority/", {"priority": "urgent", "version": 1})
    assert (response.status_code, response.json()["priority"], response.json()["version"]) == (200, "urgent", 2)


def test_a_foreign_client_is_unknown(site: APIClient, company: Company) -> None:
    foreign = company.person(Role.CLIENT, tenant=company.other)
    with nothing_changes():
        response = site.post(TICKETS, {"client": foreign.pk, "description": "a"})
        missing = site.post(TICKETS, {"client": 10**12, "description": "a"})
    assert problem(response) == (400, "unknown_client", {"client"})
    assert response.json() == missing.json()
