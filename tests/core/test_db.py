"""Rows under a lock, ids that can not exist, connections that have broken."""

import pytest
from django.db import OperationalError, connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.models import Tenant
from core.db import MAX_ID, found, locked, refresh_connection
from core.errors import NotFound
from tests.support.company import Company
from tests.support.postgres import own_pid, terminate


def test_a_row_is_found_and_locked_alone(company: Company) -> None:
    assert found(Tenant.objects.all(), company.tenant.pk) == company.tenant
    with CaptureQueriesContext(connection) as queries, transaction.atomic():
        assert locked(Tenant.objects.select_related(), company.other.pk) == company.other
    assert 'FOR UPDATE OF "accounts_tenant"' in "".join(query["sql"] for query in queries)


@pytest.mark.parametrize("pk", [0, -1, -MAX_ID, MAX_ID, MAX_ID + 1, 10**30])
def test_an_id_that_is_not_there_or_can_not_be_is_not_found(company: Company, pk: int) -> None:
    for reader in (found, locked):
        with pytest.raises(NotFound):
            reader(Tenant.objects.all(), pk)


def test_an_invisible_row_is_not_found(company: Company) -> None:
    for reader in (found, locked):
        with pytest.raises(NotFound):
            reader(Tenant.objects.filter(slug=company.other.slug), company.tenant.pk)


def select_one() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return int(cursor.fetchone()[0])


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_broken_connection_is_replaced_at_the_next_turn() -> None:
    terminate(own_pid())
    with pytest.raises(OperationalError):
        select_one()
    refresh_connection()
    assert select_one() == 1


@pytest.mark.django_db
def test_inside_a_transaction_the_connection_stays() -> None:
    before = connection.connection
    refresh_connection()
    assert connection.connection is before
