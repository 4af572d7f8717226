"""What superusers are told in the bot about the house itself."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from accounts.models import KnownAddress, User
from accounts.roles import Role
from ops.tasks import watch
from outbox.models import Message
from tests.outbox.messages import write
from tests.support.company import Company
from tests.support.desk import Desk
from tests.support.unchanged import nothing_changes
from tws.celery import app

PASSWORD = "a long enough password"


@pytest.fixture
def superuser(company: Company) -> User:
    return company.person(Role.SUPERUSER, name="Ольга", tenant=None, telegram=True)


@pytest.fixture
def technician(company: Company) -> User:
    person = company.person(Role.TECHNICIAN, name="Сергей Волков", telegram=True)
    person.username = "sergey"
    person.set_password(PASSWORD)
    person.save()
    return person


def told(superuser: User) -> list[str]:
    assert not Message.objects.exclude(recipient=superuser).filter(dedupe_key__startswith="alarm:").exists()
    return [row.params["text"] for row in Message.objects.filter(recipient=superuser).order_by("id")]


def sign_in(address: str, password: str = PASSWORD, username: str = "sergey") -> int:
    data = {"username": username, "password": password, "next": "/admin/"}
    return Client(REMOTE_ADDR=address).post("/admin/login/", data).status_code


# ---- signing in ----


def test_a_new_address_is_told_once_and_the_first_is_not(superuser: User, technician: User) -> None:
    for address in ("192.0.2.1", "192.0.2.1", "192.0.2.7", "192.0.2.7", "192.0.2.1"):
        assert sign_in(address) == 302
    assert told(superuser) == ["Сергей Волков: вход с нового адреса 192.0.2.7."]
    stored = str(list(KnownAddress.objects.values()))
    assert (KnownAddress.objects.count(), "192.0.2" in stored) == (2, False)


def test_a_forged_forwarding_header_is_no_address(superuser: User, technician: User) -> None:
    sign_in("192.0.2.1")
    data = {"username": "sergey", "password": PASSWORD}
    Client(REMOTE_ADDR="192.0.2.1", HTTP_X_FORWARDED_FOR="203.0.113.9").post("/admin/login/", data)
    assert told(superuser) == []


@pytest.mark.parametrize(("username", "who"), [("sergey", "Сергей Волков"), ("my-secret-password", "?")])
def test_many_wrong_passwords_are_told_once(superuser: User, technician: User, username: str, who: str) -> None:
    for _ in range(4):
        assert sign_in("192.0.2.1", "wrong", username) == 200
    assert told(superuser) == []
    for _ in range(3):
        sign_in("192.0.2.1", "wrong", username)
    assert told(superuser) == [f"Неверный пароль 5 раз подряд, учётная запись: {who}."]


# ---- errors ----


def test_a_page_that_fails_is_told_once_an_hour(superuser: User, technician: User, monkeypatch: Any) -> None:
    def fail(*_given: Any, **_more: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("ops.views.report", fail)
    client = Client(raise_request_exception=False)
    for _ in range(3):
        assert client.get("/health/").status_code == 500
    (text,) = told(superuser)
    assert text.startswith("Ошибка в TWS: ")
    with time_machine.travel(timezone.now() + timedelta(hours=1)):
        client.get("/health/")
    assert len(told(superuser)) == 2


def test_a_task_that_fails_is_told(superuser: User, monkeypatch: Any) -> None:
    def fail() -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("ops.tasks.oldest_due", fail)
    assert app.tasks["ops.watch"].apply(throw=False).state == "FAILURE"
    (text,) = told(superuser)
    assert text.startswith("Ошибка в TWS: ops.watch. ")


# ---- late deliveries ----


def test_late_messages_are_told(superuser: User, desk: Desk) -> None:
    message = write(desk.people.person("Анна"))
    with nothing_changes():
        watch()
    Message.objects.filter(pk=message.pk).update(next_attempt_at=timezone.now() - timedelta(minutes=7))
    watch()
    watch()
    assert told(superuser) == ["Сообщения в Telegram задерживаются: самое старое ждёт 7 мин."]
