"""Lists and cards."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from accounts.models import User
from accounts.roles import Role
from tests.api.callers import TICKETS, caller, problem
from tests.support.company import Company, as_actor
from tests.support.unchanged import nothing_changes
from tickets.actions import add_comment, move_ticket, set_priority
from tickets.enums import Status, Visibility
from tickets.models import Ticket


def listed(client: APIClient, query: str = "") -> list[int]:
    response = client.get(TICKETS + query)
    assert response.status_code == 200, response.json()
    return [row["id"] for row in response.json()["results"]]


@pytest.fixture
def three(company: Company) -> list[Ticket]:
    """Three tickets an hour apart: new and urgent, in progress and low, cancelled and normal."""
    actor = as_actor(company.person(Role.TECHNICIAN, name="Pavel"))
    tickets = [company.ticket() for _ in range(3)]
    for hours, ticket in enumerate(tickets):
        created = datetime(2026, 3, 2, 9, tzinfo=UTC) + timedelta(hours=hours)
        Ticket.objects.filter(pk=ticket.pk).update(created_at=created)
    set_priority(actor=actor, ticket_id=tickets[0].pk, priority="urgent")
    set_priority(actor=actor, ticket_id=tickets[1].pk, priority="low")
    move_ticket(actor=actor, ticket_id=tickets[1].pk, move="take")
    move_ticket(actor=actor, ticket_id=tickets[2].pk, move="cancel")
    return tickets


def test_a_card_tells_everything(site: APIClient, company: Company, client_person: User, ticket: Ticket) -> None:
    technician = company.person(Role.TECHNICIAN, name="Pavel")
    move_ticket(actor=as_actor(technician), ticket_id=ticket.pk, move="take")
    response = site.get(f"{TICKETS}{ticket.pk}/")
    created = response.json().pop("created_at")
    assert datetime.fromisoformat(created) == Ticket.objects.get(pk=ticket.pk).created_at
    assert {name: value for name, value in response.json().items() if name != "created_at"} == {
        "id": ticket.pk,
        "number": ticket.number,
        "subject": "Принтер не печатает",
        "description": "Принтер не печатает",
        "status": "in_progress",
        "priority": "normal",
        "category": "",
        "device": "",
        "external_id": "",
        "source": "bot",
        "client": {"id": client_person.pk, "name": "Anna"},
        "assignee": {"id": technician.pk, "name": "Pavel"},
        "hold_until": None,
        "hold_reason": "",
        "first_answer_at": None,
        "resolved_at": None,
        "closed_at": None,
        "rating": None,
        "version": 2,
        "allowed_moves": ["resolve", "ask", "hold", "release", "cancel"],
    }


def test_the_moves_are_those_of_the_caller(site: APIClient, client_person: User, ticket: Ticket) -> None:
    own = caller(client_person)
    for status, of_staff, of_the_client in (
        (Status.NEW, ["take", "hold", "cancel", "spam"], ["cancel"]),
        (Status.RESOLVED, ["reopen"], ["confirm", "reopen"]),
        (Status.SPAM, ["undo"], []),
    ):
        Ticket.objects.filter(pk=ticket.pk).update(status=status)
        assert site.get(f"{TICKETS}{ticket.pk}/").json()["allowed_moves"] == of_staff
        assert own.get(f"{TICKETS}{ticket.pk}/").json()["allowed_moves"] == of_the_client


def test_a_list_is_newest_first(site: APIClient, three: list[Ticket]) -> None:
    first, second, third = (ticket.pk for ticket in three)
    assert listed(site) == [third, second, first]


@pytest.mark.parametrize(
    ("query", "order"),
    [
        ("?ordering=created_at", [0, 1, 2]),
        ("?ordering=-created_at", [2, 1, 0]),
        ("?ordering=number", [0, 1, 2]),
        ("?ordering=-number", [2, 1, 0]),
        ("?ordering=urgency", [1, 2, 0]),
        ("?ordering=-urgency", [0, 2, 1]),
        ("?status=new", [0]),
        ("?status=in_progress", [1]),
        ("?status=merged", []),
        ("?priority=urgent", [0]),
        ("?priority=low&status=in_progress", [1]),
        ("?priority=low&status=new", []),
        ("?created_after=2026-03-02T10:00:00Z", [2, 1]),
        ("?created_before=2026-03-02T10:00:00Z", [0]),
        ("?search=принтеры&ordering=number", [0, 1, 2]),
        ("?search=сканер", []),
        ("?category=printer", []),
        ("?external_id=A-1", []),
        ("?status=cancelled&ordering=number", [2]),
    ],
)
def test_filters_and_orders(query: str, order: list[int], site: APIClient, three: list[Ticket]) -> None:
    assert listed(site, query) == [three[index].pk for index in order]


def test_equal_rows_have_one_order(site: APIClient, three: list[Ticket]) -> None:
    Ticket.objects.update(created_at=three[0].created_at, priority="normal")
    newest_first = sorted((ticket.pk for ticket in three), reverse=True)
    for query in ("", "?ordering=created_at", "?ordering=-created_at", "?ordering=urgency"):
        assert listed(site, query) == newest_first


def test_everybody_lists_what_he_sees(site: APIClient, company: Company, three: list[Ticket]) -> None:
    elsewhere = company.ticket(company.person(Role.CLIENT, tenant=company.other))
    assert elsewhere.pk not in listed(site)
    assert listed(caller(three[0].client)) == [three[0].pk]
    assert listed(caller(company.person(Role.ENGINEER))) == []
    assert set(listed(caller(company.person(Role.SUPERUSER)))) == {elsewhere.pk, *(ticket.pk for ticket in three)}


def test_a_list_comes_in_pages(site: APIClient, company: Company, client_person: User) -> None:
    one = company.ticket(client_person)
    columns = {
        field.attname: getattr(one, field.attname) for field in Ticket._meta.concrete_fields if not field.generated
    }
    for name in ("id", "uid", "number"):
        columns.pop(name)
    earlier = [one.created_at - timedelta(minutes=number) for number in range(1, 51)]
    Ticket.objects.bulk_create([Ticket(**{**columns, "created_at": moment}) for moment in earlier])
    first = site.get(TICKETS).json()
    company.ticket(client_person)  # what comes meanwhile moves no page
    second = site.get(first["next"]).json()
    assert (len(first["results"]), len(second["results"])) == (50, 1)
    assert first["previous"] is second["next"] is None
    assert len({row["id"] for row in first["results"] + second["results"]}) == 51


BAD_QUERIES = {
    "?status=x": {"status"},
    "?status=": {"status"},
    "?status=%ED%A0%80": {"status"},
    "?status=new&status=spam": {"status"},
    "?priority=asap": {"priority"},
    "?ordering=password": {"ordering"},
    "?ordering=client__password": {"ordering"},
    "?ordering=created_at,number": {"ordering"},
    "?search=": {"search"},
    "?client=0": {"client"},
    "?client=99999999999999999999": {"client"},
    "?client__password__regex=a": {"client__password__regex"},
    "?_connector=OR 1=1": {"_connector"},
    "?created_after=NaN": {"created_after"},
    "?page_size=1000000000": {"page_size"},
    "?format=xml": {"format"},
    "?page=1": {"page"},
    "?cursor=x": {"cursor"},
    f"?cursor={'9' * 5000}": {"cursor"},
    "?cursor=a&cursor=a": {"cursor"},
    "?" + "&".join(["status=new"] * 200): {"status"},
    "?a=1&b=2": {"a", "b"},
}


@pytest.mark.parametrize("query", BAD_QUERIES, ids=lambda query: query[:40])
def test_a_query_that_is_not_understood_is_refused_by_name(query: str, site: APIClient, three: list[Ticket]) -> None:
    with nothing_changes():
        assert problem(site.get(TICKETS + query)) == (400, "invalid", BAD_QUERIES[query])


@pytest.mark.parametrize("address", ["?status=%00", "?status=new%00", "?%00=1", "?cursor=%00", "%00/", "1/%00/"])
def test_nul_has_no_place_in_an_address(address: str, site: APIClient, ticket: Ticket) -> None:
    assert problem(site.get(TICKETS + address)) == (400, "invalid", set())


@pytest.mark.parametrize("address", ["{}/", "{}/comments/"])
def test_so_it_is_below_a_ticket(address: str, site: APIClient, ticket: Ticket) -> None:
    path = TICKETS + address.format(ticket.pk)
    assert site.get(path).status_code == 200
    assert problem(site.get(f"{path}?status=new")) == (400, "invalid", {"status"})


BAD_IDS = [
    "0",
    "-1",
    "x",
    "1.5",
    "9223372036854775807",
    "9223372036854775808",
    "9" * 19,
    "9" * 30,
    "9" * 5000,
    "٣",
]


@pytest.mark.parametrize("pk", BAD_IDS, ids=lambda pk: pk[:20])
def test_no_such_ticket(pk: str, site: APIClient, ticket: Ticket) -> None:
    """Whatever is asked of it, and whatever it looks like."""
    assert problem(site.get(f"{TICKETS}{pk}/")) == (404, "not_found", set())
    assert problem(site.get(f"{TICKETS}{pk}/comments/")) == (404, "not_found", set())
    for address, body in (
        ("take", {}), ("comments", {"text": "a"}), ("assign", {"assignee": None}), ("priority", {"priority": "low"}),
    ):  # fmt: skip
        with nothing_changes():
            assert problem(site.post(f"{TICKETS}{pk}/{address}/", body)) == (404, "not_found", set())


def test_a_foreign_ticket_looks_like_none(site: APIClient, company: Company) -> None:
    foreign = company.ticket(company.person(Role.CLIENT, tenant=company.other))
    missing = site.get(f"{TICKETS}{foreign.pk + 1000}/")
    assert (missing.status_code, site.get(f"{TICKETS}{foreign.pk}/").json()) == (404, missing.json())


def test_a_conversation_is_oldest_first(site: APIClient, company: Company, client_person: User, ticket: Ticket) -> None:
    technician = company.person(Role.TECHNICIAN, name="Pavel")
    written = [
        add_comment(actor=as_actor(client_person), ticket_id=ticket.pk, text="one"),
        add_comment(actor=as_actor(technician), ticket_id=ticket.pk, text="two", visibility=Visibility.INTERNAL),
        add_comment(actor=as_actor(technician), ticket_id=ticket.pk, text="three"),
    ]
    rows = site.get(f"{TICKETS}{ticket.pk}/comments/").json()["results"]
    assert [(row["id"], row["text"], row["visibility"], row["author"]["name"], row["via"]) for row in rows] == [
        (written[0].pk, "one", "public", "Anna", "console"),
        (written[1].pk, "two", "internal", "Pavel", "console"),
        (written[2].pk, "three", "public", "Pavel", "console"),
    ]
    own = caller(client_person).get(f"{TICKETS}{ticket.pk}/comments/").json()
    assert [row["text"] for row in own["results"]] == ["one", "three"]


def queries_of(client: APIClient, path: str) -> list[str]:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(path).status_code == 200
    return [query["sql"] for query in captured]


@pytest.mark.parametrize("role", [Role.INTEGRATOR, Role.SUPERUSER, Role.CLIENT])
def test_three_rows_take_as_many_queries_as_one(role: Role, company: Company) -> None:
    """Every row with people of its own."""
    person = company.person(role, tenant=None)
    whose = person if role == Role.CLIENT else None
    ticket = add_row(company, whose)
    add_words(company, ticket)
    client = caller(person)
    paths = (TICKETS, f"{TICKETS}{ticket.pk}/comments/", f"{TICKETS}{ticket.pk}/")
    one = [queries_of(client, path) for path in paths]
    for _ in range(2):
        add_row(company, whose)
        add_words(company, ticket)
    three = [queries_of(client, path) for path in paths]
    assert len(client.get(TICKETS).json()["results"]) == 3
    assert [len(queries) for queries in three] == [len(queries) for queries in one]


def add_row(company: Company, client: User | None) -> Ticket:
    ticket = company.ticket(client)
    move_ticket(actor=as_actor(company.person(Role.TECHNICIAN)), ticket_id=ticket.pk, move="take")
    return ticket


def add_words(company: Company, ticket: Ticket) -> Any:
    add_comment(actor=as_actor(company.person(Role.TECHNICIAN)), ticket_id=ticket.pk, text="one")
