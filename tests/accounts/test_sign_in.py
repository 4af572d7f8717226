"""Signing in to the console with a password."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from axes.models import AccessAttempt
from django.contrib.auth import SESSION_KEY
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import User
from accounts.roles import Role
from tests.support.company import PASSWORD, Company

LOGIN = "/admin/login/"


def sign_in(username: str | None, password: str, client: Client | None = None) -> Client:
    client = client or Client()
    client.post(f"{LOGIN}?next=/admin/", {"username": username, "password": password})
    return client


@pytest.fixture
def boss(db: None, monkeypatch: pytest.MonkeyPatch) -> User:
    """What an administrator does on the first day."""
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", PASSWORD)
    call_command("createsuperuser", username="boss", interactive=False, verbosity=0)
    return User.objects.get(username="boss")


def test_createsuperuser_makes_a_superuser_who_can_sign_in(boss: User) -> None:
    assert (boss.roles, boss.tenant, boss.full_name) == ({Role.SUPERUSER}, None, "boss")
    client = sign_in("boss", PASSWORD)
    assert client.session[SESSION_KEY] == str(boss.pk)
    assert client.get("/admin/accounts/user/").status_code == 200


def test_a_login_is_given_once(boss: User) -> None:
    with pytest.raises(CommandError):
        call_command("createsuperuser", username="boss", interactive=False, verbosity=0)
    assert User.objects.count() == 1


@pytest.mark.parametrize(("username", "password"), [("boss", "wrong"), ("nobody", PASSWORD), ("boss", ""), ("", "")])
def test_a_wrong_password_does_not_open(username: str, password: str, boss: User) -> None:
    assert SESSION_KEY not in sign_in(username, password).session


def test_what_postgresql_can_not_store_is_no_login(boss: User) -> None:
    response = Client().post(LOGIN, {"username": "bo\x00ss", "password": PASSWORD})
    assert response.status_code == 200
    assert SESSION_KEY not in response.wsgi_request.session


@pytest.mark.parametrize(
    ("role", "enters"),
    [
        (Role.TECHNICIAN, True), (Role.OPERATOR, True), (Role.CURATOR, True), (Role.SUPERUSER, True),
        (Role.CLIENT, False), (Role.ENGINEER, False), (Role.WORKSHOP, False), (Role.INTEGRATOR, False),
    ],
)  # fmt: skip
def test_the_console_is_for_those_who_work_there(role: Role, enters: bool, company: Company) -> None:
    person = company.person(role, password=PASSWORD)
    assert (SESSION_KEY in sign_in(person.username, PASSWORD).session) == enters


def test_a_deactivated_person_stays_outside(company: Company) -> None:
    person = company.person(Role.TECHNICIAN, password=PASSWORD)
    User.objects.filter(pk=person.pk).update(is_active=False)
    assert SESSION_KEY not in sign_in(person.username, PASSWORD).session


def test_an_open_session_ends_with_the_deactivation(company: Company) -> None:
    client, person = Client(), company.person(Role.TECHNICIAN)
    client.force_login(person)
    assert client.get("/admin/tickets/ticket/").status_code == 200
    User.objects.filter(pk=person.pk).update(is_active=False)
    assert client.get("/admin/tickets/ticket/").status_code == 302


def test_an_open_session_ends_with_a_new_password(company: Company) -> None:
    client, person = Client(), company.person(Role.TECHNICIAN)
    client.force_login(person)
    person.set_password("другой пароль")
    person.save()
    assert client.get("/admin/tickets/ticket/").status_code == 302


def test_a_session_prepared_by_somebody_else_is_not_taken_over(boss: User) -> None:
    client = Client()
    session = client.session
    session["prepared"] = True
    session.save()
    before = session.session_key
    sign_in("boss", PASSWORD, client)
    assert client.session.session_key != before


@pytest.mark.parametrize("target", ["//evil.example", "https://evil.example/", "javascript:alert(1)"])
def test_the_way_back_leads_nowhere_else(target: str, boss: User) -> None:
    response = Client().post(f"{LOGIN}?next={target}", {"username": "boss", "password": PASSWORD, "next": target})
    assert response["Location"].startswith("/admin/")


def test_without_a_password_nobody_signs_in(company: Company) -> None:
    person = company.person(Role.TECHNICIAN)
    assert SESSION_KEY not in sign_in(person.username, "").session


# ---- too many wrong passwords ----


@pytest.fixture
def guarded(settings: Any) -> None:
    settings.AXES_ENABLED = True


def attempt(address: str, password: str = "wrong", username: str = "boss") -> int:  # noqa: S107 -- a wrong one
    return Client(REMOTE_ADDR=address).post(LOGIN, {"username": username, "password": password}).status_code


def obtain(address: str, password: str, username: str = "boss") -> Any:
    client = APIClient(REMOTE_ADDR=address, headers={"Accept-Language": "en"})
    return client.post("/api/auth/token/", {"username": username, "password": password})


def test_guessing_is_stopped_and_the_owner_still_comes_in(boss: User, guarded: None) -> None:
    assert [attempt("192.0.2.66") for _ in range(6)] == [200, 200, 200, 200, 429, 429]
    assert attempt("192.0.2.66", PASSWORD) == 429  # not even with the right one
    assert attempt("192.0.2.1", PASSWORD) == 302
    assert attempt("192.0.2.66", PASSWORD, "nobody") == 200
    with time_machine.travel(timezone.now() + timedelta(minutes=16)):
        assert attempt("192.0.2.66", PASSWORD) == 302


def test_a_forged_address_helps_nobody(boss: User, guarded: None) -> None:
    for number in range(5):
        Client(REMOTE_ADDR="192.0.2.66", HTTP_X_FORWARDED_FOR=f"203.0.113.{number}").post(
            LOGIN, {"username": "boss", "password": "wrong"}
        )
    assert attempt("192.0.2.66", PASSWORD) == 429


def test_behind_our_proxy_the_address_is_what_the_proxy_saw(boss: User, guarded: None, settings: Any) -> None:
    settings.BEHIND_PROXY = True

    def through(forwarded: str, password: str) -> int:
        client = Client(REMOTE_ADDR="172.18.0.2", HTTP_X_FORWARDED_FOR=forwarded)
        return client.post(LOGIN, {"username": "boss", "password": password}).status_code

    for number in range(5):
        through(f"203.0.113.{number}, 192.0.2.66", "wrong")
    assert through("203.0.113.77, 192.0.2.66", PASSWORD) == 429
    assert through("192.0.2.66, 192.0.2.1", PASSWORD) == 302


def test_tokens_are_guarded_alike(boss: User, guarded: None) -> None:
    statuses = [obtain("192.0.2.66", "wrong").status_code for _ in range(6)]
    assert statuses[:4] == [401] * 4
    refused = obtain("192.0.2.66", PASSWORD)
    assert (refused.status_code, refused.json()["code"], "Retry-After" in refused.headers) == (429, "throttled", True)
    assert obtain("192.0.2.1", PASSWORD).status_code == 200


def test_what_was_typed_is_not_kept(boss: User, guarded: None) -> None:
    attempt("192.0.2.66", "wrong", "my-secret-password")
    assert AccessAttempt.objects.count() == 1
    assert "my-secret-password" not in str(list(AccessAttempt.objects.values()))
