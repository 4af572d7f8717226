"""Who writes to the bot for the first time."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from accounts.actions import arrive_by_telegram
from accounts.errors import NoTenant
from accounts.models import Tenant, User
from accounts.roles import Role
from audit.models import Entry
from core.actor import Actor
from core.errors import Denied
from tests.support.company import Company, as_actor
from tests.support.unchanged import nothing_changes, refused

ARRIVAL = Actor.system("arrival")
TELEGRAM_ID = 2**52


def arrive(**given: object) -> User:
    person = {
        "actor": ARRIVAL, "telegram_id": TELEGRAM_ID, "full_name": "Анна Ли", "username": "anna", "language": "ru",
        **given,
    }  # fmt: skip
    return User.objects.get(pk=arrive_by_telegram(**person).pk)  # type: ignore[arg-type]


def test_a_newcomer_is_a_client_without_a_password(company: Company) -> None:
    user = arrive()
    assert (user.full_name, user.telegram_id, user.telegram_username) == ("Анна Ли", TELEGRAM_ID, "anna")
    assert (user.roles, user.tenant, user.username, user.is_active) == ({Role.CLIENT}, company.tenant, None, True)
    assert (user.has_usable_password(), user.is_staff, user.is_superuser) == (False, False, False)
    entry = Entry.objects.latest("pk")
    assert (entry.action, entry.object_id, entry.tenant, entry.actor_name, entry.data) == (
        "accounts.arrive", user.pk, company.tenant, "arrival", {"roles": ["client"]},
    )  # fmt: skip


def test_the_second_message_changes_nothing(company: Company) -> None:
    user = arrive()
    with nothing_changes():
        assert arrive(full_name="Другое имя", language="en", tenant_slug="ekb") == user


@pytest.mark.parametrize(
    ("slug", "tenant"),
    [
        ("ekb", "ekb"),
        ("moscow", "moscow"),
        ("", "moscow"),
        ("nowhere", "moscow"),
        ("\x00", "moscow"),
        ("\ud800", "moscow"),
    ],
)
def test_the_branch_comes_from_the_link_or_else_it_is_the_first(slug: str, tenant: str, company: Company) -> None:
    user = arrive(tenant_slug=slug)
    assert user.tenant is not None
    assert user.tenant.slug == tenant


@pytest.mark.parametrize(("slug", "tenant"), [("", "ekb"), ("nowhere", "ekb"), ("moscow", "moscow")])
def test_the_settings_name_another_default(slug: str, tenant: str, company: Company, settings) -> None:  # type: ignore[no-untyped-def]
    settings.DEFAULT_TENANT = "ekb"
    user = arrive(tenant_slug=slug)
    assert user.tenant is not None
    assert user.tenant.slug == tenant


def test_a_default_that_does_not_exist_is_no_reason_to_guess(company: Company, settings) -> None:  # type: ignore[no-untyped-def]
    settings.DEFAULT_TENANT = "nowhere"
    with refused(NoTenant):
        arrive()


def test_without_any_branch_nobody_arrives(db: None) -> None:
    with refused(NoTenant):
        arrive()
    assert Tenant.objects.count() == 0


def test_the_settings_name_the_first_operators(company: Company, settings) -> None:  # type: ignore[no-untyped-def]
    settings.OPERATOR_TELEGRAM_IDS = frozenset({TELEGRAM_ID})
    user = arrive(tenant_slug="ekb")
    assert (user.roles, user.tenant, user.is_staff) == ({Role.OPERATOR}, company.other, True)


def test_the_settings_name_the_first_superusers(db: None, settings) -> None:  # type: ignore[no-untyped-def]
    """Even before there is any branch; somebody named twice is a superuser."""
    settings.SUPERUSER_TELEGRAM_IDS = settings.OPERATOR_TELEGRAM_IDS = frozenset({TELEGRAM_ID})
    user = arrive()
    assert (user.roles, user.tenant, user.is_superuser) == ({Role.SUPERUSER}, None, True)


def test_who_is_here_already_is_not_raised_by_the_settings(company: Company, settings) -> None:  # type: ignore[no-untyped-def]
    user = arrive()
    settings.SUPERUSER_TELEGRAM_IDS = frozenset({TELEGRAM_ID})
    with nothing_changes():
        assert arrive().roles == user.roles == {Role.CLIENT}


@pytest.mark.parametrize(
    ("given", "language"), [("ru", "ru"), ("en", "en"), ("de", "ru"), ("", "ru"), ("en-GB", "en"), ("\x00", "ru")]
)
def test_the_language_of_telegram_is_spoken_if_we_speak_it(given: str, language: str, company: Company) -> None:
    assert arrive(language=given).language == language


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ("<img src=x onerror=alert(1)>", "<img src=x onerror=alert(1)>"),
        ("Ан\x00на\ud800", "Ан\u2400на\ufffd"),
        ("я" * 300, "я" * 200),
        ("", f"Telegram {TELEGRAM_ID}"),
        (" \u200b", f"Telegram {TELEGRAM_ID}"),
    ],
)
def test_a_name_is_kept_as_it_is(given: str, name: str, company: Company) -> None:
    assert arrive(full_name=given).full_name == name


def test_only_the_machine_lets_people_in(company: Company) -> None:
    superuser = as_actor(company.person(Role.SUPERUSER))
    with refused(Denied):
        arrive(actor=superuser)


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_many_first_messages_at_once_make_one_person(company: Company) -> None:
    start = Barrier(8)

    def write(_: int) -> int:
        start.wait()
        try:
            return arrive().pk
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        people = set(pool.map(write, range(8)))
    (user,) = User.objects.all()
    assert people == {user.pk}
    assert user.roles == {Role.CLIENT}
    assert Entry.objects.filter(action="accounts.arrive").count() == 1
