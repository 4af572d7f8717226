"""A ticket's card as staff read it: the conversation with its files and deliveries, and the history."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext, pgettext_lazy

from accounts.models import User
from accounts.queries import names_of
from audit.models import Entry
from audit.queries import history_of
from core.actor import Actor
from files.models import StoredFile
from files.queries import files_of
from outbox.enums import UNDELIVERED, WAITING
from outbox.models import Message
from outbox.queries import deliveries_to
from tickets.enums import Priority, Status, Visibility
from tickets.models import Comment, Ticket
from tickets.queries import comments_visible_to, earlier_texts
from tickets.rules import can_be_changed


class Replaced(Protocol):
    """Words that their author has replaced."""

    @property
    def text(self) -> str:
        """The words."""

    @property
    def replaced_at(self) -> datetime | None:
        """Until when they stood there."""


@dataclass(frozen=True, slots=True)
class Bubble:
    """One message of the conversation. `side` is client, staff or note; `delivery` is None where nothing was sent.

    `comment` is None for the client's first message, `earlier` holds what its author has replaced, `changeable` says
    whether the reader may still change or delete it.
    """

    side: str
    author: User
    via: str
    at: datetime
    text: str
    files: list[StoredFile] = field(default_factory=list)
    delivery: Message | None = None
    moved_to: Ticket | None = None
    comment: Comment | None = None
    earlier: Sequence[Replaced] = ()
    changeable: bool = False

    @property
    def form(self) -> str:
        """The name of the form that changes it."""
        return f"comment-{self.comment.pk}" if self.comment else ""

    @property
    def on_its_way(self) -> bool:
        """Whether the delivery may change by itself."""
        return self.delivery is not None and self.delivery.status in WAITING

    @property
    def failed(self) -> bool:
        """Whether the client did not get it, or may not have."""
        return self.delivery is not None and self.delivery.status in UNDELIVERED


def conversation(actor: Actor, ticket: Ticket) -> list[Bubble]:
    """Everything that was written, oldest first, beginning with the client's first message."""
    comments = list(comments_visible_to(actor, ticket))
    files = files_of(comments)
    deliveries = deliveries_to(ticket.client_id, comments)
    sent_files = deliveries_to(ticket.client_id, [file for own in files.values() for file in own])
    earlier = earlier_texts(ticket)
    now = timezone.now()
    opening = Bubble(
        side="client",
        author=ticket.client,
        via=ticket.get_source_display(),
        at=ticket.created_at,
        text=ticket.description,
        files=files_of([ticket])[ticket.pk],
        earlier=earlier.get(None, []),
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
                delivery=worst([deliveries.get(comment.pk), *(sent_files.get(file.pk) for file in files[comment.pk])]),
                moved_to=comment.moved_to,
                comment=comment,
                earlier=earlier.get(comment.pk, []),
                changeable=comment.author_id == actor.user_id and can_be_changed(comment, now),
            )
        )
    return bubbles


def worst(deliveries: Iterable[Message | None]) -> Message | None:
    """Of a message's words and files the one that is furthest from the client."""
    sent = [delivery for delivery in deliveries if delivery is not None]
    return max(sent, key=lambda delivery: (delivery.status in UNDELIVERED, delivery.status in WAITING), default=None)


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the history. `who` is a name, or the machine's."""

    at: datetime
    who: str
    what: str
    via: str


_SENTENCES: dict[str, str | Promise] = {
    "tickets.create": pgettext_lazy("history", "Opened"),
    "tickets.take": pgettext_lazy("history", "Taken into work"),
    "tickets.ask": pgettext_lazy("history", "Question to the client"),
    "tickets.answer": pgettext_lazy("history", "Answer of the client"),
    "tickets.hold": pgettext_lazy("history", "Put on hold"),
    "tickets.resume": pgettext_lazy("history", "Resumed"),
    "tickets.resolve": pgettext_lazy("history", "Resolved"),
    "tickets.release": pgettext_lazy("history", "Given back to the queue"),
    "tickets.cancel": pgettext_lazy("history", "Cancelled"),
    "tickets.spam": pgettext_lazy("history", "Marked as spam"),
    "tickets.confirm": pgettext_lazy("history", "The client confirmed the solution"),
    "tickets.close": pgettext_lazy("history", "Closed"),
    "tickets.reopen": pgettext_lazy("history", "Reopened"),
    "tickets.undo": pgettext_lazy("history", "Undone"),
    "tickets.split": pgettext_lazy("history", "Split off into a new ticket"),
    "tickets.append": pgettext_lazy("history", "A message went on"),
    "tickets.edit_comment": pgettext_lazy("history", "A message was changed"),
    "tickets.edit_description": pgettext_lazy("history", "The client changed the description"),
    "tickets.delete_comment": pgettext_lazy("history", "A message was deleted"),
    "tickets.repeat_delivery": pgettext_lazy("history", "A message was sent once more"),
    "tickets.explain_rating": pgettext_lazy("history", "Words to the rating"),
    "tickets.erase": pgettext_lazy("history", "The client’s data were erased"),
    "tickets.link_caller": pgettext_lazy("history", "The caller was joined with the Telegram account"),
}


def history(ticket: Ticket) -> list[Event]:
    """Who did what and when, the latest first."""
    entries = list(history_of(ticket).reverse())
    names = names_of({entry.data["assignee"] for entry in entries if entry.data.get("assignee")})
    return [Event(entry.at, who_did(entry), _what(entry, names), entry.get_via_display()) for entry in entries]


def who_did(entry: Entry) -> str:
    """A name, or the machine's."""
    return entry.user.full_name if entry.user else _("System")


def _what(entry: Entry, names: dict[int, str]) -> str:
    """The words of a move name the status it leads to; only an undo has to say it."""
    data = entry.data
    match entry.action:
        case "tickets.comment" if data["visibility"] == Visibility.INTERNAL:
            return pgettext("history", "Internal note")
        case "tickets.comment":
            return pgettext("history", "Message")
        case "tickets.set_priority":
            words = {"before": Priority(data["from"]).label, "after": Priority(data["to"]).label}
            return pgettext("history", "Priority: %(before)s → %(after)s") % words
        case "tickets.assign":
            return pgettext("history", "Assignee: %(who)s") % {"who": names.get(data["assignee"], _("nobody"))}
        case "tickets.rate":
            return pgettext("history", "Rating of the client: %(rating)s of 5") % {"rating": data["rating"]}
        case "tickets.undo":
            return f"{_SENTENCES[entry.action]} → {Status(data['to']).label}"
    return str(_SENTENCES.get(entry.action, entry.action))
