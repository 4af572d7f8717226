"""Who gets what at every door of the bot: commands, words of the menu, buttons, open steps, start payloads.

An example stands for the route that answers it; a route without an example is red. Five signs tell what comes back,
one for each ticket: one's own (a client's own, the branch's for staff), a neighbour's in the branch, a foreign
branch's, a missing one (told like a foreign one), a closed one of one's own. `s` shows it, `c` changes something, `b`
does both, `!` shows another one, `.` does nothing. Where the example names no ticket, the signs tell which tickets are
seen, and `+` that something was changed.
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
from botapp.enums import GUIDE, REASONS, Step, UpdateStatus
from botapp.models import Dialog, InboxUpdate
from botapp.routes import ROUTES, Route, route_for
from clients.actions import cancel_request, give_consent, open_request, submit_document
from clients.models import ConsentText, Request
from core.actor import Actor, Via
from core.errors import NotFound
from orders.actions import cancel_order, create_order, send_estimate, submit_stage, take_job
from orders.enums import Move
from orders.models import Order
from outbox.models import Message
from simulator.client import Person
from tests.architecture.bot_policy import CALLERS, POLICY
from tests.botapp.updates import message_update, numbered
from tests.support.company import MACHINE, Company, as_actor
from tests.support.desk import Desk
from tests.support.orders import ACCEPTED, Team
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
    Step.STAGE: {"move": "agreement", "draft": {}},
    Step.RETURN_STAGE: {"attempt": "<attempt>"},
    Step.WAIVE_STAGE: {"stage": "expenses"},
    Step.NEW_ORDER: {"ticket": 0, "external": ""},
    Step.EXTEND_ORDER: {"days": 1},
    Step.CHOOSE_TICKET: {"texts": ["Шумит"], "files": [], "message": 1},
    Step.REQUEST: {"more": False},
    Step.CONSENT: {"texts": ["Шумит"], "files": [], "album": "", "message": 1},
    Step.OFFER: {"texts": ["Шумит"], "files": [], "album": "", "message": 1},
    Step.REVIEW: {"answer": "<given>", "what": "redo", "reason": "", "text": ""},
}  # fmt: skip
KINDS: dict[str, dict[str, Any]] = {
    "contact": {"text": None, "contact": {"phone_number": "+79990000002", "first_name": "Кто-то"}},
    "own contact": {"text": None, "contact": {"phone_number": "+79990000002", "first_name": "Я", "user_id": "<me>"}},
    "through a bot": {"via_bot": {"id": 1, "is_bot": True, "first_name": "Bot", "username": "some_bot"}},
    "a story": {"text": None, "story": {"id": 1, "chat": {"id": 5, "type": "private"}}},
}


ORDERS = ("order", "awaiting", "job", "held")
"""An order at the agreement, one that awaits verification, one whose device may be taken, one on the table."""
ORDER_STEPS: dict[str, str] = {
    Step.STAGE: "order", Step.RETURN_STAGE: "awaiting", Step.RELEASE_JOB: "held", Step.WAIVE_STAGE: "order",
    Step.ASK_ORDER: "order", Step.ANSWER_CLIENT: "order", Step.EXTEND_ORDER: "order", Step.PENALTY: "order",
    Step.CANCEL_ORDER: "order",
}  # fmt: skip
assert set(ORDER_STEPS) == {Step.STAGE, Step.ASK_ORDER, *REASONS}
REQUESTS = ("asked", "basic", "reviewed")
"""A document that the client is to send, a questionnaire, and an answer that awaits review."""
REQUEST_STEPS: dict[str, str] = {
    Step.REQUEST: "asked", Step.CONSENT: "asked", Step.QUESTION: "basic", Step.REVIEW: "reviewed",
}  # fmt: skip
PEOPLE = ("press: cli:", "press: let:")
Thing = Ticket | Order | Request | User


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    example: str
    step: str
    outcomes: dict[str, str]

    @property
    def names_a_thing(self) -> bool:
        """A ticket, an order, a request or a client, in the example or in the draft of its step."""
        return "<" in self.example.replace("<invite>", "").replace("<version>", "") or self.step in {
            Step.WRITE, Step.NOTE, Step.ASK, Step.HOLD, Step.EXPLAIN_RATING, Step.LETTER, *ORDER_STEPS, *REQUEST_STEPS,
        }  # fmt: skip

    @property
    def names_a_client(self) -> bool:
        """A client of the branch, by a button of the staff or in a letter to him."""
        return self.example.startswith(PEOPLE) or self.step == Step.LETTER

    @property
    def request(self) -> str:
        """Which of the requests it names, if one."""
        return next((name for name in REQUESTS if f"<{name}>" in self.example), REQUEST_STEPS.get(self.step, ""))

    @property
    def order(self) -> str:
        """Which of the orders it names, if one."""
        return next((name for name in ORDERS if f"<{name}>" in self.example), ORDER_STEPS.get(self.step, ""))


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
    tickets: dict[str, Ticket | None]
    orders: dict[str, dict[str, Order | None]]
    requests: dict[str, dict[str, Request | None]]
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
        ticket = self.tickets[which]
        comment = ticket and ticket.comments.first()
        orders = {name: self.orders[name][which] for name in ORDERS}
        for name, value in {
            "<ticket>": ticket.pk if ticket else MISSING,
            "<comment>": comment.pk if comment else MISSING,
            "<client>": ticket.client_id if ticket else MISSING,
            "<invite>": self.invite,
            "<attempt>": self._attempt(which),
            "<given>": self._given(which),
            "<version>": ConsentText.objects.latest("pk").pk,
            **{f"<{name}>": getattr(self.requests[name][which], "pk", MISSING) for name in REQUESTS},
            **{f"<{name}>": order.pk if order else MISSING for name, order in orders.items()},
        }.items():
            example = example.replace(name, str(value))
        return example

    def _attempt(self, which: str) -> int:
        order = self.orders["awaiting"][which]
        return (order and order.awaiting_id) or MISSING

    def _given(self, which: str) -> int:
        request = self.requests["reviewed"][which]
        return (request and request.answer_id) or MISSING

    def _thing(self, row: Row, which: str) -> Thing | None:
        ticket = self.tickets[which]
        if row.names_a_client:
            return ticket and ticket.client
        if row.request:
            return self.requests[row.request][which]
        return self.orders[row.order][which] if row.order else ticket

    def _draft(self, row: Row, which: str) -> dict[str, Any]:
        draft = DRAFTS.get(row.step, {})
        if not row.names_a_thing:
            return draft
        thing = self._thing(row, which)
        known = {"<attempt>": self._attempt, "<given>": self._given}
        filled = {name: known[str(value)](which) for name, value in draft.items() if str(value) in known}
        kind = "client" if row.names_a_client else "request" if row.request else "order" if row.order else "ticket"
        return {**draft, kind: thing.pk if thing else MISSING, **filled}

    def ask(self, row: Row, caller: str, which: str) -> tuple[str, str, bool]:
        """What was said and shown to the caller, the word above the button, and whether anything was changed; then all
        is taken back."""
        with transaction.atomic():
            if row.step:
                dialog = Dialog(bot_id=self.bot.id, chat_id=self.callers[caller], step=row.step)
                dialog.data = self._draft(row, which)
                dialog.save()
            before = Entry.objects.order_by("-pk").values_list("pk", flat=True)[0]
            told = Message.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
            inbox.store(self.bot.id, [self.update(row, caller, which)])
            handled = handle_next(self.bot)
            assert handled is not None
            status = InboxUpdate.objects.values_list("status", flat=True).get()
            assert status == UpdateStatus.HANDLED, (row, caller, which)
            shown = Message.objects.filter(chat_id=self.callers[caller], pk__gt=told).order_by("pk")
            said = "\n".join(json.dumps(message.params, ensure_ascii=False) for message in shown)
            changed = Entry.objects.filter(pk__gt=before).exclude(action="accounts.arrive").exists()
            transaction.set_rollback(True)
        return said, handled.toast, changed

    def outcome(self, row: Row, caller: str) -> str:
        """As in the table."""
        if not row.names_a_thing:
            said, toast, changed = self.ask(row, caller, "own")
            seen = "".join("s" if self._shown_any(said + toast, which) else "." for which in OBJECTS)
            return seen + ("+" if changed else "")
        signs, answers = "", {}
        for which in OBJECTS:
            answers[which] = said, toast, changed = self.ask(row, caller, which)
            shown = _shown(said + toast, self._thing(row, which))
            leaks = any(
                self._shown_any(said + toast, other)
                for other in OBJECTS
                if other != which and not (row.names_a_client and {other, which} == {"own", "closed"})
            )
            signs += "!" if leaks else {(0, 0): ".", (1, 0): "s", (0, 1): "c", (1, 1): "b"}[shown, changed]
        if caller != "superuser" and answers["foreign"] != answers["missing"]:
            signs += ", what is foreign is told otherwise than what is missing"
        return signs

    def _shown_any(self, said: str, which: str) -> bool:
        things = (self.tickets[which], *(self.orders[n][which] for n in ORDERS))
        return any(_shown(said, thing) for thing in (*things, *(self.requests[n][which] for n in REQUESTS)))


def _shown(said: str, thing: Thing | None) -> bool:
    if thing is None:
        return False
    if isinstance(thing, User):
        return thing.full_name in said
    if isinstance(thing, Request):
        return f"№ {thing.number}" in said.replace("\\u00a0", " ").replace("\u00a0", " ")
    words = thing.subject if isinstance(thing, Ticket) else thing.device
    return words in said or f" {thing.number}<" in said


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
    orders = orders_of(company, users, own)
    requests = requests_of(as_actor(users["operator"]), own, neighbour, foreign, company)
    for user in User.objects.filter(pk=users["deactivated"].pk):
        user.is_active = False
        user.save()
    invite = create_invite(actor=MACHINE, role=Role.ENGINEER, tenant_id=company.tenant.pk)
    callers = {name: user.telegram_id or 0 for name, user in users.items()} | {"stranger": STRANGER}
    return House(callers, found, orders, requests, invite.code, desk.telegram.bot)


def requests_of(
    operator: Actor, own: User, neighbour: User, foreign: User, company: Company
) -> dict[str, dict[str, Request | None]]:
    """Own: of the client who asks; closed: withdrawn."""
    stranger = as_actor(company.person(Role.OPERATOR, tenant=company.other))
    for client in (own, neighbour, foreign):
        give_consent(actor=as_actor(client, Via.BOT), text_id=ConsentText.objects.latest("pk").pk)

    def request(kind: str, client: User, *, withdraw: bool = False) -> Request:
        asks = stranger if client == foreign else operator
        template = {"asked": "requisites", "basic": "basic", "reviewed": "requisites"}[kind]
        made = open_request(actor=asks, client_id=client.pk, template=template)
        if kind == "reviewed":
            submit_document(actor=as_actor(client, Via.BOT), request_id=made.pk, text="ИНН 7700000000")
        if withdraw:
            cancel_request(actor=asks, request_id=made.pk)
        return Request.objects.get(pk=made.pk)

    return {kind: {
        "own": request(kind, own), "neighbour": request(kind, neighbour), "foreign": request(kind, foreign),
        "missing": None, "closed": request(kind, own, withdraw=True),
    } for kind in REQUESTS}  # fmt: skip


def orders_of(company: Company, users: dict[str, User], client: User) -> dict[str, dict[str, Order | None]]:
    """Own: of those who ask; a neighbour's: of another team of the branch; closed: cancelled."""
    users["engineer"].curator = users["workshop"].curator = users["curator"]
    for name in ("engineer", "workshop"):
        users[name].save()
    team = Team(company, telegram=True)
    elsewhere = Team(Company(company.other, company.tenant), telegram=True)
    own = Team(company)
    own.curator, own.engineer, own.workshop, own.client = users["curator"], users["engineer"], users["workshop"], client
    return {name: {
        "own": order_in(own, name, "свой"), "neighbour": order_in(team, name, "соседа"),
        "foreign": order_in(elsewhere, name, "чужой"), "missing": None, "closed": order_in(own, name, "отменён"),
    } for name in ORDERS}  # fmt: skip


def order_in(team: Team, state: str, word: str) -> Order:
    curator, engineer = team.actor(team.curator), team.actor(team.engineer)
    order = create_order(
        actor=curator, client_id=team.client.pk, engineer_id=team.engineer.pk, device=f"Канарейка {word} {state}"
    )
    if word == "отменён":
        return cancel_order(actor=curator, order_id=order.pk, reason="Нет")
    if state == "order":
        send_estimate(actor=engineer, order_id=order.pk, lines=ACCEPTED.lines)
    elif state == "awaiting":
        submit_stage(actor=engineer, order_id=order.pk, move="agreement", given=ACCEPTED)
    elif state in {"job", "held"}:
        for move in (Move.AGREEMENT, Move.PREPAYMENT):
            team.submit(order, move)
            team.approve(order)
        team.hand_over(order)
        if state == "held":
            take_job(actor=team.actor(team.workshop), order_id=order.pk)
    return Order.objects.get(pk=order.pk)


def reached(house: House) -> list[Route | None]:
    return [
        route_for(Update.de_json(house.update(row, "client", "own"), house.bot), row.step)  # type: ignore[arg-type]
        for row in policy()
    ]


def test_every_door_of_the_bot_has_a_policy(house: House) -> None:
    found = reached(house)
    assert [number for number, route in enumerate(ROUTES) if route not in found] == []


@pytest.mark.parametrize("caller", CALLERS)
def test_every_door_of_the_bot_answers_as_declared(house: House, caller: str) -> None:
    assert "\n".join(differences(house, policy(), [caller])) == ""


def differences(house: House, rows: Iterable[Row], callers: Iterable[str] = CALLERS) -> list[str]:
    """Where the bot answers otherwise than the table says."""
    return [
        f"{row.example} @{row.step} {caller}: {got} instead of {row.outcomes[caller]}"
        for row in rows
        for caller in callers
        if (got := house.outcome(row, caller)) != row.outcomes[caller]
    ]


def anybody(*_: Any, **__: Any) -> bool:
    return True


class AnybodyMay(dict):  # type: ignore[type-arg]
    """A table of rules that asks nobody."""

    def __missing__(self, _step: str) -> Callable[..., bool]:
        return anybody


def unscoped(_actor: object, ticket_id: int) -> Ticket | None:
    return Ticket.objects.filter(pk=ticket_id).first()


def any_request(_context: object, request_id: int) -> Request:
    """Whosever it is."""
    request = Request.objects.filter(pk=request_id).select_related("client").first()
    if request is None:
        raise NotFound
    return request


MUTATIONS: dict[str, tuple[str, Callable[..., Any], str]] = {
    "a card unscoped": ("botapp.handlers.cards.one_visible", unscoped, "press: card:<ticket>"),
    "a message unscoped": ("botapp.handlers.cards.one_visible", unscoped, "press: past:<ticket>:0"),
    "an order unscoped": (
        "botapp.handlers.orders.one_visible", lambda _actor, pk: Order.objects.filter(pk=pk).first(),
        "press: order:<order>",
    ),
    "a reason asked of anybody": ("botapp.handlers.order_words.MAY_ANSWER", AnybodyMay(), "press: job:<held>:release"),
    "a button's check dropped": ("core.actor.Actor.require", anybody, "press: note:<ticket>"),
    "a request unscoped": ("botapp.handlers.review._request", any_request, "press: rev:<reviewed>:<given>:open"),
    "a client unscoped": (
        "botapp.handlers.clients.clients_for", lambda _actor: User.objects.all(), "press: cli:<client>:open",
    ),
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
