"""Requests by their actions: what is taken, what is refused with nothing changed, what time does."""

from datetime import date, timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from clients.actions import (
    accept_answer,
    answer_question,
    ask_to_redo,
    begin_questionnaire,
    cancel_request,
    extend_request,
    give_consent,
    open_request,
    reject_answer,
    submit_document,
    submit_questionnaire,
    withdraw_consent,
)
from clients.enums import Status, Verdict
from clients.errors import (
    AnswerChanged,
    AnswersMissing,
    BadDueDate,
    ConsentNeeded,
    DocumentTooBig,
    ExternalIdInUse,
    FileWanted,
    KindSwitchedOff,
    NotTheClients,
    RedoReasonMissing,
    RequestChanged,
    RequestMoveNotPossible,
    TooManyPages,
    UnknownRequestClient,
    UnknownTemplate,
    WrongFileType,
)
from clients.models import Answer, Consent, ConsentText, DocumentKind, Question, Request
from clients.tasks import sweep_requests
from core.actor import Via
from core.errors import Denied
from files.actions import TelegramFile, store_content
from files.enums import FileKind
from files.models import StoredFile
from outbox.models import Message
from tests.simulator.pictures import jpeg
from tests.support.clients import Care
from tests.support.company import Company, as_actor
from tests.support.unchanged import nothing_changes, refused

PHOTO = TelegramFile(FileKind.PHOTO, "photo-1", size=1000)
PDF = TelegramFile(FileKind.DOCUMENT, "pdf-1", name="скан.pdf", size=1000)


@pytest.fixture
def care(company: Company) -> Care:
    care = Care(company, telegram=True)
    care.agree()
    return care


def answer(care: Care, request: Request, *files: TelegramFile, text: str = "", **more: object) -> Answer:
    return submit_document(
        actor=as_actor(User.objects.get(pk=request.client_id), Via.BOT), request_id=request.pk, files=files, text=text,
        **more,  # type: ignore[arg-type]
    )  # fmt: skip


def texts_to(person: User) -> list[str]:
    return [m.params["text"] for m in Message.objects.filter(recipient=person, method="sendMessage").order_by("pk")]


def test_who_may_not_ask_asks_nothing(care: Care, company: Company) -> None:
    for role in (Role.TECHNICIAN, Role.ENGINEER, Role.WORKSHOP, Role.CLIENT):
        person = as_actor(company.person(role))
        with nothing_changes(), refused(Denied):
            open_request(actor=person, client_id=care.client.pk, template="passport")


def test_a_request_names_what_exists_and_is_the_clients(care: Care, company: Company) -> None:
    operator = care.actor(care.operator)
    foreign = company.person(Role.CLIENT, tenant=company.other)
    ticket = company.ticket(company.person(Role.CLIENT))
    today = timezone.localdate()
    refusals = [
        (UnknownTemplate, {"template": "nothing"}),
        (UnknownTemplate, {"template": "9" * 30}),
        (UnknownRequestClient, {"client_id": foreign.pk}),
        (UnknownRequestClient, {"client_id": care.operator.pk}),
        (UnknownRequestClient, {"client_id": 2**70}),
        (NotTheClients, {"ticket_id": ticket.pk}),
        (BadDueDate, {"due_on": today - timedelta(days=1)}),
        (BadDueDate, {"due_on": today + timedelta(days=400)}),
    ]
    for problem, given in refusals:
        with nothing_changes(), refused(problem):
            open_request(**{"actor": operator, "client_id": care.client.pk, "template": "passport", **given})


def test_an_external_id_is_taken_once_in_a_branch(care: Care) -> None:
    care.request("passport", external_id="crm-1")
    with nothing_changes(), refused(ExternalIdInUse):
        care.request("contract", external_id="crm-1")


def test_the_day_lasts_until_its_local_midnight(care: Care) -> None:
    request = care.request("passport", due_on=date.fromisoformat(f"{timezone.localdate() + timedelta(days=2)}"))
    local = request.due_at.astimezone(timezone.get_default_timezone())
    assert (local.hour, local.minute, local.date() - timezone.localdate()) == (0, 0, timedelta(days=3))


def test_nothing_is_taken_without_a_consent(care: Care) -> None:
    request = care.request("passport")
    withdraw_consent(actor=care.actor(care.client, Via.BOT))
    with nothing_changes(), refused(ConsentNeeded):
        answer(care, request, PHOTO)


def test_a_new_text_of_the_consent_is_asked_for_anew(care: Care) -> None:
    request = care.request("passport")
    old = Consent.objects.get().text_id
    ConsentText.objects.create(text_ru="Новое согласие")
    with nothing_changes(), refused(ConsentNeeded):
        answer(care, request, PHOTO)
    with nothing_changes(), refused(ConsentNeeded):
        give_consent(actor=care.actor(care.client, Via.BOT), text_id=old)
    care.agree()
    answer(care, request, PHOTO)
    assert Consent.objects.filter(withdrawn_at=None).count() == 2


@pytest.mark.parametrize(
    ("template", "files", "text", "problem"),
    [
        ("passport", [TelegramFile(FileKind.VOICE, "v")], "", WrongFileType),
        ("passport", [TelegramFile(FileKind.VIDEO, "v")], "", WrongFileType),
        ("passport", [TelegramFile(FileKind.STICKER, "s")], "", WrongFileType),
        ("passport", [TelegramFile(FileKind.DOCUMENT, "d", name="a.html")], "", WrongFileType),
        ("passport", [TelegramFile(FileKind.DOCUMENT, "d", name="a.svg")], "", WrongFileType),
        ("passport", [TelegramFile(FileKind.DOCUMENT, "d", name="a.tiff")], "", WrongFileType),
        ("passport", [TelegramFile(FileKind.PHOTO, "p", size=20 * 1024**2 + 1)], "", DocumentTooBig),
        ("passport", [PHOTO] * 4, "", TooManyPages),
        ("passport", [], "4509 123456", FileWanted),
    ],
)
def test_what_does_not_fit_spends_no_attempt(
    care: Care, template: str, files: list[TelegramFile], text: str, problem: type[Exception]
) -> None:
    request = care.request(template)
    with nothing_changes(), refused(problem):  # type: ignore[arg-type]
        answer(care, request, *files, text=text)


def test_a_file_that_is_something_else_voids_the_answer(care: Care) -> None:
    request = care.request("passport")
    answer(care, request, TelegramFile(FileKind.DOCUMENT, "d", name="скан.jpg", size=10))
    file = StoredFile.objects.get()
    store_content(file.pk, b"<html><script>alert(1)</script></html>")
    request.refresh_from_db()
    assert (request.status, request.answer, request.redone) == (Status.REQUESTED, None, 0)
    assert Answer.objects.get().verdict == Verdict.VOID
    assert texts_to(care.client)[-1].startswith("«Фото паспорта»: файл не подошёл.")
    answer(care, request, PHOTO)
    store_content(StoredFile.objects.latest("pk").pk, jpeg())
    request.refresh_from_db()
    assert request.status == Status.SUBMITTED


def test_a_better_one_replaces_and_a_further_page_joins(care: Care) -> None:
    request = care.request("contract")
    first = answer(care, request, PHOTO)
    assert answer(care, request, PDF, more=True) == first
    second = answer(care, request, PHOTO)
    request.refresh_from_db()
    assert (request.answer, first.number, second.number) == (second, 1, 2)
    first.refresh_from_db()
    assert first.verdict == Verdict.REPLACED
    for _ in range(9):
        answer(care, request, PHOTO, more=True)
    with nothing_changes(), refused(TooManyPages):
        answer(care, request, PHOTO, more=True)


def test_the_reviewer_decides_on_what_he_has_seen(care: Care) -> None:
    request = care.request("passport")
    seen = answer(care, request, PHOTO)
    better = answer(care, request, PHOTO)
    operator = care.actor(care.operator)
    with nothing_changes(), refused(AnswerChanged):
        accept_answer(actor=operator, request_id=request.pk, answer_id=seen.pk)
    with nothing_changes(), refused(RedoReasonMissing):
        ask_to_redo(actor=operator, request_id=request.pk, answer_id=better.pk, reason="", text=" \u200b")
    with nothing_changes(), refused(RedoReasonMissing):
        ask_to_redo(actor=operator, request_id=request.pk, answer_id=better.pk, reason="no_such_reason")
    with nothing_changes(), refused(RedoReasonMissing):
        reject_answer(actor=operator, request_id=request.pk, answer_id=better.pk, text=" ")
    accept_answer(actor=operator, request_id=request.pk, answer_id=better.pk)
    with nothing_changes(), refused(RequestMoveNotPossible):
        accept_answer(actor=operator, request_id=request.pk, answer_id=better.pk)
    with nothing_changes(), refused(RequestMoveNotPossible):
        answer(care, request, PHOTO)


def test_a_stale_page_changes_nothing(care: Care) -> None:
    request = care.request("passport")
    answer(care, request, PHOTO)
    with nothing_changes(), refused(RequestChanged):
        cancel_request(actor=care.actor(care.operator), request_id=request.pk, version=request.version)


def test_time_reminds_once_and_ends(care: Care) -> None:
    request = care.request("passport")
    with time_machine.travel(request.due_at - timedelta(hours=23)):
        sweep_requests()
        sweep_requests()
    day = f"{(request.due_at - timedelta(seconds=1)).astimezone(timezone.get_default_timezone()):%d.%m.%Y}"
    assert [t for t in texts_to(care.client) if t.startswith("Напоминаем")] == [
        f"Напоминаем: «Фото паспорта» нужно до {day}. Запрос № {request.number}."
    ]
    with time_machine.travel(request.due_at + timedelta(seconds=1)):
        sweep_requests()
        sweep_requests()
    request.refresh_from_db()
    assert (request.status, request.purge_at) == (Status.EXPIRED, None)
    assert texts_to(care.client)[-1].startswith("Срок для «Фото паспорта» истёк")
    assert texts_to(care.operator)[-1] == f"Запрос № {request.number}, «Фото паспорта»: ответа в срок нет, Анна Белова."


def test_an_answer_under_review_does_not_run_out_and_more_time_is_given(care: Care) -> None:
    reviewed, put_off = care.request("passport"), care.request("contract")
    answer(care, reviewed, PHOTO)
    extend_request(
        actor=care.actor(care.operator), request_id=put_off.pk, due_on=timezone.localdate() + timedelta(days=30)
    )
    with nothing_changes(), refused(RequestMoveNotPossible):
        extend_request(
            actor=care.actor(care.operator), request_id=reviewed.pk, due_on=timezone.localdate() + timedelta(days=9)
        )
    with time_machine.travel(timezone.now() + timedelta(days=10)):
        sweep_requests()
    assert set(Request.objects.values_list("status", flat=True)) == {Status.SUBMITTED, Status.REQUESTED}


def test_a_kind_that_is_switched_off_is_neither_asked_for_nor_taken(care: Care) -> None:
    waiting, reviewed = care.request("passport"), care.request("passport")
    answer(care, reviewed, PHOTO)
    DocumentKind.objects.filter(code="passport").update(enabled=False)
    with nothing_changes(), refused(UnknownTemplate):
        care.request("passport")
    with nothing_changes(), refused(KindSwitchedOff):
        answer(care, waiting, PHOTO)
    sweep_requests()
    waiting.refresh_from_db()
    reviewed.refresh_from_db()
    assert (waiting.status, reviewed.status) == (Status.CANCELLED, Status.SUBMITTED)


def test_a_questionnaire_keeps_the_questions_of_its_day(care: Care) -> None:
    request = care.request("basic")
    client = care.actor(care.client, Via.BOT)
    Question.objects.filter(key="city").update(text_ru="Другой вопрос")
    begin_questionnaire(actor=client, request_id=request.pk)
    answer_question(actor=client, request_id=request.pk, at=0, text="Белова Анна")
    with nothing_changes(), refused(AnswersMissing):
        submit_questionnaire(actor=client, request_id=request.pk)
    with nothing_changes(), refused(AnswersMissing):
        answer_question(actor=client, request_id=request.pk, at=1, text=None)
    answer_question(actor=client, request_id=request.pk, at=1, text="Тверь")
    answer_question(actor=client, request_id=request.pk, at=2, text="14.03.1988")
    given = submit_questionnaire(actor=client, request_id=request.pk)
    assert [row["label"]["ru"] for row in given.values["answers"]] == [
        "Как вас зовут? Напишите фамилию, имя и отчество.", "В каком городе вы находитесь?", "Когда вы родились?",
    ]  # fmt: skip


def test_uploads_are_known_by_their_content(care: Care) -> None:
    request = care.request("passport")
    fake = SimpleUploadedFile("passport.jpg", b"<svg onload=alert(1)>", "image/jpeg")
    client = care.actor(care.client, Via.BOT)
    with nothing_changes(), refused(WrongFileType):
        submit_document(actor=client, request_id=request.pk, uploads=[fake])
    photo = SimpleUploadedFile("x.bin", jpeg(), "application/octet-stream")
    submit_document(actor=client, request_id=request.pk, uploads=[photo])
    assert StoredFile.objects.get().content_type == "image/jpeg"
