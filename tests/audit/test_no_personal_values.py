"""Every action there is leaves its entry, and none of them holds anything personal."""

import ast
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from accounts.actions import (
    activate_person,
    arrive_by_telegram,
    begin_second_factor,
    begin_tokens,
    confirm_second_factor,
    create_invite,
    create_person,
    deactivate_person,
    end_access,
    end_tokens,
    link_telegram,
    mark_reachable,
    mark_unreachable,
    note_sign_in,
    redeem_invite,
    remove_second_factor,
    require_second_factor,
    reveal_phone,
    revoke_invite,
    set_contact,
    set_language,
    set_password,
    set_roles,
    set_service_permissions,
    turn_off_second_factor,
)
from accounts.models import User
from accounts.roles import Role
from audit.models import Entry
from core.actor import Actor, Via
from files.actions import TelegramFile
from files.enums import FileKind
from orders.actions import (
    add_penalty,
    answer_about_order,
    answer_estimate,
    ask_about_order,
    assign_engineer,
    cancel_order,
    change_curator,
    correct_sum,
    create_order,
    edit_order,
    exclude_stage,
    extend_order,
    hand_over_everything,
    plan_stage,
    record_consent,
    release_job,
    return_attempt,
    reveal_address,
    send_estimate,
    set_job_priority,
    set_share,
    set_waiting,
    take_job,
    waive_stage,
)
from orders.actions.stages import LineInput
from orders.enums import VERIFIED
from orders.models import Attempt
from outbox.enums import DeliveryStatus
from outbox.models import Message
from tests.architecture.source import modules, nodes, rooms
from tests.audit.clients import clients_live
from tests.support.company import MACHINE, Company, as_actor
from tests.support.orders import ACCEPTED, GIVEN, Team
from tests.support.second_factor import app_code
from tickets.actions import (
    add_comment,
    append_part,
    assign_ticket,
    create_ticket,
    delete_comment,
    edit_comment,
    edit_description,
    explain_rating,
    link_caller,
    move_ticket,
    open_ticket_for,
    rate_ticket,
    repeat_delivery,
    set_priority,
    split_comment,
)
from tickets.actions.moves import MoveInput
from tickets.enums import Move, Visibility
from tickets.models import Ticket
from tickets.tasks import sweep_tickets

SECRET = "SecretOfAnna"
PHONE = "+79991234567"
TELEGRAM_ID = 7_654_321_987
FILE = TelegramFile(FileKind.DOCUMENT, SECRET, name=SECRET, size=1)


BY_NAME = {
    "f'tickets.{move}'": [f"tickets.{move}" for move in Move.values],
    "f'orders.submit_{stage}'": [f"orders.submit_{stage}" for stage in VERIFIED],
    "f'clients.{move}'": ["clients.accept", "clients.redo", "clients.reject"],
    "f'clients.erasure_{status}'": ["clients.erasure_done", "clients.erasure_refused", "clients.erasure_taken_back"],
}


def declared() -> Iterator[str]:
    """The name of every entry that the code can write."""
    for path in modules(*rooms()):
        for _, node in nodes(path):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "audit.record":
                action = node.args[1]
                if isinstance(action, ast.Constant):
                    yield str(action.value)
                else:
                    assert ast.unparse(action) in BY_NAME, f"{path}: name the action plainly"
                    yield from BY_NAME[ast.unparse(action)]


@pytest.fixture
def everything_done(company: Company) -> None:
    people_come(company)
    tickets_live(company)
    callers_come(company)
    somebody_is_invited(company)
    clients_live(company, SECRET)
    access_changes(company)
    second_factors_come(company)
    orders_live(company)


def orders_live(company: Company) -> None:
    team = Team(company, telegram=True)
    curator, engineer, workshop = (team.actor(user) for user in (team.curator, team.engineer, team.workshop))
    order = team.order(address=SECRET, serial_number=SECRET, accessories=SECRET)
    edit_order(actor=curator, order_id=order.pk, device=SECRET, fault=SECRET)
    reveal_address(actor=curator, order_id=order.pk)
    colleague = company.person(Role.ENGINEER, curator=team.curator)
    for person in (colleague, team.engineer):
        assign_engineer(actor=curator, order_id=order.pk, engineer_id=person.pk)
    plan_stage(actor=curator, order_id=order.pk, stage="workshop")
    exclude_stage(actor=curator, order_id=order.pk, stage="workshop")
    plan_stage(actor=curator, order_id=order.pk, stage="expenses")
    waive_stage(actor=engineer, order_id=order.pk, stage="expenses", reason=SECRET)
    extend_order(actor=curator, order_id=order.pk, until=timezone.now() + timedelta(days=1), reason=SECRET)
    send_estimate(actor=engineer, order_id=order.pk, lines=[LineInput(SECRET, Decimal(1))])
    client = team.actor(team.client)
    answer_estimate(actor=client, order_id=order.pk, version=1, option=0)
    ask_about_order(actor=client, order_id=order.pk, text=SECRET)
    attempt = team.submit(order, "agreement", replace(ACCEPTED, text=SECRET, files=[FILE]))
    return_attempt(actor=curator, order_id=order.pk, attempt_id=attempt.pk, reason=SECRET)
    answer_about_order(actor=engineer, order_id=order.pk, text=SECRET)
    set_waiting(actor=engineer, order_id=order.pk, waiting="parts")
    set_share(actor=curator, engineer_id=team.engineer.pk, percent=90)
    for move in ("agreement", "prepayment"):
        team.submit(order, move)
        team.approve(order)
    agreed = Attempt.objects.filter(order=order, verdict="approved").earliest("pk")
    correct_sum(actor=curator, order_id=order.pk, attempt_id=agreed.pk, total=Decimal(9999), reason=SECRET)
    record_consent(actor=curator, order_id=order.pk, total=Decimal(9999), text=SECRET)
    add_penalty(actor=curator, order_id=order.pk, total=Decimal(1), reason=SECRET)
    team.hand_over(order)
    take_job(actor=workshop, order_id=order.pk)
    release_job(actor=workshop, order_id=order.pk, reason=SECRET)
    set_job_priority(actor=curator, order_id=order.pk, priority="urgent")
    take_job(actor=workshop, order_id=order.pk)
    for move in ("work_done", "expenses", "report"):
        team.submit(order, move, replace(GIVEN[move], text=SECRET))
        team.approve(order)
    cancel_order(actor=curator, order_id=team.order().pk, reason=SECRET)
    superuser, heir = as_actor(company.person(Role.SUPERUSER)), company.person(Role.CURATOR)
    change_curator(actor=superuser, order_id=order.pk, curator_id=heir.pk)
    hand_over_everything(actor=superuser, curator_id=team.curator.pk, heir_id=heir.pk)


def people_come(company: Company) -> None:
    create_person(
        actor=MACHINE, tenant_id=company.tenant.pk, full_name=SECRET, roles=[Role.TECHNICIAN], username=SECRET,
        password=SECRET, telegram_username=SECRET,
    )  # fmt: skip
    arrival = Actor.system("arrival")
    arrive_by_telegram(
        actor=arrival, telegram_id=TELEGRAM_ID, full_name=SECRET, username=SECRET, language="en",
        tenant_slug=company.tenant.slug,
    )  # fmt: skip
    mark_unreachable(actor=arrival, telegram_id=TELEGRAM_ID, reason="blocked")
    mark_reachable(actor=arrival, telegram_id=TELEGRAM_ID)
    note_sign_in(user=User.objects.get(username=SECRET), via=Via.CONSOLE, address=SECRET)
    set_language(actor=as_actor(User.objects.get(telegram_id=TELEGRAM_ID), Via.BOT), language="ru")
    link_telegram(actor=MACHINE, user_id=User.objects.get(username=SECRET).pk, telegram_id=TELEGRAM_ID + 1)


def tickets_live(company: Company) -> None:
    client, technician = User.objects.get(telegram_id=TELEGRAM_ID), User.objects.get(username=SECRET)
    create_ticket(actor=as_actor(client), client_id=client.pk, text=SECRET, subject=SECRET, files=[FILE])
    ticket = open_ticket_for(actor=as_actor(technician), description=SECRET, client_name=SECRET, subject=SECRET)
    Ticket.objects.filter(pk=ticket.pk).update(client=client)
    more = add_comment(actor=as_actor(client), ticket_id=ticket.pk, text=SECRET, files=[FILE])
    split_comment(actor=as_actor(client), comment_id=more.pk)
    later = timezone.now() + timedelta(days=1)

    def move(person: User, name: str, given: MoveInput = MoveInput()) -> None:  # noqa: B008
        move_ticket(actor=as_actor(person), ticket_id=ticket.pk, move=name, given=given)

    def write(person: User, visibility: str = Visibility.PUBLIC) -> None:
        add_comment(actor=as_actor(person), ticket_id=ticket.pk, text=SECRET, visibility=visibility, files=[FILE])

    move(technician, "spam")
    move(technician, "undo")
    move(technician, "take")
    write(technician, Visibility.INTERNAL)
    move(technician, "ask", MoveInput(text=SECRET))
    write(client)
    move(technician, "hold", MoveInput(until=later, reason=SECRET))
    move(technician, "resume")
    move(technician, "resolve")
    move(client, "confirm")
    rate_ticket(actor=as_actor(client), ticket_id=ticket.pk, rating=1)
    explain_rating(actor=as_actor(client), ticket_id=ticket.pk, text=SECRET)
    move(client, "reopen")
    assign_ticket(actor=as_actor(technician), ticket_id=ticket.pk, assignee_id=None)
    set_priority(actor=as_actor(technician), ticket_id=ticket.pk, priority="urgent")
    move(technician, "resolve")
    Ticket.objects.filter(pk=ticket.pk).update(resolved_at=timezone.now() - timedelta(days=3))
    sweep_tickets()
    move(technician, "reopen")
    move(technician, "release")
    move(client, "cancel")
    append_part(actor=as_actor(client), ticket_id=ticket.pk, comment_id=None, text=SECRET, files=())
    edit_description(actor=as_actor(client), ticket_id=ticket.pk, text=SECRET * 2)
    sent = add_comment(actor=as_actor(technician), ticket_id=ticket.pk, text=SECRET)
    edit_comment(actor=as_actor(technician), comment_id=sent.pk, text=SECRET * 2)
    Message.objects.filter(subject_type="tickets.comment", subject_id=sent.pk).update(status=DeliveryStatus.FAILED)
    repeat_delivery(actor=as_actor(technician), comment_id=sent.pk)
    delete_comment(actor=as_actor(technician), comment_id=sent.pk)


def somebody_is_invited(company: Company) -> None:
    superuser = as_actor(company.person(Role.SUPERUSER))
    invite = create_invite(actor=superuser, role=Role.TECHNICIAN, tenant_id=company.tenant.pk, notes=SECRET)
    redeem_invite(actor=as_actor(company.person(Role.CLIENT)), code=invite.code)
    revoke_invite(actor=superuser, invite_id=invite.pk)


def access_changes(company: Company) -> None:
    superuser, person = as_actor(company.person(Role.SUPERUSER)), company.person(Role.TECHNICIAN, name=SECRET)
    pair = begin_tokens(user=person)
    end_tokens(refresh=pair.refresh)
    set_roles(actor=superuser, user_id=person.pk, roles=[Role.OPERATOR])
    set_password(actor=superuser, user_id=person.pk, username=SECRET * 2, password=SECRET[::-1])
    set_service_permissions(
        actor=superuser, user_id=company.person(Role.INTEGRATOR).pk, permissions=["tickets.see_tenant"]
    )
    end_access(actor=superuser, user_id=person.pk)
    deactivate_person(actor=superuser, user_id=person.pk)
    activate_person(actor=superuser, user_id=person.pk)


def second_factors_come(company: Company) -> None:
    superuser, person = as_actor(company.person(Role.SUPERUSER)), company.person(Role.TECHNICIAN, name=SECRET)
    begin_second_factor(user=person)
    confirm_second_factor(actor=as_actor(person), user=person, code=app_code(person, -1))
    turn_off_second_factor(actor=as_actor(person), user=person, code=app_code(person, 0))
    begin_second_factor(user=person)
    confirm_second_factor(actor=as_actor(person), user=person, code=app_code(person, 0))
    remove_second_factor(actor=superuser, user_id=person.pk)
    require_second_factor(actor=superuser, tenant_id=company.tenant.pk, required=True)


def callers_come(company: Company) -> None:
    operator, caller = company.person(Role.OPERATOR), company.person(Role.CLIENT, name=SECRET)
    person = company.person(Role.CLIENT, name=SECRET, telegram=True)
    for client in (caller, person):
        set_contact(actor=as_actor(operator), user_id=client.pk, company=SECRET, phone=PHONE, address=SECRET)
    open_ticket_for(actor=as_actor(operator), description=SECRET, client=caller.pk)
    create_order(actor=as_actor(company.person(Role.CURATOR)), client_id=caller.pk, fault=SECRET)
    reveal_phone(actor=as_actor(operator), user_id=caller.pk)
    link_caller(actor=as_actor(operator), caller_id=caller.pk, person_id=person.pk)


def test_every_action_leaves_its_entry(everything_done: None) -> None:
    assert set(Entry.objects.values_list("action", flat=True)) == set(declared())


def test_no_entry_holds_anything_personal(everything_done: None) -> None:
    leaks = [
        row
        for row in Entry.objects.values()
        if any(word in str(row) for word in (SECRET, str(TELEGRAM_ID), PHONE[-10:]))
    ]
    assert leaks == []
