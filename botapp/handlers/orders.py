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
from botapp.handlers import new_order, stages
from botapp.handlers.basics import for_staff
from botapp.handlers.stage_forms import FORMS
from core.crypto import readable
from core.errors import Denied, NotFound
from core.html import html
from core.text import shorten
from files.actions import note_access
from files.enums import Variant
from files.models import StoredFile
from files.queries import files_of
from orders import buttons, rules
from orders.actions import set_waiting
from orders.enums import OPEN, STANDING, Move, Stage, Verdict
from orders.models import Order
from orders.notices import lines_told
from orders.queries import (
    active,
    attempts_of,
    awaiting_verification,
    earnings,
    held_jobs,
    lines_of,
    one_visible,
    order_list,
    over,
    penalties_of,
    workshop_queue,
)
from orders.states import available_moves
from orders.words import contradictions, roubles
from orders.workshop_notices import job_line

SHOWN, FAULT_SHOWN = 30, 1500
EARNINGS, CLOSED, ACTIVE, LATE = "orders:earned", "orders:closed", "orders:active", "orders:late"
LISTS = {
    CLOSED: gettext_noop("Closed orders"), EARNINGS: gettext_noop("My earnings"),
    ACTIVE: gettext_noop("Active orders"), LATE: gettext_noop("Overdue"),
}  # fmt: skip
WAIT_PREFIX = "wait:"
WAIT_PATTERN = rf"^{WAIT_PREFIX}{buttons.ID}:({'|'.join(STANDING)}|go)$"
WAIVE_PREFIX = f"{buttons.STAGE_PREFIX}waive:"
WAIVE_PATTERN = rf"^{WAIVE_PREFIX}{buttons.ID}:(workshop|expenses)$"


def own(context: Context) -> Reply:
    """/orders: what awaits this person, by role."""
    actor = context.actor
    if actor.can(ORDERS_MANAGE):
        waiting = list(awaiting_verification(actor)[:SHOWN])
        reply = _list(waiting, _("Awaiting your verification"), _("Nothing awaits you."))
        return _with(reply, [[new_order.begin_button()], _buttons(ACTIVE, LATE)])
    if actor.can(WORKSHOP_WORK):
        return _jobs(context)
    if actor.can(ORDERS_WORK):
        reply = _list(list(active(actor)[:SHOWN]), _("Active orders"), _("There are no active orders."))
        return _with(reply, [_buttons(CLOSED, EARNINGS)])
    if actor.can(ORDERS_SEE_OWN):
        return _list(list(order_list(actor)[:SHOWN]), _("Your orders"), _("You have no orders."))
    return for_staff(context)


def _with(reply: Reply, rows: list[list[dict[str, str]]]) -> Reply:
    """The list with more buttons below it."""
    shown = (reply.keyboard or {"inline_keyboard": []})["inline_keyboard"]
    return Reply(reply.text, {"inline_keyboard": [*shown, *rows]})


def _buttons(*data: str) -> list[dict[str, str]]:
    return [{"text": _(LISTS[one]), "callback_data": one} for one in data]


def active_ones(context: Context) -> Reply:
    """The curator's orders that are not over, the soonest due first."""
    context.actor.require(ORDERS_MANAGE)
    return _list(list(active(context.actor)[:SHOWN]), _("Active orders"), _("There are no active orders."))


def late(context: Context) -> Reply:
    """Those of them that are overdue, with whom they wait for."""
    context.actor.require(ORDERS_MANAGE)
    overdue = list(active(context.actor).filter(due_at__lt=timezone.now())[:SHOWN])
    return _list(overdue, _("Overdue"), _("Nothing is overdue."))


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
            (order.number, Stage(order.stage).label, _why_late(order), order.device or shorten(order.fault, 60) or "–")
            for order in orders
        ),
    )  # fmt: skip
    keyboard = {"inline_keyboard": [[buttons.open_button(order)] for order in orders]}
    return Reply(html("<b>{title}</b>\n\n{lines}", title=title, lines=lines), keyboard)


def _why_late(order: Order) -> str:
    """A flame on what is overdue, and on whom it waits."""
    waits = rules.waits_for(order)
    if waits is None or not order.is_late(timezone.now()):
        return ""
    return f" 🔥 {_('waits for {whom}').format(whom=waits.label)}"


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
    order = one(context, context.data.removeprefix(buttons.OPEN_PREFIX))
    if rules.sees_work(context.actor, order):
        return Reply(_for_work(context, order), {"inline_keyboard": _rows(context, order)})
    keyboard = {"inline_keyboard": [[buttons.ask_button(order)]]} if order.stage in OPEN else None
    return Reply(_for_client(order), keyboard)


def _for_client(order: Order) -> SafeString:
    paid = [(_("Paid for diagnostics"), order.fee)] if order.fee else [(_("Paid in advance"), order.prepaid)]
    sums = [(_("Contract"), order.contract_sum), *paid, (_("Full sum"), order.full_sum)]
    return html(
        _("<b>Order No. {number}</b> · {stage}\n{device}\n{sums}{steps}"),
        number=order.number, stage=Stage(order.stage).label, device=order.device or "–",
        sums=format_html_join("\n", "{}: <b>{}</b>", ((name, roubles(s)) for name, s in sums if s is not None)),
        steps=_steps(order),
    )  # fmt: skip


def _steps(order: Order) -> SafeString:
    """What has been done, with its days: what the client was told of."""
    steps = [
        (date_format(localtime(attempt.verdict_at), "SHORT_DATE_FORMAT"), Stage(attempt.stage).label)
        for attempt in attempts_of(order)
        if attempt.verdict == Verdict.APPROVED and attempt.stage != Stage.EXPENSES and attempt.verdict_at
    ]
    return html("\n\n{steps}", steps=format_html_join("\n", "{} – {}", steps)) if steps else html("")


def _for_work(context: Context, order: Order) -> SafeString:
    contact = contact_of(order.client) if order.client else None
    sees_client, waits = rules.sees_money(context.actor, order), rules.waits_for(order)
    goes_there = rules.is_engineer(context.actor, order)
    asks_client = sees_client and order.stage in OPEN and rules.consent_missing(order)
    facts = [
        (_("Client"), order.client.full_name if order.client and sees_client else ""),
        (_("Phone"), readable(contact, "phone") if contact and goes_there else ""),
        (_("Address"), readable(order, "address") if goes_there else ""),
        (_("Device"), " ".join(filter(None, [order.get_category_display(), order.device, order.serial_number]))),
        (_("Accessories"), order.accessories),
        (_("Fault"), order.fault[:FAULT_SHOWN]),
        (_("Contract"), roubles(order.contract_sum) if sees_client and order.contract_sum is not None else ""),
        (_("Planned"), ", ".join(str(Stage(stage).label) for stage in order.planned)),
        (_("Waits for"), str(waits.label) if waits else ""),
        (_("Consent"), _("The client has yet to agree to the new sum") if asks_client else ""),
        (_("Due"), date_format(localtime(order.due_at), "SHORT_DATETIME_FORMAT") if order.stage in OPEN else ""),
    ]
    awaiting = order.awaiting
    text = html(
        _("<b>Order No. {number}</b> · {stage}{awaits}\n\n{facts}{history}"),
        number=order.number, stage=Stage(order.stage).label,
        awaits=html(" · {words}", words=Verdict.AWAITED.label) if awaiting else "",
        facts=format_html_join("\n", "{}: <b>{}</b>", [fact for fact in facts if fact[1]]),
        history=_history(context, order),
    )  # fmt: skip
    if awaiting is not None and rules.is_curator(context.actor, order):
        doubts = format_html_join("", "\n⚠️ {}", ((doubt,) for doubt in contradictions(order, awaiting)))
        text = html("{text}\n\n{lines}{doubts}", text=text, lines=lines_told(awaiting), doubts=doubts)
    return text


def _history(context: Context, order: Order) -> SafeString:
    """The stages that were verified, and why one came back; for the workshop its own."""
    seen = set(Stage) if rules.sees_money(context.actor, order) else {Stage.WORKSHOP}
    lines = [
        (
            Stage(attempt.stage).label, Verdict(attempt.verdict).label,
            f": {attempt.verdict_reason}" if attempt.verdict_reason else "",
        )
        for attempt in attempts_of(order)
        if attempt.verdict != Verdict.AWAITED and attempt.stage in seen
    ]  # fmt: skip
    return html("\n\n{lines}", lines=format_html_join("\n", "{} – {}{}", lines)) if lines else html("")


def _rows(context: Context, order: Order) -> list[list[dict[str, str]]]:
    """A button for each thing that this person can do now."""
    moves = {row.move: str(row.label) for row in available_moves(context.actor, order)}
    rows = [[stages.begin_button(order, move, label)] for move, label in moves.items() if move in FORMS]
    if Move.APPROVE in moves and order.awaiting is not None:
        rows.append(buttons.verification(order.awaiting)["inline_keyboard"][0])
    if rules.is_curator(context.actor, order) and order.stage in OPEN:
        rows.append([{"text": _("Decide"), "callback_data": f"{buttons.CURATE_PREFIX}{order.pk}:menu"}])
    if files := _files(context, order):
        text = _("Photos: {count}").format(count=len(files))
        rows.append([{"text": text, "callback_data": f"{buttons.PHOTOS_PREFIX}{order.pk}"}])
    if rules.is_engineer(context.actor, order) and order.stage == Stage.REPAIR:
        rows += [
            [_waive_button(order, Stage(stage))]
            for stage in order.planned
        ]  # fmt: skip
    if rules.works_on(context.actor, order) and order.stage in OPEN and order.awaiting is None:
        rows.append(_wait_buttons(order))
        if order.client is not None and order.client.can_be_written_to:
            rows.append(
                [{"text": _("Write to the client"), "callback_data": f"{buttons.TALK_PREFIX}{order.pk}:answer"}]
            )
    if rules.is_holder(context.actor, order) and order.awaiting is None:
        rows.append([buttons.job_button(order, "release", _("Give back to the queue"))])
    elif context.actor.can(WORKSHOP_WORK) and order.job is not None and order.job.holder_id is None:
        rows.append([buttons.job_button(order, "take", _("Take"))])
    return rows


def photos(context: Context) -> Reply:
    """The pictures of what is in hand, sent as what they are; who was given them is written down."""
    order = one(context, context.data.removeprefix(buttons.PHOTOS_PREFIX))
    if not rules.sees_work(context.actor, order):
        raise Denied
    files = _files(context, order)
    for file in files:
        note_access(context.actor, file, Variant.ORIGINAL)
    text = html(_("<b>Order No. {number}</b>: photos – {count}"), number=order.number, count=len(files))
    return Reply(text, files=tuple(files))


def _files(context: Context, order: Order) -> list[StoredFile]:
    """Of what awaits verification, else of the hand-over to the workshop; the workshop gets the latter only."""
    found: list[StoredFile] = []
    if order.awaiting is not None and rules.sees_money(context.actor, order):
        lines = lines_of(order.awaiting)
        found = [*files_of([order.awaiting])[order.awaiting.pk], *(f for own in files_of(lines).values() for f in own)]
    if not found and order.job is not None:
        found = files_of([order.job])[order.job.pk]
    return found[:SHOWN]


def _wait_buttons(order: Order) -> list[dict[str, str]]:
    """Say on whom it waits, or that it goes on."""
    if order.waiting:
        return [{"text": _("It goes on"), "callback_data": f"{WAIT_PREFIX}{order.pk}:go"}]
    return [
        {
            "text": _("Waits for {whom}").format(whom=whom.label),
            "callback_data": f"{WAIT_PREFIX}{order.pk}:{whom.value}",
        }
        for whom in STANDING
    ]


def wait(context: Context) -> Reply:
    """One of them was pressed: the order anew, in place of the one before."""
    order_id, whom = context.data.removeprefix(WAIT_PREFIX).split(":")
    set_waiting(actor=context.actor, order_id=int(order_id), waiting="" if whom == "go" else whom)
    order = one(context, order_id)
    return Reply(_for_work(context, order), {"inline_keyboard": _rows(context, order)}, replace=True)


def _waive_button(order: Order, stage: Stage) -> dict[str, str]:
    text = _("Not needed: {stage}").format(stage=stage.label)
    return {"text": text, "callback_data": f"{WAIVE_PREFIX}{order.pk}:{stage}"}


def one(context: Context, order_id: str) -> Order:
    """The order behind a button. Raises NotFound."""
    order = one_visible(context.actor, int(order_id))
    if order is None:
        raise NotFound
    return order
