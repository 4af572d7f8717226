"""What is said of an order in words: why it comes back, is given back, left out, extended or cancelled; an answer."""

import re
from collections.abc import Callable
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from botapp.context import Context, Reply
from botapp.enums import Step
from botapp.handlers import estimates
from botapp.handlers import orders as lists
from botapp.handlers.basics import stale_button
from botapp.handlers.content import content, told_of_size
from core.errors import Conflict, Denied, NotFound
from core.html import html
from core.states import Rule
from orders import buttons, rules
from orders.actions import (
    add_penalty,
    answer_about_order,
    approve_attempt,
    cancel_order,
    extend_order,
    release_job,
    return_attempt,
    take_job,
    waive_stage,
)
from orders.enums import Move, Stage
from orders.errors import NotMoney, ReasonMissing
from orders.models import Order
from orders.money import parse_money

QUESTIONS = {
    Step.RETURN_STAGE: gettext_noop(
        "Order <b>No. {number}</b>: what is to be put right? The author will read it. /cancel – not now."
    ),
    Step.RELEASE_JOB: gettext_noop("Order <b>No. {number}</b>: why do you give it back? /cancel – not now."),
    Step.WAIVE_STAGE: gettext_noop("Order <b>No. {number}</b>: why is it not needed? /cancel – not now."),
    Step.ANSWER_CLIENT: gettext_noop("Order <b>No. {number}</b>: what do you answer the client? /cancel – not now."),
    Step.EXTEND_ORDER: gettext_noop("Order <b>No. {number}</b>: why is there more time? /cancel – not now."),
    Step.PENALTY: gettext_noop("Order <b>No. {number}</b>: the sum and the reason: 500 - Was late. /cancel – not now."),
    Step.CANCEL_ORDER: gettext_noop("Order <b>No. {number}</b>: why is it cancelled? /cancel – not now."),
}  # fmt: skip
MAY_ANSWER: dict[str, Rule] = {
    Step.RETURN_STAGE: rules.is_curator, Step.RELEASE_JOB: rules.is_holder, Step.WAIVE_STAGE: rules.is_engineer,
    Step.ANSWER_CLIENT: rules.works_on, Step.EXTEND_ORDER: rules.is_curator, Step.PENALTY: rules.is_curator,
    Step.CANCEL_ORDER: rules.is_curator,
}  # fmt: skip


def verify(context: Context) -> Reply:
    """«Approve» at once; «Return» asks for the reason."""
    order_id, attempt_id, what = context.data.removeprefix(buttons.VERIFY_PREFIX).split(":")
    if what == Move.RETURN:
        order = lists.one(context, order_id)
        if order.awaiting_id != int(attempt_id):
            return stale_button(context)
        return ask(context, Step.RETURN_STAGE, order, attempt=int(attempt_id))
    order = approve_attempt(actor=context.actor, order_id=int(order_id), attempt_id=int(attempt_id))
    said = _("Order <b>No. {number}</b>: approved. Now: {stage}.")
    return Reply(
        html(said, number=order.number, stage=Stage(order.stage).label), buttons.opening(order), remove_buttons=True
    )


def job(context: Context) -> Reply:
    """The workshop's buttons: take, or give back."""
    order_id, what = context.data.removeprefix(buttons.JOB_PREFIX).split(":")
    if what == "release":
        return ask(context, Step.RELEASE_JOB, lists.one(context, order_id))
    order = take_job(actor=context.actor, order_id=int(order_id))
    text = html(_("Order <b>No. {number}</b> is yours."), number=order.number)
    return Reply(text, buttons.opening(order), remove_buttons=True)


def waive(context: Context) -> Reply:
    """«Not needed»: asks why."""
    order_id, stage = context.data.removeprefix(lists.WAIVE_PREFIX).split(":")
    return ask(context, Step.WAIVE_STAGE, lists.one(context, order_id), stage=stage)


def talk(context: Context) -> Reply:
    """The client asks; engineer or curator answers."""
    order_id, what = context.data.removeprefix(buttons.TALK_PREFIX).split(":")
    if what == "ask":
        return estimates.ask(context, int(order_id))
    return ask(context, Step.ANSWER_CLIENT, lists.one(context, order_id))


def ask_again(context: Context) -> Reply:
    """/start in the middle: the question once more."""
    draft = dict(context.dialog.data)
    return ask(context, Step(context.dialog.step), lists.one(context, str(draft.pop("order"))), **draft)


def ask(context: Context, step: Step, order: Order, **more: object) -> Reply:
    """The question of this step, to who may answer it."""
    if not MAY_ANSWER[step](context.actor, order):
        raise Denied
    context.enter(step, order=order.pk, **more)
    return Reply(html(_(QUESTIONS[step]), number=order.number))


def answered(context: Context) -> Reply:
    """The words that the open step asked for."""
    order_id = context.dialog.data["order"]
    words, files = content(context.message)
    if too_big := told_of_size(files):
        return too_big
    act, said = ANSWERS[Step(context.dialog.step)]
    try:
        with transaction.atomic():
            order = lists.one(context, str(order_id))
            if not MAY_ANSWER[context.dialog.step](context.actor, order):
                raise Denied
            act(context, order_id, words)
    except (NotFound, Denied, Conflict) as problem:  # it can not be answered any more: the question ends
        context.enter(Step.NONE)
        return Reply(html("{problem}", problem=problem))
    context.enter(Step.NONE)
    return Reply(html(_(said), number=order.number))


def _return(context: Context, order_id: int, words: str) -> None:
    return_attempt(
        actor=context.actor, order_id=order_id, attempt_id=context.dialog.data["attempt"], reason=words
    )  # fmt: skip


def _release(context: Context, order_id: int, words: str) -> None:
    release_job(actor=context.actor, order_id=order_id, reason=words)


def _waive(context: Context, order_id: int, words: str) -> None:
    waive_stage(actor=context.actor, order_id=order_id, stage=context.dialog.data["stage"], reason=words)


def _answer(context: Context, order_id: int, words: str) -> None:
    _text, files = content(context.message)
    answer_about_order(actor=context.actor, order_id=order_id, text=words, files=files)


def _extend(context: Context, order_id: int, words: str) -> None:
    until = timezone.now() + timedelta(days=context.dialog.data["days"])
    extend_order(actor=context.actor, order_id=order_id, until=until, reason=words)


def _penalty(context: Context, order_id: int, words: str) -> None:
    found = _SUM_AND_REASON.fullmatch(words.strip())
    if found is None:
        raise ReasonMissing if words.strip()[:1].isdigit() else NotMoney
    add_penalty(actor=context.actor, order_id=order_id, total=parse_money(found["sum"]), reason=found["reason"])


def _cancel(context: Context, order_id: int, words: str) -> None:
    cancel_order(actor=context.actor, order_id=order_id, reason=words)


_SUM_AND_REASON = re.compile(r"(?P<sum>[0-9].*?)(?:\s*[-–—:]\s*|\s+)(?P<reason>[^\W\d_].*)", re.DOTALL)
ANSWERS: dict[Step, tuple[Callable[[Context, int, str], None], str]] = {
    Step.RETURN_STAGE: (_return, gettext_noop("Order <b>No. {number}</b>: returned, the author has been told.")),
    Step.RELEASE_JOB: (_release, gettext_noop("Order <b>No. {number}</b> is back in the queue.")),
    Step.WAIVE_STAGE: (_waive, gettext_noop("Order <b>No. {number}</b>: left out, the curator has been told.")),
    Step.ANSWER_CLIENT: (
        _answer, gettext_noop("Order <b>No. {number}</b>: the answer is on its way to the client."),
    ),
    Step.EXTEND_ORDER: (_extend, gettext_noop("Order <b>No. {number}</b>: there is more time.")),
    Step.PENALTY: (_penalty, gettext_noop("Order <b>No. {number}</b>: the penalty is written down.")),
    Step.CANCEL_ORDER: (_cancel, gettext_noop("Order <b>No. {number}</b> is cancelled.")),
}  # fmt: skip
"""What is done with the words of each step, and what is said then."""
