"""Who is told of the device's way through the workshop. Called by actions only, in their transaction."""

from collections.abc import Iterable
from typing import Any

from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.models import User
from accounts.queries import reachable_staff
from accounts.roles import WORKSHOP_WORK
from core.html import html
from orders.buttons import job_button, opening
from orders.models import Order, WorkshopJob
from orders.notices import tell_client, tell_of
from tickets.notices import speaking_to


def handed_over(order: Order, job: WorkshopJob) -> None:
    """The workshop hears of a new job, the curator where the device is."""
    for person in reachable_staff(order.tenant_id, WORKSHOP_WORK):
        with speaking_to(person):
            text = html(_("New in the workshop:\n{job}"), job=job_line(job))
            key = f"job-new:{job.pk}:{person.pk}:{job.handed_over_at.timestamp():.0f}"
            tell_of(person, order, text, _take(order), key=key)
    with speaking_to(order.curator):
        text = html(_("Order <b>No. {number}</b>: the device is in the workshop."), number=order.number)
        tell_of(order.curator, order, text, opening(order))
    tell_client(order, gettext_noop("Order <b>No. {number}</b>: your device is in our workshop."))


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
        tell_of(order.engineer, order, text)


def job_released(order: Order, job: WorkshopJob, reason: str) -> None:
    """The workshop hears that it may be taken again, the curator why."""
    for person in _workshop_and_curator(order):
        with speaking_to(person):
            text = html(_("Back in the workshop’s queue:\n{job}\nReason: {reason}"), job=job_line(job), reason=reason)
            tell_of(person, order, text, opening(order) if person.pk == order.curator_id else _take(order))


def job_urgent(order: Order, job: WorkshopJob) -> None:
    """Who works on it hears that it has become urgent, or the whole workshop while it is free."""
    people = [job.holder] if job.holder is not None else reachable_staff(order.tenant_id, WORKSHOP_WORK)
    for person in people:
        with speaking_to(person):
            text = html(_("Now urgent:\n{job}"), job=job_line(job))
            tell_of(person, order, text, None if job.holder_id else _take(order))


def _take(order: Order) -> dict[str, Any]:
    return {"inline_keyboard": [[job_button(order, "take", _("Take"))]]}


def _workshop_and_curator(order: Order) -> Iterable[User]:
    yield from reachable_staff(order.tenant_id, WORKSHOP_WORK)
    yield order.curator
