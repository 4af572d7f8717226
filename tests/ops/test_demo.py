"""The demo company: every role, tickets with life in them, made once, telling nobody of the past."""

from io import StringIO

import pytest
from django.core.management import call_command

from accounts.models import Tenant, User
from accounts.roles import Role
from ops.demo import ensure_demo
from orders.enums import Stage
from orders.models import Order
from outbox.models import Message
from tests.support.company import Company
from tests.support.unchanged import nothing_changes
from tickets.enums import Status
from tickets.models import Ticket


@pytest.fixture
def demo(db: None) -> None:
    ensure_demo(simulated=True)


def test_two_branches_every_role_and_living_tickets(demo: None) -> None:
    assert Tenant.objects.count() == 2
    assert {role for user in User.objects.all() for role in user.roles} == set(Role)
    assert set(Ticket.objects.values_list("status", flat=True)) == set(Status) - {Status.CANCELLED, Status.MERGED}
    assert {user.is_staff for user in User.objects.filter(username__in=["tech", "operator", "curator", "admin"])} == {
        True
    }


def test_an_order_at_every_stage(demo: None) -> None:
    assert set(Order.objects.values_list("stage", flat=True)) == set(Stage)
    awaited = Order.objects.filter(awaiting__isnull=False).values_list("awaiting__stage", flat=True)
    assert set(awaited) == {"agreement", "prepayment", "workshop", "expenses", "report"}


def test_nobodys_telegram_hears_of_the_past(demo: None) -> None:
    assert Message.objects.count() == 0


def test_made_once(demo: None) -> None:
    with nothing_changes():
        assert ensure_demo(simulated=True) is False


def test_never_beside_a_real_company(company: Company) -> None:
    with nothing_changes():
        assert ensure_demo(simulated=True) is False


def test_with_the_real_telegram_nobody_is_bound(db: None) -> None:
    ensure_demo(simulated=False)
    assert not User.objects.filter(telegram_id__isnull=False).exists()


def test_the_command_prints_logins_that_work(db: None, client) -> None:  # type: ignore[no-untyped-def]
    out = StringIO()
    call_command("demo", stdout=out)
    username, password, *_role = out.getvalue().splitlines()[0].split()
    assert client.post("/admin/login/", {"username": username, "password": password}).status_code == 302


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_prepare_may_be_repeated() -> None:
    call_command("prepare")
    call_command("prepare")
