"""What happened to an order and who is told of it (domain: §3). Called by actions only, in their transaction."""

from collections.abc import Iterable
from typing import Any

from django.utils.formats import date_format
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.models import User
from accounts.queries import reachable_staff
from accounts.roles import WORKSHOP_WORK
from core.html import html
from orders.buttons import ask_again, job_button, opening, reply, verification
from orders.buttons import estimate as estimate_buttons
from orders.enums import Outcome, Stage
from orders.models import Attempt, Correction, EngineerShare, Estimate, Order, OrderComment, Penalty, WorkshopJob
from orders.queries import lines_of
from orders.words import contradictions, roubles, told
from outbox.enums import Lane
from tickets.notices import speaking_to, tell


def created(order: Order) -> None:
    """The client hears the number."""
    _tell_client(
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
        _tell(order.engineer, order, text, opening(order))


def taken_away(order: Order, previous: User, heir: User | None) -> None:
    """Who had it before hears that it is no longer his."""
    with speaking_to(previous):
        who = heir.full_name if heir else ""
        text = html(_("Order <b>No. {number}</b> has been given to {who}."), number=order.number, who=who)
        _tell(previous, order, text)


def curator_changed(order: Order, previous: User) -> None:
    """The new curator hears of it, and the one before."""
    with speaking_to(order.curator):
        text = html(_("Order <b>No. {number}</b> is yours from now on."), number=order.number)
        _tell(order.curator, order, text, opening(order))
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
        _tell(order.client, order, html("{text}", text=estimate.text), estimate_buttons(estimate))
    with speaking_to(order.curator):
        text = html(_("Sent to the client:\n{text}"), text=estimate.text)
        _tell(order.curator, order, text, opening(order))


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
            _tell(person, order, text, opening(order))


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
                _tell(person, order, text, opening(order))


def corrected(correction: Correction) -> None:
    """The engineer hears which sum was corrected, and why."""
    order = correction.order
    if order.engineer is None:
        return
    with speaking_to(order.engineer):
        text = html(
            _("Order <b>No. {number}</b>: “{stage}” was corrected, {before} → {after}.\nReason: {reason}"),
            number=order.number, stage=Stage(correction.attempt.stage).label, before=roubles(correction.before),
            after=roubles(correction.after), reason=correction.reason,
        )  # fmt: skip
        _tell(order.engineer, order, text, opening(order))


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
        _tell(order.client, order, text, ask_again(order))


def asked(comment: OrderComment) -> None:
    """Engineer and curator hear the client's question."""
    order = comment.order
    for person in _team(order):
        with speaking_to(person):
            text = html(
                _("Order <b>No. {number}</b>, {client} asks:\n{text}"),
                number=order.number, client=comment.author.full_name, text=comment.text,
            )  # fmt: skip
            _tell(person, order, text, reply(order))


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
        _tell(order.curator, order, text, verification(attempt))


def lines_told(attempt: Attempt) -> SafeString:
    """Everything that was submitted, a line each, in the language that is active now."""
    return format_html_join("\n", "{}: <b>{}</b>", told(attempt, lines_of(attempt)))


def approved(order: Order, attempt: Attempt) -> None:
    """The author hears it and where the order is now; the client hears the steps that concern him."""
    with speaking_to(attempt.author):
        text = html(
            _("Order <b>No. {number}</b>: “{stage}” is approved. Now: {now}."),
            number=order.number, stage=Stage(attempt.stage).label, now=Stage(order.stage).label,
        )  # fmt: skip
        _tell(attempt.author, order, text, opening(order))
    if attempt.stage == Stage.WORKSHOP and order.engineer is not None and order.engineer_id != attempt.author_id:
        with speaking_to(order.engineer):
            text = html(_("Order <b>No. {number}</b>: the workshop is done. Fetch the device."), number=order.number)
            _tell(order.engineer, order, text, opening(order))
    _tell_client_of_stage(order, attempt)


def returned(order: Order, attempt: Attempt) -> None:
    """The author hears why, and goes on from what was entered."""
    with speaking_to(attempt.author):
        text = html(
            _("Order <b>No. {number}</b>: “{stage}” came back.\nReason: {reason}"),
            number=order.number, stage=Stage(attempt.stage).label, reason=attempt.verdict_reason,
        )  # fmt: skip
        _tell(attempt.author, order, text, opening(order))


def penalised(penalty: Penalty) -> None:
    """The engineer hears how much and why."""
    order = penalty.order
    assert order is not None
    with speaking_to(penalty.engineer):
        text = html(
            _("Order <b>No. {number}</b>: a penalty of {total}.\nReason: {reason}"),
            number=order.number, total=roubles(penalty.total), reason=penalty.reason,
        )  # fmt: skip
        _tell(penalty.engineer, order, text, opening(order))


def planned(order: Order, stage: Stage) -> None:
    """The engineer hears what is to be done before the report."""
    if order.engineer is None:
        return
    with speaking_to(order.engineer):
        text = html(
            _("Order <b>No. {number}</b>: “{stage}” is planned before the report."),
            number=order.number, stage=stage.label,
        )  # fmt: skip
        _tell(order.engineer, order, text, opening(order))


def waived(order: Order, stage: Stage, reason: str) -> None:
    """The curator hears that the engineer leaves a planned stage out, and why."""
    with speaking_to(order.curator):
        text = html(
            _("Order <b>No. {number}</b>: “{stage}” is not needed, says the engineer.\nReason: {reason}"),
            number=order.number, stage=stage.label, reason=reason,
        )  # fmt: skip
        _tell(order.curator, order, text, opening(order))


def cancelled(order: Order) -> None:
    """Engineer and client hear the end."""
    if order.engineer is not None:
        with speaking_to(order.engineer):
            text = html(
                _("Order <b>No. {number}</b> is cancelled.\nReason: {reason}"),
                number=order.number, reason=order.cancel_reason,
            )  # fmt: skip
            _tell(order.engineer, order, text)
    _tell_client(order, gettext_noop("Order <b>No. {number}</b> is cancelled. Write to us if you have a question."))


def handed_over(order: Order, job: WorkshopJob) -> None:
    """The workshop hears of a new job, the curator where the device is."""
    for person in reachable_staff(order.tenant_id, WORKSHOP_WORK):
        with speaking_to(person):
            text = html(_("New in the workshop:\n{job}"), job=job_line(job))
            key = f"job-new:{job.pk}:{person.pk}:{job.handed_over_at.timestamp():.0f}"
            _tell(person, order, text, _take(order), key=key)
    with speaking_to(order.curator):
        text = html(_("Order <b>No. {number}</b>: the device is in the workshop."), number=order.number)
        _tell(order.curator, order, text, opening(order))
    _tell_client(order, gettext_noop("Order <b>No. {number}</b>: your device is in our workshop."))


def job_line(job: WorkshopJob) -> SafeString:
    """A job of the workshop in two lines."""
    return html(
        "<b>№ {number}</b> · {priority} · {due}\n{device}: {what}",
        number=job.order.number, priority=job.get_priority_display(), due=date_format(job.due_on, "j E"),
        device=job.order.device or job.order.get_category_display() or "–", what=job.description[:300],
    )  # fmt: skip


def job_taken(order: Order, job: WorkshopJob) -> None:
    """The engineer of the order hears who works on the device."""
    if order.engineer is None or job.holder is None:
        return
    with speaking_to(order.engineer):
        text = html(
            _("Order <b>No. {number}</b>: {who} has taken the device in the workshop."),
            number=order.number, who=job.holder.full_name,
        )  # fmt: skip
        _tell(order.engineer, order, text)


def job_released(order: Order, job: WorkshopJob, reason: str) -> None:
    """The workshop hears that it may be taken again, the curator why."""
    for person in _workshop_and_curator(order):
        with speaking_to(person):
            text = html(_("Back in the workshop’s queue:\n{job}\nReason: {reason}"), job=job_line(job), reason=reason)
            _tell(person, order, text, opening(order) if person.pk == order.curator_id else _take(order))


def job_urgent(order: Order, job: WorkshopJob) -> None:
    """Who works on it hears that it has become urgent, or the whole workshop while it is free."""
    people = [job.holder] if job.holder is not None else reachable_staff(order.tenant_id, WORKSHOP_WORK)
    for person in people:
        with speaking_to(person):
            text = html(_("Now urgent:\n{job}"), job=job_line(job))
            _tell(person, order, text, None if job.holder_id else _take(order))


def _take(order: Order) -> dict[str, Any]:
    return {"inline_keyboard": [[job_button(order, "take", _("Take"))]]}


def _workshop_and_curator(order: Order) -> Iterable[User]:
    yield from reachable_staff(order.tenant_id, WORKSHOP_WORK)
    yield order.curator


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
        _tell_client(order, sentence)


def _tell_client(order: Order, sentence: str) -> None:
    if order.client is None:
        return
    with speaking_to(order.client):
        _tell(order.client, order, html(_(sentence), number=order.number))


def _tell(
    person: User, order: Order, text: SafeString, keyboard: dict[str, Any] | None = None, key: str | None = None
) -> None:
    """Queue a notice about the order."""
    tell(person, text, lane=Lane.NOTICE, subject=order, reply_markup=keyboard, dedupe_key=key)
