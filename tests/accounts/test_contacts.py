"""Contact details: who sets them, how they are kept and found, who sees a number whole."""

import base64

import pytest
from django.db import transaction

from accounts.actions import reveal_phone, set_contact
from accounts.errors import BadPhone, ContactTooLong
from accounts.models import Contact, User
from accounts.queries import find_callers, same_phone, with_phone
from accounts.roles import Role
from audit.models import Entry
from core.actor import Actor
from core.crypto import keyed_hashes
from core.errors import Denied, NotFound, Problem
from tests.support.company import MACHINE, Company, as_actor
from tests.support.unchanged import every_row, nothing_changes, refused

PHONE = "+79991234567"

MATRIX = """
act                    client  technician operator curator engineer workshop superuser integrator machine
set_his_own            yes     yes        yes      yes     yes      yes      yes       yes        -
set_a_clients          hidden  yes        yes      yes     hidden   hidden   yes       yes        yes
set_a_colleagues       hidden  denied     denied   denied  hidden   hidden   yes       denied     yes
set_a_client_elsewhere hidden  hidden     hidden   hidden  hidden   hidden   yes       hidden     yes
reveal_a_clients       denied  denied     yes      yes     denied   denied   yes       denied     denied
reveal_elsewhere       denied  denied     hidden   hidden  denied   denied   yes       denied     denied
"""
CALLERS = MATRIX.split("\n")[1].split()[1:]


def column(caller: str) -> dict[str, str]:
    header, *lines = [line.split() for line in MATRIX.strip().splitlines()]
    return {line[0]: line[header.index(caller)] for line in lines}


@pytest.mark.parametrize("caller", CALLERS)
def test_who_may_what(caller: str, company: Company) -> None:
    person = None if caller == "machine" else company.person(Role(caller))
    actor = as_actor(person) if person else Actor.system("test")
    people = {
        "set_his_own": person,
        "set_a_clients": company.person(Role.CLIENT),
        "set_a_colleagues": company.person(Role.TECHNICIAN),
        "set_a_client_elsewhere": company.person(Role.CLIENT, tenant=company.other),
        "reveal_a_clients": company.person(Role.CLIENT),
        "reveal_elsewhere": company.person(Role.CLIENT, tenant=company.other),
    }
    for act, whom in people.items():
        if act.startswith("reveal") and whom:
            set_contact(actor=MACHINE, user_id=whom.pk, phone=PHONE)
    before = every_row()
    for act, expected in column(caller).items():
        whom = people[act]
        if whom is not None:
            assert outcome(actor, act, whom) == expected, act
            assert every_row() == before, act


def outcome(actor: Actor, act: str, whom: User) -> str:
    """What came of it; whatever it changed is taken back."""
    try:
        with transaction.atomic():
            if act.startswith("reveal"):
                assert reveal_phone(actor=actor, user_id=whom.pk) == PHONE
            else:
                set_contact(actor=actor, user_id=whom.pk, phone=PHONE, company="Аврора")
            transaction.set_rollback(True)
    except Problem as problem:
        return {Denied: "denied", NotFound: "hidden"}[type(problem)]  # type: ignore[index]
    return "yes"


def test_the_table_knows_every_role() -> None:
    assert sorted(CALLERS) == sorted([*Role.values, "machine"])


def test_details_are_kept_in_their_normal_form_and_named_in_the_history(company: Company) -> None:
    operator, client = company.person(Role.OPERATOR), company.person(Role.CLIENT)
    set_contact(
        actor=as_actor(operator),
        user_id=client.pk,
        company=" «Аврора»\x00 ",
        phone="8 (999) 123-45-67",
        address="Мира, 1",
    )
    contact = Contact.objects.get()
    assert (contact.user, contact.company, contact.phone, contact.address) == (client, "«Аврора»␀", PHONE, "Мира, 1")
    entry = Entry.objects.latest("pk")
    assert (entry.action, entry.object_id, entry.user, entry.data) == (
        "accounts.set_contact", client.pk, operator, {"fields": ["address", "company", "phone"]},
    )  # fmt: skip


def test_details_change_one_by_one(company: Company) -> None:
    client = company.person(Role.CLIENT)
    actor = as_actor(client)
    set_contact(actor=actor, user_id=client.pk, company="Аврора", phone=PHONE, address="Мира, 1")
    set_contact(actor=actor, user_id=client.pk, address="Ленина, 2")
    set_contact(actor=actor, user_id=client.pk, phone="")
    contact = Contact.objects.get()
    assert (contact.company, contact.phone, contact.phone_hash, contact.address) == ("Аврора", "", "", "Ленина, 2")
    assert [entry.data["fields"] for entry in Entry.objects.filter(action="accounts.set_contact").order_by("pk")] == [
        ["address", "company", "phone"], ["address"], ["phone"],
    ]  # fmt: skip


def test_what_is_known_already_changes_nothing(company: Company) -> None:
    client = company.person(Role.CLIENT)
    set_contact(actor=as_actor(client), user_id=client.pk, company="Аврора", phone=PHONE)
    with nothing_changes():
        set_contact(actor=as_actor(client), user_id=client.pk, company="Аврора ", phone="8 999 123-45-67", address=" ")
        set_contact(actor=as_actor(client), user_id=client.pk)


@pytest.mark.parametrize(
    ("given", "problem", "field"),
    [
        ({"phone": "8999"}, BadPhone, "phone"),
        ({"company": "я" * 201}, ContactTooLong, "company"),
        ({"address": "я" * 501, "phone": PHONE}, ContactTooLong, "address"),
    ],
)
def test_wrong_details_are_refused_by_name(
    given: dict[str, str], problem: type[Problem], field: str, company: Company
) -> None:
    client = company.person(Role.CLIENT)
    with refused(problem) as caught:
        set_contact(actor=as_actor(client), user_id=client.pk, **given)
    assert set(caught.value.fields) == {field}


@pytest.mark.parametrize("user_id", [0, -1, 10**9, 2**63])
def test_nobody_is_there(user_id: int, company: Company) -> None:
    operator = as_actor(company.person(Role.OPERATOR))
    with refused(NotFound):
        set_contact(actor=operator, user_id=user_id, phone=PHONE)
    with refused(NotFound):
        reveal_phone(actor=operator, user_id=user_id)


def test_every_look_at_a_number_is_kept_without_the_number(company: Company) -> None:
    operator, client = company.person(Role.OPERATOR), company.person(Role.CLIENT)
    with nothing_changes():
        assert reveal_phone(actor=as_actor(operator), user_id=client.pk) == ""
    set_contact(actor=MACHINE, user_id=client.pk, phone=PHONE)
    assert [reveal_phone(actor=as_actor(operator), user_id=client.pk) for _ in range(2)] == [PHONE, PHONE]
    entries = Entry.objects.filter(action="accounts.reveal_phone")
    assert [(e.object_id, e.user, e.tenant_id, e.data) for e in entries] == [
        (client.pk, operator, company.tenant.pk, {})
    ] * 2


def test_a_number_is_found_by_its_keyed_hash_also_after_the_keys_were_changed(company: Company, settings) -> None:  # type: ignore[no-untyped-def]
    first, second = company.person(Role.CLIENT), company.person(Role.CLIENT)
    set_contact(actor=MACHINE, user_id=first.pk, phone=PHONE)
    stored = Contact.objects.get().phone_hash
    assert stored == keyed_hashes(PHONE, purpose="accounts.phone")[0]
    assert "999" not in stored.partition(":")[0]
    settings.DATA_KEYS = "t2:" + base64.b64encode(bytes(32)).decode() + "," + settings.DATA_KEYS
    set_contact(actor=MACHINE, user_id=second.pk, phone=PHONE)
    assert [contact.phone_hash[:3] for contact in Contact.objects.order_by("pk")] == ["t1:", "t2:"]
    assert set(with_phone(User.objects.all(), PHONE)) == {first, second}
    assert set(with_phone(User.objects.all(), "+79991234568")) == set()


def test_the_hash_depends_on_key_and_purpose(settings) -> None:  # type: ignore[no-untyped-def]
    (one,) = keyed_hashes(PHONE, purpose="a")
    (other_purpose,) = keyed_hashes(PHONE, purpose="b")
    settings.DATA_KEYS = "t1:" + base64.b64encode(bytes(32)).decode()
    (other_key,) = keyed_hashes(PHONE, purpose="a")
    assert len({one, other_purpose, other_key}) == 3
    assert len(one) == len("t1:") + 64


# ---- who is calling ----


@pytest.fixture
def anna(company: Company) -> User:
    person = company.person(Role.CLIENT, name="Анна Смирнова")
    set_contact(actor=MACHINE, user_id=person.pk, company="Медлайн", phone=PHONE)
    return person


@pytest.mark.parametrize("text", ["анна", " Смирн ", "МЕДЛАЙН", "8 999 123-45-67", "+79991234567"])
def test_a_caller_is_found_by_name_company_or_number(company: Company, anna: User, text: str) -> None:
    company.person(Role.CLIENT, name="Борис")
    assert find_callers(as_actor(company.person(Role.OPERATOR)), text) == [anna]


@pytest.mark.parametrize("text", ["", " ", "\u200b", "8 999 123-45", "4567", "%", "\x00", "\ud800", "' OR 1=1--"])
def test_nobody_is_found_by_nothing_or_by_part_of_a_number(company: Company, anna: User, text: str) -> None:
    assert find_callers(as_actor(company.person(Role.OPERATOR)), text) == []


def test_only_active_clients_of_the_own_branch_are_offered(company: Company, anna: User) -> None:
    for other in (
        company.person(Role.CLIENT, name="Анна Чужая", tenant=company.other),
        company.person(Role.TECHNICIAN, name="Анна Техник"),
        company.person(Role.CLIENT, name="Анна Бывшая"),
    ):
        set_contact(actor=MACHINE, user_id=other.pk, phone=PHONE)
    User.objects.filter(full_name="Анна Бывшая").update(is_active=False)
    for text in ("Анна", PHONE):
        assert find_callers(as_actor(company.person(Role.OPERATOR)), text) == [anna]
    both = find_callers(as_actor(company.person(Role.SUPERUSER)), "Анна")
    assert [person.full_name for person in both] == ["Анна Смирнова", "Анна Чужая"]


def test_at_most_ten_are_offered(company: Company) -> None:
    for number in range(12):
        company.person(Role.CLIENT, name=f"Пётр {number:02}")
    found = find_callers(as_actor(company.person(Role.OPERATOR)), "пётр")
    assert [person.full_name for person in found] == [f"Пётр {number:02}" for number in range(10)]


def test_the_same_number_on_the_other_side_of_telegram(company: Company, anna: User) -> None:
    operator = as_actor(company.person(Role.OPERATOR))
    there = company.person(Role.CLIENT, telegram=True)
    elsewhere = company.person(Role.CLIENT, telegram=True, tenant=company.other)
    another = company.person(Role.CLIENT)
    for person in (there, elsewhere, another):
        set_contact(actor=MACHINE, user_id=person.pk, phone=PHONE)
    assert list(same_phone(operator, anna, PHONE)) == [there]
    assert list(same_phone(operator, there, PHONE)) == [anna, another]
    superuser = as_actor(company.person(Role.SUPERUSER))
    assert list(same_phone(superuser, anna, PHONE)) == [there]
