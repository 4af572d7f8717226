"""The first branch and the first people of an installation, from the command line."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.management.commands import add_person
from accounts.models import Tenant, User
from accounts.roles import Role
from tests.support.company import PASSWORD, Company
from tests.support.unchanged import nothing_changes


@pytest.fixture(autouse=True)
def typed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(add_person, "getpass", lambda _prompt: PASSWORD)


def run(*words: str) -> str:
    out = StringIO()
    call_command(*words, stdout=out)
    return out.getvalue().strip()


def test_a_branch_and_a_technician_who_can_sign_in(db: None, client: Client) -> None:
    assert run("add_branch", "perm", "Пермь", "--time-zone", "Asia/Yekaterinburg") == "perm: Пермь, Asia/Yekaterinburg"
    assert run("add_person", "oleg", "Олег Попов", "technician", "--branch", "perm") == "oleg: Олег Попов, technician"
    person = User.objects.get()
    assert (person.full_name, person.tenant, person.roles) == ("Олег Попов", Tenant.objects.get(), {Role.TECHNICIAN})
    assert client.post("/admin/login/", {"username": "oleg", "password": PASSWORD}).status_code == 302


def test_a_superuser_has_no_branch(company: Company) -> None:
    run("add_person", "root", "Елена", "superuser", "--telegram-id", "77")
    person = User.objects.get()
    assert (person.tenant, person.roles, person.telegram_id) == (None, {Role.SUPERUSER}, 77)


@pytest.mark.parametrize(
    "words",
    [
        ("add_branch", "moscow", "Ещё раз"),
        ("add_branch", "with space", "Филиал"),
        ("add_branch", "perm", "Пермь", "--time-zone", "Perm"),
        ("add_person", "oleg", "Олег", "technician"),
        ("add_person", "oleg", "Олег", "superuser", "--branch", "moscow"),
        ("add_person", "oleg", "Олег", "technician", "--branch", "nowhere"),
        ("add_person", "oleg", "Олег", "client", "--branch", "moscow"),
    ],
)
def test_refused_in_a_sentence(company: Company, words: tuple[str, ...]) -> None:
    with nothing_changes(), pytest.raises(CommandError):
        run(*words)


def test_a_login_is_given_once(company: Company) -> None:
    run("add_person", "oleg", "Олег", "technician", "--branch", "moscow")
    with nothing_changes(), pytest.raises(CommandError, match="This login is taken"):
        run("add_person", "oleg", "Другой", "operator", "--branch", "moscow")
