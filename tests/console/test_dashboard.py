"""The first page of the console: its figures, where they lead, and at what cost."""

import re
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from accounts.roles import Role
from tests.support.company import Company, as_actor
from tickets.actions import add_comment, assign_ticket, move_ticket

NOON = datetime(2026, 3, 20, 9, 0, tzinfo=UTC)
"""Noon in Moscow."""
FIGURE = re.compile(r'<a[^>]*href="([^"]*tickets/ticket/\?[^"]*)"[^>]*>(.*?)</a>', re.DOTALL)


@pytest.fixture
def technician(company: Company, client: Client) -> User:
    person = company.person(Role.TECHNICIAN, name="Сергей Волков")
    client.force_login(person)
    return person


@pytest.fixture
def tickets(company: Company, technician: User) -> None:
    """Mine and answered, mine and waiting for 5 hours, nobody's for 2 days, solved, and one of the other branch."""
    actor = as_actor(technician)
    with time_machine.travel(NOON - timedelta(days=2), tick=False):
        company.ticket(text="Ничья")
        solved = company.ticket(text="Решена")
        company.ticket(company.person(Role.CLIENT, tenant=company.other), "Чужая")
    with time_machine.travel(NOON - timedelta(days=1, hours=23), tick=False):
        add_comment(actor=actor, ticket_id=solved.pk, text="Смотрим")
    with time_machine.travel(NOON - timedelta(hours=5), tick=False):
        answered, waiting = company.ticket(text="Отвечена"), company.ticket(text="Ждёт")
        assign_ticket(actor=actor, ticket_id=waiting.pk, assignee_id=technician.pk)
    with time_machine.travel(NOON - timedelta(hours=2), tick=False):
        add_comment(actor=actor, ticket_id=answered.pk, text="Едем")
        move_ticket(actor=actor, ticket_id=solved.pk, move="resolve")


def figures(client: Client) -> dict[str, tuple[str, str]]:
    """What is written in each link to the table: label to number and address."""
    page = client.get("/admin/")
    assert page.status_code == 200
    found = {}
    for url, inner in FIGURE.findall(page.content.decode()):
        words = [word for part in re.sub(r"<[^>]*>", "\n", inner).split("\n") if (word := part.strip())]
        place = 1 if words[1].isdigit() and not words[0].isdigit() else 0  # bars have their name first
        value = words.pop(place)
        label = " ".join(words)
        found[label] = (value, url.replace("&amp;", "&"))
    return found


def shown(client: Client, url: str) -> int:
    """How many tickets the table shows at this address."""
    page = client.get(url).content.decode()
    return len(re.findall(r"№ \d+ ·", page))


def test_the_figures_are_those_of_the_branch_and_lead_to_what_they_count(client: Client, tickets: None) -> None:
    with time_machine.travel(NOON, tick=False):
        found = figures(client)
        numbers = {label: value for label, (value, _url) in found.items()}
        assert numbers["Ждут моего ответа"] == "1"
        assert numbers["Мои открытые"] == "2"
        assert numbers["Новые, не назначены"] == "1"
        assert numbers["Ждут ответа, все"] == "2"
        assert numbers["Все открытые"] == "3"
        assert (numbers["4–24 часа"], numbers["1–3 дня"], numbers["до 1 часа"]) == ("1", "1", "0")
        assert numbers["Сергей Волков ждут ответа: 1"] == "2"
        assert (numbers["18"], numbers["20"], numbers["19"]) == ("2", "2", "0")
        counted = {label: (value, url) for label, (value, url) in found.items() if value.isdigit()}
        assert {label: shown(client, url) for label, (_value, url) in counted.items()} == {
            label: int(value) for label, (value, _url) in counted.items()
        }


def test_the_median_times_and_where_they_lead(client: Client, tickets: None) -> None:
    with time_machine.travel(NOON, tick=False):
        found = figures(client)
        answer, solution = found["Первый ответ"], found["Решение"]
        assert answer[0] == "2\xa0часа"  # the middle of one hour and three
        assert solution[0] == "1\xa0день, 22\xa0часа"
        assert shown(client, answer[1]) == 2
        assert shown(client, solution[1]) == 1


def test_the_days_are_those_of_the_branch(company: Company, client: Client, technician: User) -> None:
    with time_machine.travel(datetime(2026, 3, 9, 21, 30, tzinfo=UTC)):  # half past midnight in Moscow
        company.ticket()
        days = {label: value for label, (value, url) in figures(client).items() if "created_at_from" in url}
    assert len(days) == 14
    assert (days["10"], days["9"]) == ("1", "0")
    assert sum(map(int, days.values())) == 1


def test_an_empty_desk_has_zeros(client: Client, technician: User) -> None:
    page = client.get("/admin/")
    assert "Открытых заявок ни у кого нет." in page.content.decode()
    assert {value for value, _url in figures(client).values()} == {"0", "—"}


def test_a_superuser_sees_the_figures_of_all_branches(company: Company, client: Client, tickets: None) -> None:
    client.force_login(company.person(Role.SUPERUSER))
    with time_machine.travel(NOON, tick=False):
        assert figures(client)["Все открытые"][0] == "4"


def test_signing_in_and_the_bare_address_lead_here(company: Company, client: Client) -> None:
    person = company.person(Role.OPERATOR, password="верный пароль 42")
    assert client.get("/")["Location"] == "/admin/"
    answer = client.post("/admin/login/", {"username": person.username, "password": "верный пароль 42"})
    assert answer["Location"] == "/admin/"


def test_the_number_of_queries_is_fixed(company: Company, client: Client, technician: User) -> None:
    counts = []
    for _ in range(2):
        client.get("/admin/")
        with CaptureQueriesContext(connection) as queries:
            client.get("/admin/")
        counts.append(len(queries))
        for number in range(3):
            ticket = company.ticket()
            assign_ticket(
                actor=as_actor(technician),
                ticket_id=ticket.pk,
                assignee_id=company.person(Role.TECHNICIAN, name=f"Коллега {number}").pk,
            )
    assert counts[0] == counts[1]


def test_every_link_is_one_to_the_table(client: Client, tickets: None) -> None:
    for _value, url in figures(client).values():
        parts = urlsplit(url)
        assert parts.path == "/admin/tickets/ticket/"
        assert parse_qs(parts.query)
