"""The technicians' table: what is in it, in which order, and at what cost."""

import re
from datetime import UTC, datetime

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.roles import Role
from tests.support.company import Company, as_actor
from tickets.actions import assign_ticket, move_ticket, set_priority
from tickets.models import Ticket

TABLE = "/admin/tickets/ticket/"


@pytest.fixture
def technician(company: Company, client: Client):
    person = company.person(Role.TECHNICIAN, name="Сергей Волков")
    client.force_login(person)
    return person


def numbers(client: Client, query: str = "") -> list[int]:
    """The tickets of the table, by number, in the order shown."""
    page = client.get(TABLE + query)
    assert page.status_code == 200
    return [int(number) for number in re.findall(r"№ (\d+) ·", page.content.decode())]


@pytest.fixture
def tickets(company: Company, technician) -> list[Ticket]:
    """Four: new and low, taken and urgent, resolved and normal, and one of the other branch."""
    low, urgent, resolved = (company.ticket(text=text) for text in ("Картридж", "Сканер", "Плоттер"))
    actor = as_actor(technician)
    set_priority(actor=actor, ticket_id=low.pk, priority="low")
    set_priority(actor=actor, ticket_id=urgent.pk, priority="urgent")
    move_ticket(actor=actor, ticket_id=urgent.pk, move="take")
    move_ticket(actor=actor, ticket_id=resolved.pk, move="take")
    move_ticket(actor=actor, ticket_id=resolved.pk, move="resolve")
    assign_ticket(actor=actor, ticket_id=resolved.pk, assignee_id=None)
    foreign = company.ticket(company.person(Role.CLIENT, tenant=company.other), "Чужой")
    return [low, urgent, resolved, foreign]


def test_the_newest_of_the_own_branch_come_first(client: Client, tickets: list[Ticket]) -> None:
    low, urgent, resolved, _foreign = (ticket.number for ticket in tickets)
    assert numbers(client) == [resolved, urgent, low]


def test_a_superuser_sees_all_branches(company: Company, client: Client, tickets: list[Ticket]) -> None:
    client.force_login(company.person(Role.SUPERUSER))
    assert numbers(client) == [ticket.number for ticket in reversed(tickets)]


@pytest.mark.parametrize(
    ("query", "places"),
    [
        ("?status__exact=new", [0]),
        ("?status__exact=new&status__exact=resolved", [2, 0]),
        ("?priority__exact=urgent", [1]),
        ("?assignee=me", [1]),
        ("?assignee=nobody", [2, 0]),
        ("?q=сканер", [1]),
        ("?q=Чужой", []),
        ("?created_at_from=2099-01-01", []),
        ("?created_at_from=01.01.2020", [2, 1, 0]),
        ("?created_at_to=01.01.2020", []),
        ("?created_at_from=nonsense", [2, 1, 0]),
    ],
)
def test_filters_and_search(client: Client, tickets: list[Ticket], query: str, places: list[int]) -> None:
    assert numbers(client, query) == [tickets[place].number for place in places]


def test_days_are_those_of_the_branch_and_inclusive(company: Company, client: Client, technician) -> None:
    """Half past midnight in Moscow is still yesterday in UTC."""
    with time_machine.travel(datetime(2026, 3, 9, 21, 30, tzinfo=UTC)):
        ticket = company.ticket()
    assert numbers(client, "?created_at_from=10.03.2026&created_at_to=10.03.2026") == [ticket.number]
    assert numbers(client, "?created_at_to=09.03.2026") == []
    assert numbers(client, "?created_at_from=11.03.2026") == []


def test_search_by_number_finds_that_one(client: Client, tickets: list[Ticket]) -> None:
    assert numbers(client, f"?q={tickets[0].number}") == [tickets[0].number]


@pytest.mark.parametrize(
    ("column", "places"),
    [("0", [0, 1, 2]), ("-0", [2, 1, 0]), ("2", [0, 2, 1]), ("-2", [1, 2, 0]), ("3", [0, 1, 2]), ("-3", [2, 1, 0])],
)
def test_sorting_by_number_priority_and_time(
    client: Client, tickets: list[Ticket], column: str, places: list[int]
) -> None:
    assert numbers(client, f"?o={column}") == [tickets[place].number for place in places]


def test_sorting_by_status(client: Client, tickets: list[Ticket]) -> None:
    low, urgent, resolved, _foreign = (ticket.number for ticket in tickets)
    assert numbers(client, "?o=1") == [low, urgent, resolved]  # new, in progress, resolved


@pytest.mark.parametrize(
    "query", ["?q=%00", "?status__exact=%00", "?assignee=%00", "?assignee=²", "?o=99", "?p=-1", "?created_at_from=NaN"]
)
def test_odd_queries_are_no_error(client: Client, tickets: list[Ticket], query: str) -> None:
    assert client.get(TABLE + query).status_code in {200, 302, 400}


@pytest.mark.parametrize("query", ["?client__password__startswith=a", "?_connector=OR"])
def test_columns_that_are_no_filter_can_not_be_asked_for(client: Client, tickets: list[Ticket], query: str) -> None:
    assert client.get(TABLE + query).status_code in {302, 400}


def test_the_number_of_queries_does_not_depend_on_the_rows(company: Company, client: Client, technician) -> None:
    counts = []
    for _ in range(2):
        ticket = company.ticket()
        move_ticket(actor=as_actor(technician), ticket_id=ticket.pk, move="take")
        client.get(TABLE)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(TABLE)
        counts.append(len(queries))
        company.ticket()
    assert counts[0] == counts[1]


def test_names_and_subjects_are_text(company: Company, client: Client, technician) -> None:
    evil = '<img src=x onerror="alert(1)">'
    company.ticket(company.person(Role.CLIENT, name=evil), evil)
    page = client.get(TABLE).content.decode()
    assert evil not in page
    assert page.count("&lt;img src=x onerror=&quot;alert(1)&quot;&gt;") >= 2
