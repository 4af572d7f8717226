"""A creating call that is repeated under its key has one effect and one answer."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.actions import idempotency
from accounts.actions.idempotency import KEPT_FOR
from accounts.models import IdempotentCall, User
from accounts.roles import Role
from accounts.tasks import tidy
from audit.models import Entry
from outbox.models import Message
from tests.api.callers import TICKETS, caller, problem
from tests.support.company import Company
from tests.support.unchanged import nothing_changes
from tickets.models import Comment, Ticket

BODY = {"client_name": "Anna", "description": "It squeaks"}


def post(client: APIClient, key: str, body: dict[str, Any] = BODY, path: str = TICKETS) -> Any:
    return client.post(path, body, headers={"Idempotency-Key": key})


def test_the_second_call_gets_the_first_answer(site: APIClient, company: Company) -> None:
    first = post(site, "order-1")
    with nothing_changes():
        second = post(site, "order-1")
    assert (first.status_code, second.status_code, second.json()) == (201, 201, first.json())
    assert ("Idempotent-Replayed" in first.headers, second.headers["Idempotent-Replayed"]) == (False, "true")
    assert post(site, "order-2").json()["id"] != first.json()["id"]


def test_without_a_key_every_call_counts(site: APIClient, company: Company) -> None:
    assert site.post(TICKETS, BODY).json()["id"] != site.post(TICKETS, BODY).json()["id"]


@pytest.mark.parametrize("other", [{"description": "It rattles"}, {"priority": "high"}])
def test_the_key_of_another_request_is_refused(site: APIClient, company: Company, other: dict[str, str]) -> None:
    post(site, "order-1")
    with nothing_changes():
        assert problem(post(site, "order-1", {**BODY, **other})) == (422, "idempotency_key_reused", set())


def test_the_key_of_another_address_is_refused(site: APIClient, company: Company) -> None:
    ticket = post(site, "order-1").json()["id"]
    comments = f"{TICKETS}{ticket}/comments/"
    with nothing_changes():
        assert post(site, "order-1", {"text": "Hello"}, comments).status_code == 422
    for _ in range(2):
        assert post(site, "words-1", {"text": "Hello"}, comments).status_code == 201
    assert Comment.objects.count() == 1


def test_everybody_has_keys_of_his_own(site: APIClient, company: Company) -> None:
    first = post(site, "order-1").json()["id"]
    assert post(caller(company.person(Role.INTEGRATOR)), "order-1").json()["id"] != first


@pytest.mark.parametrize("key", ["", " ", "a b", "ключ", "a" * 256, "a\x7f"])
def test_what_is_no_key_is_refused(site: APIClient, company: Company, key: str) -> None:
    with nothing_changes():
        answer = site.post(TICKETS, BODY, headers={"Idempotency-Key": key.encode().decode("latin-1")})
    assert problem(answer) == (400, "bad_idempotency_key", set())


def test_a_refused_call_leaves_the_key_free(site: APIClient, company: Company) -> None:
    assert post(site, "order-1", {"client": 10**9, "description": "It squeaks"}).status_code == 400
    assert not IdempotentCall.objects.exists()
    assert post(site, "order-1").status_code == 201


def test_keys_are_kept_for_a_week(site: APIClient, company: Company) -> None:
    post(site, "order-1")
    tidy()
    assert IdempotentCall.objects.count() == 1
    IdempotentCall.objects.update(created_at=timezone.now() - KEPT_FOR - timedelta(seconds=1))
    tidy()
    assert not IdempotentCall.objects.exists()


def at_once(user: User, keys: int, times: int) -> list[int]:
    """Each key so many times, all at one moment; the ids that came back."""
    clients = [(f"order-{number}", caller(user)) for number in range(keys) for _ in range(times)]
    together = Barrier(len(clients))

    def call(given: tuple[str, APIClient]) -> int:
        key, client = given
        together.wait(60)
        try:
            return int(post(client, key).json()["id"])
        finally:
            connection.close()

    with ThreadPoolExecutor(len(clients)) as threads:
        return list(threads.map(call, clients))


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_many_at_once_are_one_each(company: Company) -> None:
    user = company.person(Role.INTEGRATOR)
    connection.close()
    ids = at_once(user, keys=4, times=10)
    assert (len(set(ids)), Ticket.objects.count()) == (4, 4)
    assert Entry.objects.filter(action="tickets.create").count() == 4
    assert Message.objects.filter(subject_type="tickets.ticket").count() == 0  # nobody is there to be told


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_without_the_common_transaction_there_would_be_more(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control of the test above: it can fail."""
    user = company.person(Role.INTEGRATOR)
    connection.close()

    def careless(*, actor: Any, key: str, request: Any, do: Any) -> tuple[int, Any, bool]:
        if found := IdempotentCall.objects.filter(user_id=actor.user_id, key=key).first():
            return found.status or 0, found.answer, True
        status, answer = do()
        return status, answer, False

    monkeypatch.setattr("accounts.api.idempotency.once", careless)
    at_once(user, keys=1, times=5)
    assert Ticket.objects.count() > 1
    assert idempotency.once is not careless


# ---- the integrator's own name of a ticket ----


def test_an_external_id_is_kept_found_and_unique_in_its_branch(site: APIClient, company: Company) -> None:
    first = site.post(TICKETS, {**BODY, "external_id": "CRM-17"}).json()
    assert first["external_id"] == "CRM-17"
    with nothing_changes():
        answer = site.post(TICKETS, {"client": first["client"]["id"], "description": "a", "external_id": "CRM-17"})
        assert problem(answer) == (409, "external_id_taken", set())
    assert [row["id"] for row in site.get(f"{TICKETS}?external_id=CRM-17").json()["results"]] == [first["id"]]
    elsewhere = caller(company.person(Role.INTEGRATOR, tenant=company.other))
    assert elsewhere.post(TICKETS, {**BODY, "external_id": "CRM-17"}).status_code == 201
    assert site.post(TICKETS, BODY).status_code == site.post(TICKETS, BODY).status_code == 201
