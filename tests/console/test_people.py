"""Superusers manage people in the console."""

from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from accounts.roles import Role
from tests.api.callers import TICKETS, caller
from tests.console.test_card import said
from tests.support.company import Company
from tests.support.unchanged import nothing_changes

NEW = "/admin/accounts/user/new/"
PASSWORD = "длинный пароль 77"


@pytest.fixture
def boss(company: Company, client: Client) -> User:
    person = company.person(Role.SUPERUSER, name="Елена")
    client.force_login(person)
    return person


def address(person: User, deed: str) -> str:
    return f"/admin/accounts/user/{person.pk}/{deed}/"


def body(company: Company, **other: Any) -> dict[str, Any]:
    return {
        "full_name": "Сергей Волков", "tenant": company.tenant.pk, "roles": ["technician"], "username": "sergey",
        "password": PASSWORD, **other,
    }  # fmt: skip


def test_somebody_new_is_entered_and_signs_in(company: Company, client: Client, boss: User) -> None:
    answer = client.post(NEW, body(company))
    person = User.objects.get(username="sergey")
    assert answer.headers["Location"] == address(person, "change")
    assert (person.full_name, person.tenant, person.roles) == ("Сергей Волков", company.tenant, {Role.TECHNICIAN})
    signed_in = Client().post("/admin/login/", {"username": "sergey", "password": PASSWORD, "next": "/admin/"})
    assert signed_in.status_code == 302


@pytest.mark.parametrize(
    ("other", "status", "sentence"),
    [
        ({"username": "taken"}, 409, "Этот логин уже занят."),
        ({"roles": ["superuser"]}, 400, "Каждый относится к одному филиалу, и только суперюзер — ни к какому."),
        ({"tenant": ""}, 400, "Каждый относится к одному филиалу, и только суперюзер — ни к какому."),
    ],
    ids=["a login that is taken", "a superuser of a branch", "a technician of none"],
)
def test_what_can_not_be_is_refused_in_words(
    company: Company, client: Client, boss: User, other: dict[str, Any], status: int, sentence: str
) -> None:
    User.objects.filter(pk=company.person(Role.CLIENT).pk).update(username="taken")
    with nothing_changes():
        page = client.post(NEW, body(company, **other))
    assert (page.status_code, said(page)) == (status, [sentence])


@pytest.mark.parametrize("other", [{"password": "123"}, {"username": ""}, {"roles": []}, {"full_name": ""}])
def test_what_is_missing_is_named_at_its_field(
    company: Company, client: Client, boss: User, other: dict[str, Any]
) -> None:
    with nothing_changes():
        page = client.post(NEW, body(company, **other))
    assert page.status_code == 400
    assert 'class="desk-failed"' in page.content.decode()


def test_roles_are_given_and_taken(company: Company, client: Client, boss: User) -> None:
    person, browser = company.person(Role.TECHNICIAN), Client()
    browser.force_login(person)
    client.post(address(person, "roles"), {"roles": ["technician", "operator"]})
    assert User.objects.get(pk=person.pk).roles == {Role.TECHNICIAN, Role.OPERATOR}
    assert browser.get("/admin/").status_code == 200
    client.post(address(person, "roles"), {"roles": ["operator"]})
    assert User.objects.get(pk=person.pk).roles == {Role.OPERATOR}
    assert browser.get("/admin/").status_code == 302


def test_a_person_is_closed_out_and_let_in_again(company: Company, client: Client, boss: User) -> None:
    person, browser = company.person(Role.TECHNICIAN), Client()
    browser.force_login(person)
    client.post(address(person, "deactivate"))
    assert browser.get("/admin/").status_code == 302
    assert "Отключён" in client.get(address(person, "change")).content.decode()
    client.post(address(person, "activate"))
    assert User.objects.get(pk=person.pk).is_active


def test_a_password_is_set_and_old_sessions_end(company: Company, client: Client, boss: User) -> None:
    person, browser = company.person(Role.TECHNICIAN), Client()
    browser.force_login(person)
    client.post(address(person, "password"), {"username": "pavel", "password": PASSWORD})
    assert User.objects.get(pk=person.pk).check_password(PASSWORD)
    assert browser.get("/admin/").status_code == 302
    with nothing_changes():
        page = client.post(address(person, "password"), {"username": "pavel", "password": "123"})
    assert page.status_code == 400


@pytest.mark.parametrize(("deed", "given"), [("deactivate", {}), ("roles", {"roles": []})])
def test_nobody_closes_himself_out(client: Client, boss: User, deed: str, given: dict[str, Any]) -> None:
    with nothing_changes():
        page = client.post(address(boss, deed), given)
    assert page.status_code in {400, 409}


def test_a_service_account_has_the_permissions_that_are_named(company: Company, client: Client, boss: User) -> None:
    account, ticket = company.person(Role.INTEGRATOR), company.ticket()
    reader = caller(account)
    assert reader.post(f"{TICKETS}{ticket.pk}/take/").status_code == 200
    client.post(address(account, "service"), {"permissions": ["tickets.see_tenant"]})
    assert reader.get(TICKETS).status_code == 401  # what is lost ends the token
    reader = caller(account)
    assert [row["id"] for row in reader.get(TICKETS).json()["results"]] == [ticket.pk]
    with nothing_changes():
        statuses = [
            reader.post(f"{TICKETS}{ticket.pk}/resolve/").status_code,
            reader.post(TICKETS, {"client_name": "Anna", "description": "It squeaks"}).status_code,
            reader.post(f"{TICKETS}{ticket.pk}/comments/", {"text": "Hello"}).status_code,
        ]
    assert statuses == [403, 403, 403]
    assert "видеть заявки филиала" in client.get(address(account, "change")).content.decode()
    with nothing_changes():
        assert client.post(address(account, "service"), {"permissions": ["people.manage"]}).status_code == 400
        assert client.post(address(boss, "service"), {"permissions": ["tickets.work"]}).status_code == 400
