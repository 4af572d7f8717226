"""What every answer has in common: JSON in and out, one form of error, the language asked for."""

import gzip
import json
import zlib

import pytest
from rest_framework.test import APIClient

from accounts.models import User
from accounts.roles import Role
from core.api.input import BODY_LIMIT
from tests.api.callers import TICKETS, caller, problem
from tests.support.company import Company
from tests.support.unchanged import nothing_changes
from tickets.models import Ticket

JSON = "application/json"
BODY = json.dumps({"client_name": "Anna", "description": "It squeaks"})

UNREADABLE: dict[str, tuple[str, bytes, int]] = {
    "plain text": ("text/plain", BODY.encode(), 415),
    "a form": ("application/x-www-form-urlencoded", b"client_name=Anna&description=a", 415),
    "a form with files": ("multipart/form-data; boundary=x", b"--x--", 415),
    "XML": ("application/xml", b"<a/>", 415),
    "no type at all": ("", BODY.encode(), 415),
    "no JSON": (JSON, b"{", 400),
    "nothing": (JSON, b" ", 400),
    "no UTF-8": (JSON, b'"\xff"', 400),
    "UTF-16": (f"{JSON}; charset=utf-16", BODY.encode("utf-16"), 400),
    "a byte order mark": (JSON, b"\xef\xbb\xbf" + BODY.encode(), 400),
    "packed": (JSON, gzip.compress(BODY.encode()), 400),
    "packed by its charset": (f"{JSON}; charset=zlib_codec", zlib.compress(b" " * 50_000_000), 400),
    "a charset that is none": (f"{JSON}; charset=rot13", b"{", 400),
    "NaN": (JSON, b'{"version": NaN}', 400),
    "too long a number": (JSON, b'{"version": ' + b"9" * 5000 + b"}", 400),
    "too deep": (JSON, b"[" * 100_000, 400),
    "too large": (JSON, b'{"description": "' + b"a" * BODY_LIMIT + b'"}', 413),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_can_not_be_read_is_refused(name: str, site: APIClient, ticket: Ticket) -> None:
    content_type, body, status = UNREADABLE[name]
    for path in (TICKETS, f"{TICKETS}{ticket.pk}/take/", "/api/auth/token/"):
        with nothing_changes():
            assert problem(site.generic("POST", path, body, content_type))[::2] == (status, set())


@pytest.mark.parametrize("body", ["[]", "null", '"a"', "1", "[{}]", "true"])
def test_a_body_is_an_object(body: str, site: APIClient, ticket: Ticket) -> None:
    for path in (TICKETS, f"{TICKETS}{ticket.pk}/comments/", f"{TICKETS}{ticket.pk}/priority/"):
        with nothing_changes():
            assert problem(site.post(path, body, content_type=JSON))[:2] == (400, "invalid")


def test_a_charset_may_be_named(site: APIClient) -> None:
    assert site.post(TICKETS, BODY, content_type=f"{JSON}; charset=UTF-8").status_code == 201


def test_emoji_come_back_whole(site: APIClient, client_person: User) -> None:
    response = site.post(TICKETS, {"client": client_person.pk, "description": "🖨️ не печатает"})
    assert response.json()["description"] == "🖨️ не печатает"


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_nothing_is_edited_or_deleted(method: str, site: APIClient, ticket: Ticket) -> None:
    for path in (TICKETS, f"{TICKETS}{ticket.pk}/", f"{TICKETS}{ticket.pk}/take/"):
        with nothing_changes():
            assert problem(getattr(site, method)(path, {"status": "closed"})) == (405, "method_not_allowed", set())


def test_only_json_is_given(site: APIClient, ticket: Ticket) -> None:
    response = site.get(TICKETS, headers={"Accept": "text/html"})
    assert (response.status_code, response["Content-Type"]) == (406, "application/json")


@pytest.mark.parametrize(
    ("language", "detail"),
    [
        ("ru", "Не найдено."),
        ("en", "Not found."),
        ("en-GB,en;q=0.9,ru;q=0.5", "Not found."),
        ("de", "Не найдено."),
        ("", "Не найдено."),
        ("\x00;q=x", "Не найдено."),
    ],
)
def test_errors_speak_the_language_asked_for(language: str, detail: str, integrator: User, ticket: Ticket) -> None:
    response = caller(integrator, language).get(f"{TICKETS}{ticket.pk + 1}/")
    assert response.json()["detail"] == detail
    assert "Accept-Language" in response["Vary"]


@pytest.mark.parametrize("language", ["ru", "en"])
def test_every_kind_of_refusal_is_translated(language: str, company: Company, integrator: User, ticket: Ticket) -> None:
    site, own = caller(integrator, language), caller(company.person(Role.CLIENT), language)
    refusals = [
        APIClient(headers={"Accept-Language": language}).get(TICKETS),
        APIClient(headers={"Accept-Language": language, "Authorization": "Bearer x"}).get(TICKETS),
        site.post(TICKETS, {}),
        site.post(TICKETS, {"description": "a", "client": 1, "client_name": "a"}),
        site.post(TICKETS, {"nonsense": 1}),
        site.post(TICKETS, {"client": 10**12, "description": "a"}),
        site.post(TICKETS, "{", content_type=JSON),
        site.post(TICKETS, " " * (BODY_LIMIT + 1), content_type=JSON),
        site.post(TICKETS, "a", content_type="text/plain"),
        site.get(f"{TICKETS}?status=x"),
        site.get(f"{TICKETS}?status=new&status=new"),
        site.get(f"{TICKETS}?page=9"),
        site.get(f"{TICKETS}{ticket.pk + 1}/"),
        site.put(TICKETS),
        site.post(f"{TICKETS}{ticket.pk}/resolve/"),
        site.post(f"{TICKETS}{ticket.pk}/assign/", {"assignee": 10**12}),
        site.post(f"{TICKETS}{ticket.pk}/take/", {"version": 9}),
        own.post(TICKETS, {"client": ticket.client_id, "description": "a"}),
    ]
    for response in refusals:
        problem(response)
        body = response.json()
        for text in (body["detail"], *(text for texts in body["fields"].values() for text in texts)):
            assert any("а" <= char <= "я" for char in text.lower()) == (language == "ru"), text
