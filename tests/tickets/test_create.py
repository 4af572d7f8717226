"""A ticket begins."""

import pytest

from accounts.models import User
from accounts.roles import Role
from audit.models import Entry
from core.actor import Via
from core.errors import Denied
from files.actions import SIZE_LIMIT, TelegramFile
from files.enums import FileKind, FileStatus
from files.queries import files_of
from tests.support.company import Company, as_actor
from tests.support.unchanged import refused
from tickets.actions import create_ticket, open_ticket_for
from tickets.errors import TextMissing, TextTooLong, UnknownClient, UnknownPriority
from tickets.models import Ticket


def test_a_client_opens_a_ticket_of_his_own(company: Company) -> None:
    client = company.person(Role.CLIENT)
    ticket = create_ticket(actor=as_actor(client, Via.BOT), client_id=client.pk, text="Принтер\nжуёт бумагу")
    stored = Ticket.objects.get(pk=ticket.pk)
    assert (stored.client, stored.tenant, stored.assignee, stored.status) == (client, company.tenant, None, "new")
    assert (stored.subject, stored.description) == ("Принтер", "Принтер\nжуёт бумагу")
    assert (stored.source, stored.priority, stored.version) == ("bot", "normal", 1)
    entry = Entry.objects.filter(object_type="tickets.ticket").get()
    assert (entry.action, entry.object_id, entry.user_id, entry.tenant_id) == (
        "tickets.create", ticket.pk, client.pk, company.tenant.pk,
    )  # fmt: skip


def test_numbers_are_given_in_order_over_all_branches(company: Company) -> None:
    first = company.ticket()
    second = company.ticket(company.person(Role.CLIENT, tenant=company.other))
    assert first.number > 1000
    assert second.number == first.number + 1
    assert Ticket.objects.get(pk=second.pk).number == second.number


def test_the_ticket_belongs_to_the_clients_branch(company: Company) -> None:
    client = company.person(Role.CLIENT, tenant=company.other)
    superuser = company.person(Role.SUPERUSER)
    ticket = create_ticket(actor=as_actor(superuser), client_id=client.pk, text="Шумит")
    assert ticket.tenant == company.other


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("\n \u200b\n  Шумит  \nочень", "Шумит"),
        ("слово " * 40, "слово " * 18 + "слово…"),
        ("я" * 200, "я" * 119 + "…"),
        ("a\x00b", "a\u2400b"),
    ],
)
def test_the_first_line_serves_as_subject(text: str, subject: str, company: Company) -> None:
    assert company.ticket(text=text).subject == subject


@pytest.mark.parametrize(("kind", "name"), [(FileKind.PHOTO, "Photo"), (FileKind.DOCUMENT, "Document")])
def test_a_file_alone_is_enough(kind: FileKind, name: str, company: Company) -> None:
    client = company.person(Role.CLIENT, language="en")
    file = TelegramFile(kind, "a file id")
    ticket = create_ticket(actor=as_actor(client), client_id=client.pk, text="", files=[file])
    assert (ticket.subject, ticket.description) == (f"{name} without a description", "")
    assert [file.telegram_file_id for file in files_of([ticket])[ticket.pk]] == ["a file id"]


def test_a_file_that_is_too_large_is_kept_as_failed(company: Company) -> None:
    client = company.person(Role.CLIENT)
    files = [TelegramFile(FileKind.DOCUMENT, "a file id", size=size) for size in (SIZE_LIMIT, SIZE_LIMIT + 1)]
    ticket = create_ticket(actor=as_actor(client), client_id=client.pk, text="", files=files)
    assert [(file.status, file.error) for file in files_of([ticket])[ticket.pk]] == [
        (FileStatus.PENDING, ""), (FileStatus.FAILED, "too_big"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "problem"), [("", TextMissing), ("\u200d \n", TextMissing), ("я" * 4097, TextTooLong)]
)
def test_a_text_is_needed_and_has_a_limit(text: str, problem: type, company: Company) -> None:
    client = company.person(Role.CLIENT)
    with refused(problem):
        create_ticket(actor=as_actor(client), client_id=client.pk, text=text)


def test_exactly_4096_characters_are_kept(company: Company) -> None:
    assert company.ticket(text="я" * 4096).description == "я" * 4096


def test_staff_set_the_priority(company: Company) -> None:
    client, operator = company.person(Role.CLIENT), company.person(Role.OPERATOR)
    ticket = create_ticket(actor=as_actor(operator), client_id=client.pk, text="Шумит", priority="urgent")
    assert Ticket.objects.get(pk=ticket.pk).urgency == 4


def test_a_client_does_not(company: Company) -> None:
    client = company.person(Role.CLIENT)
    with refused(Denied):
        create_ticket(actor=as_actor(client), client_id=client.pk, text="Шумит", priority="urgent")


def test_an_unknown_priority_is_refused(company: Company) -> None:
    client, operator = company.person(Role.CLIENT), company.person(Role.OPERATOR)
    with refused(UnknownPriority) as caught:
        create_ticket(actor=as_actor(operator), client_id=client.pk, text="Шумит", priority="asap")
    assert set(caught.value.fields) == {"priority"}


@pytest.mark.parametrize("whom", ["a technician", "a deactivated client", "nobody", "beyond bigint"])
def test_a_ticket_is_for_a_client_who_is_there(whom: str, company: Company) -> None:
    operator, gone = company.person(Role.OPERATOR), company.person(Role.CLIENT)
    User.objects.filter(pk=gone.pk).update(is_active=False)
    ids = {
        "a technician": company.person(Role.TECHNICIAN).pk, "a deactivated client": gone.pk, "nobody": 10**9,
        "beyond bigint": 10**30,
    }  # fmt: skip
    with refused(UnknownClient) as caught:
        create_ticket(actor=as_actor(operator), client_id=ids[whom], text="Шумит")
    assert set(caught.value.fields) == {"client"}


def test_a_client_may_be_entered_by_name(company: Company) -> None:
    operator = company.person(Role.OPERATOR)
    ticket = open_ticket_for(actor=as_actor(operator), description="Шумит", client_name="Анна, «Аврора»")
    client = ticket.client
    assert (client.full_name, client.tenant, client.roles) == ("Анна, «Аврора»", company.tenant, {Role.CLIENT})
    assert (client.telegram_id, client.username, client.has_usable_password()) == (None, None, False)
    assert list(Entry.objects.filter(user=operator).order_by("pk").values_list("action", flat=True)) == [
        "accounts.create_person", "tickets.create",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"client_name": "Анна", "description": ""}, TextMissing),
        ({"client_name": "Анна", "description": "Шумит", "priority": "asap"}, UnknownPriority),
        ({"client_name": "\u200b", "description": "Шумит"}, TextMissing),
        ({"client_name": "я" * 201, "description": "Шумит"}, TextTooLong),
    ],
)
def test_the_client_and_the_ticket_come_together_or_not_at_all(
    fields: dict[str, str], problem: type, company: Company
) -> None:
    operator = as_actor(company.person(Role.OPERATOR))
    with refused(problem):
        open_ticket_for(actor=operator, **fields)  # type: ignore[arg-type]
