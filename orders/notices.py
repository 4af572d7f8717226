"""What happened to an order and who is told of it (domain: §3). Called by actions only, in their transaction."""

from typing import Any

from django.utils.formats import date_format
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.models import User
from core.html import html
from files.queries import files_of
from orders.buttons import ask_again, opening, reply, verification
from orders.buttons import estimate as estimate_buttons
from orders.enums import Outcome, Stage
from orders.models import Attempt, Correction, EngineerShare, Estimate, Order, OrderComment, Penalty
from orders.queries import lines_of
from orders.rules import waits_for
from orders.words import contradictions, roubles, told
from outbox.enums import Lane
from tickets.notices import send_files, speaking_to, tell

FACT_SHOWN, FACTS_SHOWN = 300, 12
"""Characters of a value and values in one message, which Telegram takes whole; the card has everything."""


def created(order: Order) -> None:
    """The client hears the number."""
    tell_client(
        order,
        gettext_noop("Your device is being repaired under order <b>No. {number}</b>. We write here at each step."),
    )


def assigned(order: Order) -> None:
    """The engineer hears of a new order, with the way to it."""
    if order.engineer is None:
        return
    with speaking_to(order.engineer):
        text = html(
            _("You have a new order <b>No. {number}</b>.\n{device}\n{fault}"),
            number=order.number, device=order.device or order.get_category_display(), fault=order.fault[:300],
        )  # fmt: skip
        tell_of(order.engineer, order, text, opening(order))


def taken_away(order: Order, previous: User, heir: User | None) -> None:
    """Who had it before hears that it is no longer his."""
    with speaking_to(previous):
        who = heir.full_name if heir else ""
        text = html(_("Order <b>No. {number}</b> has been given to {who}."), number=order.number, who=who)
        tell_of(previous, order, text)


def curator_changed(order: Order, previous: User) -> None:
    """The new curator hears of it, and the one before."""
    with speaking_to(order.curator):
        text = html(_("Order <b>No. {number}</b> is yours from now on."), number=order.number)
        tell_of(order.curator, order, text, opening(order))
    taken_away(order, previous, order.curator)


def everything_handed_over(heir: User, curator: User, orders: int, people: int) -> None:
    """The new curator hears what has become his."""
    with speaking_to(heir):
        text = html(
            _("From now on yours, from {who}: orders – {orders}, people of the team – {people}. See /orders."),
            who=curator.full_name, orders=orders, people=people,
        )  # fmt: skip
        tell(heir, text, lane=Lane.NOTICE, subject=heir)


def estimate_sent(estimate: Estimate) -> None:
    """The client gets the frozen version with its buttons, the curator a copy."""
    order = estimate.order
    assert order.client is not None
    with speaking_to(order.client):
        tell_of(order.client, order, html("{text}", text=estimate.text), estimate_buttons(estimate))
    with speaking_to(order.curator):
        text = html(_("Sent to the client:\n{text}"), text=estimate.text)
        tell_of(order.curator, order, text, opening(order))


def estimate_answered(estimate: Estimate) -> None:
    """Engineer and curator hear what the client has chosen."""
    order = estimate.order
    for person in _team(order):
        with speaking_to(person):
            if estimate.option is None:
                text = html(_("Order <b>No. {number}</b>: the client does not agree."), number=order.number)
            else:
                text = html(
                    _("Order <b>No. {number}</b>: the client has chosen “{name}”, {price}."),
                    number=order.number, name=estimate.lines[estimate.option]["name"], price=roubles(estimate.total),
                )  # fmt: skip
            tell_of(person, order, text, opening(order))


def consent_recorded(estimate: Estimate) -> None:
    """Whoever has not recorded it hears that the client has agreed on paper."""
    order = estimate.order
    for person in _team(order):
        if person.pk != estimate.recorded_by_id:
            with speaking_to(person):
                text = html(
                    _("Order <b>No. {number}</b>: the client has agreed to {total} on paper.\n{note}"),
                    number=order.number, total=roubles(estimate.total), note=estimate.text,
                )  # fmt: skip
                tell_of(person, order, text, opening(order))


def corrected(correction: Correction) -> None:
    """Who does this stage hears which sum was corrected, and why."""
    order = correction.order
    person = _doer(order, correction.attempt)
    with speaking_to(person):
        text = html(
            _("Order <b>No. {number}</b>: “{stage}” was corrected, {before} → {after}.\nReason: {reason}"),
            number=order.number, stage=Stage(correction.attempt.stage).label, before=roubles(correction.before),
            after=roubles(correction.after), reason=correction.reason,
        )  # fmt: skip
        tell_of(person, order, text, opening(order))


def _doer(order: Order, attempt: Attempt) -> User:
    """Whose stage it is now: the author's in the workshop, else the engineer's who has the order."""
    author: User = attempt.author
    return author if attempt.stage == Stage.WORKSHOP or order.engineer is None else order.engineer


def old_sum_stands(order: Order) -> None:
    """The client, who was asked about a larger sum, hears that it is not asked for any more."""
    if order.client is None:
        return
    with speaking_to(order.client):
        said = _("Order <b>No. {number}</b>: the sum is {total}, as agreed. No answer is needed.")
        tell_of(order.client, order, html(said, number=order.number, total=roubles(order.contract_sum)))


def share_set(share: EngineerShare) -> None:
    """The engineer hears what part of the net is his from now on."""
    with speaking_to(share.engineer):
        text = html(_("Your share of the orders closed from now on: {percent} %."), percent=share.percent)
        tell(share.engineer, text, lane=Lane.NOTICE, subject=share.engineer)


def answered(comment: OrderComment) -> None:
    """The client reads the answer, and may ask again."""
    order = comment.order
    assert order.client is not None
    with speaking_to(order.client):
        text = html(_("Order <b>No. {number}</b>. Answer:\n{text}"), number=order.number, text=comment.text)
        tell_of(order.client, order, text, ask_again(order))
        send_files(order.client, files_of([comment])[comment.pk], lane=Lane.NOTICE)


def asked(comment: OrderComment) -> None:
    """Engineer and curator hear the client's question."""
    order = comment.order
    for person in _team(order):
        with speaking_to(person):
            text = html(
                _("Order <b>No. {number}</b>, {client} asks:\n{text}"),
                number=order.number, client=comment.author.full_name, text=comment.text,
            )  # fmt: skip
            tell(person, text, lane=Lane.NOTICE, subject=comment, reply_markup=reply(order))
            send_files(person, files_of([comment])[comment.pk], lane=Lane.NOTICE)


def _team(order: Order) -> list[User]:
    return [order.curator] if order.engineer is None else [order.engineer, order.curator]


def submitted(attempt: Attempt) -> None:
    """The curator hears what awaits him, whole, with both buttons and with what does not fit together."""
    order = attempt.order
    with speaking_to(order.curator):
        text = html(
            _("Order <b>No. {number}</b>: “{stage}” awaits your verification.\n{author}\n\n{lines}{doubts}"),
            number=order.number, stage=Stage(attempt.stage).label, author=attempt.author.full_name,
            lines=lines_told(attempt),
            doubts=format_html_join("", "\n⚠️ {}", ((doubt,) for doubt in contradictions(order, attempt))),
        )  # fmt: skip
        tell_of(order.curator, order, text, verification(attempt))


def lines_told(attempt: Attempt) -> SafeString:
    """What was submitted, a line each, in the language that is active now; of very many the first and the last."""
    facts = told(attempt, lines_of(attempt))
    if len(facts) > FACTS_SHOWN:
        facts = [*facts[: FACTS_SHOWN - 4], ("…", ""), *facts[-4:]]
    shown = ((name, value if len(value) <= FACT_SHOWN else f"{value[:FACT_SHOWN]}…") for name, value in facts)
    return format_html_join("\n", "{}: <b>{}</b>", shown)


def facts_of(attempt: Attempt) -> list[tuple[str, str]]:
    """What it holds, by name."""
    return told(attempt, lines_of(attempt))


def approved(order: Order, attempt: Attempt) -> None:
    """The author hears it and where the order is now; the client hears the steps that concern him."""
    person = _doer(order, attempt)
    with speaking_to(person):
        text = html(
            _("Order <b>No. {number}</b>: “{stage}” is approved. Now: {now}."),
            number=order.number, stage=Stage(attempt.stage).label, now=Stage(order.stage).label,
        )  # fmt: skip
        tell_of(person, order, text, opening(order))
    if attempt.stage == Stage.WORKSHOP and order.engineer is not None and order.engineer_id != attempt.author_id:
        with speaking_to(order.engineer):
            text = html(_("Order <b>No. {number}</b>: the workshop is done. Fetch the device."), number=order.number)
            tell_of(order.engineer, order, text, opening(order))
    _tell_client_of_stage(order, attempt)


def returned(order: Order, attempt: Attempt) -> None:
    """Who does the stage now hears why, and goes on from what was entered."""
    person = _doer(order, attempt)
    with speaking_to(person):
        text = html(
            _("Order <b>No. {number}</b>: “{stage}” came back.\nReason: {reason}"),
            number=order.number, stage=Stage(attempt.stage).label, reason=attempt.verdict_reason,
        )  # fmt: skip
        tell_of(person, order, text, opening(order))


def penalised(penalty: Penalty) -> None:
    """The engineer hears how much and why."""
    order = penalty.order
    if order is None:
        with speaking_to(penalty.engineer):
            said = _("A penalty of {total}.\nReason: {reason}")
            text = html(said, total=roubles(penalty.total), reason=penalty.reason)
            tell(penalty.engineer, text, lane=Lane.NOTICE, subject=penalty.engineer)
        return
    with speaking_to(penalty.engineer):
        text = html(
            _("Order <b>No. {number}</b>: a penalty of {total}.\nReason: {reason}"),
            number=order.number, total=roubles(penalty.total), reason=penalty.reason,
        )  # fmt: skip
        tell_of(penalty.engineer, order, text, opening(order))


def planned(order: Order, stage: Stage) -> None:
    """The engineer hears what is to be done before the report."""
    if order.engineer is None:
        return
    with speaking_to(order.engineer):
        text = html(
            _("Order <b>No. {number}</b>: “{stage}” is planned before the report."),
            number=order.number, stage=stage.label,
        )  # fmt: skip
        tell_of(order.engineer, order, text, opening(order))


def excluded(order: Order, stage: Stage) -> None:
    """The engineer hears what the report does not wait for any more."""
    if order.engineer is None:
        return
    with speaking_to(order.engineer):
        said = _("Order <b>No. {number}</b>: “{stage}” is not needed before the report.")
        tell_of(order.engineer, order, html(said, number=order.number, stage=stage.label), opening(order))


def extended(order: Order) -> None:
    """The engineer hears of the new date."""
    if order.engineer is None:
        return
    with speaking_to(order.engineer):
        until = date_format(localtime(order.due_at), "SHORT_DATETIME_FORMAT")
        said = _("Order <b>No. {number}</b>: there is time until {until}.")
        tell_of(order.engineer, order, html(said, number=order.number, until=until), opening(order))


def overdue(order: Order) -> None:
    """The curator hears once that a stage has taken too long, and on whom the order waits."""
    with speaking_to(order.curator):
        waits = waits_for(order)
        text = html(
            _("Order <b>No. {number}</b> is overdue: “{stage}”, waits for {whom}."),
            number=order.number, stage=Stage(order.stage).label, whom=waits.label if waits else "–",
        )  # fmt: skip
        key = f"order-late:{order.pk}:{order.due_at.timestamp():.0f}"
        tell_of(order.curator, order, text, opening(order), key=key)


def waived(order: Order, stage: Stage, reason: str) -> None:
    """The curator hears that the engineer leaves a planned stage out, and why."""
    with speaking_to(order.curator):
        text = html(
            _("Order <b>No. {number}</b>: “{stage}” is not needed, says the engineer.\nReason: {reason}"),
            number=order.number, stage=stage.label, reason=reason,
        )  # fmt: skip
        tell_of(order.curator, order, text, opening(order))


def cancelled(order: Order) -> None:
    """Engineer and client hear the end."""
    if order.engineer is not None:
        with speaking_to(order.engineer):
            text = html(
                _("Order <b>No. {number}</b> is cancelled.\nReason: {reason}"),
                number=order.number, reason=order.cancel_reason,
            )  # fmt: skip
            tell_of(order.engineer, order, text)
    tell_client(order, gettext_noop("Order <b>No. {number}</b> is cancelled. Write to us if you have a question."))


def _tell_client_of_stage(order: Order, attempt: Attempt) -> None:
    declined = attempt.outcome == Outcome.DECLINED
    sentence = {
        Stage.AGREEMENT: gettext_noop("Order <b>No. {number}</b>: the repair is agreed upon."),
        Stage.PREPAYMENT: gettext_noop("Order <b>No. {number}</b>: the prepayment has been received. We begin."),
        Stage.WORKSHOP: gettext_noop("Order <b>No. {number}</b>: the workshop has finished its part."),
        Stage.REPORT: gettext_noop("Order <b>No. {number}</b> is done. Thank you!"),
    }.get(Stage(attempt.stage))
    if attempt.stage == Stage.PREPAYMENT and not attempt.total:
        sentence = gettext_noop("Order <b>No. {number}</b>: we begin.")
    if declined:
        sentence = gettext_noop("Order <b>No. {number}</b> is closed: you have declined the estimate.")
    if sentence:
        tell_client(order, sentence)


def tell_client(order: Order, sentence: str) -> None:
    if order.client is None:
        return
    with speaking_to(order.client):
        tell_of(order.client, order, html(_(sentence), number=order.number))


def tell_of(
    person: User, order: Order, text: SafeString, keyboard: dict[str, Any] | None = None, key: str | None = None
) -> None:
    """Queue a notice about the order."""
    tell(person, text, lane=Lane.NOTICE, subject=order, reply_markup=keyboard, dedupe_key=key)
