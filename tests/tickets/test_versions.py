"""A card that somebody else has changed meanwhile is not overwritten, and doing the same twice does it once."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.roles import Role
from core.actor import Actor
from tests.support.company import Company, as_actor
from tests.support.unchanged import nothing_changes, refused
from tickets.actions import add_comment, assign_ticket, move_ticket, set_priority
from tickets.actions.moves import MoveInput
from tickets.errors import AlreadyTaken, ChangedMeanwhile, MoveNotPossible, UnknownAssignee
from tickets.models import Comment, Ticket
from tickets.tasks import sweep_tickets

Change = Callable[[Actor, Ticket, int], Ticket]
CHANGES: dict[str, Change] = {
    "move": lambda actor, ticket, version: move_ticket(
        actor=actor, ticket_id=ticket.pk, move="resolve", version=version
    ),
    "assign": lambda actor, ticket, version: assign_ticket(
        actor=actor, ticket_id=ticket.pk, assignee_id=actor.user_id, version=version
    ),
    "priority": lambda actor, ticket, version: set_priority(
        actor=actor, ticket_id=ticket.pk, priority="urgent", version=version
    ),
}


@pytest.fixture
def olga(company: Company) -> Actor:
    return as_actor(company.person(Role.TECHNICIAN, name="Ольга"))


@pytest.fixture
def pavel(company: Company) -> Actor:
    return as_actor(company.person(Role.TECHNICIAN, name="Павел"))


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_stale_card_is_refused_with_the_name(change: Change, company: Company, olga: Actor, pavel: Actor) -> None:
    ticket = move_ticket(actor=olga, ticket_id=company.ticket().pk, move="take")
    assert ticket.version == 2
    with refused(ChangedMeanwhile) as caught:
        change(pavel, ticket, 1)
    assert caught.value.params == {"number": ticket.number, "who": "Ольга"}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_version_of_the_future_is_refused_as_well(
    change: Change, company: Company, olga: Actor, pavel: Actor
) -> None:
    ticket = move_ticket(actor=olga, ticket_id=company.ticket().pk, move="take")
    with refused(ChangedMeanwhile):
        change(pavel, ticket, 10**30)


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_every_change_raises_the_version(change: Change, company: Company, olga: Actor, pavel: Actor) -> None:
    ticket = move_ticket(actor=olga, ticket_id=company.ticket().pk, move="take")
    assert change(pavel, ticket, 2).version == 3
    assert Ticket.objects.get(pk=ticket.pk).version == 3


def test_the_machine_is_named_too(company: Company, olga: Actor) -> None:
    ticket = move_ticket(actor=olga, ticket_id=company.ticket().pk, move="take")
    move_ticket(actor=olga, ticket_id=ticket.pk, move="resolve")
    Ticket.objects.filter(pk=ticket.pk).update(resolved_at=timezone.now() - timedelta(days=3))
    sweep_tickets()
    with refused(ChangedMeanwhile) as caught:
        move_ticket(actor=olga, ticket_id=ticket.pk, move="reopen", version=3)
    assert caught.value.params["who"] == "TWS"


def test_what_was_written_meanwhile_is_no_obstacle(company: Company, olga: Actor) -> None:
    client = company.person(Role.CLIENT)
    ticket = company.ticket(client)
    add_comment(actor=as_actor(client), ticket_id=ticket.pk, text="И шумит")
    assert move_ticket(actor=olga, ticket_id=ticket.pk, move="take", version=1).version == 2


def test_who_changed_it_is_not_who_wrote_last(company: Company, olga: Actor, pavel: Actor) -> None:
    client = company.person(Role.CLIENT)
    ticket = move_ticket(actor=olga, ticket_id=company.ticket(client).pk, move="take")
    add_comment(actor=as_actor(client), ticket_id=ticket.pk, text="И шумит")
    with refused(ChangedMeanwhile) as caught:
        move_ticket(actor=pavel, ticket_id=ticket.pk, move="resolve", version=1)
    assert caught.value.params["who"] == "Ольга"


def test_who_comes_second_is_told_who_took_it(company: Company, olga: Actor, pavel: Actor) -> None:
    ticket = move_ticket(actor=olga, ticket_id=company.ticket().pk, move="take")
    with refused(AlreadyTaken) as caught:
        move_ticket(actor=pavel, ticket_id=ticket.pk, move="take")
    assert caught.value.params == {"number": ticket.number, "who": "Ольга"}


def test_nobody_is_told_of_himself(company: Company, olga: Actor) -> None:
    ticket = move_ticket(actor=olga, ticket_id=company.ticket().pk, move="take")
    move_ticket(actor=olga, ticket_id=ticket.pk, move="resolve")
    with refused(MoveNotPossible):
        move_ticket(actor=olga, ticket_id=ticket.pk, move="take")


@pytest.mark.parametrize("version", [None, 1, 2])
def test_a_double_click_has_one_effect(version: int | None, company: Company, olga: Actor) -> None:
    ticket = move_ticket(actor=olga, ticket_id=company.ticket().pk, move="take", version=1)
    with nothing_changes():
        assert move_ticket(actor=olga, ticket_id=ticket.pk, move="take", version=version).version == 2


def test_a_double_click_around_a_comment_has_one_effect(company: Company, olga: Actor) -> None:
    client = company.person(Role.CLIENT)
    ticket = move_ticket(actor=olga, ticket_id=company.ticket(client).pk, move="take")
    add_comment(actor=as_actor(client), ticket_id=ticket.pk, text="И шумит")
    with nothing_changes():
        move_ticket(actor=olga, ticket_id=ticket.pk, move="take")


def test_a_question_asked_twice_is_asked_once(company: Company, olga: Actor) -> None:
    ticket = move_ticket(actor=olga, ticket_id=company.ticket().pk, move="take")
    ask = MoveInput(text="Какая модель?")
    move_ticket(actor=olga, ticket_id=ticket.pk, move="ask", given=ask)
    with nothing_changes():
        move_ticket(actor=olga, ticket_id=ticket.pk, move="ask", given=ask)
    assert Comment.objects.count() == 1


def test_another_question_is_not_lost_in_silence(company: Company, olga: Actor) -> None:
    ticket = move_ticket(actor=olga, ticket_id=company.ticket().pk, move="take")
    move_ticket(actor=olga, ticket_id=ticket.pk, move="ask", given=MoveInput(text="Какая модель?"))
    with refused(MoveNotPossible):
        move_ticket(actor=olga, ticket_id=ticket.pk, move="ask", given=MoveInput(text="Какой адрес?"))


def test_another_date_of_a_hold_is_not_lost_in_silence(company: Company, olga: Actor) -> None:
    ticket, now = company.ticket(), timezone.now()
    hold = MoveInput(until=now + timedelta(days=1), reason="Ждём деталь")
    move_ticket(actor=olga, ticket_id=ticket.pk, move="hold", given=hold)
    with nothing_changes():
        move_ticket(actor=olga, ticket_id=ticket.pk, move="hold", given=hold)
    for other in (MoveInput(until=now + timedelta(days=2), reason="Ждём деталь"), MoveInput(hold.until, "Другое")):
        with refused(MoveNotPossible):
            move_ticket(actor=olga, ticket_id=ticket.pk, move="hold", given=other)


def test_an_undo_clicked_twice_is_done_once(company: Company, olga: Actor) -> None:
    ticket = company.ticket()
    hold = MoveInput(until=timezone.now() + timedelta(days=1), reason="Ждём деталь")
    move_ticket(actor=olga, ticket_id=ticket.pk, move="hold", given=hold)
    move_ticket(actor=olga, ticket_id=ticket.pk, move="cancel")
    move_ticket(actor=olga, ticket_id=ticket.pk, move="undo")
    with nothing_changes():
        assert move_ticket(actor=olga, ticket_id=ticket.pk, move="undo").status == "on_hold"


def test_the_same_move_is_possible_again_later(company: Company, olga: Actor) -> None:
    ticket = company.ticket()
    for move in ("take", "release", "take", "resolve", "reopen", "resolve"):
        ticket = move_ticket(actor=olga, ticket_id=ticket.pk, move=move)
    assert (ticket.status, ticket.version) == ("resolved", 7)


@pytest.mark.parametrize(
    "whom", ["a client", "a colleague elsewhere", "an integrator", "an engineer", "nobody", "beyond bigint"]
)
def test_a_ticket_is_handed_to_those_who_work_on_tickets_here(whom: str, company: Company, olga: Actor) -> None:
    ids = {
        "a client": company.person(Role.CLIENT).pk,
        "a colleague elsewhere": company.person(Role.TECHNICIAN, tenant=company.other).pk,
        "an integrator": company.person(Role.INTEGRATOR).pk,
        "an engineer": company.person(Role.ENGINEER).pk,
        "nobody": 10**9,
        "beyond bigint": 10**30,
    }
    ticket = company.ticket()
    with refused(UnknownAssignee) as caught:
        assign_ticket(actor=olga, ticket_id=ticket.pk, assignee_id=ids[whom])
    assert set(caught.value.fields) == {"assignee"}


def test_handing_over_twice_or_the_same_priority_changes_nothing(company: Company, olga: Actor, pavel: Actor) -> None:
    ticket = company.ticket()
    assign_ticket(actor=olga, ticket_id=ticket.pk, assignee_id=pavel.user_id)
    with nothing_changes():
        assign_ticket(actor=olga, ticket_id=ticket.pk, assignee_id=pavel.user_id, version=1)
        set_priority(actor=olga, ticket_id=ticket.pk, priority="normal", version=1)
