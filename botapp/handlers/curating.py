"""What a curator decides in the chat: who works, what is planned, how urgent, how long, and the end."""

from django.utils.translation import gettext as _

from accounts.models import User
from botapp.context import Context, Reply
from botapp.enums import Step
from botapp.handlers import order_words
from botapp.handlers import orders as lists
from core.errors import Denied
from core.html import html
from orders import buttons, rules
from orders.actions import assign_engineer, exclude_stage, plan_stage, set_job_priority
from orders.enums import OPEN, OPTIONAL, Stage
from orders.errors import StageNotPossible
from orders.models import Order
from orders.queries import team_engineers
from tickets.enums import Priority

PATTERN = rf"^{buttons.CURATE_PREFIX}{buttons.ID}:[a-z]{{3,8}}(:[0-9a-z]{{1,18}})?$"
DAYS = (1, 3, 7)
Rows = list[list[dict[str, str]]]


def pressed(context: Context) -> Reply:
    """A button of the menu: something is chosen, done, or asked for in words."""
    order_id, what, *value = context.data.removeprefix(buttons.CURATE_PREFIX).split(":")
    order = lists.one(context, order_id)
    if not rules.is_curator(context.actor, order):
        raise Denied
    if order.stage not in OPEN:
        raise StageNotPossible(number=order.number, stage=Stage(order.stage).label)
    if what in WORDS:
        return order_words.ask(context, WORDS[what], order)
    if not value:
        return _choice(order, what)
    if what == "extend":
        return order_words.ask(
            context, Step.EXTEND_ORDER, order, days=int(value[0]) if value[0] in map(str, DAYS) else DAYS[0]
        )
    _do(context, order, what, value[0])
    return _menu(lists.one(context, order_id))


WORDS = {"penalty": Step.PENALTY, "cancel": Step.CANCEL_ORDER}
"""What takes nothing but words."""


def _do(context: Context, order: Order, what: str, value: str) -> None:
    actor = context.actor
    match what:
        case "engineer":
            assign_engineer(actor=actor, order_id=order.pk, engineer_id=int(value) if value.isdigit() else 0)
        case "plan":
            plan_stage(actor=actor, order_id=order.pk, stage=value)
        case "exclude":
            exclude_stage(actor=actor, order_id=order.pk, stage=value)
        case "priority":
            set_job_priority(actor=actor, order_id=order.pk, priority=value)


def _choice(order: Order, what: str) -> Reply:
    """The values to choose from, in place of the menu."""
    values = {
        "engineer": [(person.full_name, str(person.pk)) for person in team_engineers(order.curator)],
        "priority": [(str(priority.label), priority.value) for priority in Priority] if order.job else [],
        "extend": [(_("{days} d").format(days=days), str(days)) for days in DAYS],
    }.get(what)
    if values is None:
        return _menu(order)
    rows = [[_button(order, f"{what}:{value}", label)] for label, value in values]
    return _screen(order, [*rows, [_button(order, "menu", _("← Back"))]])


def _menu(order: Order) -> Reply:
    engineer: User | None = order.engineer
    rows = [[_button(order, "engineer", _("Engineer: {who}").format(who=engineer or _("nobody yet")))]]
    for stage in map(Stage, OPTIONAL):
        planned = stage in order.planned
        words = _("Planned: {stage}. Leave out") if planned else _("Plan: {stage}")
        rows.append([_button(order, f"{'exclude' if planned else 'plan'}:{stage}", words.format(stage=stage.label))])
    if order.job is not None:
        rows.append([_button(order, "priority", _("Priority: {name}").format(name=order.job.get_priority_display()))])
    rows.append([_button(order, "extend", _("More time")), _button(order, "penalty", _("Penalty"))])
    if order.stage != Stage.WORKSHOP:
        rows.append([_button(order, "cancel", _("Cancel the order"))])
    return _screen(order, rows)


def _screen(order: Order, rows: Rows) -> Reply:
    text = html(_("<b>Order No. {number}</b> · {stage}"), number=order.number, stage=Stage(order.stage).label)
    return Reply(text, {"inline_keyboard": [*rows, [buttons.open_button(order)]]}, replace=True)


def _button(order: Order, what: str, text: str) -> dict[str, str]:
    return {"text": text, "callback_data": f"{buttons.CURATE_PREFIX}{order.pk}:{what}"}
