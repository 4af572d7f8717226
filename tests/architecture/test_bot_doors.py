"""Who gets what at every door of the bot: commands, words of the menu, buttons, open steps, start payloads.

An example stands for the route that answers it; a route without an example is red. Five signs tell what comes back,
one for each ticket: one's own (a client's own, the branch's for staff), a neighbour's in the branch, a foreign
branch's, a missing one, a closed one of one's own. `s` shows it, `c` changes something, `b` does both, `!` shows
another one, `.` does nothing. Where the example names no ticket, the signs tell which tickets are seen, and `+` that
something was changed.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import transaction
from telegram import Bot, Update

from accounts.actions import create_invite
from accounts.models import User
from accounts.roles import Role
from audit.models import Entry
from botapp import inbox
from botapp.dispatch import handle_next
from botapp.enums import GUIDE, Step, UpdateStatus
from botapp.models import Dialog, InboxUpdate
from botapp.routes import ROUTES, Route, route_for
from outbox.models import Message
from simulator.client import Person
from tests.architecture.bot_policy import CALLERS, POLICY
from tests.botapp.updates import message_update, numbered
from tests.support.company import MACHINE, Company, as_actor
from tests.support.desk import Desk
from tickets.actions import add_comment, move_ticket
from tickets.models import Ticket

OBJECTS = ("own", "neighbour", "foreign", "missing", "closed")
MISSING = 10**12
STRANGER = 7_900_000_001
GUIDED = {"category": "", "device": "", "text": "Шумит", "files": [], "album": None, "message": None}
DRAFTS: dict[str, dict[str, Any]] = {
    Step.WRITE: {}, Step.NOTE: {}, Step.ASK: {}, Step.EXPLAIN_RATING: {},
    Step.HOLD: {"until": "2030-01-01T09:00:00+03:00"},
    Step.CALLER_PHONE: {"name": "Новый Клиент"},
    Step.CALLER_NAME: {"phone": "+79990000001"},
    Step.CALLER_TEXT: {"name": "Новый Клиент", "phone": ""},
    **dict.fromkeys(GUIDE, GUIDED),
    Step.CHOOSE_TICKET: {"texts": ["Шумит"], "files": [], "message": 1},
}  # fmt: skip
KINDS: dict[str, dict[str, Any]] = {
    "contact": {"text": None, "contact": {"phone_number": "+79990000002", "first_name": "Кто-то"}},
    "own contact": {"text": None, "contact": {"phone_number": "+79990000002", "first_name": "Я", "user_id": "<me>"}},
    "through a bot": {"via_bot": {"id": 1, "is_bot": True, "first_name": "Bot", "username": "some_bot"}},
    "a story": {"text": None, "story": {"id": 1, "chat": {"id": 5, "type": "private"}}},
}


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    example: str
    step: str
    outcomes: dict[str, str]

    @property
    def names_a_ticket(self) -> bool:
        return "<" in self.example.replace("<invite>", "") or self.step in {
            Step.WRITE,
            Step.NOTE,
            Step.ASK,
            Step.HOLD,
            Step.EXPLAIN_RATING,
        }


def policy() -> Iterator[Row]:
    for line in POLICY.strip().splitlines()[1:]:
        if line:
            way, *outcomes = line.rsplit(maxsplit=len(CALLERS))
            assert len(outcomes) == len(CALLERS), line
            example, _, step = way.partition(" @")
            yield Row(example.strip(), step.strip(), dict(zip(CALLERS, outcomes, strict=True)))


@dataclass
class House:
    """Who calls, what there is, and the words by which each ticket is known."""

    callers: dict[str, int]
    tickets: dict[str, dict[str, Ticket | None]]
    invite: str
    bot: Bot

    def update(self, row: Row, caller: str, which: str) -> dict[str, Any]:
        telegram_id = self.callers[caller]
        person = Person(telegram_id, "Кто-то", None, None, "ru", None, None, True, False, False)
        example = self._filled(row.example, caller, which)
        kind, _, rest = example.partition(": ")
        if kind == "press":
            user = {"id": telegram_id, "is_bot": False, "first_name": "Кто-то"}
            query = {
                "id": "1",
                "from": user,
                "chat_instance": "1",
                "data": rest,
                **message_update(person, "Выше", message_id=1),
            }
            return numbered(1, {"callback_query": query})
        if kind == "edit":
            return numbered(1, {"edited_message": {**message_update(person, rest)["message"], "edit_date": 1}})
        if example in KINDS:
            more = json.loads(json.dumps(KINDS[example]).replace('"<me>"', str(telegram_id)))
            return numbered(1, message_update(person, **more))
        text = rest if kind == "say" else example
        command = {"type": "bot_command", "offset": 0, "length": len(text.split()[0])}
        return numbered(1, message_update(person, text, entities=[command] if text.startswith("/") else None))

    def _filled(self, example: str, caller: str, which: str) -> str:
        ticket = self.tickets[caller][which]
        comment = ticket and ticket.comments.first()
        for name, value in {
            "<ticket>": ticket.pk if ticket else MISSING,
            "<comment>": comment.pk if comment else MISSING,
            "<client>": ticket.client_id if ticket else MISSING,
            "<invite>": self.invite,
        }.items():
            example = example.replace(name, str(value))
        return example

    def ask(self, row: Row, caller: str, which: str) -> tuple[str, str, bool]:
        """What was said and shown to the caller, the word above the button, and whether anything was changed; then all
        is taken back."""
        ticket = self.tickets[caller][which]
        with transaction.atomic():
            if row.step:
                dialog = Dialog(bot_id=self.bot.id, chat_id=self.callers[caller], step=row.step)
                draft = DRAFTS.get(row.step, {})
                dialog.data = {"ticket": ticket.pk if ticket else MISSING, **draft} if row.names_a_ticket else draft
                dialog.save()
            before, told = Entry.objects.count(), set(Message.objects.values_list("pk", flat=True))
            inbox.store(self.bot.id, [self.update(row, caller, which)])
            handled = handle_next(self.bot)
            assert handled is not None
            assert InboxUpdate.objects.get().status == UpdateStatus.HANDLED, (row, caller, which)
            shown = Message.objects.filter(chat_id=self.callers[caller]).exclude(pk__in=told).order_by("pk")
            said = "\n".join(json.dumps(message.params, ensure_ascii=False) for message in shown)
            changed = Entry.objects.exclude(action="accounts.arrive").count() > before
            transaction.set_rollback(True)
        return said, handled.toast, changed

    def outcome(self, row: Row, caller: str) -> str:
        """As in the table."""
        if not row.names_a_ticket:
            said, toast, changed = self.ask(row, caller, "own")
            seen = "".join("s" if self._shown(said + toast, caller, which) else "." for which in OBJECTS)
            return seen + ("+" if changed else "")
        signs = ""
        for which in OBJECTS:
            said, toast, changed = self.ask(row, caller, which)
            shown = self._shown(said + toast, caller, which)
            leaks = any(self._shown(said + toast, caller, other) for other in OBJECTS if other != which)
            signs += "!" if leaks else {(0, 0): ".", (1, 0): "s", (0, 1): "c", (1, 1): "b"}[shown, changed]
        return signs

    def _shown(self, said: str, caller: str, which: str) -> bool:
        ticket = self.tickets[caller][which]
        return ticket is not None and (ticket.subject in said or f" {ticket.number}<" in said)


@pytest.fixture
def house(company: Company, desk: Desk) -> House:
    """The technician has taken the branch's tickets; one of each kind for whoever asks."""
    users = {
        name: company.person(Role.TECHNICIAN if name in {"colleague", "deactivated"} else Role(name), telegram=True)
        for name in CALLERS
        if name != "stranger"
    }
    technician = as_actor(users["technician"])

    def ticket(client: User, word: str, *, close: bool = False) -> Ticket:
        made = company.ticket(client, f"Канарейка {word}")
        if client.tenant == company.tenant:
            move_ticket(actor=technician, ticket_id=made.pk, move="take")
        add_comment(actor=as_actor(client), ticket_id=made.pk, text="Ещё шумит")
        if close:
            move_ticket(actor=technician, ticket_id=made.pk, move="resolve")
            move_ticket(actor=as_actor(client), ticket_id=made.pk, move="confirm")
        return made

    own, neighbour = users["client"], company.person(Role.CLIENT, telegram=True)
    foreign = company.person(Role.CLIENT, tenant=company.other, telegram=True)
    found: dict[str, Ticket | None] = {
        "own": ticket(own, "своя"),
        "neighbour": ticket(neighbour, "соседа"),
        "foreign": ticket(foreign, "чужая"),
        "missing": None,
        "closed": ticket(own, "закрытая", close=True),
    }
    for user in User.objects.filter(pk=users["deactivated"].pk):
        user.is_active = False
        user.save()
    invite = create_invite(actor=MACHINE, role=Role.ENGINEER, tenant_id=company.tenant.pk)
    callers = {name: user.telegram_id or 0 for name, user in users.items()} | {"stranger": STRANGER}
    return House(callers, dict.fromkeys(CALLERS, found), invite.code, desk.telegram.bot)


def reached(house: House) -> list[Route | None]:
    return [
        route_for(Update.de_json(house.update(row, "client", "own"), house.bot), row.step)  # type: ignore[arg-type]
        for row in policy()
    ]


def test_every_door_of_the_bot_has_a_policy(house: House) -> None:
    found = reached(house)
    assert [number for number, route in enumerate(ROUTES) if route not in found] == []


def test_every_door_of_the_bot_answers_each_role_as_declared(house: House) -> None:
    assert "\n".join(differences(house, policy())) == ""


def differences(house: House, rows: Iterable[Row]) -> list[str]:
    """Where the bot answers otherwise than the table says."""
    return [
        f"{row.example} @{row.step} {caller}: {got} instead of {expected}"
        for row in rows
        for caller, expected in row.outcomes.items()
        if (got := house.outcome(row, caller)) != expected
    ]


@pytest.mark.parametrize("caller", CALLERS)
def test_a_foreign_ticket_is_told_as_a_missing_one(house: House, caller: str) -> None:
    for row in policy():
        if row.names_a_ticket and caller != "superuser":
            assert house.ask(row, caller, "foreign") == house.ask(row, caller, "missing"), row


def anybody(*_: Any, **__: Any) -> bool:
    return True


def unscoped(_actor: object, ticket_id: int) -> Ticket | None:
    return Ticket.objects.filter(pk=ticket_id).first()


MUTATIONS: dict[str, tuple[str, Callable[..., Any], str]] = {
    "a card unscoped": ("botapp.handlers.cards.one_visible", unscoped, "press: card:<ticket>"),
    "a message unscoped": ("botapp.handlers.cards.one_visible", unscoped, "press: past:<ticket>:0"),
    "a button's check dropped": ("core.actor.Actor.require", anybody, "press: note:<ticket>"),
    "a command's check dropped": ("core.actor.Actor.can", anybody, "/queue"),
    "a list of everybody's": (
        "botapp.handlers.tickets.own_tickets", lambda _actor: Ticket.objects.order_by("pk"), "/tickets",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", MUTATIONS)
def test_a_careless_door_turns_the_table_red(name: str, house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    place, careless, example = MUTATIONS[name]
    rows = [row for row in policy() if row.example == example]
    assert len(rows) == 1
    monkeypatch.setattr(place, careless)
    assert differences(house, rows) != []
