"""The client is offered the options, answers with a button, or asks."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

import audit.actions as audit
from core.actor import Actor
from core.errors import Denied
from core.text import is_blank, storable
from orders import notices, rules
from orders.actions.common import locked_order, not_too_long, remark, short, step
from orders.actions.stages import LINES_AT_MOST, Files, LineInput, keep_files
from orders.enums import CommentKind, Move, Outcome, Stage, WaitsFor
from orders.errors import EstimateOver, NoClientInTelegram, OrderChanged, StageIncomplete
from orders.models import WORDS_LIMIT, Estimate, Order, OrderComment
from orders.money import checked
from orders.queries import last_estimate
from orders.words import estimate_words, new_contract_words
from tickets.errors import TextMissing

QUESTION_LIMIT = 2000
PAPER_OR_WORDS = gettext_lazy("Send a photo of the paper, or say how the client has agreed.")


@transaction.atomic
def send_estimate(*, actor: Actor, order_id: int, lines: Sequence[LineInput]) -> Estimate:
    """Offer the options to the client: a new frozen version, with a button for each. The order's engineer only.

    The curator gets a copy; an earlier version can no longer be answered. Raises NotFound, Denied, StageIncomplete,
    NotMoney, NoClientInTelegram, and what stands in the way of the agreement.
    """
    order = locked_order(actor, order_id)
    step(actor, order, Move.AGREEMENT)
    if order.client is None or not order.client.can_be_written_to:
        raise NoClientInTelegram(number=order.number)
    options = [{"name": short(line.name, WORDS_LIMIT), "price": f"{checked(line.price):.2f}"} for line in lines]
    if not 0 < len(options) <= LINES_AT_MOST or not all(option["name"] for option in options):
        raise StageIncomplete(fields={"lines": StageIncomplete.text})
    with translation.override(order.client.language):
        text = estimate_words(order, options)
    estimate = _new_version(actor, order, lines=options, text=text)
    _wait_for_the_client(order)
    audit.record(actor, "orders.send_estimate", order, tenant_id=order.tenant_id, version=estimate.version)
    notices.estimate_sent(estimate)
    return estimate


def _wait_for_the_client(order: Order) -> None:
    order.waiting = WaitsFor.CLIENT
    order.version += 1
    order.save(update_fields=["waiting", "version"])


def offer_new_contract(actor: Actor, order: Order, before: Decimal) -> None:
    """The contract was raised: the client, where the bot can write to him, is asked whether he agrees.

    Called by the correction, in its transaction; an answer on paper is recorded with `record_consent`. There is a new
    version in any case, so that no older one can be answered.
    """
    with translation.override(order.client.language if order.client else settings.LANGUAGE_CODE):
        lines = [{"name": _("New sum"), "price": f"{order.contract_sum:.2f}"}]
        text = new_contract_words(order, before)
    estimate = _new_version(actor, order, lines=lines, text=text)
    _wait_for_the_client(order)
    audit.record(actor, "orders.send_estimate", order, tenant_id=order.tenant_id, version=estimate.version)
    if order.client is not None and order.client.can_be_written_to:
        notices.estimate_sent(estimate)


def _new_version(actor: Actor, order: Order, **more: Any) -> Estimate:
    before = last_estimate(order)
    return Estimate.objects.create(
        order=order, version=before.version + 1 if before else 1, author_id=actor.person, **more
    )


@transaction.atomic
def record_consent(*, actor: Actor, order_id: int, total: Decimal, text: str, files: Files = ()) -> Estimate:
    """The client has agreed to the raised contract, `total`, on paper: its photo, or words on how.

    Its engineer or its curator; each hears what the other has recorded. Raises NotFound, Denied, StageIncomplete,
    StageNotPossible, OrderChanged where the contract is another sum by now.
    """
    order = locked_order(actor, order_id)
    step(actor, order, Move.CONSENT)
    if total != order.contract_sum:
        raise OrderChanged(number=order.number)
    text = not_too_long(storable(text).strip(), QUESTION_LIMIT)
    if not files and is_blank(text):
        raise StageIncomplete(fields={"files": PAPER_OR_WORDS})
    estimate = _new_version(
        actor, order, lines=[{"name": "", "price": f"{order.contract_sum:.2f}"}], text=text, answer=Outcome.ACCEPTED,
        option=0, total=order.contract_sum, answered_at=timezone.now(), recorded_by_id=actor.person,
    )  # fmt: skip
    keep_files(estimate, files)
    _consented(order, estimate)
    audit.record(actor, "orders.consent", order, tenant_id=order.tenant_id, version=estimate.version)
    notices.consent_recorded(estimate)
    return estimate


def _consented(order: Order, estimate: Estimate) -> None:
    """Of a raised contract; at the agreement it is the curator's approval that counts."""
    if estimate.answer == Outcome.ACCEPTED and rules.consent_missing(order):
        order.consented_sum = estimate.total
    order.waiting = ""
    order.version += 1
    order.save(update_fields=["consented_sum", "waiting", "version"])


@transaction.atomic
def answer_estimate(*, actor: Actor, order_id: int, version: int, option: int | None) -> Estimate:
    """The client takes an option, or declines (None). Once, and the newest version only; a double tap is no error.

    Engineer and curator hear it; the engineer's submission begins with it. Raises NotFound, Denied, EstimateOver.
    """
    order = locked_order(actor, order_id)
    estimate = _answerable(actor, order, version)
    answer = Outcome.DECLINED if option is None else Outcome.ACCEPTED
    if estimate.answer:
        if (estimate.answer, estimate.option) == (answer, option):
            return estimate
        raise EstimateOver(number=order.number)
    if option is not None and not _can_be_chosen(order, estimate, option):
        raise EstimateOver(number=order.number)
    estimate.answer, estimate.option, estimate.answered_at = answer, option, timezone.now()
    estimate.total = None if option is None else estimate.lines[option]["price"]
    assert order.client is not None
    estimate.telegram_id = order.client.telegram_id
    estimate.save()
    estimate.refresh_from_db()
    _consented(order, estimate)
    audit.record(actor, "orders.answer_estimate", order, tenant_id=order.tenant_id, version=version, option=option)
    notices.estimate_answered(estimate)
    return estimate


def _can_be_chosen(order: Order, estimate: Estimate, option: int) -> bool:
    """An option that is there; after the agreement, only what the contract says now."""
    if not 0 <= option < len(estimate.lines):
        return False
    return order.stage == Stage.AGREEMENT or Decimal(estimate.lines[option]["price"]) == order.contract_sum


def _answerable(actor: Actor, order: Order, version: int) -> Estimate:
    """The newest version, while the order is at the agreement and nothing has been submitted meanwhile."""
    if order.client_id != actor.user_id:
        raise Denied
    estimate = last_estimate(order)
    if estimate is None or estimate.version != version or not rules.awaits_agreement(order):
        raise EstimateOver(number=order.number)
    return estimate


@transaction.atomic
def ask_about_order(*, actor: Actor, order_id: int, text: str, files: Files = ()) -> OrderComment:
    """The client asks; the question is kept on the order, and engineer and curator hear it.

    Raises NotFound, Denied, TextMissing.
    """
    order = locked_order(actor, order_id)
    if order.client_id != actor.user_id:
        raise Denied
    text = _words(text, files)
    comment = remark(actor, order, CommentKind.QUESTION, text)
    keep_files(comment, files)
    audit.record(actor, "orders.ask", order, tenant_id=order.tenant_id, comment=comment.pk)
    notices.asked(comment)
    return comment


@transaction.atomic
def answer_about_order(*, actor: Actor, order_id: int, text: str, files: Files = ()) -> OrderComment:
    """The order's engineer or curator answers the client; the answer is kept on the order.

    Raises NotFound, Denied, TextMissing, NoClientInTelegram.
    """
    order = locked_order(actor, order_id)
    if not rules.works_on(actor, order):
        raise Denied
    text = _words(text, files)
    if order.client is None or not order.client.can_be_written_to:
        raise NoClientInTelegram(number=order.number)
    comment = remark(actor, order, CommentKind.ANSWER, text)
    keep_files(comment, files)
    audit.record(actor, "orders.answer", order, tenant_id=order.tenant_id, comment=comment.pk)
    notices.answered(comment)
    return comment


def _words(text: str, files: Files) -> str:
    text = storable(text)
    if is_blank(text) and not files:
        raise TextMissing
    return not_too_long(text, QUESTION_LIMIT)
