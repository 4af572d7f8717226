"""At one moment: two operators review one answer; the client answers while the operator withdraws; fifty at once."""

import time

import pytest
from django.db.models import QuerySet

from accounts.roles import Role
from audit.models import Entry
from clients.actions import (
    accept_answer,
    answer_question,
    ask_to_redo,
    begin_questionnaire,
    cancel_request,
    common,
    open_request,
    submit_document,
    submit_questionnaire,
)
from clients.enums import Status, Verdict
from clients.errors import ExternalIdInUse, RequestMoveNotPossible
from clients.models import Answer, Card, Request
from core.actor import Via
from files.actions import TelegramFile
from files.enums import FileKind
from tests.orders.test_race import kinds
from tests.support.clients import Care
from tests.support.company import Company, as_actor
from tests.tickets.test_race import THREADS, at_once

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)
PHOTO = TelegramFile(FileKind.PHOTO, "photo-1", size=1000)


@pytest.fixture
def care(company: Company) -> Care:
    care = Care(company)
    care.agree()
    return care


def answered(care: Care) -> Request:
    request = care.request()
    submit_document(actor=care.actor(care.client, Via.BOT), request_id=request.pk, files=[PHOTO])
    request.refresh_from_db()
    return request


def test_two_operators_review_one_answer(care: Care, company: Company) -> None:
    request, other = answered(care), as_actor(company.person(Role.OPERATOR))
    first, answer = care.actor(care.operator), request.answer_id or 0
    acts = [
        lambda: accept_answer(actor=first, request_id=request.pk, answer_id=answer),
        lambda: ask_to_redo(actor=other, request_id=request.pk, answer_id=answer, reason="glare"),
    ]
    results = at_once(acts * (THREADS // 2))
    assert kinds(results) == {Request, RequestMoveNotPossible}
    assert sum(isinstance(result, Request) for result in results) == 1
    verdict = Answer.objects.get().verdict
    assert (verdict, Request.objects.get().status) in {
        (Verdict.ACCEPTED, Status.ACCEPTED), (Verdict.REDO, Status.REDO),
    }  # fmt: skip
    assert Entry.objects.filter(action__in=["clients.accept", "clients.redo"]).count() == 1


def test_the_client_answers_while_the_operator_withdraws(care: Care) -> None:
    request, client, operator = care.request(), care.actor(care.client, Via.BOT), care.actor(care.operator)
    results = at_once([
        lambda: submit_document(actor=client, request_id=request.pk, files=[PHOTO]),
        lambda: cancel_request(actor=operator, request_id=request.pk),
    ] * 10)  # fmt: skip
    request.refresh_from_db()
    assert request.status == Status.CANCELLED
    assert sum(isinstance(result, Request) for result in results) == 1
    assert Answer.objects.count() == sum(isinstance(result, Answer) for result in results)
    assert kinds(results) <= {Request, Answer, RequestMoveNotPossible}


def test_fifty_requests_with_one_external_id_make_one(care: Care) -> None:
    operator = care.actor(care.operator)
    results = at_once([
        lambda: open_request(actor=operator, client_id=care.client.pk, template="passport", external_id="crm-1")
    ] * THREADS)  # fmt: skip
    assert (kinds(results), Request.objects.count()) == ({Request, ExternalIdInUse}, 1)


def test_two_answers_accepted_at_once_both_land_on_the_card(care: Care) -> None:
    client, operator, acts = care.actor(care.client, Via.BOT), care.actor(care.operator), []
    for city in ("Тверь", "Клин"):
        request = care.request("basic")
        begin_questionnaire(actor=client, request_id=request.pk)
        for at, text in enumerate(("Белова Анна", city, "14.03.1988")):
            answer_question(actor=client, request_id=request.pk, at=at, text=text)
        answer = submit_questionnaire(actor=client, request_id=request.pk)
        acts.append(lambda r=request, a=answer: accept_answer(actor=operator, request_id=r.pk, answer_id=a.pk))
    assert kinds(at_once(acts)) == {Request}
    assert Card.objects.get().facts["city"]["value"] in {"Тверь", "Клин"}


def test_without_the_lock_more_than_one_would_win(care: Care, monkeypatch: pytest.MonkeyPatch) -> None:
    """The race is real: without the lock both operators succeed."""
    request, operator = answered(care), care.actor(care.operator)
    answer = request.answer_id or 0

    def unlocked(rows: QuerySet, pk: int) -> object:
        row = rows.get(pk=pk)
        time.sleep(0.2)
        return row

    monkeypatch.setattr(common, "locked", unlocked)
    results = at_once(
        [lambda: ask_to_redo(actor=operator, request_id=request.pk, answer_id=answer, reason="glare")] * 5
    )
    assert sum(isinstance(result, Request) for result in results) > 1
