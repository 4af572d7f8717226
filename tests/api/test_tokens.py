"""Tokens: how they are obtained, and that nothing else opens the API."""

import base64
import json
from datetime import timedelta

import jwt
import pytest
from django.conf import settings
from django.contrib.auth.hashers import Argon2PasswordHasher
from rest_framework.test import APIClient
from rest_framework_simplejwt.tokens import AccessToken, RefreshToken

from accounts.models import User
from accounts.roles import Role
from tests.api.callers import TICKETS, caller, problem
from tests.support.company import PASSWORD, Company
from tests.support.unchanged import nothing_changes

OBTAIN, REFRESH = "/api/auth/token/", "/api/auth/token/refresh/"
ANONYMOUS = APIClient(headers={"Accept-Language": "en"})


@pytest.fixture
def person(company: Company, monkeypatch: pytest.MonkeyPatch) -> User:
    """An integrator with a password; Argon2 as in production, with less work."""
    monkeypatch.setattr(Argon2PasswordHasher, "time_cost", 1)
    monkeypatch.setattr(Argon2PasswordHasher, "memory_cost", 64)
    return company.person(Role.INTEGRATOR, password=PASSWORD)


def bearing(token: object) -> APIClient:
    return APIClient(headers={"Authorization": f"Bearer {token}", "Accept-Language": "en"})


def test_a_password_gives_tokens_and_a_token_opens(person: User) -> None:
    response = ANONYMOUS.post(OBTAIN, {"username": person.username, "password": PASSWORD})
    assert response.status_code == 200
    assert set(response.json()) == {"access", "refresh"}
    assert bearing(response.json()["access"]).get(TICKETS).status_code == 200


def test_a_refresh_token_gives_another_access_token(person: User) -> None:
    response = ANONYMOUS.post(REFRESH, {"refresh": str(RefreshToken.for_user(person))})
    assert response.status_code == 200
    assert bearing(response.json()["access"]).get(TICKETS).status_code == 200


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
    access, refresh = AccessToken.for_user(person), str(RefreshToken.for_user(person))
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
    payload = dict(AccessToken.for_user(person).payload)
    key = settings.SIMPLE_JWT["SIGNING_KEY"]
    expired, early = AccessToken.for_user(person), AccessToken.for_user(person)
    expired.set_exp(lifetime=timedelta(seconds=-1))
    early.payload["nbf"] = payload["exp"]
    head, body, signature = str(AccessToken.for_user(person)).split(".")
    other = json.dumps({**payload, "user_id": str(person.pk + 1)}).encode()

    def signed(key: str, **headers: str) -> str:
        return jwt.encode(payload, key, algorithm="HS256", headers=headers)

    return {
        "expired": str(expired),
        "not yet valid": str(early),
        "a refresh token": str(RefreshToken.for_user(person)),
        "without a signature": f"{head}.{body}.",
        "algorithm none": jwt.encode(payload, None, algorithm="none"),
        "another algorithm": jwt.encode(payload, key * 2, algorithm="HS512"),
        "another key": signed("x" * 32),
        "Django's key": signed(settings.SECRET_KEY),
        "another key, named by a path": signed("x" * 32, kid="../../dev/null"),
        "another key, named by an address": signed("x" * 32, jku="https://evil.example/keys"),
        "somebody else's body": f"{head}.{base64.urlsafe_b64encode(other).decode().rstrip('=')}.{signature}",
        "nobody's": str(AccessToken.for_user(User(pk=10**12))),
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
    assert problem(ANONYMOUS.post(REFRESH, {"refresh": str(AccessToken.for_user(person))}))[:2] == (
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
