"""The client answers: with a document, or a questionnaire question by question."""

import mimetypes
from collections.abc import Sequence
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone

import audit.actions as audit
from clients import notices
from clients.actions.common import enter, locked_request, step
from clients.checks import checked, shown
from clients.enums import FileType, Move, Status, Verdict
from clients.errors import (
    AnswerEmpty,
    AnswersMissing,
    ConsentNeeded,
    DocumentTooBig,
    FileWanted,
    KindSwitchedOff,
    TooManyPages,
    WrongFileType,
)
from clients.models import Answer, DocumentKind, Request
from clients.models.fields import TEXT_LIMIT, spoken
from clients.queries import consent_is_missing
from clients.words import types_of
from core.actor import Actor
from core.errors import NotFound
from core.text import is_blank, storable
from files.actions import TelegramFile, attach, store_uploads
from files.enums import FileKind
from files.models import StoredFile
from files.pictures import viewable_type
from files.queries import files_of
from tickets.errors import TextTooLong

MEGABYTE = 1024 * 1024
PICTURES = {"image/jpeg", "image/png", "image/webp", "image/heic", "image/heif"}


@transaction.atomic
def submit_document(
    *,
    actor: Actor,
    request_id: int,
    files: Sequence[TelegramFile] = (),
    uploads: Sequence[UploadedFile] = (),
    text: str = "",
    album: str = "",
    more: bool = False,
    telegram_message_id: int | None = None,
) -> Answer:
    """The client gives what was asked for: files (through Telegram, or `uploads` over HTTP), or a text where the kind
    takes one.

    A further part of the same album, and what comes as a further page (`more`), joins the answer under review; anything
    else replaces it as a better one. What does not fit is refused at once, and no attempt is spent. Staff hear of a new
    answer. Raises ConsentNeeded, KindSwitchedOff, WrongFileType, DocumentTooBig, TooManyPages, FileWanted, AnswerEmpty,
    RequestMoveNotPossible, NotFound, Denied.
    """
    request = locked_request(actor, request_id)
    step(actor, request, Move.ANSWER)
    if request.kind is None:
        raise NotFound
    if not request.kind.enabled:
        raise KindSwitchedOff(name=request.title)
    if consent_is_missing(request.client_id):
        raise ConsentNeeded
    _check(request, request.kind, [*map(described, uploads), *files], text)
    current = request.answer if request.status == Status.SUBMITTED else None
    if current is not None and (files or uploads) and (more or (album and current.album == album)):
        return _add(actor, request, current, files, uploads)
    if len(files) + len(uploads) > request.kind.pages:
        raise TooManyPages(name=request.title, limit=request.kind.pages)
    values = {} if is_blank(text) else {"text": storable(text).strip()}
    answer = _new(actor, request, values, album=album, telegram_message_id=telegram_message_id)
    kept = attach(answer, files) + store_uploads(answer, uploads)
    audit.record(
        actor, "clients.answer", request, tenant_id=request.tenant_id, answer=answer.pk, files=len(kept)
    )  # fmt: skip
    notices.answered(request, answer)
    return answer


def _check(request: Request, kind: DocumentKind, files: Sequence[TelegramFile], text: str) -> None:
    if not files:
        if is_blank(text):
            raise AnswerEmpty
        if not kind.text_allowed:
            raise FileWanted(name=request.title, types=types_of(kind))
        if len(text) > TEXT_LIMIT:
            raise TextTooLong(length=len(text), limit=TEXT_LIMIT)
    for file in files:
        if file.size is not None and file.size > kind.megabytes * MEGABYTE:
            raise DocumentTooBig(name=request.title, limit=kind.megabytes)
        if file.size == 0:
            raise AnswerEmpty
        told = type_told(file)
        if told is not None and told not in kind.types:
            raise WrongFileType(name=request.title, types=types_of(kind))


def described(upload: UploadedFile) -> TelegramFile:
    """A file that came over HTTP, as one through Telegram is described; here its content tells what it is."""
    viewable = viewable_type(upload.read())
    upload.seek(0)
    kind = FileKind.DOCUMENT if viewable == "application/pdf" or viewable is None else FileKind.PHOTO
    return TelegramFile(kind, "", name="file.pdf" if viewable else "file.bin", size=upload.size)


def type_told(file: TelegramFile) -> FileType | None:
    """What the file says it is. None where it says nothing; its content is looked at when it has been loaded."""
    if file.kind == FileKind.PHOTO:
        return FileType.PICTURE
    if file.kind != FileKind.DOCUMENT:
        return FileType.OTHER
    mime, _ = mimetypes.guess_type(file.name)
    return None if mime is None else type_of(mime)


def type_of(mime: str) -> FileType:
    """The type by content that `files` tells."""
    if mime in PICTURES:
        return FileType.PICTURE
    return FileType.PDF if mime == "application/pdf" else FileType.OTHER


def _add(
    actor: Actor, request: Request, answer: Answer, files: Sequence[TelegramFile], uploads: Sequence[UploadedFile]
) -> Answer:
    assert request.kind is not None
    room = request.kind.pages - len(files_of([answer])[answer.pk])
    if len(files) + len(uploads) > room:
        raise TooManyPages(name=request.title, limit=request.kind.pages)
    kept = attach(answer, files) + store_uploads(answer, uploads)
    request.version += 1
    request.save(update_fields=["version"])
    audit.record(actor, "clients.add_page", request, tenant_id=request.tenant_id, answer=answer.pk, files=len(kept))
    return answer


def _new(actor: Actor, request: Request, values: dict[str, Any], **more: Any) -> Answer:
    """The next version of the answer comes under review; the one that waited is replaced."""
    before = Answer.objects.filter(request=request).order_by("-number").first()
    Answer.objects.filter(request=request, verdict=Verdict.AWAITED).update(verdict=Verdict.REPLACED)
    answer = Answer(request=request, number=before.number + 1 if before else 1, **more)
    answer.values = values
    answer.save()
    enter(request, Status.SUBMITTED, timezone.now())
    request.answer = answer
    request.save()
    return answer


@transaction.atomic
def begin_questionnaire(*, actor: Actor, request_id: int) -> Request:
    """The client begins, or goes on where he stopped; after a review, from what he had answered.

    Raises ConsentNeeded, RequestMoveNotPossible, NotFound, Denied.
    """
    request = _of_questions(actor, request_id)
    if not request.draft:
        before = request.answer or Answer.objects.filter(request=request).order_by("-number").first()
        answers = before.values.get("answers", []) if before else []
        request.draft = {"answers": {row["key"]: row["value"] for row in answers}, "at": 0}
        request.save(update_fields=["draft_sealed"])
    return request


def _of_questions(actor: Actor, request_id: int) -> Request:
    request = locked_request(actor, request_id)
    step(actor, request, Move.ANSWER)
    if request.questionnaire is None:
        raise NotFound
    if consent_is_missing(request.client_id):
        raise ConsentNeeded
    return request


@transaction.atomic
def answer_question(*, actor: Actor, request_id: int, at: int, text: str | None) -> Request:
    """Keep the answer to the question at this place (None skips it where that is allowed) and go on to the next one.

    Raises BadAnswer with a sentence that helps, AnswersMissing for a question that must be answered.
    """
    request = _of_questions(actor, request_id)
    draft, question = dict(request.draft or {"answers": {}}), _question(request, at)
    answers = dict(draft["answers"])
    if text is None:
        if question["required"]:
            raise AnswersMissing(question=spoken(question["text"]))
        answers.pop(question["key"], None)
    else:
        answers[question["key"]] = checked(question, text)
    following = len(request.questions) if draft.get("editing") else at + 1
    request.draft = {"answers": answers, "at": following}
    request.save(update_fields=["draft_sealed"])
    return request


@transaction.atomic
def turn_to_question(*, actor: Actor, request_id: int, at: int, editing: bool = False) -> Request:
    """Open the question at this place, or the summary behind the last one. `editing`: the summary comes after it."""
    request = _of_questions(actor, request_id)
    if not 0 <= at <= len(request.questions):
        raise NotFound
    draft = dict(request.draft or {"answers": {}})
    request.draft = {"answers": draft["answers"], "at": at, **({"editing": True} if editing else {})}
    request.save(update_fields=["draft_sealed"])
    return request


@transaction.atomic
def drop_questionnaire(*, actor: Actor, request_id: int) -> Request:
    """The client stops: the answers so far are forgotten, the request stays. Raises RequestMoveNotPossible."""
    request = locked_request(actor, request_id)
    step(actor, request, Move.ANSWER)
    if request.draft:
        request.draft = {}
        request.save(update_fields=["draft_sealed"])
    return request


def _question(request: Request, at: int) -> dict[str, Any]:
    if not 0 <= at < len(request.questions):
        raise NotFound
    question: dict[str, Any] = request.questions[at]
    return question


@transaction.atomic
def submit_questionnaire(*, actor: Actor, request_id: int) -> Answer:
    """All answers go to the staff. Raises AnswersMissing, RequestMoveNotPossible, ConsentNeeded, NotFound, Denied."""
    request = _of_questions(actor, request_id)
    given = (request.draft or {}).get("answers", {})
    for question in request.questions:
        if question["required"] and question["key"] not in given:
            raise AnswersMissing(question=spoken(question["text"]))
    rows = [
        {"key": question["key"], "label": question["text"], "value": given[question["key"]],
         "shown": shown(question, given[question["key"]])}
        for question in request.questions if question["key"] in given
    ]  # fmt: skip
    request.draft = {}
    answer = _new(actor, request, {"answers": rows})
    audit.record(actor, "clients.answer", request, tenant_id=request.tenant_id, answer=answer.pk, files=0)
    notices.answered(request, answer)
    return answer


@transaction.atomic
def check_content(*, actor: Actor, file: StoredFile) -> None:
    """A file of an answer has been loaded, or can not be: where its content is not of a kind that is taken, the answer
    is void, no attempt is spent, and the client hears it. The machine only."""
    answer = Answer.objects.filter(pk=file.owner_id).select_related("request").first()
    if answer is None:
        return
    request = locked_request(actor, answer.request_id)
    answer.refresh_from_db()
    unfit = bool(file.error) or request.kind is None or type_of(file.content_type) not in request.kind.types
    if not unfit or answer.verdict != Verdict.AWAITED or request.answer_id != answer.pk:
        return
    step(actor, request, Move.VOID)
    answer.verdict = Verdict.VOID
    answer.save(update_fields=["verdict"])
    enter(request, Status.REDO if request.redone else Status.REQUESTED, timezone.now())
    request.answer = None
    request.save()
    audit.record(actor, "clients.void_answer", request, tenant_id=request.tenant_id, answer=answer.pk)
    notices.unusable(request, file)
