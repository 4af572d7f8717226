"""An estimate in the chat: the engineer sends it, the client answers with a button or asks."""

from django.utils.translation import gettext as _

from botapp.context import Context, Reply
from botapp.enums import Step
from botapp.handlers.content import content, told_of_size
from core.errors import NotFound
from core.html import html
from orders import buttons
from orders.actions import answer_about_order, answer_estimate, ask_about_order
from orders.queries import one_visible, order_behind
from orders.words import roubles
from outbox.queries import subject_shown_as


def answer(context: Context) -> Reply:
    """A button under the estimate: an option, «I do not agree», or a question."""
    order_id, version, what = context.data.removeprefix(buttons.ESTIMATE_PREFIX).split(":")
    if what == buttons.ASK:
        return ask(context, int(order_id))
    option = None if what == buttons.DECLINE else int(what)
    estimate = answer_estimate(actor=context.actor, order_id=int(order_id), version=int(version), option=option)
    if option is None:
        said = html(_("Order <b>No. {number}</b>: you do not agree. We will call you."), number=estimate.order.number)
    else:
        said = html(
            _("Order <b>No. {number}</b>: agreed, “{name}” for {price}."),
            number=estimate.order.number, name=estimate.lines[option]["name"], price=roubles(estimate.total),
        )  # fmt: skip
    return Reply(said, remove_buttons=True)


def ask_again(context: Context) -> Reply:
    """/start in the middle: the question once more."""
    return ask(context, context.dialog.data["order"])


def ask(context: Context, order_id: int) -> Reply:
    """The client wants to ask."""
    order = one_visible(context.actor, order_id)
    if order is None or order.client_id != context.user.pk:
        raise NotFound
    context.enter(Step.ASK_ORDER, order=order.pk)
    return Reply(
        html(_("What would you like to ask about order <b>No. {number}</b>? /cancel – not now."), number=order.number)
    )


def asked(context: Context) -> Reply:
    """The client's question."""
    text, files = content(context.message)
    if too_big := told_of_size(files):
        return too_big
    comment = ask_about_order(actor=context.actor, order_id=context.dialog.data["order"], text=text, files=files)
    context.enter(Step.NONE)
    said = _("Passed on to the engineer, order <b>No. {number}</b>. The answer will come here or by phone.")
    return Reply(html(said, number=comment.order.number))


def replied(context: Context) -> Reply | None:
    """A Telegram reply goes to the other one: the client's to a message about his order, the team's to a question."""
    message = context.message.reply_to_message
    subject = subject_shown_as(context.message.chat_id, message.message_id) if message else None
    order = order_behind(context.actor, *subject) if subject else None
    if order is None:
        return None
    text, files = content(context.message)
    if too_big := told_of_size(files):
        return too_big
    if order.client_id == context.user.pk:
        ask_about_order(actor=context.actor, order_id=order.pk, text=text, files=files)
        said = _("Passed on to the engineer, order <b>No. {number}</b>. The answer will come here or by phone.")
    else:
        answer_about_order(actor=context.actor, order_id=order.pk, text=text, files=files)
        said = _("Order <b>No. {number}</b>: the answer is on its way to the client.")
    return Reply(html(said, number=order.number))
