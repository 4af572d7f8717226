"""The one who did the work submits a stage."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import models, transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

import audit.actions as audit
from core.actor import Actor
from core.text import is_blank, storable
from files.actions import TelegramFile, attach, store_uploads
from orders import notices
from orders.actions.common import enter, locked_order, not_too_long, short, step
from orders.enums import DeclineReason, Method, Move, Outcome, Stage
from orders.errors import StageIncomplete, StageNotPossible
from orders.models import WORDS_LIMIT, Attempt, Estimate, Line, Order
from orders.money import MOST, checked
from orders.queries import last_estimate
from orders.states import SUBMITS

TEXT_LIMIT = 2000
LINES_AT_MOST = 30
ZERO = Decimal(0)
Files = Sequence[TelegramFile | UploadedFile]


@dataclass(frozen=True, slots=True)
class LineInput:
    """An option (`chosen`: the client's) or an expense (with its receipt, or why there is none)."""

    name: str
    price: Decimal
    method: str = ""
    chosen: bool = False
    no_receipt: str = ""
    files: Files = ()


@dataclass(frozen=True, slots=True)
class StageInput:
    """What a stage holds (domain: §3, the table of stages); each stage looks at its own part only."""

    outcome: str = ""
    total: Decimal = ZERO
    method: str = ""
    advance: Decimal = ZERO
    fee: Decimal = ZERO
    decline_reason: str = ""
    text: str = ""
    returned_device: bool = False
    lines: Sequence[LineInput] = field(default=())
    files: Files = ()


Faults = dict[str, str | Promise]
REQUIRED = _("This is required.")
UNKNOWN_METHOD = _("Choose how it was paid.")


@transaction.atomic
def submit_stage(*, actor: Actor, order_id: int, move: str, given: StageInput, version: int | None = None) -> Attempt:
    """Hand in what was done at a stage: a new attempt, which the curator verifies.

    The engineer of the order; the workshop's holder for `work_done`. Nothing moves until the verdict. Raises NotFound,
    Denied, StageIncomplete, NotMoney, AwaitsVerification, StillPlanned, StageNotPossible, OrderChanged.
    """
    order = locked_order(actor, order_id, version)
    if move not in SUBMITS:
        raise StageNotPossible(number=order.number, stage=Stage(order.stage).label)
    row = step(actor, order, Move(move))
    stage = SUBMITS[move]
    faults = CHECKS[stage](given)
    if faults:
        raise StageIncomplete(fields=faults)
    attempt = Attempt.objects.create(
        order=order, stage=stage, author_id=actor.person, total=_total(stage, given), **_own_part(stage, given),
        estimate=_answered_by(order, given) if stage == Stage.AGREEMENT else None,
    )  # fmt: skip
    keep_files(attempt, given.files)
    for line in given.lines if stage in {Stage.AGREEMENT, Stage.EXPENSES} else ():
        row_of_line = Line.objects.create(
            attempt=attempt, name=short(line.name, WORDS_LIMIT), price=checked(line.price), method=line.method,
            chosen=line.chosen, no_receipt=short(line.no_receipt, 200),
        )  # fmt: skip
        keep_files(row_of_line, line.files)
    order.awaiting = attempt
    assert row.target is not None
    enter(order, row.target, timezone.now())
    order.save()
    audit.record(actor, f"orders.submit_{stage}", order, tenant_id=order.tenant_id, attempt=attempt.pk)
    notices.submitted(attempt)
    return attempt


OWN_PART: dict[Stage, tuple[str, ...]] = {
    Stage.AGREEMENT: ("outcome", "text"),
    Stage.PREPAYMENT: ("method",),
    Stage.WORKSHOP: ("text",),
    Stage.EXPENSES: (),
    Stage.REPORT: ("method", "advance", "text", "returned_device"),
}
"""What of a submission each stage keeps besides its sum, its lines and its files."""


def _own_part(stage: Stage, given: StageInput) -> dict[str, Any]:
    names = OWN_PART[stage]
    if stage == Stage.AGREEMENT and given.outcome == Outcome.DECLINED:
        names = (*names, "fee", "decline_reason")
    kept = {name: getattr(given, name) for name in names}
    for name in kept.keys() & {"advance", "fee"}:
        kept[name] = checked(kept[name])
    if "text" in kept:
        kept["text"] = not_too_long(storable(given.text), TEXT_LIMIT)
    return kept


def _answered_by(order: Order, given: StageInput) -> Estimate | None:
    """The version by which the client gave this very answer in the bot."""
    estimate = last_estimate(order)
    if estimate is None or not estimate.answer or estimate.answer != given.outcome:
        return None
    return estimate if estimate.total in {None, checked(given.total)} else None


def keep_files(owner: models.Model, files: Files) -> None:
    """Photos from Telegram and from forms alike."""
    attach(owner, [file for file in files if isinstance(file, TelegramFile)])
    store_uploads(owner, [file for file in files if isinstance(file, UploadedFile)])


def _total(stage: Stage, given: StageInput) -> Decimal:
    if stage == Stage.EXPENSES:
        return checked(sum((checked(line.price) for line in given.lines), ZERO))
    return checked(given.total)


def _agreement(given: StageInput) -> Faults:
    faults = _lines(given, chosen=given.outcome == Outcome.ACCEPTED)
    if given.outcome not in Outcome.values:
        faults["outcome"] = REQUIRED
    if given.outcome == Outcome.ACCEPTED and given.total <= 0:
        faults["total"] = _("The contract’s sum is more than zero.")
    if given.outcome == Outcome.DECLINED and given.decline_reason not in DeclineReason.values:
        faults["decline_reason"] = REQUIRED
    return faults


def _prepayment(given: StageInput) -> Faults:
    faults = _paid(given)
    if given.total and given.method == Method.NONE:
        faults["method"] = UNKNOWN_METHOD
    return faults


def _work_done(given: StageInput) -> Faults:
    return {"text": REQUIRED} if is_blank(given.text) else {}


def _expenses(given: StageInput) -> Faults:
    faults = _lines(given, chosen=False)
    for line in given.lines:
        if line.method not in Method.values:
            faults["method"] = UNKNOWN_METHOD
        if not line.files and is_blank(line.no_receipt):
            faults["no_receipt"] = _("Send a photo of the receipt, or say why there is none.")
    return faults


def _report(given: StageInput) -> Faults:
    faults = _paid(given)
    if given.advance.is_finite() and given.total.is_finite() and given.total < given.advance <= MOST:
        faults["advance"] = _("The advance is part of the full sum.")
    if not given.files and is_blank(given.text):
        faults["files"] = _("Send a photo of the contract, or say why there is none.")
    if not given.returned_device:
        faults["returned_device"] = _("The report comes when the device is back with the client.")
    return faults


def _paid(given: StageInput) -> Faults:
    return {} if given.method in Method.values else {"method": UNKNOWN_METHOD}


def _lines(given: StageInput, *, chosen: bool) -> Faults:
    faults: Faults = {}
    if not 0 < len(given.lines) <= LINES_AT_MOST:
        faults["lines"] = _("From one to thirty lines.")
    if any(is_blank(line.name) for line in given.lines):
        faults["name"] = REQUIRED
    if chosen and [line.chosen for line in given.lines].count(True) != 1:
        faults["chosen"] = _("Say which option the client has chosen.")
    return faults


CHECKS: dict[Stage, Callable[[StageInput], Faults]] = {
    Stage.AGREEMENT: _agreement,
    Stage.PREPAYMENT: _prepayment,
    Stage.WORKSHOP: _work_done,
    Stage.EXPENSES: _expenses,
    Stage.REPORT: _report,
}
