"""A ticket's card: what it shows, and what its buttons do."""

import ast
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from audit.models import Entry
from outbox.models import Message
from tests.architecture.source import modules, nodes
from tests.support.company import Company, as_actor
from tests.support.unchanged import nothing_changes
from tickets.actions import add_comment, move_ticket
from tickets.card import _SENTENCES
from tickets.enums import Move, Visibility
from tickets.models import Comment, Ticket
from tickets.states import available_moves


@pytest.fixture
def technician(company: Company, client: Client) -> User:
    person = company.person(Role.TECHNICIAN, name="Сергей Волков")
    client.force_login(person)
    return person


@pytest.fixture
def ticket(company: Company, technician: User) -> Ticket:
    return company.ticket(company.person(Role.CLIENT, name="Анна", telegram=True))


def address(ticket: Ticket, path: str = "change") -> str:
    return f"/admin/tickets/ticket/{ticket.pk}/{path}/"


def said(response) -> list[str]:  # type: ignore[no-untyped-def]
    """The sentences above the page."""
    return [str(message) for message in response.context["messages"]]


def test_the_card_shows_the_conversation_the_moves_and_the_history(
    client: Client, ticket: Ticket, technician: User
) -> None:
    as_client = as_actor(ticket.client)
    add_comment(actor=as_client, ticket_id=ticket.pk, text="И шумит")
    add_comment(actor=as_actor(technician), ticket_id=ticket.pk, text="Едем")
    add_comment(actor=as_actor(technician), ticket_id=ticket.pk, text="Взять ролик", visibility=Visibility.INTERNAL)
    page = client.get(address(ticket))
    assert [(b.side, b.text) for b in page.context["bubbles"]] == [
        ("client", "Принтер не печатает"),
        ("client", "И шумит"),
        ("staff", "Едем"),
        ("note", "Взять ролик"),
    ]
    assert [e.what for e in page.context["events"]] == [
        "Внутренняя заметка",
        "Взята",
        "Сообщение",
        "Сообщение",
        "Создана",
    ]
    ticket.refresh_from_db()
    assert [m.move for m in page.context["moves"]] == [m.move for m in available_moves(as_actor(technician), ticket)]
    html = page.content.decode()
    for row in page.context["moves"]:
        assert f'action="{address(ticket, f"move/{row.move}")}"' in html


def test_a_move_is_made_and_confirmed(client: Client, ticket: Ticket, technician: User) -> None:
    page = client.post(address(ticket, "move/take"), {"version": ticket.version}, follow=True)
    assert page.redirect_chain == [(address(ticket), 302)]
    assert said(page) == ["Статус: В работе"]
    ticket.refresh_from_db()
    assert (ticket.status, ticket.assignee, ticket.version) == ("in_progress", technician, 2)


def test_a_stale_card_names_who_changed_it(company: Company, client: Client, ticket: Ticket) -> None:
    other = company.person(Role.OPERATOR, name="Ирина Соколова")
    move_ticket(actor=as_actor(other), ticket_id=ticket.pk, move="take")
    with nothing_changes():
        page = client.post(address(ticket, "move/resolve"), {"version": 1})
    assert page.status_code == 409
    assert said(page) == [
        f"Заявка № {ticket.number} тем временем изменена (Ирина Соколова). Посмотрите на неё ещё раз и повторите."
    ]


def test_taking_what_is_taken_names_who_has_it(company: Company, client: Client, ticket: Ticket) -> None:
    move_ticket(actor=as_actor(company.person(Role.OPERATOR, name="Ирина")), ticket_id=ticket.pk, move="take")
    with nothing_changes():
        page = client.post(address(ticket, "move/take"))
    assert (page.status_code, said(page)) == (409, [f"Заявку № {ticket.number} уже взял(а) Ирина."])


def test_hold_needs_a_date_and_a_reason_and_keeps_what_was_typed(client: Client, ticket: Ticket) -> None:
    with nothing_changes():
        page = client.post(address(ticket, "move/hold"), {"until": "2020-01-01T10:00", "reason": "Ждём ролик"})
    assert page.status_code == 400
    assert said(page) == ["Чтобы отложить заявку, укажите дату в будущем и причину."]
    assert 'value="Ждём ролик"' in page.content.decode()
    until = (timezone.localtime() + timedelta(days=2)).replace(second=0, microsecond=0)
    client.post(address(ticket, "move/hold"), {"until": until.strftime("%Y-%m-%dT%H:%M"), "reason": "Ждём ролик"})
    ticket.refresh_from_db()
    assert (ticket.status, ticket.hold_reason) == ("on_hold", "Ждём ролик")


@time_machine.travel("2026-06-01T12:00:00Z")
def test_the_date_of_a_hold_is_in_the_branchs_time_zone(company: Company, client: Client) -> None:
    client.force_login(company.person(Role.TECHNICIAN, tenant=company.other))
    ticket = company.ticket(company.person(Role.CLIENT, tenant=company.other))
    client.post(address(ticket, "move/hold"), {"until": "2026-07-01T10:00", "reason": "Каникулы"})
    ticket.refresh_from_db()
    assert ticket.hold_until is not None
    assert ticket.hold_until.isoformat() == "2026-07-01T05:00:00+00:00"  # Yekaterinburg is UTC+5


def test_a_reply_goes_to_the_client_and_a_note_does_not(client: Client, ticket: Ticket) -> None:
    before = Message.objects.count()
    client.post(address(ticket, "comment"), {"text": "Внутри", "visibility": "internal"})
    assert Message.objects.count() == before
    client.post(address(ticket, "comment"), {"text": "Едем", "visibility": "public"})
    assert list(Comment.objects.order_by("id").values_list("text", "visibility")) == [
        ("Внутри", "internal"),
        ("Едем", "public"),
    ]
    sent = Message.objects.order_by("id").last()
    assert sent is not None
    assert (sent.chat_id, sent.params["text"]) == (
        ticket.client.telegram_id,
        f"Заявка <b>№ {ticket.number}</b>: принята в работу.\n\nСергей Волков пишет:\n\nЕдем",
    )


def test_an_empty_reply_is_refused_in_plain_words(client: Client, ticket: Ticket) -> None:
    with nothing_changes():
        page = client.post(address(ticket, "comment"), {"text": " \u200b\n", "visibility": "public"})
    assert (page.status_code, said(page)) == (400, ["Текст пустой. Напишите, о чём речь."])


def test_a_reply_that_is_too_long_is_refused_and_kept_in_the_box(client: Client, ticket: Ticket) -> None:
    text = "ж" * 3801
    with nothing_changes():
        page = client.post(address(ticket, "comment"), {"text": text, "visibility": "public"})
    assert said(page) == ["Текст слишком длинный: символов 3801, а можно не больше 3800."]
    assert text in page.content.decode()


def test_priority_and_assignee(company: Company, client: Client, ticket: Ticket) -> None:
    colleague = company.person(Role.TECHNICIAN, name="Павел")
    client.post(address(ticket, "priority"), {"priority": "high", "version": 1})
    client.post(address(ticket, "assign"), {"assignee": colleague.pk, "version": 2})
    ticket.refresh_from_db()
    assert (ticket.priority, ticket.assignee, ticket.version) == ("high", colleague, 3)


def test_nobody_of_another_branch_can_be_assigned(company: Company, client: Client, ticket: Ticket) -> None:
    stranger = company.person(Role.TECHNICIAN, tenant=company.other)
    with nothing_changes():
        page = client.post(address(ticket, "assign"), {"assignee": stranger.pk})
    assert page.status_code == 400


@pytest.mark.parametrize("path", ["change", "history", "delete"])
def test_a_foreign_card_looks_like_a_missing_one(company: Company, client: Client, technician: User, path: str) -> None:
    foreign = company.ticket(company.person(Role.CLIENT, tenant=company.other))
    there, missing = client.get(address(foreign, path)), client.get(f"/admin/tickets/ticket/999999/{path}/")
    assert there.status_code == missing.status_code
    assert there.status_code in {403, 404}


@pytest.mark.parametrize("path", ["comment", "move/take", "assign", "priority"])
def test_a_foreign_ticket_can_not_be_changed(company: Company, client: Client, technician: User, path: str) -> None:
    foreign = company.ticket(company.person(Role.CLIENT, tenant=company.other))
    data = {"text": "x", "visibility": "public", "priority": "high", "assignee": technician.pk}
    with nothing_changes():
        assert client.post(address(foreign, path), data).status_code == 404


@pytest.mark.parametrize("path", ["comment", "move/take", "assign", "priority"])
def test_a_change_is_a_post(client: Client, ticket: Ticket, path: str) -> None:
    with nothing_changes():
        answer = client.get(address(ticket, path))
    assert (answer.status_code, answer.headers["Location"]) == (302, address(ticket))


def test_djangos_own_form_can_not_write(client: Client, ticket: Ticket) -> None:
    with nothing_changes():
        client.post(address(ticket), {"status": "closed", "_save": "1"})
        assert client.get("/admin/tickets/ticket/add/").status_code == 403


def test_what_people_wrote_is_text(company: Company, client: Client, technician: User) -> None:
    evil = '<script>alert("1")</script>'
    ticket = company.ticket(company.person(Role.CLIENT, name=evil), evil)
    add_comment(actor=as_actor(technician), ticket_id=ticket.pk, text=evil)
    assert evil not in client.get(address(ticket)).content.decode()


def test_the_number_of_queries_does_not_depend_on_the_conversation(
    client: Client, ticket: Ticket, technician: User, django_assert_num_queries
) -> None:  # type: ignore[no-untyped-def]
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    counts = []
    for _ in range(2):
        for text in ("раз", "два"):
            add_comment(actor=as_actor(technician), ticket_id=ticket.pk, text=text)
            add_comment(actor=as_actor(ticket.client), ticket_id=ticket.pk, text=text)
        with CaptureQueriesContext(connection) as queries:
            client.get(address(ticket))
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_the_console_has_a_policy_and_no_frames(client: Client, ticket: Ticket) -> None:
    headers = client.get(address(ticket)).headers
    policy = dict(part.strip().split(" ", 1) for part in headers["Content-Security-Policy"].split(";"))
    assert policy["script-src"] == "'self' 'unsafe-eval'"
    assert policy["frame-ancestors"] == "'none'"
    assert headers["X-Frame-Options"] == "DENY"


def test_everything_is_in_the_history_with_its_door(client: Client, ticket: Ticket, technician: User) -> None:
    client.post(address(ticket, "move/take"))
    client.post(address(ticket, "comment"), {"text": "Едем", "visibility": "public"})
    assert list(Entry.objects.filter(user=technician).order_by("id").values_list("action", "via")) == [
        ("tickets.take", "console"),
        ("tickets.comment", "console"),
    ]


SHOWN_OTHERWISE = {"tickets.comment", "tickets.set_priority", "tickets.assign", "tickets.rate"}
"""Their sentences have places to fill in (`tickets.card._what`)."""


def test_the_history_has_words_for_every_deed() -> None:
    recorded = {
        str(node.args[1].value)
        for path in modules("tickets")
        for _, node in nodes(path)
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "audit.record"
        if isinstance(node.args[1], ast.Constant)
    }
    moves = {f"tickets.{move}" for move in Move.values}
    assert sorted((recorded | moves) - set(_SENTENCES) - SHOWN_OTHERWISE) == []
