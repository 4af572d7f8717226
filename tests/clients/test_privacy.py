"""Retention, hold, copies and erasure: what is deleted, what stays, and what the journal says."""

import json
from datetime import timedelta
from io import BytesIO
from zipfile import ZipFile

import pytest
import time_machine
from django.conf import settings
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import Error, connection, transaction
from django.utils import timezone

from accounts.actions import arrive_by_telegram, set_contact
from accounts.models import Contact, User
from accounts.roles import Role
from botapp import inbox
from botapp.models import Dialog, InboxUpdate
from clients.actions import (
    accept_answer,
    ask_for_copy,
    ask_for_erasure,
    erase_client,
    lift_hold,
    make_copy,
    refuse_erasure,
    reveal_card,
    set_hold,
    submit_document,
    take_back_erasure,
    write_to_client,
    write_to_staff,
)
from clients.enums import ErasureStatus, PurgeRule, Status
from clients.errors import AlreadyErased, StillOpen, UnderHold
from clients.models import Answer, Card, DataCopy, Erasure, Letter, Purge, Request
from clients.tasks import purge
from core.actor import Actor, Via
from core.errors import Denied
from files.contents import open_content
from files.enums import FileStatus
from files.models import StoredFile
from outbox.models import Message
from tests.simulator.pictures import jpeg
from tests.support.clients import Care
from tests.support.company import MACHINE, Company, as_actor
from tests.support.unchanged import nothing_changes, refused
from tickets.actions import move_ticket
from tickets.enums import Move
from tickets.models import Comment, SearchRow, Ticket
from tickets.search import matching

CANARY = "Канарейкин-4509"


@pytest.fixture
def care(company: Company) -> Care:
    return Care(company, telegram=True)


@pytest.fixture
def superuser(company: Company) -> Actor:
    return as_actor(company.person(Role.SUPERUSER))


def accepted(care: Care) -> Request:
    """A passport that was given and accepted."""
    care.agree()
    request = care.request("passport")
    photo = SimpleUploadedFile("passport.jpg", jpeg(), "image/jpeg")
    answer = submit_document(actor=care.actor(care.client, Via.BOT), request_id=request.pk, uploads=[photo])
    return accept_answer(actor=care.actor(care.operator), request_id=request.pk, answer_id=answer.pk)


def stored() -> list[str]:
    return [name for name in StoredFile.objects.values_list("stored_as", flat=True) if name]


def test_what_was_kept_long_enough_is_deleted_and_the_journal_says_so(
    care: Care, django_capture_on_commit_callbacks: object
) -> None:
    request = accepted(care)
    (name,) = stored()
    assert request.purge_at is not None
    with time_machine.travel(request.purge_at - timedelta(minutes=1)), nothing_changes():
        purge()
    with (
        time_machine.travel(request.purge_at + timedelta(minutes=1)),
        django_capture_on_commit_callbacks(execute=True),  # type: ignore[operator]
    ):
        purge()
    request.refresh_from_db()
    entry = Purge.objects.get()
    assert (request.status, stored(), default_storage.exists(name)) == (Status.PURGED, [], False)
    assert StoredFile.objects.get().status == FileStatus.REMOVED
    assert Answer.objects.get().values == {}
    assert (entry.request, entry.rule, entry.days, entry.files) == (request, PurgeRule.AGE, 365, 1)


def test_a_hold_keeps_everything(care: Care, superuser: Actor) -> None:
    request = accepted(care)
    set_hold(actor=superuser, client_id=care.client.pk, reason="Суд, дело 2-14")
    assert request.purge_at is not None
    with time_machine.travel(request.purge_at + timedelta(days=1)):
        with nothing_changes():
            purge()
        with nothing_changes(), refused(UnderHold):
            erase_client(actor=superuser, client_id=care.client.pk)
        lift_hold(actor=superuser, client_id=care.client.pk)
        purge()
    request.refresh_from_db()
    assert request.status == Status.PURGED


def test_only_superusers_hold_and_erase(care: Care) -> None:
    with nothing_changes():
        for act in (
            lambda actor: set_hold(actor=actor, client_id=care.client.pk, reason="Суд"),
            lambda actor: lift_hold(actor=actor, client_id=care.client.pk),
            lambda actor: erase_client(actor=actor, client_id=care.client.pk),
            lambda actor: ask_for_erasure(actor=actor, client_id=care.client.pk),
            lambda actor: ask_for_copy(actor=actor, client_id=care.client.pk, reason="Запрос клиента"),
        ):
            with refused(Denied):
                act(care.actor(care.operator))


@pytest.mark.parametrize("table", ["clients_access", "clients_purge"])
def test_the_logs_can_not_be_changed(care: Care, table: str) -> None:
    Purge.objects.create(tenant=care.company.tenant, client=care.client, rule=PurgeRule.COPY)
    reveal_card(actor=care.actor(care.operator), client_id=care.client.pk, reason="Звонок клиенту")
    for sql in (f"UPDATE {table} SET id = id", f"DELETE FROM {table}", f"TRUNCATE {table}"):  # noqa: S608
        with pytest.raises(Error), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)


def everything(care: Care) -> tuple[Request, Ticket]:
    """A client of whom the house knows all that it can."""
    client = as_actor(care.client, Via.BOT)
    User.objects.filter(pk=care.client.pk).update(full_name=CANARY, telegram_username=CANARY)
    set_contact(actor=MACHINE, user_id=care.client.pk, phone="+79990004509", address=CANARY, company=CANARY)
    request = accepted(care)
    ticket = care.company.ticket(care.client, text=CANARY)
    move_ticket(actor=care.actor(care.operator), ticket_id=ticket.pk, move=Move.TAKE)
    move_ticket(actor=care.actor(care.operator), ticket_id=ticket.pk, move=Move.RESOLVE)
    move_ticket(actor=client, ticket_id=ticket.pk, move=Move.CONFIRM)
    write_to_client(actor=care.actor(care.operator), client_id=care.client.pk, text=CANARY)
    write_to_staff(actor=client, text=CANARY)
    inbox.store(
        settings.TELEGRAM_BOT_ID,
        [{"update_id": 5, "message": {"chat": {"id": care.client.telegram_id}, "text": CANARY}}],
    )
    dialog = Dialog(bot_id=settings.TELEGRAM_BOT_ID, chat_id=care.client.telegram_id)
    dialog.data = {"text": CANARY}
    dialog.save()
    return request, ticket


def test_one_action_erases_a_client_everywhere_and_leaves_the_skeleton(care: Care, superuser: Actor) -> None:
    telegram_id = care.client.telegram_id
    request, ticket = everything(care)
    asked = ask_for_erasure(actor=as_actor(care.client, Via.BOT))
    sums = (request.number, ticket.number, Ticket.objects.get(pk=ticket.pk).status)
    erase_client(actor=superuser, client_id=care.client.pk)
    person = User.objects.get(pk=care.client.pk)
    assert (person.full_name, person.telegram_id, person.telegram_username, person.is_active) == (
        f"Удалённый клиент {person.pk}", None, "", False,
    )  # fmt: skip
    assert not Contact.objects.filter(user=person).exists()
    assert Card.objects.get(client=person).facts == {}
    assert list(Letter.objects.values_list("text", flat=True)) == ["", ""]
    assert list(Ticket.objects.values_list("subject", "description")) == [("", "")]
    assert not any(Comment.objects.values_list("text", flat=True))
    assert not matching(Ticket.objects.all(), CANARY).exists()
    assert not InboxUpdate.objects.filter(chat_id=telegram_id).exists()
    assert not Dialog.objects.filter(chat_id=telegram_id).exists()
    assert stored() == []
    assert not [m for m in Message.objects.all() if CANARY in json.dumps(m.params, ensure_ascii=False)]
    assert [m.params["text"] for m in Message.objects.filter(chat_id=telegram_id)] == [
        "Ваши данные удалены. Всего доброго, спасибо, что были с нами."
    ]
    request.refresh_from_db()
    ticket.refresh_from_db()
    asked.refresh_from_db()
    assert (request.number, ticket.number, ticket.status) == sums
    assert (request.status, asked.status) == (Status.PURGED, ErasureStatus.DONE)
    assert (Purge.objects.get().rule, Purge.objects.get().user_id) == (PurgeRule.ERASURE, superuser.user_id)
    assert CANARY not in dump()
    with nothing_changes(), refused(AlreadyErased):
        erase_client(actor=superuser, client_id=care.client.pk)


def dump() -> str:
    """Every row of the house's tables as text, the history of search included."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")
        tables = [name for (name,) in cursor.fetchall()]
        rows = []
        for table in tables:
            cursor.execute(f'SELECT t::text FROM "{table}" t')  # noqa: S608
            rows += [text for (text,) in cursor.fetchall()]
    return "\n".join(rows)


def test_who_was_erased_comes_back_as_somebody_new(care: Care, superuser: Actor) -> None:
    telegram_id = care.client.telegram_id
    assert telegram_id is not None
    erase_client(actor=superuser, client_id=care.client.pk)
    new = arrive_by_telegram(
        actor=Actor.system("arrival"), telegram_id=telegram_id, full_name="Анна", username="", language="ru"
    )  # fmt: skip
    assert new.pk != care.client.pk


def test_unfinished_work_is_ended_first(care: Care, superuser: Actor) -> None:
    ticket = care.company.ticket(care.client)
    with nothing_changes(), refused(StillOpen) as problem:
        erase_client(actor=superuser, client_id=care.client.pk)
    assert problem.value.params == {"numbers": f"№ {ticket.number}"}


def test_a_wish_to_be_forgotten_is_carried_out_when_it_is_due(care: Care) -> None:
    asked = ask_for_erasure(actor=as_actor(care.client, Via.BOT))
    assert ask_for_erasure(actor=as_actor(care.client, Via.BOT)) == asked
    with time_machine.travel(asked.due_at - timedelta(minutes=1)), nothing_changes():
        purge()
    with time_machine.travel(asked.due_at + timedelta(minutes=1)):
        purge()
    asked.refresh_from_db()
    assert (asked.status, User.objects.get(pk=care.client.pk).is_active) == (ErasureStatus.DONE, False)


def test_a_wish_is_taken_back_or_refused(care: Care, superuser: Actor) -> None:
    client = as_actor(care.client, Via.BOT)
    ask_for_erasure(actor=client)
    assert (take_back_erasure(actor=client), take_back_erasure(actor=client)) == (True, False)
    again = ask_for_erasure(actor=client)
    refuse_erasure(actor=superuser, erasure_id=again.pk, reason="Идёт гарантийный срок")
    assert list(Erasure.objects.order_by("pk").values_list("status", "reason")) == [
        (ErasureStatus.TAKEN_BACK, ""), (ErasureStatus.REFUSED, "Идёт гарантийный срок"),
    ]  # fmt: skip
    last = Message.objects.filter(recipient=care.client).latest("pk").params["text"]
    assert last == "Сейчас удалить ваши данные нельзя.\nПричина: Идёт гарантийный срок"


def test_a_copy_holds_everything_and_goes_after_a_week(care: Care) -> None:
    everything(care)
    copy = ask_for_copy(actor=as_actor(care.client, Via.BOT))
    make_copy(actor=Actor.system("copy"), copy_id=copy.pk)
    make_copy(actor=Actor.system("copy"), copy_id=copy.pk)
    row = StoredFile.objects.get(owner_type="clients.datacopy")
    with open_content(row) as content, ZipFile(BytesIO(content.read())) as archive:
        names = archive.namelist()
        data = json.loads(archive.read("data.json"))
    assert [name.split("-")[0] for name in names] == ["files/request", "data.json"]
    assert (data["person"]["name"], data["person"]["phone"]) == (CANARY, "+79990004509")
    assert [one["text"] for one in data["correspondence"]] == [CANARY, CANARY]
    assert [one["text"] for one in data["tickets"]] == [CANARY]
    assert Message.objects.filter(recipient=care.client, method="sendDocument").count() == 1
    with time_machine.travel(timezone.now() + timedelta(days=8)):
        purge()
    row.refresh_from_db()
    assert (row.status, DataCopy.objects.get().removed_at is None) == (FileStatus.REMOVED, False)


def test_the_search_row_of_an_erased_ticket_is_only_its_number(care: Care, superuser: Actor) -> None:
    _request, ticket = everything(care)
    erase_client(actor=superuser, client_id=care.client.pk)
    words = SearchRow.objects.get(ticket=ticket).words
    assert CANARY.split("-")[0].lower() not in str(words)
