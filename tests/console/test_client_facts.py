"""The client on a ticket's card: his company and phone, his other tickets, and who else he may be."""

import pytest
from django.test import Client

from accounts.actions import set_contact
from accounts.models import Contact, User
from accounts.roles import Role
from audit.models import Entry
from tests.support.company import MACHINE, Company
from tests.support.unchanged import nothing_changes
from tickets.models import Ticket

PHONE, WHOLE, MASKED = "+79991234567", "+7 999 123-45-67", "•••45-67"


@pytest.fixture
def caller(company: Company) -> User:
    """Entered by an operator."""
    person = company.person(Role.CLIENT, name="Смирнова Анна Петровна")
    set_contact(actor=MACHINE, user_id=person.pk, company="Медлайн", phone=PHONE)
    return person


@pytest.fixture
def person(company: Company) -> User:
    """In Telegram, with the same number."""
    person = company.person(Role.CLIENT, name="anya", telegram=True)
    set_contact(actor=MACHINE, user_id=person.pk, phone=PHONE)
    return person


def address(ticket: Ticket, path: str = "change") -> str:
    return f"/admin/tickets/ticket/{ticket.pk}/{path}/"


@pytest.mark.parametrize("role", [Role.TECHNICIAN, Role.OPERATOR, Role.CURATOR, Role.SUPERUSER])
def test_the_card_shows_company_and_the_end_of_the_number(
    company: Company, client: Client, caller: User, role: Role
) -> None:
    client.force_login(company.person(role))
    ticket = company.ticket(caller)
    with nothing_changes():
        html = client.get(address(ticket)).content.decode()
    assert "Медлайн" in html
    assert (MASKED in html, WHOLE in html, PHONE in html) == (True, False, False)
    assert (f'action="{address(ticket, "phone")}"' in html) == (role != Role.TECHNICIAN)


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.CURATOR, Role.SUPERUSER])
def test_the_whole_number_is_shown_once_and_written_down(
    company: Company, client: Client, caller: User, role: Role
) -> None:
    reader = company.person(role)
    client.force_login(reader)
    ticket = company.ticket(caller)
    page = client.post(address(ticket, "phone"))
    assert page.status_code == 200
    assert f'<a class="desk-phone" href="tel:{PHONE}">{WHOLE}</a>' in page.content.decode()
    entry = Entry.objects.latest("pk")
    assert (entry.action, entry.user, entry.object_id, entry.via, entry.data) == (
        "accounts.reveal_phone", reader, caller.pk, "console", {},
    )  # fmt: skip
    assert WHOLE not in client.get(address(ticket)).content.decode()


def test_a_technician_may_not_see_it(company: Company, client: Client, caller: User) -> None:
    client.force_login(company.person(Role.TECHNICIAN))
    ticket = company.ticket(caller)
    with nothing_changes():
        page = client.post(address(ticket, "phone"))
    assert page.status_code == 403
    assert WHOLE not in page.content.decode()


def test_where_nothing_is_known_nothing_is_shown(company: Company, client: Client) -> None:
    client.force_login(company.person(Role.OPERATOR))
    ticket = company.ticket()
    assert "desk-reach" not in client.get(address(ticket)).content.decode()
    with nothing_changes():
        assert client.post(address(ticket, "phone")).status_code == 200


def test_the_latest_five_of_the_other_tickets_are_linked(company: Company, client: Client, caller: User) -> None:
    client.force_login(company.person(Role.TECHNICIAN))
    tickets = [company.ticket(caller, text=f"Заявка {number}") for number in range(7)]
    company.ticket(text="Чья-то ещё")
    page = client.get(address(tickets[6]))
    assert page.context["about"].others == tickets[5:0:-1]
    html = page.content.decode()
    assert all(f'href="{address(ticket)}"' in html for ticket in tickets[1:6])
    assert "Чья-то ещё" not in html


# ---- one person ----


@pytest.mark.parametrize("whose", ["caller", "person"])
@pytest.mark.parametrize("role", [Role.OPERATOR, Role.CURATOR, Role.SUPERUSER])
def test_both_cards_lead_to_one_person(
    company: Company, client: Client, caller: User, person: User, role: Role, whose: str
) -> None:
    client.force_login(company.person(role))
    tickets = {"caller": company.ticket(caller), "person": company.ticket(person)}
    card, other = tickets[whose], person if whose == "caller" else caller
    html = client.get(address(card)).content.decode()
    assert "Тот же телефон:" in html
    assert f"Объединить с {other.full_name}" in html
    page = client.post(address(card, "link"), {"person": other.pk}, follow=True)
    assert page.redirect_chain == [(address(card), 302)]
    assert [str(message) for message in page.context["messages"]] == ["Объединено: Смирнова Анна Петровна"]
    assert {ticket.client for ticket in Ticket.objects.all()} == {person}
    person.refresh_from_db()
    assert (person.full_name, Contact.objects.get().company) == ("Смирнова Анна Петровна", "Медлайн")
    assert "Тот же телефон:" not in page.content.decode()


def test_a_technician_is_not_offered_it(company: Company, client: Client, caller: User, person: User) -> None:
    client.force_login(company.person(Role.TECHNICIAN))
    ticket = company.ticket(caller)
    assert "Тот же телефон" not in client.get(address(ticket)).content.decode()
    with nothing_changes():
        assert client.post(address(ticket, "link"), {"person": person.pk}).status_code == 403


@pytest.mark.parametrize("given", ["", "x", "0", "999999", str(2**63), "-1", "²"])
def test_odd_people_can_not_be_joined(company: Company, client: Client, caller: User, given: str) -> None:
    client.force_login(company.person(Role.OPERATOR))
    ticket = company.ticket(caller)
    with nothing_changes():
        page = client.post(address(ticket, "link"), {"person": given})
    assert page.status_code in {400, 404}


def test_joining_twice_is_told_so(company: Company, client: Client, caller: User, person: User) -> None:
    client.force_login(company.person(Role.OPERATOR))
    ticket = company.ticket(caller)
    client.post(address(ticket, "link"), {"person": person.pk})
    with nothing_changes():
        page = client.post(address(ticket, "link"), {"person": person.pk})
    assert page.status_code == 409
