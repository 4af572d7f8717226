"""Orders in the chat: the engineer's and the client's own, the curator's verification, the workshop's queue."""

from datetime import date, timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.queries import contact_of
from accounts.roles import ORDERS_MANAGE, ORDERS_SEE_OWN, ORDERS_WORK, WORKSHOP_WORK
from botapp.context import Context, Reply
from botapp.enums import Step
from botapp.handlers import stages
from botapp.handlers.basics import for_staff, stale_button
from botapp.handlers.content import content
from botapp.handlers.stage_forms import FORMS
from core.errors import Denied, NotFound
from core.html import html
from core.states import Rule
from core.text import shorten
from orders import buttons, rules
from orders.actions import approve_attempt, release_job, return_attempt, take_job, waive_stage
from orders.enums import OPEN, Move, Stage, Verdict
from orders.models import Order
from orders.notices import job_line, lines_told
from orders.queries import (
    active,
    attempts_of,
    awaiting_verification,
    earnings,
    held_jobs,
    one_visible,
    order_list,
    over,
    penalties_of,
    workshop_queue,
)
from orders.states import available_moves
from orders.words import contradictions, roubles

SHOWN = 10
EARNINGS, CLOSED = "orders:earned", "orders:closed"
WAIVE_PREFIX = f"{buttons.STAGE_PREFIX}waive:"
WAIVE_PATTERN = rf"^{WAIVE_PREFIX}{buttons.ID}:(workshop|expenses)$"
QUESTIONS = {
    Step.RETURN_STAGE: gettext_noop(
        "Order <b>No. {number}</b>: what is to be put right? The author will read it. /cancel – not now."
    ),
    Step.RELEASE_JOB: gettext_noop("Order <b>No. {number}</b>: why do you give it back? /cancel – not now."),
    Step.WAIVE_STAGE: gettext_noop("Order <b>No. {number}</b>: why is it not needed? /cancel – not now."),
}  # fmt: skip


MAY_ANSWER: dict[str, Rule] = {
    Step.RETURN_STAGE: rules.is_curator, Step.RELEASE_JOB: rules.is_holder, Step.WAIVE_STAGE: rules.is_engineer,
}  # fmt: skip


def own(context: Context) -> Reply:
    """/orders: what awaits this person, by role."""
    actor = context.actor
    if actor.can(ORDERS_MANAGE):
        return _list(
            list(awaiting_verification(actor)[:SHOWN]), _("Awaiting your verification"), _("Nothing awaits you.")
        )
    if actor.can(WORKSHOP_WORK):
        return _jobs(context)
    if actor.can(ORDERS_WORK):
        reply = _list(list(active(actor)[:SHOWN]), _("Active orders"), _("There are no active orders."))
        rows = [*(reply.keyboard or {"inline_keyboard": []})["inline_keyboard"], _more_buttons()]
        return Reply(reply.text, {"inline_keyboard": rows})
    if actor.can(ORDERS_SEE_OWN):
        return _list(list(order_list(actor)[:SHOWN]), _("Your orders"), _("You have no orders."))
    return for_staff(context)


def _more_buttons() -> list[dict[str, str]]:
    words = [(_("Closed orders"), CLOSED), (_("My earnings"), EARNINGS)]
    return [{"text": text, "callback_data": data} for text, data in words]


def closed(context: Context) -> Reply:
    """The engineer's orders that are over, the latest first."""
    context.actor.require(ORDERS_WORK)
    return _list(list(over(context.actor)[:SHOWN]), _("Closed orders"), _("There are no closed orders."))


def earned(context: Context) -> Reply:
    """What the engineer has earned this month and the one before, penalties taken off."""
    context.actor.require(ORDERS_WORK)
    today = timezone.localdate()
    before = today.replace(day=1) - timedelta(days=1)
    parts = []
    for first, last in ((today.replace(day=1), today), (before.replace(day=1), before)):
        sums = earnings(context.actor, context.user.pk, first, last)
        parts.append(
            html(
                _("<b>{month}</b>\nOrders closed: {count}\nNet: {net}\nYour share: {share}\n"
                  "Penalties: {penalties}\nTotal: <b>{total}</b>{reasons}"),
                month=date_format(first, "F Y"), count=sums["count"], net=roubles(sums["net"]),
                share=roubles(sums["share"]), penalties=roubles(sums["penalties"]), total=roubles(sums["total"]),
                reasons=_penalties(context.user.pk, first, last),
            )
        )  # fmt: skip
    return Reply(format_html_join("\n\n", "{}", ((part,) for part in parts)))


def _penalties(engineer_id: int, first: date, last: date) -> SafeString:
    """Each penalty with its reason."""
    return format_html_join(
        "", "\n– № {}: {}, {}",
        (
            (penalty.order.number if penalty.order else "–", roubles(penalty.total), penalty.reason)
            for penalty in penalties_of(engineer_id, first, last)[:SHOWN]
        ),
    )  # fmt: skip


def _list(orders: list[Order], title: str, none: str) -> Reply:
    if not orders:
        return Reply(html(none))
    lines = format_html_join(
        "\n\n", "<b>№ {}</b> · {}{}\n{}",
        (
            (order.number, Stage(order.stage).label, " 🔥" if order.is_late(timezone.now()) else "",
             order.device or shorten(order.fault, 60) or "–")
            for order in orders
        ),
    )  # fmt: skip
    keyboard = {"inline_keyboard": [[buttons.open_button(order)] for order in orders]}
    return Reply(html("<b>{title}</b>\n\n{lines}", title=title, lines=lines), keyboard)


def _jobs(context: Context) -> Reply:
    """What lies on the table, and what may be taken."""
    held, free = list(held_jobs(context.actor)[:SHOWN]), list(workshop_queue(context.actor)[:SHOWN])
    if not held and not free:
        return Reply(html(_("There is nothing in the workshop.")))
    parts: list[SafeString] = []
    for title, jobs in ((_("On your table"), held), (_("The workshop’s queue"), free)):
        if jobs:
            lines = format_html_join("\n\n", "{}", ((job_line(job),) for job in jobs))
            parts.append(html("<b>{title}</b>\n\n{lines}", title=title, lines=lines))
    rows = [[buttons.open_button(job.order)] for job in [*held, *free]]
    return Reply(format_html_join("\n\n", "{}", ((part,) for part in parts)), {"inline_keyboard": rows})


def show(context: Context) -> Reply:
    """An order: what concerns this person, and what he can do with it."""
    order = _one(context, context.data.removeprefix(buttons.OPEN_PREFIX))
    if rules.sees_work(context.actor, order):
        return Reply(_for_work(context, order), {"inline_keyboard": _rows(context, order)})
    return Reply(_for_client(order))


def _for_client(order: Order) -> SafeString:
    return html(
        _("<b>Order No. {number}</b> · {stage}\n{device}\nContract: {contract}\nPaid in advance: {prepaid}"),
        number=order.number, stage=Stage(order.stage).label, device=order.device or "–",
        contract=roubles(order.contract_sum), prepaid=roubles(order.prepaid),
    )  # fmt: skip


def _for_work(context: Context, order: Order) -> SafeString:
    contact = contact_of(order.client) if order.client else None
    sees_client = rules.sees_money(context.actor, order)
    facts = [
        (_("Client"), order.client.full_name if order.client and sees_client else ""),
        (_("Phone"), contact.phone if contact and sees_client else ""),
        (_("Address"), order.address if sees_client else ""),
        (_("Device"), " ".join(filter(None, [order.get_category_display(), order.device, order.serial_number]))),
        (_("Accessories"), order.accessories),
        (_("Fault"), shorten(order.fault, 500)),
        (_("Contract"), roubles(order.contract_sum) if sees_client and order.contract_sum is not None else ""),
        (_("Planned"), ", ".join(str(Stage(stage).label) for stage in order.planned)),
        (_("Due"), date_format(localtime(order.due_at), "SHORT_DATETIME_FORMAT") if order.stage in OPEN else ""),
    ]
    awaiting = order.awaiting
    text = html(
        _("<b>Order No. {number}</b> · {stage}{awaits}\n\n{facts}{history}"),
        number=order.number, stage=Stage(order.stage).label,
        awaits=html(" · {words}", words=Verdict.AWAITED.label) if awaiting else "",
        facts=format_html_join("\n", "{}: <b>{}</b>", [fact for fact in facts if fact[1]]),
        history=_history(order),
    )  # fmt: skip
    if awaiting is not None and rules.is_curator(context.actor, order):
        doubts = format_html_join("", "\n⚠️ {}", ((doubt,) for doubt in contradictions(order, awaiting)))
        text = html("{text}\n\n{lines}{doubts}", text=text, lines=lines_told(awaiting), doubts=doubts)
    return text


def _history(order: Order) -> SafeString:
    """The stages that were verified, and why one came back."""
    lines = [
        (
            Stage(attempt.stage).label, Verdict(attempt.verdict).label,
            f": {attempt.verdict_reason}" if attempt.verdict_reason else "",
        )
        for attempt in attempts_of(order)
        if attempt.verdict != Verdict.AWAITED
    ]  # fmt: skip
    return html("\n\n{lines}", lines=format_html_join("\n", "{} – {}{}", lines)) if lines else html("")


def _rows(context: Context, order: Order) -> list[list[dict[str, str]]]:
    """A button for each thing that this person can do now."""
    moves = {row.move: str(row.label) for row in available_moves(context.actor, order)}
    rows = [[stages.begin_button(order, move, label)] for move, label in moves.items() if move in FORMS]
    if Move.APPROVE in moves and order.awaiting is not None:
        rows.append(buttons.verification(order.awaiting)["inline_keyboard"][0])
    if rules.is_engineer(context.actor, order) and order.stage == Stage.REPAIR:
        rows += [
            [_waive_button(order, Stage(stage))]
            for stage in order.planned
        ]  # fmt: skip
    if rules.is_holder(context.actor, order) and order.awaiting is None:
        rows.append([buttons.job_button(order, "release", _("Give back to the queue"))])
    elif context.actor.can(WORKSHOP_WORK) and order.job is not None and order.job.holder_id is None:
        rows.append([buttons.job_button(order, "take", _("Take"))])
    return rows


def _waive_button(order: Order, stage: Stage) -> dict[str, str]:
    text = _("Not needed: {stage}").format(stage=stage.label)
    return {"text": text, "callback_data": f"{WAIVE_PREFIX}{order.pk}:{stage}"}


def verify(context: Context) -> Reply:
    """«Approve» at once; «Return» asks for the reason."""
    order_id, attempt_id, what = context.data.removeprefix(buttons.VERIFY_PREFIX).split(":")
    if what == Move.RETURN:
        order = _one(context, order_id)
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
        return _ask(context, Step.RELEASE_JOB, _one(context, order_id))
    order = take_job(actor=context.actor, order_id=int(order_id))
    text = html(_("Order <b>No. {number}</b> is yours."), number=order.number)
    return Reply(text, buttons.opening(order), remove_buttons=True)


def waive(context: Context) -> Reply:
    """«Not needed»: asks why."""
    order_id, stage = context.data.removeprefix(WAIVE_PREFIX).split(":")
    return _ask(context, Step.WAIVE_STAGE, _one(context, order_id), stage=stage)


def ask_again(context: Context) -> Reply:
    """/start in the middle: the question once more."""
    draft = dict(context.dialog.data)
    return _ask(context, Step(context.dialog.step), _one(context, str(draft.pop("order"))), **draft)


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
    if not MAY_ANSWER[step](actor, _one(context, str(order_id))):
        raise Denied
    match step:
        case Step.RETURN_STAGE:
            order = return_attempt(actor=actor, order_id=order_id, attempt_id=draft["attempt"], reason=reason)
            said = _("Order <b>No. {number}</b>: returned, the author has been told.")
        case Step.RELEASE_JOB:
            order = release_job(actor=actor, order_id=order_id, reason=reason)
            said = _("Order <b>No. {number}</b> is back in the queue.")
        case _:
            order = waive_stage(actor=actor, order_id=order_id, stage=draft["stage"], reason=reason)
            said = _("Order <b>No. {number}</b>: left out, the curator has been told.")
    context.enter(Step.NONE)
    return Reply(html(said, number=order.number))


def _one(context: Context, order_id: str) -> Order:
    order = one_visible(context.actor, int(order_id))
    if order is None:
        raise NotFound
    return order
