"""What nobody sends who works with the pages as they are: foreign pages of the framework, other fields, other hosts."""

import pytest
from django.test import Client

from accounts.models import User
from accounts.roles import Role
from tests.support.company import Company
from tests.support.unchanged import nothing_changes
from tickets.models import Ticket

TABLE = "/admin/tickets/ticket/"


@pytest.fixture
def technician(company: Company, client: Client) -> User:
    person = company.person(Role.TECHNICIAN)
    client.force_login(person)
    return person


@pytest.fixture
def foreign(company: Company) -> Ticket:
    return company.ticket(company.person(Role.CLIENT, tenant=company.other))


@pytest.mark.parametrize("page", ["change", "history"])
def test_pages_of_a_foreign_ticket_are_those_of_a_missing_one(
    client: Client, technician: User, foreign: Ticket, page: str
) -> None:
    found, missing = (client.get(f"{TABLE}{pk}/{page}/") for pk in (foreign.pk, foreign.pk + 1000))
    assert (found.status_code, missing.status_code) == (404, 404)
    assert foreign.subject not in found.content.decode()


@pytest.mark.parametrize(
    ("way", "query"),
    [
        ("autocomplete of another model", "app_label=accounts&model_name=user&field_name=groups&term=a"),
        ("autocomplete of an own one", "app_label=tickets&model_name=ticket&field_name=client&term=a"),
        ("autocomplete of nothing", ""),
    ],
)
def test_nothing_can_be_looked_up_past_the_lists(client: Client, technician: User, way: str, query: str) -> None:
    assert client.get(f"/admin/autocomplete/?{query}").status_code == 403


@pytest.mark.parametrize("query", ["?_to_field=password", "?_to_field=client__password", "?_popup=1&_to_field=pk"])
def test_columns_can_not_be_asked_for_by_a_popup(client: Client, technician: User, query: str) -> None:
    assert client.get(TABLE + query).status_code in {200, 302, 400}
    assert b"argon2" not in client.get(TABLE + query, follow=True).content


def test_fields_that_the_form_has_not_are_no_way_in(client: Client, technician: User, company: Company) -> None:
    ticket = company.ticket()
    sent = {"status": "closed", "assignee": technician.pk, "tenant": company.other.pk, "_save": "1", "_popup": "1"}
    with nothing_changes():
        assert client.post(f"{TABLE}{ticket.pk}/change/", sent).status_code == 200


def test_another_host_is_not_served(client: Client, technician: User) -> None:
    with nothing_changes():
        answers = [
            client.get(TABLE, headers={"Host": "evil.example"}),
            client.get("/api/tickets/", headers={"Host": "evil.example"}),
        ]
    assert [answer.status_code for answer in answers] == [400, 400]
    forwarded = client.get("/admin/login/", headers={"X-Forwarded-Host": "evil.example"})
    assert b"evil.example" not in forwarded.content
