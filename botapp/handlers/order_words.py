"""What is said of an order in words: why it comes back, is given back or left out, and the answer to the client."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from botapp.context import Context, Reply
from botapp.enums import Step
from botapp.handlers import estimates
from botapp.handlers import orders as lists
from botapp.handlers.basics import stale_button
from botapp.handlers.content import content
from core.errors import Denied
from core.html import html
from core.states import Rule
from orders import buttons, rules
from orders.actions import answer_about_order, approve_attempt, release_job, return_attempt, take_job, waive_stage
from orders.enums import Move, Stage
from orders.models import Order

QUESTIONS = {
    Step.RETURN_STAGE: gettext_noop(
        "Order <b>No. {number}</b>: what is to be put right? The author will read it. /cancel – not now."
    ),
    Step.RELEASE_JOB: gettext_noop("Order <b>No. {number}</b>: why do you give it back? /cancel – not now."),
    Step.WAIVE_STAGE: gettext_noop("Order <b>No. {number}</b>: why is it not needed? /cancel – not now."),
    Step.ANSWER_CLIENT: gettext_noop("Order <b>No. {number}</b>: what do you answer the client? /cancel – not now."),
}  # fmt: skip


MAY_ANSWER: dict[str, Rule] = {
    Step.RETURN_STAGE: rules.is_curator, Step.RELEASE_JOB: rules.is_holder, Step.WAIVE_STAGE: rules.is_engineer,
    Step.ANSWER_CLIENT: rules.works_on,
}  # fmt: skip


def verify(context: Context) -> Reply:
    """«Approve» at once; «Return» asks for the reason."""
    order_id, attempt_id, what = context.data.removeprefix(buttons.VERIFY_PREFIX).split(":")
    if what == Move.RETURN:
        order = lists.one(context, order_id)
        if order.awaiting_id != int(attempt_id):
            return stale_button(context)
        return _ask(context, Step.RETURN_STAGE, order, attempt=int(attempt_id))
    order = approve_attempt(actor=context.actor, order_id=int(order_id), attempt_id=int(attempt_id))
    said = _("Order <b>No. {number}</b>: approved. Now: {stage}.")
    return Reply(
        html(said, number=order.number, stage=Stage(order.stage).label), buttons.opening(order), remove_buttons=True
    )


def job(context: Context) -> Reply:
    """The workshop's buttons: take, or give back."""
    order_id, what = context.data.removeprefix(buttons.JOB_PREFIX).split(":")
    if what == "release":
        return _ask(context, Step.RELEASE_JOB, lists.one(context, order_id))
    order = take_job(actor=context.actor, order_id=int(order_id))
    text = html(_("Order <b>No. {number}</b> is yours."), number=order.number)
    return Reply(text, buttons.opening(order), remove_buttons=True)


def waive(context: Context) -> Reply:
    """«Not needed»: asks why."""
    order_id, stage = context.data.removeprefix(lists.WAIVE_PREFIX).split(":")
    return _ask(context, Step.WAIVE_STAGE, lists.one(context, order_id), stage=stage)


def talk(context: Context) -> Reply:
    """The client asks; engineer or curator answers."""
    order_id, what = context.data.removeprefix(buttons.TALK_PREFIX).split(":")
    if what == "ask":
        return estimates.ask(context, int(order_id))
    return _ask(context, Step.ANSWER_CLIENT, lists.one(context, order_id))


def ask_again(context: Context) -> Reply:
    """/start in the middle: the question once more."""
    draft = dict(context.dialog.data)
    return _ask(context, Step(context.dialog.step), lists.one(context, str(draft.pop("order"))), **draft)


def _ask(context: Context, step: Step, order: Order, **more: object) -> Reply:
    if not MAY_ANSWER[step](context.actor, order):
        raise Denied
    context.enter(step, order=order.pk, **more)
    return Reply(html(_(QUESTIONS[step]), number=order.number))


def answered(context: Context) -> Reply:
    """The reason that the open step asked for."""
    step, draft = context.dialog.step, context.dialog.data
    reason, _files = content(context.message)
    actor, order_id = context.actor, draft["order"]
    if not MAY_ANSWER[step](actor, lists.one(context, str(order_id))):
        raise Denied
    match step:
        case Step.RETURN_STAGE:
            order = return_attempt(actor=actor, order_id=order_id, attempt_id=draft["attempt"], reason=reason)
            said = _("Order <b>No. {number}</b>: returned, the author has been told.")
        case Step.RELEASE_JOB:
            order = release_job(actor=actor, order_id=order_id, reason=reason)
            said = _("Order <b>No. {number}</b> is back in the queue.")
        case Step.ANSWER_CLIENT:
            order = answer_about_order(actor=actor, order_id=order_id, text=reason).order
            said = _("Order <b>No. {number}</b>: the answer is on its way to the client.")
        case _:
            order = waive_stage(actor=actor, order_id=order_id, stage=draft["stage"], reason=reason)
            said = _("Order <b>No. {number}</b>: left out, the curator has been told.")
    context.enter(Step.NONE)
    return Reply(html(said, number=order.number))
