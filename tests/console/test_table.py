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
from tickets.actions import add_comment, assign_ticket, move_ticket, set_priority
from tickets.actions.moves import MoveInput
from tickets.models import Ticket
from tickets.queries import WORK_ORDER, visible_to

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
    """Four: new and low, taken and urgent, resolved and normal, and one of the other branch.

    In the order of the work: the urgent one, the low one, the resolved one."""
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


def test_what_needs_work_comes_first(client: Client, tickets: list[Ticket]) -> None:
    low, urgent, resolved, _foreign = (ticket.number for ticket in tickets)
    assert numbers(client) == [urgent, low, resolved]


def test_the_order_is_turn_then_urgency_then_waiting_then_age(company: Company, client: Client, technician) -> None:
    actor = as_actor(technician)
    names = ("отменена", "ждём клиента", "решена, но клиент пишет", "ждёт дольше", "ждёт", "отвечена", "высокая")
    made = {name: company.ticket(text=name) for name in names}
    for name in names[1:3] + names[5:6]:
        move_ticket(actor=actor, ticket_id=made[name].pk, move="take")
    move_ticket(actor=actor, ticket_id=made["отменена"].pk, move="cancel")
    move_ticket(actor=actor, ticket_id=made["ждём клиента"].pk, move="ask", given=MoveInput(text="Модель?"))
    add_comment(actor=actor, ticket_id=made["отвечена"].pk, text="Едем")
    move_ticket(actor=actor, ticket_id=made["решена, но клиент пишет"].pk, move="resolve")
    writer = as_actor(made["решена, но клиент пишет"].client)
    add_comment(actor=writer, ticket_id=made["решена, но клиент пишет"].pk, text="Опять не печатает")
    set_priority(actor=actor, ticket_id=made["высокая"].pk, priority="high")
    expected = (
        "высокая", "ждёт дольше", "ждёт", "решена, но клиент пишет", "отвечена", "ждём клиента", "отменена",
    )  # fmt: skip
    assert numbers(client) == [made[name].number for name in expected]


def test_the_order_has_an_index(company: Company, technician) -> None:
    for person in (technician, company.person(Role.SUPERUSER)):
        with connection.cursor() as cursor:
            cursor.execute(
                "SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off; SET LOCAL enable_sort = off"
            )
        plan = visible_to(as_actor(person)).order_by(*WORK_ORDER)[:50].explain()
        assert "Index Scan using ticket_turn" in plan
        assert "Sort" not in plan


def test_a_superuser_sees_all_branches(company: Company, client: Client, tickets: list[Ticket]) -> None:
    client.force_login(company.person(Role.SUPERUSER))
    low, urgent, resolved, foreign = (ticket.number for ticket in tickets)
    assert numbers(client) == [urgent, foreign, low, resolved]
    assert numbers(client, f"?branch={company.other.slug}") == [foreign]


def test_others_have_no_filter_of_branches(company: Company, client: Client, tickets: list[Ticket]) -> None:
    page = client.get(TABLE).content.decode()
    assert 'name="branch"' not in page
    assert client.get(f"{TABLE}?branch={company.other.slug}").status_code in {200, 302}
    assert "Чужой" not in client.get(f"{TABLE}?branch={company.other.slug}", follow=True).content.decode()


@pytest.mark.parametrize(
    ("query", "places"),
    [
        ("?status__exact=new", [0]),
        ("?status__exact=new&status__exact=resolved", [0, 2]),
        ("?priority__exact=urgent", [1]),
        ("?assignee=me", [1]),
        ("?assignee=nobody", [0, 2]),
        ("?view=mine", [1]),
        ("?view=unassigned", [0]),
        ("?view=waiting", [1, 0]),
        ("?view=open", [1, 0]),
        ("?view=waiting&assignee=me", [1]),
        ("?view=nonsense", [1, 0, 2]),
        ("?wait=1h", [1, 0]),
        ("?wait=4h", []),
        ("?resolved_at_from=01.01.2020", [2]),
        ("?first_answer_at_from=01.01.2020", []),
        ("?q=сканер", [1]),
        ("?q=Чужой", []),
        ("?created_at_from=2099-01-01", []),
        ("?created_at_from=01.01.2020", [1, 0, 2]),
        ("?created_at_to=01.01.2020", []),
        ("?created_at_from=nonsense", [1, 0, 2]),
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
    [("1", [0, 1, 2]), ("-1", [2, 1, 0]), ("3", [0, 2, 1]), ("-3", [1, 2, 0]), ("4", [0, 1, 2])],
)
def test_sorting_by_number_priority_and_waiting(
    client: Client, tickets: list[Ticket], column: str, places: list[int]
) -> None:
    assert numbers(client, f"?o={column}") == [tickets[place].number for place in places]


def test_sorting_by_status(client: Client, tickets: list[Ticket]) -> None:
    low, urgent, resolved, _foreign = (ticket.number for ticket in tickets)
    assert numbers(client, "?o=2") == [low, urgent, resolved]  # new, in progress, resolved


@pytest.mark.parametrize(
    "query",
    [
        "?q=%00",
        "?status__exact=%00",
        "?assignee=%00",
        "?assignee=²",
        "?o=99",
        "?p=-1",
        "?view=%00",
        "?wait=²",
        "?q='%22\\&|!",
        "?created_at_from=NaN",
    ],
)
def test_odd_queries_are_no_error(client: Client, tickets: list[Ticket], query: str) -> None:
    assert client.get(TABLE + query).status_code in {200, 302, 400}


@pytest.mark.parametrize("query", ["?client__password__startswith=a", "?_connector=OR"])
def test_columns_that_are_no_filter_can_not_be_asked_for(client: Client, tickets: list[Ticket], query: str) -> None:
    assert client.get(TABLE + query).status_code in {302, 400}


@pytest.mark.parametrize("query", ["", "?q=принтер"])
def test_the_number_of_queries_does_not_depend_on_the_rows(
    company: Company, client: Client, technician, query: str
) -> None:
    counts = []
    for _ in range(2):
        ticket = company.ticket()
        move_ticket(actor=as_actor(technician), ticket_id=ticket.pk, move="take")
        client.get(TABLE + query)
        with CaptureQueriesContext(connection) as queries:
            client.get(TABLE + query)
        counts.append(len(queries))
        company.ticket()
    assert counts[0] == counts[1]


def test_the_cells_say_who_waits_and_since_when(company: Company, client: Client, technician) -> None:
    with time_machine.travel(datetime(2026, 3, 10, 9, 0, tzinfo=UTC), tick=False):
        ticket = company.ticket()
    with time_machine.travel(datetime(2026, 3, 12, 10, 0, tzinfo=UTC), tick=False):
        page = client.get(TABLE).content.decode()
        assert "ждёт: 2\xa0дня" in page
        assert "возраст: 2\xa0дня" in page
        assert "10.03.2026 12:00" in page
        assert "не назначен" in page
        add_comment(actor=as_actor(technician), ticket_id=ticket.pk, text="Едем")
        page = client.get(TABLE).content.decode()
        assert "ждёт:" not in page
        given = MoveInput(until=datetime(2026, 3, 20, 9, 0, tzinfo=UTC), reason="Деталь")
        move_ticket(actor=as_actor(technician), ticket_id=ticket.pk, move="hold", given=given)
        assert "до 20 марта" in client.get(TABLE).content.decode()


def test_the_selections_above_the_table_count_what_they_show(client: Client, tickets: list[Ticket]) -> None:
    page = client.get(f"{TABLE}?view=waiting").content.decode()
    links = re.findall(
        r'<a class="desk-view" href="([^"]*)"([^>]*)>\s*(.*?)\s*(?:<span[^>]*>(.*?)</span>\s*)?</a>', page
    )
    assert [(label, count, "current" in chosen) for _url, chosen, label, count in links] == [
        ("Мои", "1", False), ("Не назначены", "1", False), ("Ждут ответа", "2", True), ("Все открытые", "2", False),
        ("Все", "", False),
    ]  # fmt: skip
    assert [len(numbers(client, url.removeprefix(TABLE))) for url, *_rest in links] == [1, 1, 2, 2, 3]


def test_what_is_many_is_not_counted_to_its_end(
    client: Client, tickets: list[Ticket], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tickets.table.COUNTED_AT_MOST", 1)
    monkeypatch.setattr("core.admin.CappedPaginator.COUNTED_AT_MOST", 2)
    page = client.get(TABLE).content.decode()
    assert '<span class="desk-count">1+</span>' in page
    assert "Больше 2" in page


def test_names_and_subjects_are_text(company: Company, client: Client, technician) -> None:
    evil = '<img src=x onerror="alert(1)">'
    company.ticket(company.person(Role.CLIENT, name=evil), evil)
    page = client.get(TABLE).content.decode()
    assert evil not in page
    assert page.count("&lt;img src=x onerror=&quot;alert(1)&quot;&gt;") >= 2
