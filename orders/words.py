"""What was submitted, said in lines: for the curator in console and bot, and for who is about to submit."""

from collections.abc import Iterator
from decimal import Decimal

from django.utils.formats import date_format, number_format
from django.utils.functional import Promise
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orders.enums import Method, Outcome, Stage
from orders.models import Attempt, Line, Order
from orders.queries import last_estimate

TOTALS: dict[Stage, str | Promise] = {
    Stage.AGREEMENT: gettext_lazy("Contract"),
    Stage.PREPAYMENT: gettext_lazy("Prepayment"),
    Stage.WORKSHOP: gettext_lazy("Cost of the work"),
    Stage.EXPENSES: gettext_lazy("Expenses"),
    Stage.REPORT: gettext_lazy("Full sum"),
}
"""What the sum of each stage is called."""


def roubles(value: Decimal | None) -> str:
    """`1 500,50 ₽`; a dash for what is not known yet."""
    if value is None:
        return "–"
    places = 0 if value == value.to_integral_value() else 2
    return f"{number_format(value, places, use_l10n=True, force_grouping=True)} ₽"


def _said_otherwise(order: Order) -> Iterator[str]:
    """The client's answer in the bot, where it is not what the engineer has entered."""
    estimate = last_estimate(order)
    if estimate is None or not estimate.answer:
        return
    if estimate.total is None:
        yield _("In the bot the client did not agree.")
    else:
        yield _("In the bot the client has agreed to {total}.").format(total=roubles(estimate.total))


def told(attempt: Attempt, lines: list[Line]) -> list[tuple[str, str]]:
    """Name and value of everything that this attempt holds."""
    return list(_told(attempt, lines))


def _told(attempt: Attempt, lines: list[Line]) -> Iterator[tuple[str, str]]:
    stage = Stage(attempt.stage)
    if attempt.outcome:
        yield _("The client’s answer"), str(Outcome(attempt.outcome).label)
        yield _("Said"), _how(attempt)
    for line in lines:
        yield line.name, _line(line)
    name = gettext_lazy("Declined estimate") if attempt.outcome == Outcome.DECLINED else TOTALS[stage]
    yield str(name), roubles(attempt.total)
    if attempt.outcome == Outcome.DECLINED:
        yield _("Reason"), attempt.get_decline_reason_display()
        yield _("Paid for diagnostics"), roubles(attempt.fee)
    if attempt.method:
        yield _("Payment"), str(Method(attempt.method).label)
    if stage == Stage.REPORT:
        yield _("Advance taken"), roubles(attempt.advance)
    if attempt.text:
        yield (_("Work done") if stage == Stage.WORKSHOP else _("Comment")), attempt.text


def _how(attempt: Attempt) -> str:
    """How the client said so."""
    estimate = attempt.estimate
    if estimate is None or estimate.answered_at is None:
        return _("not in the bot")
    at = date_format(localtime(estimate.answered_at), "SHORT_DATETIME_FORMAT")
    return _("in the bot, version {version}, {at}").format(version=estimate.version, at=at)


def _line(line: Line) -> str:
    parts = [roubles(line.price)]
    if line.method:
        parts.append(str(Method(line.method).label))
    if line.chosen:
        parts.append(_("chosen"))
    if line.no_receipt:
        parts.append(_("no receipt: {why}").format(why=line.no_receipt))
    return ", ".join(parts)


def contradictions(order: Order, attempt: Attempt) -> list[str]:
    """What does not fit together, for the curator at verification."""
    return list(_contradictions(order, attempt))


def _contradictions(order: Order, attempt: Attempt) -> Iterator[str]:
    contract, stage = order.contract_sum, attempt.stage
    if stage == Stage.AGREEMENT and attempt.estimate is None:
        yield from _said_otherwise(order)
    if stage == Stage.PREPAYMENT and contract is not None and attempt.total > contract:
        yield _("The prepayment is larger than the contract, {contract}.").format(contract=roubles(contract))
    if stage == Stage.EXPENSES and contract is not None and order.expenses_sum + attempt.total > contract:
        yield _("All expenses together are larger than the contract, {contract}.").format(contract=roubles(contract))
    if stage == Stage.REPORT:
        if contract is not None and attempt.total != contract:
            yield _("The contract says {contract}.").format(contract=roubles(contract))
        if attempt.advance != order.prepaid:
            yield _("The approved prepayment is {prepaid}.").format(prepaid=roubles(order.prepaid))
        if attempt.total < order.expenses_sum + order.workshop_sum:
            yield _("The costs are larger than the full sum.")


def new_contract_words(order: Order, before: Decimal) -> str:
    """What the client reads when the contract was raised, in the language that is active now."""
    return _("Order No. {number}, {device}: the sum has changed.\nWas {before}, now {now}. Do you agree?").format(
        number=order.number, device=order.device or "–", before=roubles(before), now=roubles(order.contract_sum)
    )


def estimate_words(order: Order, options: list[dict[str, str]]) -> str:
    """What the client reads above the buttons, in the language that is active now."""
    lines = [
        f"{number}. {option['name']} – {roubles(Decimal(option['price']))}" for number, option in enumerate(options, 1)
    ]
    head = _("Order No. {number}, {device}. We offer:").format(number=order.number, device=order.device or "–")
    return "\n".join([head, *lines])
