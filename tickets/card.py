"""A ticket's card as staff read it: the conversation with its files and deliveries, and the history."""

from dataclasses import dataclass, field
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from audit.models import Entry
from audit.queries import history_of
from core.actor import Actor
from files.models import StoredFile
from files.queries import files_of
from outbox.enums import DeliveryStatus
from outbox.models import Message
from outbox.queries import deliveries_to
from tickets.enums import Priority, Status, Visibility
from tickets.models import Ticket
from tickets.queries import comments_visible_to


@dataclass(frozen=True, slots=True)
class Bubble:
    """One message of the conversation. `side` is client, staff or note; `delivery` is None where nothing was sent."""

    side: str
    author: User
    via: str
    at: datetime
    text: str
    files: list[StoredFile] = field(default_factory=list)
    delivery: str | None = None
    delivery_failed: bool = False


FAILED = {DeliveryStatus.FAILED, DeliveryStatus.BLOCKED, DeliveryStatus.EXPIRED, DeliveryStatus.UNKNOWN}


def conversation(actor: Actor, ticket: Ticket) -> list[Bubble]:
    """Everything that was written, oldest first, beginning with the client's first message."""
    comments = list(comments_visible_to(actor, ticket))
    files = files_of(comments)
    deliveries = deliveries_to(ticket.client_id, comments)
    opening = Bubble(
        side="client",
        author=ticket.client,
        via=ticket.get_source_display(),
        at=ticket.created_at,
        text=ticket.description,
        files=files_of([ticket])[ticket.pk],
    )
    bubbles = [opening]
    for comment in comments:
        side = "client" if comment.author_id == ticket.client_id else "staff"
        bubbles.append(
            Bubble(
                side="note" if comment.visibility == Visibility.INTERNAL else side,
                author=comment.author,
                via=comment.get_via_display(),
                at=comment.created_at,
                text=comment.text,
                files=files[comment.pk],
                **_delivery(deliveries.get(comment.pk)),
            )
        )
    return bubbles


def _delivery(message: Message | None) -> dict[str, object]:
    if message is None:
        return {}
    status = DeliveryStatus(message.status)
    return {"delivery": str(status.label), "delivery_failed": status in FAILED}


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the history. `who` is a name, or the machine's."""

    at: datetime
    who: str
    what: str
    via: str


_SENTENCES: dict[str, str | Promise] = {
    "tickets.create": gettext_lazy("opened the ticket"),
    "tickets.take": gettext_lazy("took the ticket"),
    "tickets.ask": gettext_lazy("asked the client a question"),
    "tickets.answer": gettext_lazy("answered the question"),
    "tickets.hold": gettext_lazy("put the ticket on hold"),
    "tickets.resume": gettext_lazy("resumed the work"),
    "tickets.resolve": gettext_lazy("resolved the ticket"),
    "tickets.release": gettext_lazy("gave the ticket back to the queue"),
    "tickets.cancel": gettext_lazy("cancelled the ticket"),
    "tickets.spam": gettext_lazy("marked the ticket as spam"),
    "tickets.confirm": gettext_lazy("confirmed that the issue is solved"),
    "tickets.close": gettext_lazy("closed the ticket"),
    "tickets.reopen": gettext_lazy("reopened the ticket"),
    "tickets.undo": gettext_lazy("undid it"),
    "tickets.assign": gettext_lazy("changed the assignee"),
}


def history(ticket: Ticket) -> list[Event]:
    """Who did what and when, the latest first."""
    entries = history_of(ticket).reverse()
    return [Event(entry.at, _who(entry), _what(entry), entry.get_via_display()) for entry in entries]


def _who(entry: Entry) -> str:
    return entry.user.full_name if entry.user else _("System")


def _what(entry: Entry) -> str:
    data = entry.data
    if entry.action == "tickets.comment":
        internal = data["visibility"] == Visibility.INTERNAL
        return _("left an internal note") if internal else _("wrote a message")
    if entry.action == "tickets.set_priority":
        return _("changed the priority: %(before)s → %(after)s") % {
            "before": Priority(data["from"]).label,
            "after": Priority(data["to"]).label,
        }
    sentence = str(_SENTENCES.get(entry.action, entry.action))
    if "to" in data:
        return f"{sentence} → {Status(data['to']).label}"
    return sentence
