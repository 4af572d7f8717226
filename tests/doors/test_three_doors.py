"""The same deeds through every door leave the same rows, the same history and the same messages."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.actions import begin_tokens
from accounts.models import User
from accounts.roles import Role
from audit.models import Entry
from outbox.models import Message
from tests.support.company import Company, as_actor
from tests.support.desk import Desk
from tickets.actions import move_ticket
from tickets.models import Comment, Ticket

Door = Callable[[Client, User, Ticket, str, dict[str, Any]], None]

UNTIL = (timezone.now() + timedelta(days=30)).isoformat(timespec="minutes")
DEEDS: list[tuple[str, dict[str, Any]]] = [
    ("priority", {"priority": "high"}),
    ("move/take", {}),
    ("comment", {"text": "Какая модель?", "visibility": "public"}),
    ("comment", {"text": "Похоже на ролик", "visibility": "internal"}),
    ("move/ask", {"text": "Счётчик?"}),
    ("move/hold", {"until": UNTIL, "reason": "Ждём деталь"}),
    ("move/resume", {}),
    ("move/resolve", {}),
    ("move/reopen", {}),
    ("move/release", {}),
    ("comment", {"text": "Взял", "visibility": "public"}),
    ("move/cancel", {}),
    ("move/undo", {}),
    ("move/take", {}),  # refused alike: it is in progress already
]


def through_the_console(client: Client, person: User, ticket: Ticket, deed: str, data: dict[str, Any]) -> None:
    client.force_login(person)
    client.post(f"/admin/tickets/ticket/{ticket.pk}/{deed}/", data)


def through_the_api(client: Client, person: User, ticket: Ticket, deed: str, data: dict[str, Any]) -> None:
    path = {"comment": "comments"}.get(deed, deed.removeprefix("move/"))
    token = begin_tokens(user=person).access
    client.post(
        f"/api/tickets/{ticket.pk}/{path}/",
        data,
        content_type="application/json",
        headers={"Authorization": f"Bearer {token}"},
    )


def traces(door: str) -> dict[str, list[Any]]:
    """What was left behind, without ids, times and the name of the door."""
    ticket = Ticket.objects.values("status", "previous_status", "priority", "hold_until", "hold_reason", "version")
    numbers = {str(number) for number in Ticket.objects.values_list("number", flat=True)}

    def unnumbered(text: str) -> str:
        for number in numbers:
            text = text.replace(number, "N")
        return text

    assert set(Comment.objects.values_list("via", flat=True)) == {door}
    return {
        "tickets": list(ticket),
        "comments": list(Comment.objects.order_by("id").values_list("text", "visibility")),
        "history": [
            (entry.action, {key: value for key, value in entry.data.items() if key != "comment"})
            for entry in Entry.objects.filter(via=door, object_type="tickets.ticket").order_by("id")
        ],
        "messages": [
            (message.method, unnumbered(message.params["text"]), message.lane)
            for message in Message.objects.order_by("id")
        ],
    }


@pytest.fixture
def scene(company: Company) -> tuple[User, Ticket]:
    technician = company.person(Role.TECHNICIAN, name="Сергей")
    return technician, company.ticket(company.person(Role.CLIENT, name="Анна", telegram=True))


EXPECTED_HISTORY = [
    "tickets.set_priority", "tickets.take", "tickets.comment", "tickets.comment", "tickets.ask", "tickets.hold",
    "tickets.resume", "tickets.resolve", "tickets.reopen", "tickets.release", "tickets.comment", "tickets.take",
    "tickets.cancel", "tickets.undo",
]  # fmt: skip


def test_console_and_api_leave_the_same_traces(client: Client, scene: tuple[User, Ticket], transactional_scene) -> None:  # type: ignore[no-untyped-def]
    technician, ticket = scene
    left: dict[str, dict[str, list[Any]]] = {}
    doors: dict[str, Door] = {"console": through_the_console, "api": through_the_api}
    for name, door in doors.items():
        with transactional_scene():
            for deed, data in DEEDS:
                door(client, technician, ticket, deed, data)
            left[name] = traces(name)
    assert left["console"] == left["api"]
    assert [action for action, _data in left["api"]["history"]] == EXPECTED_HISTORY


@pytest.fixture
def transactional_scene():  # type: ignore[no-untyped-def]
    """A block whose writes are undone at its end, so that each door begins with the same rows."""
    from contextlib import contextmanager

    from django.db import transaction

    @contextmanager
    def block():  # type: ignore[no-untyped-def]
        with transaction.atomic():
            yield
            transaction.set_rollback(True)

    return block


def test_a_clients_move_through_bot_and_action_alike(desk: Desk, company: Company) -> None:
    """The bot's button is the same action as any other call: same rows, same history."""
    anna = desk.people.person("Анна")
    desk.say(anna, "Не печатает")
    ticket = Ticket.objects.get()
    technician = company.person(Role.TECHNICIAN)
    for move in ("take", "resolve"):
        move_ticket(actor=as_actor(technician), ticket_id=ticket.pk, move=move)
    asked = desk.news(anna)[-1]
    assert asked.labels() == ["Вопрос решён", "Нужна помощь"]
    desk.press(anna, asked, "Нужна помощь")
    entry = Entry.objects.filter(action="tickets.reopen").get()
    assert (entry.via, entry.user_id, entry.data) == (
        "bot", ticket.client_id, {"from": "resolved", "to": "in_progress"},
    )  # fmt: skip
