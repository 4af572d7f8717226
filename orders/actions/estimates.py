"""The client is offered the options, answers with a button, or asks."""

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone, translation

import audit.actions as audit
from core.actor import Actor
from core.errors import Denied
from core.text import is_blank, storable
from orders import notices, rules
from orders.actions.common import locked_order, short, step
from orders.actions.stages import LINES_AT_MOST, LineInput
from orders.enums import Move, Outcome
from orders.errors import EstimateOver, NoClientInTelegram, StageIncomplete
from orders.models import WORDS_LIMIT, Estimate, Order, OrderComment
from orders.money import checked
from orders.queries import last_estimate
from orders.words import estimate_words
from tickets.errors import TextMissing

QUESTION_LIMIT = 2000


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
    before = last_estimate(order)
    with translation.override(order.client.language):
        text = estimate_words(order, options)
    estimate = Estimate.objects.create(
        order=order, version=before.version + 1 if before else 1, author_id=actor.person, lines=options, text=text
    )
    audit.record(actor, "orders.send_estimate", order, tenant_id=order.tenant_id, version=estimate.version)
    notices.estimate_sent(estimate)
    return estimate


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
    if option is not None and not 0 <= option < len(estimate.lines):
        raise EstimateOver(number=order.number)
    estimate.answer, estimate.option, estimate.answered_at = answer, option, timezone.now()
    estimate.total = None if option is None else estimate.lines[option]["price"]
    assert order.client is not None
    estimate.telegram_id = order.client.telegram_id
    estimate.save()
    estimate.refresh_from_db()
    audit.record(actor, "orders.answer_estimate", order, tenant_id=order.tenant_id, version=version, option=option)
    notices.estimate_answered(estimate)
    return estimate


def _answerable(actor: Actor, order: Order, version: int) -> Estimate:
    """The newest version, while the order is at the agreement and nothing has been submitted meanwhile."""
    if order.client_id != actor.user_id:
        raise Denied
    estimate = last_estimate(order)
    if estimate is None or estimate.version != version or not rules.awaits_agreement(order):
        raise EstimateOver(number=order.number)
    return estimate


@transaction.atomic
def ask_about_order(*, actor: Actor, order_id: int, text: str) -> OrderComment:
    """The client asks; the question is kept on the order, and engineer and curator hear it.

    Raises NotFound, Denied, TextMissing.
    """
    order = locked_order(actor, order_id)
    if order.client_id != actor.user_id:
        raise Denied
    text = storable(text)[:QUESTION_LIMIT]
    if is_blank(text):
        raise TextMissing
    comment = OrderComment.objects.create(order=order, author_id=actor.person, text=text)
    audit.record(actor, "orders.ask", order, tenant_id=order.tenant_id, comment=comment.pk)
    notices.asked(comment)
    return comment
