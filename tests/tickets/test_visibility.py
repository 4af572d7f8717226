"""One row and the table give the same answer to «may he see it?»."""

from itertools import product

import pytest

from accounts.middleware import NOBODY
from accounts.models import User
from accounts.roles import Role
from core.actor import Actor, Via
from tests.support.company import Company, as_actor
from tickets.actions import add_comment
from tickets.enums import Visibility
from tickets.models import Comment, Ticket
from tickets.queries import comments_visible_to, open_tickets_of, own_tickets, ticket_list, visible_to
from tickets.rules import can_view, can_view_comment

ROLE_SETS = [(), *((role,) for role in Role), (Role.CLIENT, Role.ENGINEER), (Role.CLIENT, Role.TECHNICIAN)]


@pytest.fixture
def tickets(company: Company) -> list[Ticket]:
    """Tickets of two clients of each branch, with a message and a note each."""
    for tenant in (company.tenant, company.other):
        technician = company.person(Role.TECHNICIAN, tenant=tenant)
        for _ in range(2):
            ticket = company.ticket(company.person(Role.CLIENT, tenant=tenant))
            for visibility in Visibility.values:
                add_comment(actor=as_actor(technician), ticket_id=ticket.pk, text="Едем", visibility=visibility)
    return list(Ticket.objects.order_by("pk"))


@pytest.mark.parametrize("roles", ROLE_SETS, ids=lambda roles: "+".join(roles) or "no role")
def test_the_table_agrees_with_the_row(roles: tuple[Role, ...], company: Company, tickets: list[Ticket]) -> None:
    """For a person of each branch, active or not, who is the client of one ticket of each branch."""
    for tenant, active in product((company.tenant, company.other), (True, False)):
        person = company.person(*roles, tenant=tenant)
        Ticket.objects.filter(pk__in=[tickets[0].pk, tickets[2].pk]).update(client=person)
        User.objects.filter(pk=person.pk).update(is_active=active)
        assert_agreement(as_actor(person))


@pytest.mark.parametrize("actor", [Actor.system("test"), Actor.system("test", frozenset({"people.manage"}))])
def test_the_machine_sees_every_ticket(actor: Actor, tickets: list[Ticket]) -> None:
    assert list(visible_to(actor).order_by("pk")) == tickets
    assert_agreement(actor)


def test_anonymous_sees_nothing(tickets: list[Ticket]) -> None:
    assert list(visible_to(NOBODY)) == []
    assert_agreement(NOBODY)


def test_a_client_reads_no_notes(company: Company, tickets: list[Ticket]) -> None:
    ticket = tickets[0]
    assert [c.visibility for c in comments_visible_to(as_actor(ticket.client), ticket)] == ["public"]
    technician = as_actor(company.person(Role.TECHNICIAN))
    assert [c.visibility for c in comments_visible_to(technician, ticket)] == ["public", "internal"]


def test_every_list_is_cut_to_what_is_visible(company: Company, tickets: list[Ticket]) -> None:
    client = tickets[0].client
    actor = as_actor(client, Via.BOT)
    assert [list(rows) for rows in (ticket_list(actor), own_tickets(actor))] == [[tickets[0]], [tickets[0]]]
    assert open_tickets_of(actor).first() == tickets[0]
    stranger = as_actor(company.person(Role.CLIENT), Via.BOT)
    assert (list(ticket_list(stranger)), list(own_tickets(stranger)), list(open_tickets_of(stranger))) == ([], [], [])


def assert_agreement(actor: Actor) -> None:
    visible = set(visible_to(actor))
    for ticket in Ticket.objects.all():
        assert (ticket in visible) == can_view(actor, ticket)
        readable = set(comments_visible_to(actor, ticket)) if ticket in visible else set()
        for comment in Comment.objects.filter(ticket=ticket):
            assert (comment in readable) == can_view_comment(actor, comment)
