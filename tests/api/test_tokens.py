"""Tokens: how they are obtained, and that nothing else opens the API."""

import base64
import json
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import jwt
import pytest
import time_machine
from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.db import connection
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient
from rest_framework_simplejwt.tokens import AccessToken

from accounts.actions import begin_tokens, deactivate_person, end_access, set_password, set_roles, tokens
from accounts.models import TokenFamily, User
from accounts.roles import Role
from audit.models import Entry
from tests.api.callers import TICKETS, caller, problem
from tests.support.company import PASSWORD, Company, as_actor
from tests.support.unchanged import nothing_changes

OBTAIN, REFRESH = "/api/auth/token/", "/api/auth/token/refresh/"
ANONYMOUS = APIClient(headers={"Accept-Language": "en"})


@pytest.fixture
def person(company: Company, monkeypatch: pytest.MonkeyPatch) -> User:
    """An integrator with a password; Argon2 as in production, with less work."""
    monkeypatch.setattr(Argon2PasswordHasher, "time_cost", 1)
    monkeypatch.setattr(Argon2PasswordHasher, "memory_cost", 64)
    return company.person(Role.INTEGRATOR, password=PASSWORD)


def access_of(person: User) -> AccessToken:
    return AccessToken(begin_tokens(user=User.objects.get(pk=person.pk)).access)  # type: ignore[arg-type]


def refresh_of(person: User) -> str:
    return begin_tokens(user=User.objects.get(pk=person.pk)).refresh


def bearing(token: object) -> APIClient:
    return APIClient(headers={"Authorization": f"Bearer {token}", "Accept-Language": "en"})


def test_a_password_gives_tokens_and_a_token_opens(person: User) -> None:
    response = ANONYMOUS.post(OBTAIN, {"username": person.username, "password": PASSWORD})
    assert response.status_code == 200
    assert set(response.json()) == {"access", "refresh"}
    assert bearing(response.json()["access"]).get(TICKETS).status_code == 200


def refreshed(refresh: str) -> tuple[int, dict[str, str]]:
    response = ANONYMOUS.post(REFRESH, {"refresh": refresh})
    return response.status_code, response.json()


def test_a_refresh_token_gives_the_next_pair(person: User) -> None:
    status, pair = refreshed(refresh_of(person))
    assert status == 200
    assert bearing(pair["access"]).get(TICKETS).status_code == 200
    assert refreshed(pair["refresh"])[0] == 200


def test_a_spent_refresh_token_ends_the_family(person: User) -> None:
    first = refresh_of(person)
    _, second = refreshed(first)
    with time_machine.travel(timezone.now() + timedelta(minutes=1)):
        assert refreshed(first)[0] == 401
        assert refreshed(second["refresh"])[0] == 401
        assert bearing(second["access"]).get(TICKETS).status_code == 401
    assert Entry.objects.latest("pk").data == {"because": "reuse"}
    assert refreshed(refresh_of(person))[0] == 200  # another sign-in is another family


def test_the_same_refresh_twice_at_once_is_no_theft(person: User) -> None:
    first = refresh_of(person)
    _, second = refreshed(first)
    assert refreshed(first)[0] == 401
    assert refreshed(second["refresh"])[0] == 200


def test_logging_out_ends_the_pair(person: User) -> None:
    _, pair = refreshed(refresh_of(person))
    for _ in range(2):
        response = ANONYMOUS.post("/api/auth/logout/", {"refresh": pair["refresh"]})
        assert (response.status_code, response.content) == (204, b"")
    assert bearing(pair["access"]).get(TICKETS).status_code == 401
    assert refreshed(pair["refresh"])[0] == 401


@pytest.mark.parametrize("token", ["garbage", "", "a" * 5000])
def test_logging_out_with_something_else_is_refused(token: str, person: User) -> None:
    assert problem(ANONYMOUS.post("/api/auth/logout/", {"refresh": token}))[0] in {400, 401}


def refresh_at_once(refresh: str, count: int) -> list[int]:
    together = Barrier(count)

    def run(_number: int) -> int:
        together.wait(30)
        try:
            return refreshed(refresh)[0]
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as threads:
        return sorted(threads.map(run, range(count)))


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_of_fifty_refreshes_at_once_one_wins(company: Company) -> None:
    refresh = refresh_of(company.person(Role.INTEGRATOR))
    connection.close()
    assert refresh_at_once(refresh, 50) == [200] + [401] * 49


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_without_the_lock_more_than_one_would_win(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control of the test above: it can fail."""
    refresh = refresh_of(company.person(Role.INTEGRATOR))
    connection.close()

    def unlocked(token: Any) -> TokenFamily:
        family = TokenFamily.objects.select_related("user").get(uid=token[tokens.FAMILY])
        time.sleep(0.2)
        return family

    monkeypatch.setattr(tokens, "_open_family", unlocked)
    assert refresh_at_once(refresh, 10).count(200) > 1


END = {
    "deactivated": lambda actor, pk: deactivate_person(actor=actor, user_id=pk),
    "lost a role": lambda actor, pk: set_roles(actor=actor, user_id=pk, roles=[Role.TECHNICIAN]),
    "a new password": lambda actor, pk: set_password(actor=actor, user_id=pk, username="", password="новый пароль 77"),
    "signed out": lambda actor, pk: end_access(actor=actor, user_id=pk),
}


@pytest.mark.parametrize("why", END)
def test_everything_ends_at_once(company: Company, person: User, why: str) -> None:
    person = company.person(Role.TECHNICIAN, Role.OPERATOR)
    pair, browser = begin_tokens(user=person), Client()
    browser.force_login(person)
    assert browser.get("/admin/").status_code == 200
    END[why](as_actor(company.person(Role.SUPERUSER)), person.pk)
    assert bearing(pair.access).get(TICKETS).status_code == 401
    assert refreshed(pair.refresh)[0] == 401
    assert browser.get("/admin/").status_code == 302


def test_a_role_more_ends_nothing(company: Company) -> None:
    person = company.person(Role.TECHNICIAN)
    pair = begin_tokens(user=person)
    set_roles(actor=as_actor(company.person(Role.SUPERUSER)), user_id=person.pk, roles=["technician", "operator"])
    assert bearing(pair.access).get(TICKETS).status_code == 200


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"password": "wrong"}, (401, "no_active_account", set())),
        ({"username": "nobody"}, (401, "no_active_account", set())),
        ({"password": ""}, (400, "invalid", {"password"})),
        ({"username": ""}, (400, "invalid", {"username"})),
        ({"username": "a\x00"}, (400, "invalid", {"username"})),
        ({"username": "\ud800"}, (400, "invalid", {"username"})),
        ({"username": None}, (400, "invalid", {"username"})),
        ({"username": ["a"]}, (400, "invalid", {"username"})),
    ],
)
def test_a_wrong_password_gives_none(given: dict[str, object], expected: tuple, person: User) -> None:
    body = json.dumps({"username": person.username, "password": PASSWORD, **given})
    with nothing_changes():
        assert problem(ANONYMOUS.post(OBTAIN, body, content_type="application/json")) == expected


def test_deactivated_people_get_none_and_theirs_are_dead(person: User) -> None:
    access, refresh = access_of(person), refresh_of(person)
    User.objects.filter(pk=person.pk).update(is_active=False)
    assert problem(bearing(access).get(TICKETS))[0] == 401
    assert problem(ANONYMOUS.post(REFRESH, {"refresh": refresh}))[0] == 401
    assert problem(ANONYMOUS.post(OBTAIN, {"username": person.username, "password": PASSWORD}))[0] == 401


def test_rights_are_those_of_today(company: Company, person: User) -> None:
    client, ticket = caller(person), company.ticket()
    assert client.get(f"{TICKETS}{ticket.pk}/").status_code == 200
    person.groups.clear()
    assert problem(client.get(f"{TICKETS}{ticket.pk}/")) == (404, "not_found", set())


def forged(person: User) -> dict[str, str]:
    """Tokens that look right and are not."""
    payload = dict(access_of(person).payload)
    key = settings.SIMPLE_JWT["SIGNING_KEY"]
    expired, early = access_of(person), access_of(person)
    expired.set_exp(lifetime=timedelta(seconds=-1))
    early.payload["nbf"] = payload["exp"]
    head, body, signature = str(access_of(person)).split(".")
    other = json.dumps({**payload, "user_id": str(person.pk + 1)}).encode()

    def signed(key: str, **headers: str) -> str:
        return jwt.encode(payload, key, algorithm="HS256", headers=headers)

    return {
        "expired": str(expired),
        "not yet valid": str(early),
        "a refresh token": refresh_of(person),
        "without a signature": f"{head}.{body}.",
        "algorithm none": jwt.encode(payload, None, algorithm="none"),
        "another algorithm": jwt.encode(payload, key * 2, algorithm="HS512"),
        "another key": signed("x" * 32),
        "Django's key": signed(settings.SECRET_KEY),
        "another key, named by a path": signed("x" * 32, kid="../../dev/null"),
        "another key, named by an address": signed("x" * 32, jku="https://evil.example/keys"),
        "somebody else's body": f"{head}.{base64.urlsafe_b64encode(other).decode().rstrip('=')}.{signature}",
        "nobody's": jwt.encode({**payload, "user_id": str(10**12)}, key, algorithm="HS256"),
        "of another version": jwt.encode({**payload, "version": 99}, key, algorithm="HS256"),
        "of no family": jwt.encode({**payload, "family": "x"}, key, algorithm="HS256"),
        "of nobody at all": jwt.encode({k: v for k, v in payload.items() if k != "user_id"}, key, algorithm="HS256"),
        "garbage": "garbage",
        "dots": "..",
        "50 KB": "a" * 50_000,
    }


def test_no_other_token_opens(person: User) -> None:
    for name, token in forged(person).items():
        for response in (bearing(token).get(TICKETS), bearing(token).post(TICKETS, {})):
            status, _code, fields = problem(response)
            assert (status, fields) == (401, set()), name
            assert response["WWW-Authenticate"].startswith("Bearer"), name


@pytest.mark.parametrize("token", ["garbage", "", None, 1, "a\x00", "\ud800"])
def test_no_other_token_refreshes(token: object, person: User) -> None:
    response = ANONYMOUS.post(REFRESH, json.dumps({"refresh": token}), content_type="application/json")
    assert problem(response)[0] in {400, 401}


def test_an_access_token_does_not_refresh(person: User) -> None:
    assert problem(ANONYMOUS.post(REFRESH, {"refresh": str(access_of(person))}))[:2] == (
        401, "token_not_valid",
    )  # fmt: skip


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer a b", "Basic YTpi", "Token x", "Bearer x, Bearer y", "bearer"]
)
def test_no_other_header_opens(header: str, person: User) -> None:
    client = APIClient(headers={"Authorization": header, "Accept-Language": "en"})
    assert problem(client.get(TICKETS))[0] == 401


def test_a_console_session_does_not_open_the_api(company: Company) -> None:
    client = APIClient()
    client.force_login(company.person(Role.TECHNICIAN))
    assert problem(client.get(TICKETS)) == (401, "not_authenticated", set())


def test_a_token_does_not_open_the_console(company: Company) -> None:
    assert caller(company.person(Role.TECHNICIAN)).get("/admin/tickets/ticket/").status_code == 302
