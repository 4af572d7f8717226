"""The second factor, through the doors: the console's pages and the tokens of the API."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.actions import begin_tokens, require_second_factor, rotate_tokens
from accounts.models import SecondFactor, User
from accounts.roles import Role
from audit.models import Entry
from tests.support.company import PASSWORD, Company, as_actor
from tests.support.second_factor import app_code

PAGE = "/admin/second-factor/"
TOKEN = "/api/auth/token/"


@pytest.fixture
def boss(company: Company) -> User:
    return company.person(Role.SUPERUSER)


@pytest.fixture
def technician(company: Company) -> User:
    return company.person(Role.TECHNICIAN, password=PASSWORD)


@pytest.fixture
def client(technician: User) -> Client:
    return signed_in(technician)


def signed_in(user: User) -> Client:
    """A browser in which the password has been given."""
    client = Client()
    assert client.post("/admin/login/", {"username": user.username, "password": PASSWORD}).status_code == 302
    return client


def set_up(client: Client, user: User) -> list[str]:
    """Scan and confirm. Gives the recovery codes that are shown."""
    assert client.get(PAGE).status_code == 200
    answer = client.post(PAGE, {"code": app_code(user, -1)})
    assert answer.status_code == 200
    return re.findall(r"<kbd>(\w{6}-\w{6})</kbd>", answer.content.decode())


def where(client: Client, path: str = "/admin/") -> str:
    """Where the person ends who asks for this page."""
    answer = client.get(path)
    return answer["Location"] if answer.status_code == 302 else str(answer.status_code)


def test_it_is_set_up_and_then_asked_for(client: Client, technician: User) -> None:
    page = client.get(PAGE).content.decode()
    assert page.count("<svg") >= 1
    assert SecondFactor.objects.get(user=technician).secret in page
    assert SecondFactor.objects.get(user=technician).secret in client.get(PAGE).content.decode()
    assert where(client) == "200"
    assert len(set(set_up(client, technician))) == 10
    assert where(client) == "200"
    other = signed_in(technician)
    assert where(other, "/admin/tickets/ticket/") == f"{PAGE}?next=%2Fadmin%2Ftickets%2Fticket%2F"
    answer = other.post(PAGE, {"code": app_code(technician), "next": "/admin/tickets/ticket/"})
    assert (answer.status_code, answer["Location"]) == (302, "/admin/tickets/ticket/")
    assert where(other, "/admin/tickets/ticket/") == "200"
    assert Entry.objects.filter(action="accounts.set_up_second_factor").count() == 1


def test_the_first_wrong_code_sets_nothing_up(client: Client, technician: User) -> None:
    client.get(PAGE)
    answer = client.post(PAGE, {"code": "abcdef"})
    assert (answer.status_code, SecondFactor.objects.get(user=technician).confirmed) == (403, False)
    assert where(client) == "200"


def test_without_it_nothing_is_open_and_nothing_is_done(client: Client, technician: User, company: Company) -> None:
    set_up(client, technician)
    ticket = company.ticket()
    other = signed_in(technician)
    assert where(other, f"/admin/tickets/ticket/{ticket.pk}/change/").startswith(PAGE)
    assert other.post(f"/admin/tickets/ticket/{ticket.pk}/move/take/")["Location"].startswith(PAGE)
    assert other.post("/admin/second-factor/off/", {"code": "000000"})["Location"] == PAGE
    ticket.refresh_from_db()
    assert (ticket.status, SecondFactor.objects.filter(user=technician, confirmed=True).count()) == ("new", 1)
    assert other.post("/admin/logout/").status_code == 200


def test_a_code_serves_once_and_wrong_ones_cost_time(client: Client, technician: User) -> None:
    set_up(client, technician)
    code = app_code(technician)
    assert signed_in(technician).post(PAGE, {"code": code}).status_code == 302
    other = signed_in(technician)
    assert other.post(PAGE, {"code": code}).status_code == 403
    assert other.post(PAGE, {"code": app_code(technician, 1)}).status_code == 429
    earlier = timezone.now() - timedelta(seconds=2)
    SecondFactor.objects.filter(user=technician).update(throttling_failure_timestamp=earlier)
    assert other.post(PAGE, {"code": app_code(technician, 1)}).status_code == 302


def test_the_wait_grows_to_a_quarter_of_an_hour_and_no_further(client: Client, technician: User) -> None:
    set_up(client, technician)
    other = signed_in(technician)
    long_ago = timezone.now() - timedelta(minutes=18)
    SecondFactor.objects.update(throttling_failure_timestamp=long_ago, throttling_failure_count=11)
    assert other.post(PAGE, {"code": "000"}).status_code == 403
    assert SecondFactor.objects.get(user=technician).throttling_failure_count == 11
    assert other.post(PAGE, {"code": app_code(technician)}).status_code == 429
    SecondFactor.objects.update(throttling_failure_timestamp=long_ago)
    assert other.post(PAGE, {"code": app_code(technician)}).status_code == 302


@pytest.mark.parametrize("odd", ["", "1", "999999999999999999999", "１２３４５６", "<b>", "12345\x00", "-12345"])
def test_odd_codes_are_wrong_codes(client: Client, technician: User, odd: str) -> None:
    set_up(client, technician)
    other = signed_in(technician)
    assert other.post(PAGE, {"code": odd}).status_code in (400, 403)
    assert where(other).startswith(PAGE)


def test_each_recovery_code_serves_once(client: Client, technician: User) -> None:
    first, *rest = set_up(client, technician)
    assert signed_in(technician).post(PAGE, {"code": f" {first.upper()} "}).status_code == 302
    assert len(SecondFactor.objects.get(user=technician).recovery) == len(rest) == 9
    assert signed_in(technician).post(PAGE, {"code": first}).status_code == 403


@pytest.mark.parametrize("elsewhere", ["https://example.com/", "//example.com", "javascript:alert(1)"])
def test_nobody_is_led_elsewhere(client: Client, technician: User, elsewhere: str) -> None:
    set_up(client, technician)
    answer = signed_in(technician).post(PAGE, {"code": app_code(technician), "next": elsewhere})
    assert answer["Location"] == "/admin/"


def test_it_is_turned_off_with_a_code(client: Client, technician: User) -> None:
    set_up(client, technician)
    assert client.post("/admin/second-factor/off/", {"code": app_code(technician)})["Location"] == PAGE
    assert not SecondFactor.objects.filter(user=technician).exists()
    assert where(signed_in(technician)) == "200"


def test_a_branch_can_require_it(company: Company, client: Client, technician: User, boss: User) -> None:
    console = Client()
    console.force_login(boss)
    refresh = begin_tokens(user=technician).refresh
    answer = console.post(f"/admin/accounts/tenant/{company.tenant.pk}/factor/", {"required": "yes"})
    assert answer.status_code == 302
    assert where(client).startswith(PAGE)
    with pytest.raises(Exception, match="invalid or expired"):
        rotate_tokens(refresh=refresh)
    foreign = company.person(Role.TECHNICIAN, tenant=company.other, password=PASSWORD)
    assert where(signed_in(foreign)) == "200"
    assert where(console).startswith(PAGE)  # who sees the branch obeys it
    set_up(client, technician)
    assert where(client) == "200"


def test_a_superuser_removes_it_for_who_has_lost_it(client: Client, technician: User, boss: User) -> None:
    set_up(client, technician)
    console = Client()
    console.force_login(boss)
    assert console.post(f"/admin/accounts/user/{technician.pk}/factor/").status_code == 302
    assert where(signed_in(technician)) == "200"


def test_tokens_ask_for_it(company: Company, client: Client, technician: User, boss: User) -> None:
    given = {"username": technician.username, "password": PASSWORD}

    def ask(**more: str) -> tuple[int, str]:
        answer = Client().post(TOKEN, given | more, content_type="application/json")
        return answer.status_code, answer.json().get("code", "")

    assert ask() == (200, "")
    require_second_factor(actor=as_actor(boss), tenant_id=company.tenant.pk, required=True)
    assert ask() == (403, "second_factor_missing")
    set_up(client, technician)
    assert ask() == (403, "second_factor_needed")
    assert ask(code=app_code(technician)) == (200, "")
    assert ask(code="000") == (403, "wrong_code")
    assert ask(code=app_code(technician, 1)) == (429, "throttled")


def test_service_accounts_need_none(company: Company, boss: User) -> None:
    account = company.person(Role.INTEGRATOR, password=PASSWORD)
    require_second_factor(actor=as_actor(boss), tenant_id=company.tenant.pk, required=True)
    given = {"username": account.username, "password": PASSWORD}
    assert Client().post(TOKEN, given, content_type="application/json").status_code == 200
