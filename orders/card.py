"""An order's card as the curator reads it: what awaits verification, every attempt before it, the history."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext, pgettext_lazy

from accounts.queries import names_of
from audit.models import Entry
from audit.queries import history_of
from core.actor import Actor
from files.models import StoredFile
from files.queries import files_of
from orders.enums import Stage, Verdict, WaitsFor
from orders.models import Attempt, Correction, Estimate, Line, Order, OrderComment, WorkshopJob
from orders.queries import attempts_of, comments_visible_to, corrections_of, jobs_of, papers_of
from orders.words import contradictions, roubles, told
from tickets.card import Event, who_did
from tickets.enums import Priority


@dataclass(frozen=True, slots=True)
class Submitted:
    """One attempt with what it holds: facts by name, its photos, and the receipts by the name of their expense."""

    attempt: Attempt
    stage: str
    facts: list[tuple[str, str]]
    photos: list[StoredFile]
    receipts: list[tuple[str, list[StoredFile]]]
    doubts: list[str]
    corrections: list[Correction]

    @property
    def awaited(self) -> bool:
        return self.attempt.verdict == Verdict.AWAITED


def submitted(order: Order) -> list[Submitted]:
    """Everything that was submitted, the latest first: six queries, however much there is."""
    attempts = attempts_of(order)
    lines = {attempt.pk: list(attempt.lines.all()) for attempt in attempts}
    photos = files_of(attempts)
    corrections: dict[int, list[Correction]] = {}
    for made in corrections_of(order):
        corrections.setdefault(made.attempt_id, []).append(made)
    receipts = files_of([line for own in lines.values() for line in own])
    return [
        Submitted(
            attempt=attempt, stage=str(Stage(attempt.stage).label), facts=told(attempt, lines[attempt.pk]),
            photos=photos.get(attempt.pk, []), receipts=list(_receipts(lines[attempt.pk], receipts)),
            doubts=contradictions(order, attempt) if attempt.verdict == Verdict.AWAITED else [],
            corrections=corrections.get(attempt.pk, []),
        )
        for attempt in reversed(attempts)
    ]  # fmt: skip


def _receipts(lines: list[Line], files: dict[int, list[StoredFile]]) -> Iterator[tuple[str, list[StoredFile]]]:
    for line in lines:
        if own := files.get(line.pk):
            yield line.name, own


@dataclass(frozen=True, slots=True)
class Said:
    """A comment with its files."""

    comment: OrderComment
    files: list[StoredFile]


def talk(actor: Actor, order: Order) -> list[Said]:
    """What was said of the order, as far as this actor reads it."""
    comments = list(comments_visible_to(actor, order))
    files = files_of(comments) if comments else {}
    return [Said(comment, files.get(comment.pk, [])) for comment in comments]


@dataclass(frozen=True, slots=True)
class Paper:
    """An agreement on paper with its photos."""

    consent: Estimate
    photos: list[StoredFile]


def papers(order: Order) -> list[Paper]:
    """The agreements to a raised contract that were recorded on paper."""
    consents = papers_of(order)
    photos = files_of(consents) if consents else {}
    return [Paper(consent, photos.get(consent.pk, [])) for consent in consents]


@dataclass(frozen=True, slots=True)
class InWorkshop:
    """A job of the workshop with the photos of the hand-over."""

    job: WorkshopJob
    photos: list[StoredFile]


def workshop_jobs(order: Order) -> list[InWorkshop]:
    """The device's visits in the workshop, the latest first."""
    jobs = jobs_of(order)
    photos = files_of(jobs)
    return [InWorkshop(job, photos.get(job.pk, [])) for job in jobs]


def sums(order: Order) -> list[tuple[str, str]]:
    """The approved sums that are known."""
    rows = [
        (_("Contract"), order.contract_sum), (_("Prepayment"), order.prepaid or None),
        (_("Balance"), _balance(order)), (_("Expenses"), order.expenses_sum or None),
        (_("Workshop"), order.workshop_sum or None), (_("Full sum"), order.full_sum),
        (_("Declined estimate"), order.declined_sum), (_("Paid for diagnostics"), order.fee or None),
        (_("Net"), order.net if order.full_sum is not None or order.fee else None),
    ]  # fmt: skip
    return [(name, roubles(value)) for name, value in rows if value is not None]


def _balance(order: Order) -> Decimal | None:
    """What the client still owes of the contract."""
    return None if order.contract_sum is None or order.full_sum is not None else order.contract_sum - order.prepaid


_SENTENCES: dict[str, str | Promise] = {
    "orders.erase": pgettext_lazy("history", "The client’s data were erased"),
    "orders.create": pgettext_lazy("order history", "Opened"),
    "orders.edit": pgettext_lazy("order history", "Client or device was changed"),
    "orders.reveal_address": pgettext_lazy("order history", "The address was looked at"),
    "orders.extend": pgettext_lazy("order history", "More time was given"),
    "orders.send_estimate": pgettext_lazy("order history", "An estimate was sent to the client"),
    "orders.answer_estimate": pgettext_lazy("order history", "The client answered the estimate"),
    "orders.ask": pgettext_lazy("order history", "A question of the client"),
    "orders.link_caller": pgettext_lazy("order history", "The caller was joined with the Telegram account"),
    "orders.answer": pgettext_lazy("order history", "The client was answered"),
    "orders.consent": pgettext_lazy("order history", "The client’s consent on paper was recorded"),
    "orders.penalty": pgettext_lazy("order history", "Penalty"),
    "orders.cancel": pgettext_lazy("order history", "Cancelled"),
    "orders.hand_over": pgettext_lazy("order history", "Handed over to the workshop"),
    "orders.take_job": pgettext_lazy("order history", "Taken in the workshop"),
    "orders.release_job": pgettext_lazy("order history", "Given back to the workshop’s queue"),
}


def history(order: Order) -> list[Event]:
    """Who did what and when, the latest first."""
    entries = list(history_of(order).reverse())
    names = names_of({entry.data[who] for entry in entries for who in ("engineer", "curator") if entry.data.get(who)})
    return [Event(entry.at, who_did(entry), _what(entry, names), entry.get_via_display()) for entry in entries]


def _waits(waiting: str) -> str:
    return str(WaitsFor(waiting).label) if waiting else pgettext("order waits for", "nothing special")


def _what(entry: Entry, names: dict[int, str]) -> str:
    data, verb = entry.data, entry.action.removeprefix("orders.")
    if verb.startswith("submit_"):
        return pgettext("order history", "Submitted: %(stage)s") % {"stage": Stage(verb.removeprefix("submit_")).label}
    stage = str(Stage(data["stage"]).label) if "stage" in data else ""
    match verb:
        case "approve":
            return pgettext("order history", "Approved: %(stage)s") % {"stage": stage}
        case "return":
            return pgettext("order history", "Returned: %(stage)s") % {"stage": stage}
        case "correct":
            return pgettext("order history", "Corrected: %(stage)s") % {"stage": stage}
        case "wait":
            return pgettext("order history", "Waits for: %(whom)s") % {"whom": _waits(data["waiting"])}
        case "change_curator":
            return pgettext("order history", "Curator: %(who)s") % {"who": names.get(data["curator"], "")}
        case "plan":
            return pgettext("order history", "Planned: %(stage)s") % {"stage": stage}
        case "exclude" | "waive":
            return pgettext("order history", "Not needed: %(stage)s") % {"stage": stage}
        case "assign":
            return pgettext("order history", "Engineer: %(who)s") % {"who": names.get(data["engineer"], "")}
        case "set_priority":
            return pgettext("order history", "Workshop’s priority: %(to)s") % {"to": Priority(data["to"]).label}
    return str(_SENTENCES.get(entry.action, entry.action))
