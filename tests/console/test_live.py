"""What an open page is told of changes, and of whose."""

from typing import Any
from unittest.mock import ANY

import psycopg
import pytest
from django.db import connection
from django.test import Client

from accounts.models import User
from accounts.roles import Role
from bench.processes import wait_until
from core.db import own_address
from tests.support.company import Company, as_actor
from tickets.actions import move_ticket, set_priority

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)  # what is running is not shown

LIVE = "/admin/tickets/ticket/live/"


def ask(client: Client, after: str = "") -> dict[str, object]:
    answer: dict[str, object] = client.get(LIVE, {"after": after}).json()
    return answer


def now(client: Client) -> str:
    """The cursor behind all that has happened; the other tests' transactions of this moment hold it back."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id()::text::bigint")
        done = int(cursor.fetchone()[0])
    wait_until(lambda: int(str(ask(client)["cursor"])) > done, "everything older has ended", 10)
    return str(ask(client)["cursor"])


def news_after(client: Client, cursor: str, tickets: int = 1) -> tuple[list[int], int]:
    """What is told when everything older has ended."""
    wait_until(lambda: len(ask(client, cursor)["changed"]) == tickets, "the changes are told", 10)
    told: Any = ask(client, cursor)
    return told["changed"], told["news"]


@pytest.fixture
def technician(company: Company, client: Client) -> User:
    person = company.person(Role.TECHNICIAN)
    client.force_login(person)
    return person


def test_changes_since_the_last_question_are_told_once(client: Client, company: Company, technician: User) -> None:
    ticket = company.ticket()
    begin = now(client)
    assert ask(client, begin) == {"cursor": ANY, "changed": [], "news": 0}
    set_priority(actor=as_actor(company.person(Role.OPERATOR)), ticket_id=ticket.pk, priority="urgent")
    move_ticket(actor=as_actor(technician), ticket_id=ticket.pk, move="take")
    assert news_after(client, begin) == ([ticket.pk], 1)  # one's own deed is no news
    assert ask(client, now(client))["changed"] == []


def test_what_another_branch_does_is_not_told(client: Client, company: Company, technician: User) -> None:
    cursor = now(client)
    ticket = company.ticket(company.person(Role.CLIENT, tenant=company.other))
    assert ask(client, cursor)["changed"] == []
    client.force_login(company.person(Role.SUPERUSER))
    assert news_after(client, cursor)[0] == [ticket.pk]


def test_what_commits_late_is_not_passed_by(client: Client, company: Company, technician: User) -> None:
    early, late = company.ticket(), company.ticket()
    cursor = now(client)
    with psycopg.connect(own_address()) as other:
        other.execute(
            "INSERT INTO audit_entry"
            " (at, actor_kind, actor_name, via, action, object_type, object_id, data, request_id, tenant_id)"
            " VALUES (now(), 'system', 'test', 'system', 'tickets.close', 'tickets.ticket', %s, '{}', '', %s)",
            [late.pk, late.tenant_id],
        )
        move_ticket(actor=as_actor(technician), ticket_id=early.pk, move="take")
        meanwhile = ask(client, cursor)
        other.commit()
    assert meanwhile["changed"] == []
    assert news_after(client, str(meanwhile["cursor"]), 2) == ([early.pk, late.pk], 1)


@pytest.mark.parametrize("after", ["x", "-1", "1e3", "9" * 30, "１２", "' OR 1=1--"])
def test_a_cursor_that_is_none_begins_anew(client: Client, company: Company, technician: User, after: str) -> None:
    company.ticket()
    assert ask(client, after)["changed"] == []
