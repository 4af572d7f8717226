"""Requests in the chat of the staff: what awaits them, an answer, and what is said to it."""

from typing import Any

from django.utils.html import format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.roles import CLIENTS_ANSWER, CLIENTS_WORK
from botapp.context import Context, Reply
from botapp.enums import Step
from botapp.handlers import asked
from botapp.handlers.basics import for_staff, stale_button
from botapp.handlers.content import content
from clients import buttons
from clients.actions import accept_answer, ask_to_redo, cancel_request, reject_answer, reveal_answer
from clients.enums import AWAITED, OPEN, Status
from clients.errors import RedoReasonMissing
from clients.models import Answer, Request
from clients.notices import redo_text
from clients.queries import counts_by_status, one_visible, redo_reasons, request_list
from clients.reach import unreachable
from clients.rules import is_staff
from clients.words import about, due_day, told
from core.errors import NotFound
from core.html import html
from core.text import is_blank, shorten
from files.actions import note_access
from files.enums import FileStatus, Variant
from files.models import StoredFile
from files.queries import files_of
from tickets.notices import speaking_to

SHOWN = 20
REASON = gettext_noop("Review in the bot")
REDO, REJECT = "redo", "reject"


def own(context: Context) -> Reply:
    """/requests: for clients what is asked of them, for staff what awaits review, then what awaits the client."""
    if context.actor.can(CLIENTS_ANSWER):
        return asked.own(context)
    if not context.actor.can(CLIENTS_WORK):
        return for_staff(context)
    counts = counts_by_status(context.actor)
    rows = list(request_list(context.actor).filter(status=Status.SUBMITTED).order_by("status_since")[:SHOWN])
    rows += request_list(context.actor).filter(status__in=sorted(AWAITED)).order_by("due_at")[: SHOWN - len(rows)]
    if not rows:
        return Reply(html(_("There are no open requests. /clients opens one.")))
    text = html(
        _("<b>Requests</b>\nAwait review: {review}\nAwait the client: {awaited}"),
        review=counts.get(Status.SUBMITTED, 0), awaited=sum(counts.get(status, 0) for status in AWAITED),
    )  # fmt: skip
    keys = [buttons.review(row, "open", label_of(row)) for row in rows]
    return Reply(text, buttons.rows(*keys))


def label_of(request: Request) -> str:
    """A request on a button; the dot says that it awaits review."""
    mark = "● " if request.status == Status.SUBMITTED else ""
    return f"{mark}№ {request.number} · {shorten(request.client.full_name, 24)} · {shorten(request.title, 24)}"


def pressed(context: Context) -> Reply:
    """A button below a request."""
    _prefix, request_id, answer_id, what = context.data.split(":")
    request = _request(context, int(request_id))
    if what == "open":
        return card(context, request)
    if what == "see":
        return _shown(context, request)
    if what == "cancel":
        cancel_request(actor=context.actor, request_id=request.pk)
        return Reply(html(_("Request No. {number} is withdrawn."), number=request.number), remove_buttons=True)
    if request.status != Status.SUBMITTED or request.answer_id != int(answer_id):
        return stale_button(context)
    if what == "accept":
        accept_answer(actor=context.actor, request_id=request.pk, answer_id=int(answer_id))
        return Reply(html(_("Request No. {number} is accepted."), number=request.number), remove_buttons=True)
    return _decide(context, request, what)


def _request(context: Context, request_id: int) -> Request:
    request = one_visible(context.actor, request_id)
    if request is None or not is_staff(context.actor, request):
        raise NotFound
    return request


def card(context: Context, request: Request) -> Reply:
    """The request with its buttons; nothing personal besides the name."""
    parts = [
        html(_("<b>Request No. {number}</b> · {status}"), number=request.number, status=request.get_status_display()),
        html("{title} {about}", title=request.title, about=about(request)),
        html(_("Client: {client}"), client=request.client.full_name),
    ]
    if request.status in AWAITED:
        parts.append(html(_("Until {day}"), day=due_day(request)))
    if request.reason:
        parts.append(html(_("Reason: {reason}"), reason=request.reason))
    if request.status in OPEN and (why := unreachable(request.client)) is not None:
        parts.append(html("⚠️ {why}", why=why))
    text = format_html_join("\n", "{}", ((part,) for part in parts))
    return Reply(text, buttons.reviewing(context.actor, request), subject=request)


def _shown(context: Context, request: Request) -> Reply:
    """What the client gave, with the look kept in the log."""
    answer = request.answer
    if answer is None:
        return stale_button(context)
    reveal_answer(actor=context.actor, request_id=request.pk, reason=_(REASON))
    files = [file for file in files_of([answer])[answer.pk] if file.status == FileStatus.STORED]
    for file in files:
        note_access(context.actor, file, Variant.ORIGINAL)
    head = html(_("Request No. {number}, answer of {client}:"), number=request.number, client=request.client.full_name)
    lines = format_html_join("", "\n{}: <b>{}</b>", told(answer))
    missing = [file for file in files_of([answer])[answer.pk] if file.status != FileStatus.STORED]
    notes = format_html_join("", "\n{}", ((_missing(file),) for file in missing))
    return Reply(
        head + lines + notes, buttons.reviewing(context.actor, request), subject=request, files=tuple(files)
    )  # fmt: skip


def _missing(file: StoredFile) -> str:
    return f"{file.get_kind_display()} · {file.get_status_display()}"


def _decide(context: Context, request: Request, what: str) -> Reply:
    """«Redo» and «reject» with their reasons, and the words that the client will read before they are sent."""
    draft: dict[str, Any] = {"request": request.pk, "answer": request.answer_id, "what": REDO, "reason": "", "text": ""}
    if what == REDO:
        return Reply(html(_("What is wrong with it?")), buttons.reasons(request))
    if what == "own":
        context.enter(Step.REVIEW, **draft)
        return Reply(html(_("Write what is wrong; the client will read it. /cancel – not now.")))
    if what == REJECT:
        context.enter(Step.REVIEW, **{**draft, "what": REJECT})
        return Reply(html(_("Why is it not accepted? The client will read it. /cancel – not now.")))
    if what.startswith("why-"):
        context.enter(Step.REVIEW, **{**draft, "reason": what.removeprefix("why-")})
        return _preview(context, request)
    return _send(context, request)


def written(context: Context) -> Reply:
    """Own words to a verdict."""
    text, _files = content(context.message)
    if is_blank(text):
        raise RedoReasonMissing
    draft = {**context.dialog.data, "text": text.strip()}
    request = _request(context, draft["request"])
    context.enter(Step.REVIEW, **draft)
    return _preview(context, request)


def ask_again(context: Context) -> Reply:
    """/start in the middle: what stands so far."""
    draft = context.dialog.data
    request = _request(context, draft["request"])
    if draft["reason"] or draft["text"]:
        return _preview(context, request)
    return Reply(html(_("Write what is wrong; the client will read it. /cancel – not now.")))


def _preview(context: Context, request: Request) -> Reply:
    """What the client will read."""
    draft = context.dialog.data
    with speaking_to(request.client):
        if draft["what"] == REDO:
            reason = redo_reasons().filter(code=draft["reason"]).first() if draft["reason"] else None
            words = redo_text(request, Answer(request=request, redo_reason=reason, verdict_text=draft["text"]))
        else:
            said = _("“{title}” was not accepted, request No. {number}.\nReason: {reason}")
            words = html(said, title=request.title, number=request.number, reason=draft["text"])
    text = html(_("The client will read:")) + html("\n\n<blockquote>{words}</blockquote>", words=words)
    text += html(_("\nYou may add words of your own: just write them."))
    return Reply(text, buttons.rows(buttons.review(request, "yes", _("Send to the client"))))


def _send(context: Context, request: Request) -> Reply:
    draft = context.dialog.data
    if context.dialog.step != Step.REVIEW or draft["request"] != request.pk or draft["answer"] != request.answer_id:
        return stale_button(context)
    given = {"actor": context.actor, "request_id": request.pk, "answer_id": draft["answer"], "text": draft["text"]}
    if draft["what"] == REDO:
        ask_to_redo(**given, reason=draft["reason"])
        said = _("Request No. {number}: the client has been asked to redo it.")
    else:
        reject_answer(**given)
        said = _("Request No. {number} is rejected; the client has been told.")
    context.enter(Step.NONE)
    return Reply(html(said, number=request.number), remove_buttons=True)
