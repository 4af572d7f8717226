"""Phone numbers that come to the bot as contacts."""

from typing import Any

import pytest

from accounts.models import Contact, User
from accounts.roles import Role
from botapp.models import Dialog, InboxUpdate
from simulator.client import Person
from tests.botapp.words import WHAT_HAPPENED, said, texts
from tests.support.company import Company
from tests.support.desk import Desk
from tickets.models import Ticket

THANKS = "Thank you! We will call {phone} if we can not reach you here."
NOT_YOURS = "This is somebody else's number. Please share your own."
YOURS = "Is this number yours? Share it by “Attach” → “Contact”, choosing yourself."
NO_NUMBER = "This is no phone number. Write it with the code of the city or country: +7 999 123-45-67."


def share(desk: Desk, person: Person, **contact: Any) -> list[str]:
    """The person sends a contact; what the bot answers."""
    desk.say(person, "/start")
    last = desk.people.chat(person)[-1]
    desk.people.send_content(person, {"contact": {"first_name": person.first_name, **contact}})
    return texts(desk.news(person, last))


@pytest.mark.parametrize("number", ["79991234567", "+79991234567", "+7 999 123 45 67", "8 (999) 123-45-67"])
def test_an_own_number_is_kept(desk: Desk, anna: Person, number: str) -> None:
    assert share(desk, anna, phone_number=number, user_id=anna.id) == [said(THANKS, phone="+7 999 123-45-67")]
    contact = Contact.objects.get()
    assert (contact.user, contact.phone) == (User.objects.get(telegram_id=anna.id), "+79991234567")
    assert Ticket.objects.count() == 0


def test_a_newer_number_replaces_the_older(desk: Desk, anna: Person) -> None:
    for number in ("79991234567", "442079460018"):
        share(desk, anna, phone_number=number, user_id=anna.id)
    assert Contact.objects.get().phone == "+442079460018"


def test_anothers_number_is_not(desk: Desk, anna: Person, dmitry: Person) -> None:
    assert share(desk, anna, phone_number="79991234567", user_id=dmitry.id) == [said(NOT_YOURS)]
    assert Contact.objects.count() == 0


def test_a_number_that_telegram_knows_nobody_of_is_asked_about(desk: Desk, anna: Person) -> None:
    assert share(desk, anna, phone_number="79991234567") == [said(YOURS)]
    assert Contact.objects.count() == 0


@pytest.mark.parametrize("number", ["", "+", "1", "7" * 25, "нет", "\x00", "\ud800", "+888 0123 4567"])
def test_what_nobody_can_call_is_told_so(desk: Desk, anna: Person, number: str) -> None:
    assert share(desk, anna, phone_number=number, user_id=anna.id) == [said(NO_NUMBER)]
    assert Contact.objects.count() == 0
    assert set(InboxUpdate.objects.values_list("status", flat=True)) == {"handled"}


def test_a_contact_does_not_end_what_was_begun(desk: Desk, anna: Person) -> None:
    assert texts(desk.say(anna, "/new")) == [said(WHAT_HAPPENED)]
    last = desk.people.chat(anna)[-1]
    desk.people.send_contact(anna)
    assert len(desk.news(anna, last)) == 1
    assert Dialog.objects.get().step == "new_ticket"


def test_staff_have_a_number_too(desk: Desk, company: Company, anna: Person) -> None:
    person = company.person(Role.TECHNICIAN, telegram=anna.id)
    share(desk, anna, phone_number="79991234567", user_id=anna.id)
    assert Contact.objects.get().user == person
