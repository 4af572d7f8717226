"""Who manages people and branches, who sees them, and what everybody may do for himself."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction

from accounts.actions import (
    create_person,
    create_tenant,
    link_telegram,
    mark_reachable,
    mark_unreachable,
    set_language,
)
from accounts.errors import TelegramTaken, TenantMismatch, UnknownLanguage
from accounts.models import Tenant, User
from accounts.queries import clients_visible_to, visible_to
from accounts.roles import GRANTS, Role, granted
from audit.models import Entry
from core.actor import Actor
from core.errors import Denied, Invalid, NotFound
from tests.support.company import MACHINE, Company, as_actor
from tests.support.unchanged import every_row, nothing_changes, refused

MATRIX = """
act                          client  technician operator curator engineer workshop superuser integrator machine
enter_a_client_here          denied  yes        yes      yes     denied   denied   yes       yes        yes
enter_a_client_elsewhere     denied  denied     denied   denied  denied   denied   yes       denied     yes
enter_a_technician           denied  denied     denied   denied  denied   denied   yes       denied     yes
enter_an_engineer            denied  denied     denied   denied  denied   denied   yes       denied     yes
enter_an_integrator          denied  denied     denied   denied  denied   denied   yes       denied     yes
enter_a_superuser            denied  denied     denied   denied  denied   denied   yes       denied     yes
enter_a_client_who_works     denied  denied     denied   denied  denied   denied   yes       denied     yes
enter_somebody_without_role  denied  denied     denied   denied  denied   denied   yes       denied     yes
open_a_branch                denied  denied     denied   denied  denied   denied   yes       denied     yes
link_a_telegram_account      denied  denied     denied   denied  denied   denied   yes       denied     yes
link_his_own                 denied  denied     denied   denied  denied   denied   yes       denied     -
choose_his_language          yes     yes        yes      yes     yes      yes      yes       yes        denied
"""
"""Nobody grants a role that he does not manage."""
CALLERS = MATRIX.split("\n")[1].split()[1:]

SEEN = """
whom                         client  technician operator curator engineer workshop superuser integrator machine
himself                      yes     yes        yes      yes     yes      yes      yes       yes        -
a_colleague                  -       yes        yes      yes     -        -        yes       yes        yes
a_client                     -       yes        yes      yes     -        -        yes       yes        yes
a_client_elsewhere           -       -          -        -       -        -        yes       -          yes
a_superuser                  -       -          -        -       -        -        yes       -          yes
"""


def column(table: str, caller: str) -> dict[str, str]:
    header, *lines = [line.split() for line in table.strip().splitlines()]
    return {line[0]: line[header.index(caller)] for line in lines}


def somebody(company: Company, caller: str) -> tuple[Actor, User]:
    if caller == "machine":
        return Actor.system("test"), company.person(Role.ENGINEER)
    person = company.person(Role(caller))
    return as_actor(person), person


def enter(*roles: Role, where: str = "here") -> Callable[[Actor, User, Company], Any]:
    def act(actor: Actor, person: User, company: Company) -> User:
        tenant_id = {"here": company.tenant.pk, "elsewhere": company.other.pk, "nowhere": None}[where]
        return create_person(actor=actor, tenant_id=tenant_id, full_name="Анна", roles=roles)

    return act


ACTS: dict[str, Callable[[Actor, User, Company], Any]] = {
    "enter_a_client_here": enter(Role.CLIENT),
    "enter_a_client_elsewhere": enter(Role.CLIENT, where="elsewhere"),
    "enter_a_technician": enter(Role.TECHNICIAN),
    "enter_an_engineer": enter(Role.ENGINEER),
    "enter_an_integrator": enter(Role.INTEGRATOR),
    "enter_a_superuser": enter(Role.SUPERUSER, where="nowhere"),
    "enter_a_client_who_works": enter(Role.CLIENT, Role.TECHNICIAN),
    "enter_somebody_without_role": enter(),
    "open_a_branch": lambda actor, person, company: create_tenant(
        actor=actor, slug="spb", name="Петербург", time_zone="Europe/Moscow"
    ),
    "link_a_telegram_account": lambda actor, person, company: link_telegram(
        actor=actor, user_id=User.objects.get(full_name="Коллега").pk, telegram_id=1
    ),
    "link_his_own": lambda actor, person, company: link_telegram(actor=actor, user_id=person.pk, telegram_id=1),
    "choose_his_language": lambda actor, person, company: set_language(actor=actor, language="en"),
}


@pytest.mark.parametrize("caller", CALLERS)
def test_who_may_what(caller: str, company: Company) -> None:
    company.person(Role.TECHNICIAN, name="Коллега")
    actor, person = somebody(company, caller)
    before = every_row()
    for act, expected in column(MATRIX, caller).items():
        if expected == "-":
            continue
        outcome = "yes"
        try:
            with transaction.atomic():
                ACTS[act](actor, person, company)
                transaction.set_rollback(True)
        except Denied:
            outcome = "denied"
        assert outcome == expected, act
        assert every_row() == before, act


@pytest.mark.parametrize("caller", CALLERS)
def test_who_sees_whom(caller: str, company: Company) -> None:
    actor, person = somebody(company, caller)
    people = {
        "himself": person,
        "a_colleague": company.person(Role.TECHNICIAN),
        "a_client": company.person(Role.CLIENT),
        "a_client_elsewhere": company.person(Role.CLIENT, tenant=company.other),
        "a_superuser": company.person(Role.SUPERUSER),
    }
    seen = {whom for whom, cell in column(SEEN, caller).items() if cell == "yes"}
    if caller == "machine":
        seen.add("himself")
    visible = set(visible_to(actor))
    assert {whom for whom, user in people.items() if user in visible} == seen
    clients = set(clients_visible_to(actor))
    expected = {whom for whom in seen if people[whom].roles == {Role.CLIENT}}
    assert {whom for whom, user in people.items() if user in clients} == expected


def test_the_tables_know_every_role() -> None:
    assert sorted(CALLERS) == sorted([*Role.values, "machine"])


def test_a_person_is_entered_with_all_that_is_known(company: Company) -> None:
    superuser = company.person(Role.SUPERUSER)
    user = create_person(
        actor=as_actor(superuser), tenant_id=company.other.pk, full_name="Ольга\x00", language="en",
        roles=[Role.TECHNICIAN, Role.OPERATOR], username="olga", password="пароль 42", telegram_id=2**52,
    )  # fmt: skip
    user = User.objects.get(pk=user.pk)
    assert (user.full_name, user.tenant, user.roles) == ("Ольга\u2400", company.other, {Role.TECHNICIAN, Role.OPERATOR})
    assert (user.username, user.telegram_id, user.language) == ("olga", 2**52, "en")
    assert user.check_password("пароль 42")
    assert user.password.startswith("argon2")
    entry = Entry.objects.latest("pk")
    assert (entry.action, entry.user, entry.object_id, entry.data) == (
        "accounts.create_person", superuser, user.pk, {"roles": ["operator", "technician"]},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("roles", "with_tenant"),
    [([Role.TECHNICIAN], False), ([Role.CLIENT], False), ([], False), ([Role.SUPERUSER], True)],
)
def test_everybody_has_one_branch_and_a_superuser_none(roles: list[Role], with_tenant: bool, company: Company) -> None:
    with refused(TenantMismatch):
        create_person(
            actor=MACHINE, tenant_id=company.tenant.pk if with_tenant else None, full_name="Анна", roles=roles
        )


def test_a_telegram_account_is_one_person(company: Company) -> None:
    owner, other = company.person(Role.CLIENT, telegram=True), company.person(Role.CLIENT)
    assert owner.telegram_id is not None
    with refused(TelegramTaken):
        company.person(Role.CLIENT, telegram=owner.telegram_id)
    with refused(TelegramTaken):
        link_telegram(actor=MACHINE, user_id=other.pk, telegram_id=owner.telegram_id)


def test_a_telegram_account_is_linked(company: Company) -> None:
    person = company.person(Role.TECHNICIAN)
    assert link_telegram(actor=MACHINE, user_id=person.pk, telegram_id=2**52).telegram_id == 2**52
    assert link_telegram(actor=MACHINE, user_id=person.pk, telegram_id=2**52).telegram_id == 2**52
    assert User.objects.get(telegram_id=2**52) == person


@pytest.mark.parametrize("user_id", [0, -1, 10**9, 2**63])
def test_nobody_can_be_linked_who_is_not_there(user_id: int, company: Company) -> None:
    with refused(NotFound):
        link_telegram(actor=MACHINE, user_id=user_id, telegram_id=1)


@pytest.mark.parametrize(
    ("given", "fields"),
    [
        ({"slug": "with space"}, {"slug"}),
        ({"slug": ""}, {"slug"}),
        ({"slug": "moscow"}, {"slug"}),
        ({"slug": "a" * 41}, {"slug"}),
        ({"slug": "a\x00"}, {"slug"}),
        ({"name": ""}, {"name"}),
        ({"time_zone": "Mars/Olympus"}, {"time_zone"}),
        ({"time_zone": "../../etc/passwd", "name": ""}, {"time_zone", "name"}),
    ],
)
def test_a_branch_is_checked(given: dict[str, str], fields: set[str], company: Company) -> None:
    branch = {"slug": "spb", "name": "Петербург", "time_zone": "Europe/Moscow", **given}
    with refused(Invalid) as caught:
        create_tenant(actor=MACHINE, **branch)
    assert set(caught.value.fields) == fields


def test_a_branch_is_opened(company: Company) -> None:
    tenant = create_tenant(actor=MACHINE, slug="spb", name="Петербург", time_zone="Europe/Moscow")
    assert list(Tenant.objects.order_by("pk").values_list("slug", flat=True)) == ["moscow", "ekb", "spb"]
    assert Entry.objects.latest("pk").object_id == tenant.pk


def test_a_language_is_chosen_once(company: Company) -> None:
    client = company.person(Role.CLIENT)
    assert set_language(actor=as_actor(client), language="en").language == "en"
    assert User.objects.get(pk=client.pk).language == "en"
    with nothing_changes():
        set_language(actor=as_actor(client), language="en")


@pytest.mark.parametrize("language", ["de", "", "\x00", "ru-RU"])
def test_a_language_that_we_do_not_speak_is_refused(language: str, company: Company) -> None:
    client = as_actor(company.person(Role.CLIENT))
    with refused(UnknownLanguage):
        set_language(actor=client, language=language)


def test_who_blocked_the_bot_is_marked_until_he_writes_again(company: Company) -> None:
    client = company.person(Role.CLIENT, telegram=True)
    sender = Actor.system("sender")
    assert client.telegram_id is not None
    mark_unreachable(actor=sender, telegram_id=client.telegram_id, reason="blocked")
    client.refresh_from_db()
    assert client.telegram_unreachable_since is not None
    with nothing_changes():
        mark_unreachable(actor=sender, telegram_id=client.telegram_id, reason="deactivated")
    mark_reachable(actor=sender, telegram_id=client.telegram_id)
    client.refresh_from_db()
    assert client.telegram_unreachable_since is None
    with nothing_changes():
        mark_reachable(actor=sender, telegram_id=client.telegram_id)
    entries = Entry.objects.filter(object_type="accounts.user", object_id=client.pk).order_by("pk")
    assert [(entry.action, entry.data) for entry in entries][1:] == [
        ("accounts.unreachable", {"reason": "blocked"}), ("accounts.reachable", {}),
    ]  # fmt: skip


def test_an_account_that_nobody_has_is_let_be(company: Company) -> None:
    with nothing_changes():
        mark_unreachable(actor=Actor.system("sender"), telegram_id=2**52, reason="blocked")
        mark_reachable(actor=Actor.system("sender"), telegram_id=2**52)


@pytest.mark.parametrize("mark", [lambda **given: mark_unreachable(reason="blocked", **given), mark_reachable])
def test_only_the_machine_marks(mark: Callable[..., None], company: Company) -> None:
    client, superuser = company.person(Role.CLIENT, telegram=True), as_actor(company.person(Role.SUPERUSER))
    with refused(Denied):
        mark(actor=superuser, telegram_id=client.telegram_id)


def test_rights_come_from_roles_that_are_held(company: Company) -> None:
    person = company.person(Role.TECHNICIAN, Role.CLIENT)
    assert as_actor(person).permissions == GRANTS[Role.TECHNICIAN] | GRANTS[Role.CLIENT]
    assert granted(set()) == frozenset()
    User.objects.filter(pk=person.pk).update(is_active=False)
    assert as_actor(person).permissions == frozenset()


def test_django_grants_nothing_by_itself(company: Company) -> None:
    superuser = company.person(Role.SUPERUSER)
    assert (superuser.has_perm("tickets.delete_ticket"), superuser.is_staff) == (False, True)
