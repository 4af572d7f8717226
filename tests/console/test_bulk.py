"""Moves of many tickets at once: first a page that asks, then one action per ticket and a line for each."""

import re
from html import unescape
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from accounts.roles import Role
from audit.models import Entry
from tests.support.company import Company, as_actor
from tests.support.unchanged import nothing_changes
from tickets.actions import move_ticket
from tickets.models import Ticket

TABLE = "/admin/tickets/ticket/"


@pytest.fixture
def technician(company: Company, client: Client) -> User:
    person = company.person(Role.TECHNICIAN, name="Сергей Волков")
    client.force_login(person)
    return person


@pytest.fixture
def tickets(company: Company) -> list[Ticket]:
    return [company.ticket(text=text) for text in ("Первая", "Вторая", "Третья")]


def ask(client: Client, action: str, tickets: list[Ticket], query: str = "", **more: Any) -> Any:
    data = {"action": action, "index": 0, "select_across": 0, "_selected_action": [str(t.pk) for t in tickets], **more}
    return client.post(TABLE + query, data)


def confirm(client: Client, page: Any) -> list[str]:
    """Press the button of the page that asked; gives the lines of the report."""
    html = page.content.decode()
    (target,) = re.findall(r'<form class="desk desk-ask" method="post" action="([^"]*)"', html)
    inputs = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)"', html)
    data: dict[str, list[str]] = {}
    for name, value in inputs:
        data.setdefault(name, []).append(value)
    answer = client.post(unescape(target), data, follow=True)
    assert answer.redirect_chain == [(unescape(target), 302)]
    return re.findall(r'<span class="desk-line">(.*?)</span>', answer.content.decode())


def statuses(tickets: list[Ticket]) -> list[tuple[str, str]]:
    rows = Ticket.objects.filter(pk__in=[ticket.pk for ticket in tickets]).order_by("pk")
    return [(row.status, row.assignee.full_name if row.assignee else "") for row in rows]


def test_the_first_step_only_asks(client: Client, technician: User, tickets: list[Ticket]) -> None:
    with nothing_changes():
        page = ask(client, "take", tickets[:2])
    text = page.content.decode()
    assert page.status_code == 200
    assert [f"№ {ticket.number} ·" in text for ticket in tickets] == [True, True, False]
    assert "2 заявки" in text


def test_a_get_does_nothing(client: Client, technician: User, tickets: list[Ticket]) -> None:
    with nothing_changes():
        client.get(TABLE, {"action": "take", "confirmed": "yes", "_selected_action": tickets[0].pk})


@pytest.mark.parametrize(
    ("action", "outcome", "word"),
    [
        ("take", ("in_progress", "Сергей Волков"), "В работе"),
        ("assign_to_me", ("new", "Сергей Волков"), "Новая"),
        ("cancel", ("cancelled", ""), "Отменена"),
        ("spam", ("spam", ""), "Спам"),
    ],
)
def test_each_ticket_is_moved_and_named(
    client: Client, technician: User, tickets: list[Ticket], action: str, outcome: tuple[str, str], word: str
) -> None:
    lines = confirm(client, ask(client, action, tickets))
    assert sorted(lines) == [f"№ {ticket.number}: {word}" for ticket in tickets]
    assert statuses(tickets) == [outcome] * 3
    name = {"assign_to_me": "assign"}.get(action, action)
    assert Entry.objects.filter(action=f"tickets.{name}", user=technician, via="console").count() == 3


def test_resolving(client: Client, technician: User, tickets: list[Ticket]) -> None:
    move_ticket(actor=as_actor(technician), ticket_id=tickets[0].pk, move="take")
    assert confirm(client, ask(client, "resolve", tickets[:1])) == [f"№ {tickets[0].number}: Завершена"]


def test_one_that_refuses_stops_no_other(
    company: Company, client: Client, technician: User, tickets: list[Ticket]
) -> None:
    colleague = company.person(Role.TECHNICIAN, name="Павел Орлов")
    move_ticket(actor=as_actor(colleague), ticket_id=tickets[1].pk, move="take")
    lines = confirm(client, ask(client, "take", tickets))
    first, second, third = (ticket.number for ticket in tickets)
    assert len(lines) == 3
    assert {f"№ {first}: В работе", f"№ {third}: В работе"} < set(lines)
    assert "Павел Орлов" in lines_of(lines, second)
    assert [assignee for _status, assignee in statuses(tickets)] == ["Сергей Волков", "Павел Орлов", "Сергей Волков"]


def lines_of(lines: list[str], number: int) -> str:
    (line,) = [line for line in lines if line.startswith(f"№ {number}: ")]
    return line


def test_what_changed_after_the_question_is_not_moved(
    company: Company, client: Client, technician: User, tickets: list[Ticket]
) -> None:
    page = ask(client, "assign_to_me", tickets[:2], "?status__exact=new")
    colleague = company.person(Role.TECHNICIAN, name="Павел Орлов")
    move_ticket(actor=as_actor(colleague), ticket_id=tickets[0].pk, move="take")
    lines = confirm(client, page)
    assert "Павел Орлов" in lines_of(lines, tickets[0].number)
    assert lines_of(lines, tickets[1].number) == f"№ {tickets[1].number}: Новая"
    assert statuses(tickets[:1]) == [("in_progress", "Павел Орлов")]


@pytest.mark.parametrize("confirmed", [{}, {"confirmed": "yes"}])
def test_foreign_tickets_do_not_exist(
    company: Company, client: Client, technician: User, confirmed: dict[str, str]
) -> None:
    foreign = company.ticket(company.person(Role.CLIENT, tenant=company.other), "Чужая")
    with nothing_changes():
        page = ask(client, "take", [foreign], **confirmed)
        assert "Чужая" not in page.content.decode()


def test_all_of_a_selection(client: Client, technician: User, tickets: list[Ticket], company: Company) -> None:
    company.ticket(company.person(Role.CLIENT, tenant=company.other), "Чужая")
    lines = confirm(client, ask(client, "take", tickets[:1], "?q=первая", select_across=1))
    assert lines == [f"№ {tickets[0].number}: В работе"]
    lines = confirm(client, ask(client, "take", tickets[:1], "?status__exact=new", select_across=1))
    assert len(lines) == 2


@pytest.mark.parametrize("pk", ["abc", "-1", "0", "1' OR 1=1--", str(2**70), "²", ""])
def test_ids_that_are_none_are_not_found(client: Client, technician: User, tickets: list[Ticket], pk: str) -> None:
    with nothing_changes():
        answer = client.post(TABLE, {"action": "take", "index": 0, "confirmed": "yes", "_selected_action": pk})
    assert answer.status_code == 404


@pytest.mark.parametrize("action", ["delete_selected", "hold", "ask", "close", "", "__class__"])
def test_nothing_else_can_be_done_with_many(
    client: Client, technician: User, tickets: list[Ticket], action: str
) -> None:
    with nothing_changes():
        assert ask(client, action, tickets, confirmed="yes").status_code in {302, 200}


def test_a_superuser_who_belongs_to_no_branch_is_told_why(
    company: Company, client: Client, tickets: list[Ticket]
) -> None:
    client.force_login(company.person(Role.SUPERUSER))
    lines = confirm(client, ask(client, "assign_to_me", tickets[:1]))
    assert lines == [f"№ {tickets[0].number}: Этот человек не работает здесь с заявками."]


def test_too_many_at_once_are_refused(
    client: Client, technician: User, tickets: list[Ticket], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tickets.bulk.AT_MOST", 2)
    with nothing_changes():
        answer = ask(client, "take", tickets)
    assert answer.status_code == 302
    assert "не более 2" in client.get(TABLE).content.decode()
