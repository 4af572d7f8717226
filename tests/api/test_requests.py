"""Requests over REST: an integrator asks, watches, and with a right of its own reads what was accepted."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from rest_framework.test import APIClient

from accounts.models import User
from accounts.roles import REQUESTS_DATA, REQUESTS_OPEN, Role
from clients.actions import accept_answer, submit_document
from clients.enums import AccessKind, Status
from clients.models import Access, Request
from core.actor import Via
from tests.api.callers import caller, problem
from tests.simulator.pictures import jpeg
from tests.support.clients import Care
from tests.support.company import Company
from tests.support.unchanged import nothing_changes

REQUESTS = "/api/requests/"


@pytest.fixture
def care(company: Company) -> Care:
    care = Care(company, telegram=True)
    care.agree()
    return care


def service(company: Company, *permissions: str) -> APIClient:
    """An integrator's account with these permissions; without any named, with what it has by its role."""
    user = company.person(Role.INTEGRATOR)
    if permissions:
        User.objects.filter(pk=user.pk).update(service_permissions=list(permissions))
    return caller(User.objects.get(pk=user.pk))


def accepted(care: Care) -> Request:
    request = care.request("passport")
    photo = SimpleUploadedFile("passport.jpg", jpeg(), "image/jpeg")
    answer = submit_document(actor=care.actor(care.client, Via.BOT), request_id=request.pk, uploads=[photo])
    return accept_answer(actor=care.actor(care.operator), request_id=request.pk, answer_id=answer.pk)


def test_an_integrator_asks_once_and_watches(care: Care, company: Company) -> None:
    client = service(company)
    codes = [template["code"] for template in client.get("/api/request-templates/").json()["results"]]
    assert codes == ["passport", "contract", "requisites", "basic"]
    body = {"client": care.client.pk, "template": "requisites", "external_id": "crm-1", "note": "Для счёта"}
    opened = client.post(REQUESTS, body, headers={"Idempotency-Key": "one"})
    again = client.post(REQUESTS, body, headers={"Idempotency-Key": "one"})
    assert (opened.status_code, again.json(), again["Idempotent-Replayed"]) == (201, opened.json(), "true")
    shown = opened.json()
    assert {name: shown[name] for name in ("status", "type", "template", "title", "note", "external_id")} == {
        "status": "requested", "type": "document", "template": "requisites", "title": "Company details",
        "note": "Для счёта", "external_id": "crm-1",
    }  # fmt: skip
    assert shown["allowed_moves"] == ["cancel"]
    submit_document(
        actor=care.actor(care.client, Via.BOT), request_id=shown["id"], text="ИНН 7700000000"
    )  # fmt: skip
    now = client.get(f"{REQUESTS}{shown['id']}/")
    assert now.json()["status"] == "submitted"
    assert "7700000000" not in now.content.decode()
    assert [row["id"] for row in client.get(REQUESTS, {"external_id": "crm-1"}).json()["results"]] == [shown["id"]]
    with nothing_changes():
        assert problem(client.post(REQUESTS, {**body, "template": "passport"}))[:2] == (409, "external_id_taken")
        assert problem(client.post(f"{REQUESTS}{shown['id']}/accept/", {"answer": now.json()["answer"]}))[:2] == (
            403, "denied",
        )  # fmt: skip
    assert client.post(f"{REQUESTS}{shown['id']}/cancel/", {"version": now.json()["version"]}).json()["status"] == (
        "cancelled"
    )


@pytest.mark.parametrize(
    ("body", "refusal"),
    [
        ({}, (400, "invalid")),
        ({"template": "nothing"}, (400, "unknown_template")),
        ({"template": "passport", "due_on": "2001-01-01"}, (400, "bad_due_date")),
        ({"template": "passport", "due_on": "31.12.2026"}, (400, "invalid")),
        ({"template": "passport", "note": "x" * 501}, (400, "invalid")),
        ({"template": "passport", "status": "accepted"}, (400, "invalid")),
        ({"template": "passport", "ticket": 2**63 - 1}, (404, "not_found")),
    ],
)
def test_bad_input_is_named(care: Care, company: Company, body: dict[str, Any], refusal: tuple[int, str]) -> None:
    client = service(company)
    with nothing_changes():
        assert problem(client.post(REQUESTS, {"client": care.client.pk, **body}))[:2] == refusal


def test_data_need_a_right_of_their_own_and_each_reading_is_kept(care: Care, company: Company) -> None:
    request = accepted(care)
    address = f"{REQUESTS}{request.pk}/data/"
    for reader in (service(company), service(company, REQUESTS_OPEN), caller(care.operator), caller(care.client)):
        with nothing_changes():
            assert problem(reader.get(address))[:2] == (403, "denied")
    reader = service(company, REQUESTS_DATA)
    data = reader.get(address).json()
    (file,) = data["files"]
    assert (data["answer"], data["text"], data["answers"], file["content_type"]) == (
        request.answer_id, "", [], "image/jpeg",
    )  # fmt: skip
    assert b"".join(reader.get(file["url"]).streaming_content).startswith(b"\xff\xd8\xff")
    assert list(Access.objects.order_by("pk").values_list("kind", "via", "client_id")) == [
        (AccessKind.API, Via.API, care.client.pk), (AccessKind.DOWNLOAD, Via.API, care.client.pk),
    ]  # fmt: skip
    others = [service(company), caller(care.operator)]
    with nothing_changes():
        assert [other.get(file["url"]).status_code for other in others] == [404, 404]


def test_what_is_not_accepted_is_not_given(care: Care, company: Company) -> None:
    request = care.request("requisites")
    submit_document(actor=care.actor(care.client, Via.BOT), request_id=request.pk, text="ИНН 7700000000")
    reader = service(company, REQUESTS_DATA)
    with nothing_changes():
        assert problem(reader.get(f"{REQUESTS}{request.pk}/data/"))[:2] == (404, "not_found")


def test_staff_review_over_rest_as_in_the_console(care: Care) -> None:
    operator = caller(care.operator)
    request = care.request("requisites")
    for text in ("ИНН 77", "ИНН 7700000000"):
        submit_document(actor=care.actor(care.client, Via.BOT), request_id=request.pk, text=text)
        answer = operator.get(f"{REQUESTS}{request.pk}/").json()["answer"]
        if text == "ИНН 77":
            redo = operator.post(f"{REQUESTS}{request.pk}/redo/", {"answer": answer, "text": "Не хватает цифр"})
            assert (redo.json()["status"], redo.json()["reason"]) == (Status.REDO, "Не хватает цифр")
    done = operator.post(f"{REQUESTS}{request.pk}/accept/", {"answer": answer}).json()
    assert (done["status"], done["redone"], done["allowed_moves"]) == (Status.ACCEPTED, 1, [])
    assert [entry["action"] for entry in operator.get(f"{REQUESTS}{request.pk}/audit/").json()["results"]] == [
        "clients.open_request", "clients.answer", "clients.redo", "clients.answer", "clients.accept",
    ]  # fmt: skip


def test_a_foreign_branch_sees_nothing(care: Care, company: Company) -> None:
    request = accepted(care)
    stranger = caller(company.person(Role.OPERATOR, tenant=company.other))
    with nothing_changes():
        assert stranger.get(REQUESTS).json()["results"] == []
        for what in ("", "audit/", "data/"):
            assert stranger.get(f"{REQUESTS}{request.pk}/{what}").status_code == 404
        assert stranger.post(f"{REQUESTS}{request.pk}/cancel/", {}).status_code == 404
