"""The history is written once: the database itself refuses to change it."""

import pytest
from django.db import ProgrammingError, connection, transaction
from django.db.models import ProtectedError

import audit.actions as audit
from accounts.roles import Role
from audit.models import Entry
from audit.queries import history_of
from core.actor import Via
from core.correlation import correlated
from tests.support.company import MACHINE, Company, as_actor
from tests.support.unchanged import nothing_changes

INSUFFICIENT_PRIVILEGE = "42501"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entry SET action = 'x'",
        "UPDATE audit_entry SET at = at",
        "DELETE FROM audit_entry",
        "TRUNCATE audit_entry",
        "TRUNCATE accounts_tenant CASCADE",
    ],
)
def test_the_database_refuses_to_change_the_history(statement: str, company: Company) -> None:
    with nothing_changes(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # nothing else stands in the way of TRUNCATE
        with pytest.raises(ProgrammingError) as caught, transaction.atomic():
            cursor.execute(statement)
    assert caught.value.__cause__.sqlstate == INSUFFICIENT_PRIVILEGE  # type: ignore[union-attr]


def test_so_it_does_when_django_asks(company: Company) -> None:
    entry = Entry.objects.earliest("pk")
    for change in (entry.save, entry.delete, Entry.objects.all().delete, lambda: Entry.objects.update(action="x")):
        with nothing_changes(), pytest.raises(ProgrammingError), transaction.atomic():
            change()


def test_people_and_branches_of_the_history_stay(company: Company) -> None:
    person = company.person(Role.TECHNICIAN)
    audit.record(as_actor(person), "test.did", person, tenant_id=company.tenant.pk)
    for obj in (person, company.other):
        with nothing_changes(), pytest.raises(ProtectedError), transaction.atomic():
            obj.delete()


def test_an_entry_says_who_did_what_where_and_through_which_door(company: Company) -> None:
    technician, ticket = company.person(Role.TECHNICIAN), company.ticket()
    with correlated("abc"):
        entry = audit.record(as_actor(technician, Via.API), "test.did", ticket, tenant_id=ticket.tenant_id, count=2)
    entry = Entry.objects.get(pk=entry.pk)
    assert (entry.actor_kind, entry.actor_name, entry.user, entry.via) == ("user", "", technician, "api")
    assert (entry.action, entry.object_type, entry.object_id) == ("test.did", "tickets.ticket", ticket.pk)
    assert (entry.tenant, entry.data, entry.request_id) == (company.tenant, {"count": 2}, "abc")


def test_the_machine_has_a_name(company: Company) -> None:
    entry = audit.record(MACHINE, "test.did", company.tenant, tenant_id=None)
    assert (entry.actor_kind, entry.actor_name, entry.user_id, entry.via) == ("system", "test", None, "system")


def test_an_entry_belongs_to_the_transaction_of_its_change(company: Company) -> None:
    with nothing_changes(), transaction.atomic():
        audit.record(MACHINE, "test.did", company.tenant, tenant_id=None)
        transaction.set_rollback(True)


def test_entries_of_one_transaction_carry_its_number(company: Company) -> None:
    """The cursor of live updates reads what is older than every running transaction."""
    entry = audit.record(MACHINE, "test.did", company.tenant, tenant_id=None)
    with connection.cursor() as cursor:
        cursor.execute("SELECT xid = pg_current_xact_id(), xid < pg_snapshot_xmin(pg_current_snapshot())"
                       " FROM audit_entry WHERE id = %s", [entry.pk])  # fmt: skip
        assert cursor.fetchone() == (True, False)


def test_the_history_of_one_object_is_its_own(company: Company) -> None:
    first, second = company.ticket(), company.ticket()
    audit.record(MACHINE, "test.did", first, tenant_id=None)
    audit.record(MACHINE, "test.did", first.client, tenant_id=None)
    assert [entry.action for entry in history_of(first)] == ["tickets.create", "test.did"]
    assert [entry.action for entry in history_of(second)] == ["tickets.create"]
