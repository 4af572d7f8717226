"""Invites: who may make them, what becomes of whoever brings the code, and how often."""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import StringIO
from threading import Barrier
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts.actions import create_invite, invites, redeem_invite, revoke_invite
from accounts.enums import InviteStatus
from accounts.errors import BadInvite, InviteForAnotherBranch, InviteUsedUp
from accounts.models import Invite, InviteUse, User
from accounts.queries import invite_list
from accounts.roles import Role
from core.actor import SYSTEM, Actor, Via
from core.errors import Denied, NotFound
from tests.api.callers import caller
from tests.support.company import Company, as_actor
from tests.support.desk import Desk
from tests.support.unchanged import nothing_changes, refused

MACHINE = Actor.system("test", frozenset({SYSTEM}))
MAY = {
    Role.SUPERUSER: set(Role) - {Role.INTEGRATOR},
    Role.CURATOR: {Role.ENGINEER, Role.WORKSHOP},
    Role.OPERATOR: {Role.CLIENT},
}


def invite(company: Company, role: Role = Role.TECHNICIAN, **given: Any) -> Invite:
    return create_invite(actor=MACHINE, role=role, tenant_id=given.pop("tenant", company.tenant).pk, **given)


def arrive(desk: Desk, name: str, made: Invite | str) -> str:
    """Somebody opens the link; the last thing the bot says."""
    code = made if isinstance(made, str) else made.code
    return desk.say(desk.people.person(name), f"/start inv_{code}")[-1].text


# ---- making ----


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("inviter", Role)
def test_nobody_invites_above_himself(company: Company, inviter: Role, role: Role) -> None:
    actor = as_actor(company.person(inviter))
    tenant_id = None if role == Role.SUPERUSER else company.tenant.pk
    if role in MAY.get(inviter, set()):
        made = create_invite(actor=actor, role=role, tenant_id=tenant_id)
        assert (made.role, made.tenant_id, made.created_by_id, made.status) == (
            role,
            tenant_id,
            actor.user_id,
            "active",
        )
        assert len(made.code) == 22
        assert made.code not in str(Invite.objects.values())
    else:
        with refused(Denied):
            create_invite(actor=actor, role=role, tenant_id=tenant_id)


def test_a_curator_invites_into_no_other_branch(company: Company) -> None:
    curator = as_actor(company.person(Role.CURATOR))
    with refused(Denied):
        create_invite(actor=curator, role=Role.ENGINEER, tenant_id=company.other.pk)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"use_limit": -1}, "use_limit"),
        ({"use_limit": 10_001}, "use_limit"),
        ({"expires_at": timezone.now()}, "expires_at"),
        ({"role": "king"}, "role"),
        ({"role": Role.SUPERUSER}, "tenant"),
        ({"tenant_id": None}, "tenant"),
        ({"tenant_id": 10**9}, "tenant"),
    ],
)
def test_what_is_no_invite_is_refused_by_name(company: Company, given: dict[str, Any], field: str) -> None:
    whole = {"role": Role.TECHNICIAN, "tenant_id": company.tenant.pk, **given}
    with nothing_changes(), pytest.raises(BadInvite) as problem:
        create_invite(actor=MACHINE, **whole)
    assert list(problem.value.fields) == [field]


def test_everybody_sees_the_invites_that_he_manages(company: Company) -> None:
    made = {role: invite(company, role) for role in (Role.CLIENT, Role.ENGINEER, Role.TECHNICIAN)}
    invite(company, Role.ENGINEER, tenant=company.other)
    seen = {role: {row.role for row in invite_list(as_actor(company.person(role)))} for role in Role}
    some = {Role.SUPERUSER: set(made), Role.CURATOR: {"engineer"}, Role.OPERATOR: {"client"}}
    assert seen == {role: some.get(role, set()) for role in Role}
    curator = as_actor(company.person(Role.CURATOR))
    with refused(NotFound):
        revoke_invite(actor=curator, invite_id=made[Role.TECHNICIAN].pk)


# ---- joining, through the bot ----


def test_a_newcomer_joins(desk: Desk, company: Company) -> None:
    made = invite(company, tenant=company.other)
    assert arrive(desk, "Сергей", made) == (
        "Добро пожаловать, Сергей Волков! Теперь вы в команде: Екатеринбург, роль — Техник."
        " Что здесь можно делать — в /help."
    )
    person = User.objects.get()
    assert (person.roles, person.tenant, made.used_by.get().user) == ({Role.TECHNICIAN}, company.other, person)
    assert desk.people.reply_keyboard(desk.people.person("Сергей"))[1][0] == "Создать заявку за клиента"


def test_a_client_joins_the_staff_and_is_no_client_any_more(desk: Desk, company: Company) -> None:
    desk.say(desk.people.person("Сергей"), "Принтер")
    arrive(desk, "Сергей", invite(company, Role.ENGINEER))
    assert User.objects.get().roles == {Role.ENGINEER}


def test_a_client_is_invited_into_a_branch(desk: Desk, company: Company) -> None:
    assert "Анна Смирнова" in arrive(desk, "Анна", invite(company, Role.CLIENT, tenant=company.other))
    assert (User.objects.get().roles, User.objects.get().tenant) == ({Role.CLIENT}, company.other)


def test_the_same_person_uses_it_once(desk: Desk, company: Company) -> None:
    made = invite(company)
    for _ in range(2):
        assert arrive(desk, "Сергей", made).startswith("Добро пожаловать")
    made.refresh_from_db()
    assert (made.uses, made.status) == (1, InviteStatus.USED_UP)
    assert arrive(desk, "Дмитрий", made) == "Это приглашение уже использовано. Попросите новую ссылку."
    assert User.objects.get(full_name__startswith="Дмитрий").roles == {Role.CLIENT}


DEAD = {
    "revoked": "Это приглашение отозвано. Попросите новую ссылку.",
    "expired": "Срок этого приглашения истёк. Попросите новую ссылку.",
    "its maker is gone": "Это приглашение отозвано. Попросите новую ссылку.",
    "its maker is no curator any more": "Это приглашение отозвано. Попросите новую ссылку.",
}


@pytest.mark.parametrize("why", DEAD)
def test_a_dead_invite_says_why(desk: Desk, company: Company, why: str) -> None:
    curator = company.person(Role.CURATOR)
    made = create_invite(actor=as_actor(curator), role=Role.ENGINEER, tenant_id=company.tenant.pk)
    if why == "revoked":
        revoke_invite(actor=as_actor(curator), invite_id=made.pk)
    elif why == "expired":
        Invite.objects.update(expires_at=timezone.now())
    elif why == "its maker is gone":
        User.objects.filter(pk=curator.pk).update(is_active=False)
    else:
        curator.groups.clear()
    assert arrive(desk, "Сергей", made) == DEAD[why]
    assert (InviteUse.objects.count(), User.objects.get(full_name="Сергей Волков").roles) == (0, {Role.CLIENT})


@pytest.mark.parametrize("code", ["", "x", "%00", "А" * 20, "A" * 64, "a.b"])
def test_a_wrong_code_says_so(desk: Desk, company: Company, code: str) -> None:
    told = arrive(desk, "Сергей", code)
    assert told == "Такого приглашения нет. Попросите новую ссылку."
    assert User.objects.get().roles == {Role.CLIENT}


def test_codes_can_not_be_guessed_for_long(desk: Desk, company: Company) -> None:
    for _ in range(5):
        arrive(desk, "Сергей", "guess")
    made = invite(company)
    assert arrive(desk, "Сергей", made) == "Слишком много неверных кодов. Попробуйте через час."
    assert arrive(desk, "Дмитрий", made).startswith("Добро пожаловать")


def test_who_works_elsewhere_stays_there(desk: Desk, company: Company) -> None:
    actor, made = as_actor(company.person(Role.TECHNICIAN, tenant=company.other), Via.BOT), invite(company)
    with refused(InviteForAnotherBranch):
        redeem_invite(actor=actor, code=made.code)


def join_at_once(made: Invite, people: list[User]) -> list[str]:
    actors = [as_actor(person, Via.BOT) for person in people]
    connection.close()
    together = Barrier(len(people))

    def join(actor: Actor) -> str:
        together.wait(30)
        try:
            redeem_invite(actor=actor, code=made.code)
        except InviteUsedUp:
            return "used up"
        else:
            return "joined"
        finally:
            connection.close()

    with ThreadPoolExecutor(len(people)) as threads:
        return sorted(threads.map(join, actors))


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_fifty_at_once_are_as_many_as_the_limit(company: Company) -> None:
    made = invite(company, use_limit=7)
    people = [company.person(Role.CLIENT) for _ in range(50)]
    assert join_at_once(made, people) == ["joined"] * 7 + ["used up"] * 43
    made.refresh_from_db()
    assert (made.uses, InviteUse.objects.count()) == (7, 7)
    assert sum(User.objects.get(pk=person.pk).roles == {Role.TECHNICIAN} for person in people) == 7


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_without_the_lock_more_would_join(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control of the test above: it can fail."""
    made = invite(company, use_limit=1)

    def unlocked(code: str) -> Invite:
        found = Invite.objects.get(pk=made.pk)
        time.sleep(0.3)
        return found

    monkeypatch.setattr(invites, "_by_code", unlocked)
    assert join_at_once(made, [company.person(Role.CLIENT) for _ in range(8)]).count("joined") > 1


# ---- REST ----

PATH = "/api/admin/invites/"


def test_rest_makes_shows_and_ends_them(company: Company) -> None:
    client = caller(company.person(Role.SUPERUSER))
    body = {"tenant": str(company.tenant.uid), "role": "technician", "limit": 3, "notes": "Для смены"}
    made = client.post(PATH, body)
    assert made.status_code == 201
    card = made.json()
    assert {name: card[name] for name in ("tenant", "role", "limit", "used", "status", "notes")} == {
        **body, "used": 0, "status": "active",
    }  # fmt: skip
    assert client.get(f"{PATH}{card['uid']}/").json() == card
    assert [
        row["uid"] for row in client.get(f"{PATH}?status=active&tenant={company.tenant.uid}").json()["results"]
    ] == [card["uid"]]
    assert "code" not in client.get(PATH).json()["results"][0]
    assert client.get(f"{PATH}?tenant={company.other.uid}").json()["results"] == []
    for _ in range(2):
        assert client.post(f"{PATH}{card['uid']}/revoke/").json()["status"] == "revoked"
    assert client.get(f"{PATH}{card['uid']}/").json()["code"] == card["code"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"role": "technician"}, 400),
        ({"role": "king"}, 400),
        ({"role": "technician", "tenant": "x"}, 400),
        ({"role": "technician", "tenant": "00000000-0000-4000-8000-000000000000"}, 400),
        ({"role": "technician", "limit": -1}, 400),
        ({"role": "technician", "uses": 5}, 400),
    ],
)
def test_rest_refuses_what_is_no_invite(company: Company, body: dict[str, Any], status: int) -> None:
    client = caller(company.person(Role.SUPERUSER))
    with nothing_changes():
        assert client.post(PATH, body).status_code == status


@pytest.mark.parametrize("role", [Role.CLIENT, Role.TECHNICIAN, Role.ENGINEER, Role.INTEGRATOR])
def test_rest_is_closed_to_who_invites_nobody(company: Company, role: Role) -> None:
    client = caller(company.person(role))
    made = invite(company)
    with nothing_changes():
        answers = [
            client.get(PATH), client.post(PATH, {"role": "client"}), client.get(f"{PATH}{made.uid}/"),
            client.post(f"{PATH}{made.uid}/revoke/"),
        ]  # fmt: skip
    assert [answer.status_code for answer in answers] == [403] * 4


# ---- console ----


def test_the_console_makes_shows_and_ends_them(desk: Desk, company: Company, client: Client) -> None:
    client.force_login(company.person(Role.CURATOR))
    page = client.get("/admin/accounts/invite/new/").content.decode()
    assert ("Инженер" in page, "Техник" in page) == (True, False)
    answer = client.post("/admin/accounts/invite/new/", {"role": "engineer", "use_limit": 2, "notes": "Бригада"})
    made = Invite.objects.get()
    assert answer.headers["Location"] == f"/admin/accounts/invite/{made.pk}/change/"
    card = client.get(answer.headers["Location"]).content.decode()
    assert f"https://t.me/tws_demo_bot?start=inv_{made.code}" in card
    assert "<svg" in card
    listed = client.get("/admin/accounts/invite/").content.decode()
    assert ("Инженер, Москва" in listed, made.code in listed) == (True, False)
    client.post(f"/admin/accounts/invite/{made.pk}/revoke/")
    made.refresh_from_db()
    assert made.status == "revoked"
    assert "<svg" not in client.get(f"/admin/accounts/invite/{made.pk}/change/").content.decode()


def test_the_console_refuses_a_role_above(company: Company, client: Client) -> None:
    client.force_login(company.person(Role.CURATOR))
    with nothing_changes():
        assert client.post("/admin/accounts/invite/new/", {"role": "superuser", "use_limit": 1}).status_code == 400


# ---- command line ----


def run(*words: str) -> Any:
    out = StringIO()
    call_command("invites", *words, "--json", stdout=out)
    return json.loads(out.getvalue())


def test_the_command_line_makes_shows_and_ends_them(desk: Desk, company: Company) -> None:
    made = run("create", "--tenant", str(company.tenant.uid), "--role", "technician", "--limit", "5",
               "--expires", "2126-01-01T10:00", "--notes", "Смена")  # fmt: skip
    assert (made["role"], made["limit"], made["notes"], made["expires"][:16]) == (
        "technician", 5, "Смена", "2126-01-01T07:00",
    )  # fmt: skip
    assert made["link"] == f"https://t.me/tws_demo_bot?start=inv_{made['code']}"
    assert run("get", made["uid"]) == made
    assert run("list", "--tenant", str(company.tenant.uid), "--status", "active") == [made]
    assert run("revoke", made["uid"])["status"] == "revoked"
    assert run("list", "--status", "active") == []
    out = StringIO()
    call_command("invites", "list", stdout=out)
    assert out.getvalue().startswith(f"{made['uid']}  technician  revoked  0  5  https://t.me/")


@pytest.mark.parametrize(
    "words",
    [
        ["create", "--role", "technician"],
        ["create", "--role", "technician", "--tenant", "00000000-0000-4000-8000-000000000000"],
        ["create", "--role", "superuser", "--expires", "tomorrow"],
        ["get", "00000000-0000-4000-8000-000000000000"],
    ],
)
def test_the_command_line_says_what_is_wrong(company: Company, words: list[str]) -> None:
    with nothing_changes(), pytest.raises(CommandError) as problem:
        call_command("invites", *words)
    assert str(problem.value)


def test_an_invite_stays_within_its_life(company: Company) -> None:
    made = invite(company, expires_at=timezone.now() + timedelta(days=1))
    assert made.status == InviteStatus.ACTIVE
    made.expires_at = timezone.now()
    assert made.status == InviteStatus.EXPIRED
