"""A stage of an order is filled in, question by question, looked over, and submitted.

What has been answered waits in the dialog, over restarts. A stage that came back begins with what was entered before.
"""

from collections.abc import Iterator
from dataclasses import asdict
from decimal import Decimal
from typing import Any

from django.utils.html import format_html_join
from django.utils.translation import gettext as _

from botapp.context import Context, Reply
from botapp.enums import Step
from botapp.handlers import stage_forms
from botapp.handlers.basics import stale_button
from botapp.handlers.content import content, told_of_size
from botapp.handlers.stage_forms import FORMS, Draft, Kind, Question
from core.errors import Conflict, Denied, NotFound
from core.html import html
from core.text import is_blank
from files.models import StoredFile
from files.queries import files_of
from orders.actions import hand_over, record_consent, send_estimate, submit_stage
from orders.actions.common import step
from orders.buttons import ID, STAGE_PREFIX, opening
from orders.enums import Method, Move, Outcome, Verdict
from orders.errors import AwaitsVerification, ConsentMissing, StageIncomplete, StillPlanned
from orders.models import Attempt, Order
from orders.money import parse_money
from orders.queries import last_attempt, last_estimate, lines_of, one_visible
from orders.states import SUBMITS

BEGIN_PATTERN = rf"^{STAGE_PREFIX}begin:{ID}:({'|'.join(FORMS)})$"
ANSWER_PATTERN = rf"^{STAGE_PREFIX}(answer|change):{ID}:[a-z_]{{1,20}}(:[0-9a-z_.-]{{0,24}})?$"
DO_PATTERN = rf"^{STAGE_PREFIX}(send|offer|back|anew):{ID}$"


def begin_button(order: Order, move: str, label: str) -> dict[str, str]:
    """Leads here from the order."""
    return {"text": label, "callback_data": f"{STAGE_PREFIX}begin:{order.pk}:{move}"}


def begin(context: Context) -> Reply:
    """A button of the order: the stage's first question, or the summary of what came back."""
    _prefix, _begin, order_id, move = context.data.split(":")
    order = _order(context, int(order_id))
    step(context.actor, order, Move(move))
    if context.dialog.step == Step.STAGE and context.dialog.data.get("draft"):
        if (context.dialog.data["order"], context.dialog.data["move"]) == (order.pk, move):
            return _screen(context)
        if (other := one_visible(context.actor, context.dialog.data["order"])) is not None:
            said = _("First finish order <b>No. {number}</b>: /start – go on, /cancel – stop.")
            return Reply(html(said, number=other.number))
    draft = _entered_before(order, move)
    context.enter(Step.STAGE, order=order.pk, move=move, draft=draft)
    return _screen(context)


def ask_again(context: Context) -> Reply:
    """/start in the middle: the open question once more."""
    return _too_late(context) or _screen(context)


def _too_late(context: Context) -> Reply | None:
    """What has become impossible meanwhile ends the step: the curator cancelled, somebody else has the order."""
    if context.dialog.step != Step.STAGE:
        return stale_button(context)
    order, move = one_visible(context.actor, context.dialog.data["order"]), context.dialog.data["move"]
    try:
        if order is None:
            raise NotFound
        step(context.actor, order, Move(move))
    except (AwaitsVerification, StillPlanned, ConsentMissing) as problem:  # this passes: what was entered stays
        return Reply(html("{problem}", problem=problem))
    except (NotFound, Denied, Conflict) as problem:
        context.enter(Step.NONE)
        return Reply(html("{problem}", problem=problem))
    return None


def _of_another(context: Context, order_id: str) -> Reply | None:
    """A button of an order whose stage is not open now."""
    return None if context.dialog.data.get("order") == int(order_id) else stale_button(context)


def answered(context: Context) -> Reply | None:
    """What was written or sent to the open question."""
    if over := _too_late(context):
        return over
    question = _open_question(context)
    if question is None:
        return _screen(context)
    text, files = content(context.message)
    if too_big := told_of_size(files):
        return too_big
    draft = _draft(context)
    kept = [asdict(file) for file in files]
    album = context.message.media_group_id
    if kept and album and (expense := _of_album(draft, album)):
        expense["files"] = [*expense["files"], *kept]
        _keep(context, draft)
        return _screen(context, once=f"album:{album}")
    match question.kind:
        case Kind.FILES if kept:
            draft["files"] = [*draft.get("files", []), *kept]
            if not is_blank(text):
                draft["text"] = text
            _keep(context, draft)
            return _screen(context, once=f"album:{album}" if album else None)
        case Kind.EXPENSE if not is_blank(text):
            name, price = stage_forms.priced(text)
            draft["expense"] = {"name": name, "price": str(price), "files": kept, "album": album}
            _keep(context, draft)
            return _screen(context, once=f"album:{album}" if album else None)
        case Kind.MONEY if not files:
            draft[question.name] = str(parse_money(text))
        case Kind.OPTIONS if not files:
            draft["lines"] = stage_forms.options(text)
        case Kind.TEXT if not files and not is_blank(text):
            draft[question.name] = text
        case _:
            raise StageIncomplete(fields={question.name: question.text})
    _keep(context, draft)
    return _screen(context)


def _of_album(draft: Draft, album: str) -> Draft | None:
    """The expense whose receipt came in this album: one answer, however many photos it has."""
    expenses = [*draft.get("lines", []), draft.get("expense") or {}]
    return next((expense for expense in expenses if expense.get("album") == album), None)


def pressed(context: Context) -> Reply:
    """A button under the question, or «change» under the summary."""
    _prefix, what, order_id, name, *value = context.data.split(":")
    if over := _of_another(context, order_id) or _too_late(context):
        return over
    question, draft = _open_question(context), _draft(context)
    if what == "change":
        if question is not None:
            return stale_button(context)
        _forget(draft, name)
        _keep(context, draft)
        return _screen(context, replace=True)
    if question is None or question.name != name:
        return stale_button(context)
    answer = value[0] if value else stage_forms.SKIPPED
    if answer not in {answer for _label, answer in question.buttons(draft, _order_of(context))}:
        return stale_button(context)
    if question.kind in {Kind.FILES, Kind.EXPENSE}:
        draft["done" if question.kind == Kind.EXPENSE else "files_done"] = True
    else:
        draft[name] = answer
    _keep(context, draft)
    return _screen(context, replace=True)


def do(context: Context) -> Reply:
    """Send, one step back, or everything anew."""
    what, order_id = context.data.removeprefix(STAGE_PREFIX).split(":")
    if over := _of_another(context, order_id) or _too_late(context):
        return over
    if what == "send":
        return _send(context)
    if what == "offer":
        return _offer(context)
    draft = _draft(context)
    if what == "anew":
        draft = {}
    else:
        answered_so_far = list(_answered(context, draft))
        if draft.get("expense"):
            for key in ("expense", "line_method", "no_receipt"):
                draft.pop(key, None)
        elif answered_so_far:
            _reopen(draft, answered_so_far[-1].name)
    _keep(context, draft)
    return _screen(context, replace=True)


def _send(context: Context) -> Reply:
    if _open_question(context) is not None:
        return stale_button(context)
    order, move, draft = _order_of(context), context.dialog.data["move"], _draft(context)
    if move == Move.HAND_OVER:
        hand_over(
            actor=context.actor, order_id=order.pk, description=draft["text"], due_on=stage_forms.due(draft),
            files=stage_forms.files(draft["files"]), accessories=draft["accessories"], priority=draft["priority"],
        )  # fmt: skip
        said = _("Order <b>No. {number}</b> is in the workshop’s queue.")
    elif move == Move.CONSENT:
        record_consent(
            actor=context.actor, order_id=order.pk, total=Decimal(draft["total"]), text=draft.get("text", ""),
            files=stage_forms.files(draft.get("files", [])),
        )  # fmt: skip
        said = _("Order <b>No. {number}</b>: the client’s consent has been recorded.")
    else:
        submit_stage(actor=context.actor, order_id=order.pk, move=move, given=stage_forms.stage_input(move, draft))
        said = _("Order <b>No. {number}</b>: sent for verification. You will hear the answer here.")
    context.enter(Step.NONE)
    return Reply(html(said, number=order.number), opening(order), replace=True)


def _offer(context: Context) -> Reply:
    """The options go to the client; what he answers comes back into this stage."""
    question, order = _open_question(context), _order_of(context)
    if question is None or question.name != "answer":
        return stale_button(context)
    lines = stage_forms.stage_input(Move.AGREEMENT, _draft(context)).lines
    send_estimate(actor=context.actor, order_id=order.pk, lines=lines)
    context.enter(Step.NONE)
    said = html(_("Order <b>No. {number}</b>: sent to the client. The answer will come here."), number=order.number)
    return Reply(said, opening(order), replace=True)


def _screen(context: Context, *, replace: bool = False, once: str | None = None) -> Reply:
    """The open question with its answers, or the summary."""
    order, draft = _order_of(context), _draft(context)
    question = _open_question(context)
    if question is None:
        return _summary(context, order, draft, replace=replace)
    rows = [
        [{"text": label, "callback_data": f"{STAGE_PREFIX}answer:{order.pk}:{question.name}:{answer}"}]
        for label, answer in question.buttons(draft, order)
    ]
    if question.name == "answer" and order.client is not None and order.client.can_be_written_to:
        rows.append([{"text": _("Send to the client"), "callback_data": f"{STAGE_PREFIX}offer:{order.pk}"}])
    if next(_answered(context, draft), None) is not None:
        rows.append([{"text": _("← Back"), "callback_data": f"{STAGE_PREFIX}back:{order.pk}"}])
    count = len(draft.get("files", [])) if question.kind == Kind.FILES and once is None else 0
    text = html(
        "<b>№ {number}</b> · {stage}\n{question}{count}",
        number=order.number, stage=Move(context.dialog.data["move"]).label, question=question.text,
        count=html("\n📎 {count}", count=count) if count else "",
    )  # fmt: skip
    return Reply(text, {"inline_keyboard": rows}, replace=replace, once=once, after=1.5 if once else 0)


def _summary(context: Context, order: Order, draft: Draft, *, replace: bool) -> Reply:
    questions = list(_answered(context, draft))
    lines = [(str(question.label), stage_forms.shown(question, draft, order)) for question in questions]
    text = html(
        _("<b>No. {number}</b> · {stage}. Is everything right?{reason}\n\n{lines}"),
        number=order.number, stage=Move(context.dialog.data["move"]).label,
        reason=html(_("\nIt came back: {reason}"), reason=draft["reason"]) if draft.get("reason") else "",
        lines=format_html_join("\n", "{}: <b>{}</b>", lines),
    )  # fmt: skip
    change = [
        [{"text": _("Change: {what}").format(what=question.label),
          "callback_data": f"{STAGE_PREFIX}change:{order.pk}:{question.name}"}]
        for question in questions
    ]  # fmt: skip
    send = [{"text": _("Send for verification"), "callback_data": f"{STAGE_PREFIX}send:{order.pk}"}]
    if context.dialog.data["move"] == Move.HAND_OVER:
        send = [{"text": _("Hand over"), "callback_data": f"{STAGE_PREFIX}send:{order.pk}"}]
    if context.dialog.data["move"] == Move.CONSENT:
        send = [{"text": _("Record"), "callback_data": f"{STAGE_PREFIX}send:{order.pk}"}]
    anew = [{"text": _("Anew"), "callback_data": f"{STAGE_PREFIX}anew:{order.pk}"}]
    return Reply(text, {"inline_keyboard": [send, *change, anew]}, replace=replace)


def _open_question(context: Context) -> Question | None:
    """The first that is asked and not answered."""
    draft = _draft(context)
    asked = (question for question in FORMS[context.dialog.data["move"]] if question.when(draft))
    return next((question for question in asked if not _is_answered(question, draft)), None)


def _answered(context: Context, draft: Draft) -> Iterator[Question]:
    for question in FORMS[context.dialog.data["move"]]:
        if question.kind == Kind.EXPENSE:
            if draft.get("lines"):
                yield question
        elif (
            question.name not in {"no_receipt", "line_method"}
            and question.when(draft)
            and _is_answered(question, draft)
        ):
            yield question


def _is_answered(question: Question, draft: Draft) -> bool:
    match question.kind:
        case Kind.FILES:
            return bool(draft.get("files_done"))
        case Kind.EXPENSE:
            return bool(draft.get("expense"))
    return question.name in draft


def _forget(draft: Draft, name: str) -> None:
    """The question is open again; what depends on the options goes with them."""
    for key in FORGOTTEN_WITH.get(name, [name]):
        draft.pop(key, None)


def _reopen(draft: Draft, name: str) -> None:
    """One step back: photos stay and more may follow, of the expenses the last one goes."""
    if name == "files":
        draft.pop("files_done", None)
    elif name == "expense":
        draft["lines"] = draft["lines"][:-1]
        draft.pop("done", None)
    else:
        _forget(draft, name)


FORGOTTEN_WITH = {
    "files": ["files", "files_done"], "expense": ["done"], "total": ["total", "method"],
    "lines": ["lines", "answer", "total", "in_bot"], "answer": ["answer", "total", "in_bot", "decline_reason", "fee"],
}  # fmt: skip


def _keep(context: Context, draft: Draft) -> None:
    """Save the draft; an expense that is complete joins the others."""
    expense = draft.get("expense")
    if expense and "line_method" in draft and (expense["files"] or "no_receipt" in draft):
        line = {**expense, "method": draft.pop("line_method"), "no_receipt": draft.pop("no_receipt", "")}
        draft["lines"] = [*draft.get("lines", []), line]
        del draft["expense"]
    context.enter(Step.STAGE, order=context.dialog.data["order"], move=context.dialog.data["move"], draft=draft)


def _draft(context: Context) -> Draft:
    return dict(context.dialog.data.get("draft", {}))


def _order_of(context: Context) -> Order:
    return _order(context, context.dialog.data["order"])


def _order(context: Context, order_id: int) -> Order:
    order = one_visible(context.actor, order_id)
    if order is None:
        raise NotFound
    return order


def _entered_before(order: Order, move: str) -> Draft:
    """What was entered the last time, where that came back; what the client answered, where he was asked."""
    if move not in SUBMITS:
        return {}
    last = last_attempt(order, SUBMITS[move])
    estimate = last_estimate(order) if move == Move.AGREEMENT else None
    if estimate is not None and estimate.answered_at and (last is None or estimate.answered_at > last.submitted_at):
        options = [{**option, "files": []} for option in estimate.lines]
        answer = Outcome.DECLINED if estimate.option is None else str(estimate.option)
        return {"lines": options, "answer": answer, "in_bot": True} | (
            {"total": str(estimate.total)} if estimate.total else {}
        )
    if last is None or last.verdict != Verdict.RETURNED:
        return {}
    lines = lines_of(last)
    photos = files_of([last])[last.pk]
    receipts = files_of(lines) if lines else {}
    draft: Draft = {
        "reason": last.verdict_reason, "total": str(last.total), "advance": str(last.advance), "text": last.text,
        "files": _again(photos), "files_done": True, "done": True,
        "lines": [
            {"name": line.name, "price": str(line.price), "method": line.method, "no_receipt": line.no_receipt,
             "files": _again(receipts[line.pk])}
            for line in lines
        ],
    }  # fmt: skip
    if last.returned_device:
        draft["returned"] = "yes"
    if last.method not in {"", Method.NONE}:
        draft["method"] = last.method
    if last.outcome == Outcome.DECLINED:
        draft |= {"fee": str(last.fee), "decline_reason": last.decline_reason}
        del draft["total"]
    if last.outcome:
        draft["answer"] = _chosen(last)
    return draft


def _chosen(attempt: Attempt) -> str:
    if attempt.outcome == Outcome.DECLINED:
        return Outcome.DECLINED
    return next((str(number) for number, line in enumerate(lines_of(attempt)) if line.chosen), "")


def _again(files: list[StoredFile]) -> list[dict[str, Any]]:
    """Files of Telegram can be named once more; what came over HTTP has to be sent anew."""
    named = [file for file in files if file.telegram_file_id]
    return [
        {"kind": file.kind, "file_id": file.telegram_file_id, "name": file.name, "size": file.size} for file in named
    ]
