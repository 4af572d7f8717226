"""A caller and the Telegram account with the same number become one person."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection, transaction

from accounts.actions import set_contact
from accounts.errors import NotTheSamePerson
from accounts.models import Contact, User
from accounts.roles import Role
from audit.models import Entry
from core.errors import Denied, NotFound, Problem
from outbox.models import Message
from tests.support.company import MACHINE, Company, as_actor
from tests.support.unchanged import every_row, refused
from tickets.actions import add_comment, create_ticket, link_caller
from tickets.errors import UnknownClient
from tickets.models import Comment, Ticket

PHONE = "+79991234567"


def client_of(company: Company, phone: str = PHONE, **details: Any) -> User:
    person = company.person(details.pop("role", Role.CLIENT), **details)
    set_contact(actor=MACHINE, user_id=person.pk, phone=phone)
    return person


@pytest.fixture
def caller(company: Company) -> User:
    person = client_of(company, name="Смирнова Анна Петровна")
    set_contact(actor=MACHINE, user_id=person.pk, company="Медлайн")
    return person


@pytest.fixture
def person(company: Company) -> User:
    person = client_of(company, name="anya", telegram=True)
    set_contact(actor=MACHINE, user_id=person.pk, company="Старая", address="Мира, 1")
    return person


def test_tickets_name_and_details_become_the_persons(company: Company, caller: User, person: User) -> None:
    operator = company.person(Role.OPERATOR)
    moved, own = [company.ticket(caller), company.ticket(caller)], company.ticket(person)
    written = [
        add_comment(actor=as_actor(caller), ticket_id=moved[0].pk, text="Шумит").pk,
        add_comment(actor=as_actor(operator), ticket_id=moved[0].pk, text="Едем").pk,
    ]
    told = Message.objects.count()
    assert link_caller(actor=as_actor(operator), caller_id=caller.pk, person_id=person.pk) == person
    caller.refresh_from_db()
    person.refresh_from_db()
    assert list(Ticket.objects.filter(client=person).order_by("pk")) == [*moved, own]
    assert [ticket.version for ticket in Ticket.objects.filter(pk__in=[moved[1].pk, own.pk]).order_by("pk")] == [2, 1]
    assert list(Comment.objects.filter(pk__in=written).order_by("pk").values_list("author", flat=True)) == [
        caller.pk, operator.pk,
    ]  # fmt: skip
    assert (person.full_name, person.is_active, caller.is_active) == ("Смирнова Анна Петровна", True, False)
    contact = Contact.objects.get()
    assert (contact.user, contact.company, contact.address, contact.phone) == (person, "Медлайн", "Мира, 1", PHONE)
    assert Message.objects.count() == told
    entries = Entry.objects.filter(user=operator).order_by("pk").values_list("action", "object_id", "data")
    assert list(entries)[-4:] == [
        ("accounts.take_over_caller", person.pk, {"caller": caller.pk}),
        ("accounts.deactivate", caller.pk, {"person": person.pk}),
        *[("tickets.link_caller", t.pk, {"caller": caller.pk, "client": person.pk}) for t in moved],
    ]  # fmt: skip


CASES: dict[str, tuple[Callable[[Company], User], Callable[[Company], User], type[Problem]]] = {
    "another number": (lambda c: client_of(c, "+79990000000"), lambda c: client_of(c, telegram=True), NotTheSamePerson),
    "no number at all": (lambda c: client_of(c, ""), lambda c: client_of(c, "", telegram=True), NotTheSamePerson),
    "nothing is known": (
        lambda c: c.person(Role.CLIENT), lambda c: c.person(Role.CLIENT, telegram=True), NotTheSamePerson,
    ),
    "both call": (lambda c: client_of(c), lambda c: client_of(c), NotTheSamePerson),
    "both are in Telegram": (
        lambda c: client_of(c, telegram=True), lambda c: client_of(c, telegram=True), NotTheSamePerson,
    ),
    "the other way round": (lambda c: client_of(c, telegram=True), lambda c: client_of(c), NotTheSamePerson),
    "a colleague with the number": (
        lambda c: client_of(c), lambda c: client_of(c, role=Role.TECHNICIAN, telegram=True), NotFound,
    ),
    "the caller is of another branch": (
        lambda c: client_of(c, tenant=c.other), lambda c: client_of(c, telegram=True), NotFound,
    ),
    "the person is of another branch": (
        lambda c: client_of(c), lambda c: client_of(c, tenant=c.other, telegram=True), NotFound,
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_others_can_not_be_joined(company: Company, case: str) -> None:
    caller, person, problem = CASES[case]
    first, second = caller(company), person(company)
    company.ticket(first)
    operator = as_actor(company.person(Role.OPERATOR))
    with refused(problem):
        link_caller(actor=operator, caller_id=first.pk, person_id=second.pk)


def test_not_even_a_superuser_joins_over_branches(company: Company, caller: User) -> None:
    stranger = client_of(company, tenant=company.other, telegram=True)
    superuser = as_actor(company.person(Role.SUPERUSER))
    with refused(NotTheSamePerson):
        link_caller(actor=superuser, caller_id=caller.pk, person_id=stranger.pk)


def test_nobody_is_joined_with_himself_or_with_one_who_is_gone(company: Company, caller: User, person: User) -> None:
    operator = as_actor(company.person(Role.OPERATOR))
    with refused(NotTheSamePerson):
        link_caller(actor=operator, caller_id=caller.pk, person_id=caller.pk)
    User.objects.filter(pk=person.pk).update(is_active=False)
    with refused(NotTheSamePerson):
        link_caller(actor=operator, caller_id=caller.pk, person_id=person.pk)


def test_a_caller_who_also_works_here_is_let_be(company: Company, person: User) -> None:
    worker = company.person(Role.CLIENT, Role.TECHNICIAN)
    set_contact(actor=MACHINE, user_id=worker.pk, phone=PHONE)
    operator = as_actor(company.person(Role.OPERATOR))
    with refused(NotTheSamePerson):
        link_caller(actor=operator, caller_id=worker.pk, person_id=person.pk)


@pytest.mark.parametrize("role", Role.values)
def test_who_may(company: Company, caller: User, person: User, role: str) -> None:
    actor, before = as_actor(company.person(Role(role))), every_row()
    allowed = True
    try:
        with transaction.atomic():
            link_caller(actor=actor, caller_id=caller.pk, person_id=person.pk)
            transaction.set_rollback(True)
    except Denied:
        allowed = False
    assert allowed == (role in {"operator", "curator", "superuser"})
    assert every_row() == before


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_ticket_that_comes_meanwhile_is_not_left_with_the_caller(company: Company) -> None:
    """Opening a ticket waits for the joining, and then finds that the caller is no more."""
    caller, person = client_of(company), client_of(company, telegram=True)
    operator = as_actor(company.person(Role.OPERATOR))
    begun, problems = threading.Event(), []

    def open_ticket() -> None:
        begun.set()
        try:
            create_ticket(actor=operator, client_id=caller.pk, text="Шумит")
        except UnknownClient as problem:
            problems.append(problem)
        finally:
            connection.close()

    thread = threading.Thread(target=open_ticket)
    with transaction.atomic():
        link_caller(actor=operator, caller_id=caller.pk, person_id=person.pk)
        thread.start()
        begun.wait(5)
        thread.join(0.3)
        assert thread.is_alive()
    thread.join(5)
    assert (len(problems), Ticket.objects.count()) == (1, 0)
