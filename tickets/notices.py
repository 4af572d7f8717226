"""What happened to a ticket and who is told of it (domain: §6). Called by actions only, in their transaction.

Texts are rendered here, in the recipient's language, and name the ticket by its number.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import models
from django.utils import translation
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

import outbox.actions as outbox
from accounts.actors import actor_for
from accounts.models import User
from accounts.queries import reachable_staff
from accounts.roles import (
    TICKETS_HEAR_CLIENTS,
    TICKETS_HEAR_COMPLAINTS,
    TICKETS_HEAR_NEW,
    TICKETS_HEAR_UNREACHABLE,
    Role,
)
from core.actor import Actor, Via
from core.html import html
from files.actions import TelegramFile
from files.enums import FileKind
from files.models import StoredFile
from files.queries import files_of
from outbox.enums import UNDELIVERED, Lane
from outbox.models import Message
from outbox.queries import deliveries_to, queued_under
from tickets.buttons import keyboard, rating_keyboard
from tickets.enums import Move, Status
from tickets.models import BEST, Comment, Ticket
from tickets.queries import open_tickets_with
from tickets.rules import is_complaint, is_staff
from tickets.states import available_moves

QUOTE_LIMIT = 300


def ticket_created(ticket: Ticket, actor: Actor) -> None:
    """The client hears the number; all technicians and operators of the tenant hear of new work."""
    with speaking_to(ticket.client):
        text = html(
            _("Your ticket <b>No. {number}</b> has been accepted: {subject}\nWe will write here as soon as it moves."),
            number=ticket.number, subject=ticket.subject,
        )  # fmt: skip
        tell(ticket.client, text, lane=Lane.ANSWER, subject=ticket)
    _tell_desk_of_new(ticket, actor)


def status_changed(ticket: Ticket, move: str, actor: Actor, said: Comment | None) -> None:
    """The client hears the new status by its name, in one message with what staff said in making the move.

    A resolved ticket comes with the buttons «solved» and «I need help», a closed one with the scale to rate it. The
    client's own click needs no notice beyond the bot's reply; a release back to «new» and spam are the staff's own
    affair.
    """
    silent = move == Move.RELEASE or Status.SPAM in {ticket.status, ticket.previous_status}
    if move == Move.RELEASE:
        _tell_desk_of_new(ticket, actor)
    if silent or actor.user_id == ticket.client_id:
        return
    buttons = None
    with speaking_to(ticket.client):
        message = _status_text(ticket, said, named=move != Move.ASK)
        if ticket.status == Status.RESOLVED:
            buttons = keyboard(ticket, available_moves(actor_for(ticket.client, Via.BOT), ticket))
        elif ticket.status == Status.CLOSED:
            buttons = rating_keyboard(ticket)
        tell(ticket.client, message, lane=Lane.NOTICE, subject=said or ticket, reply_markup=buttons)


def _status_text(ticket: Ticket, said: Comment | None, *, named: bool) -> SafeString:
    """`named`: the author is told too, as in any message of the staff."""
    sentences = {
        Status.NEW: _("Ticket <b>No. {number}</b>: it is in the queue again."),
        Status.IN_PROGRESS: _("Ticket <b>No. {number}</b>: taken into work."),
        Status.WAITING_CLIENT: _("Ticket <b>No. {number}</b>: we have a question for you."),
        Status.ON_HOLD: _("Ticket <b>No. {number}</b>: put on hold."),
        Status.RESOLVED: _("Ticket <b>No. {number}</b>: resolved. Is the issue solved?"),
        Status.CLOSED: _("Ticket <b>No. {number}</b>: closed. How did we do?"),
        Status.CANCELLED: _("Ticket <b>No. {number}</b>: cancelled."),
    }
    head = html(sentences[Status(ticket.status)], number=ticket.number)
    if said is None:
        return head
    if not said.text:
        return html("{head}\n\n{words}", head=head, words=_("{author} sends you:").format(author=said.author.full_name))
    words = html(_("{author} writes:\n\n{text}"), author=said.author.full_name, text=said.text) if named else said.text
    return html("{head}\n\n{words}", head=head, words=words)


def client_wrote(ticket: Ticket, comment: Comment, actor: Actor) -> None:
    """The assignee hears what the client wrote; without one, all technicians of the tenant do."""
    for person in _listeners(ticket, actor):
        with speaking_to(person):
            text = html(
                _("Ticket <b>No. {number}</b>, {client} wrote:\n{text}"),
                number=ticket.number, client=ticket.client.full_name,
                text=_quoted(comment.text) or wordless(files_of([comment])[comment.pk]),
            )  # fmt: skip
            tell(person, text, lane=Lane.NOTICE, subject=comment)


def staff_wrote(ticket: Ticket, comment: Comment) -> None:
    """The client gets a public comment as a message that names the ticket."""
    with speaking_to(ticket.client):
        tell(ticket.client, _comment_text(ticket, comment), lane=Lane.NOTICE, subject=comment)


def _comment_text(ticket: Ticket, comment: Comment) -> SafeString:
    if not comment.text:
        return html(
            _("Ticket <b>No. {number}</b>, {author} sends you:"),
            number=ticket.number, author=comment.author.full_name,
        )  # fmt: skip
    return html(
        _("Ticket <b>No. {number}</b>, {author} writes:\n\n{text}"),
        number=ticket.number, author=comment.author.full_name, text=comment.text,
    )  # fmt: skip


def staff_sent_files(ticket: Ticket, files: Iterable[StoredFile]) -> None:
    """What a staff member sent follows his words, as what it is."""
    send_files(ticket.client, files, lane=Lane.NOTICE)


def comment_edited(comment: Comment) -> None:
    """The client's message changes to the new words."""
    ticket = comment.ticket
    for shown in _shown(ticket, [comment]):
        with speaking_to(ticket.client):
            outbox.edit_text(message=shown, text=_comment_text(ticket, comment), lane=Lane.NOTICE)


def comment_deleted(comment: Comment) -> None:
    """The client's message goes, with its files."""
    files = files_of([comment])[comment.pk]
    for shown in _shown(comment.ticket, [comment]) + _shown(comment.ticket, files):
        outbox.delete(message=shown, lane=Lane.NOTICE)


def _shown(ticket: Ticket, subjects: Iterable[models.Model]) -> list[Message]:
    """The messages that brought these rows to the client, or will."""
    deliveries = deliveries_to(ticket.client_id, subjects).values()
    return [delivery for delivery in deliveries if delivery.status not in UNDELIVERED]


def client_moved(ticket: Ticket, label: str | Promise, actor: Actor) -> None:
    """The assignee hears which button the client pressed; without one, all technicians do."""
    for person in _listeners(ticket, actor):
        with speaking_to(person):
            text = html(
                _("Ticket <b>No. {number}</b>: the client chose “{move}”. Status: {status}."),
                number=ticket.number, move=label, status=Status(ticket.status).label,
            )  # fmt: skip
            tell(person, text, lane=Lane.NOTICE, subject=ticket)


def client_unreachable(client: User) -> None:
    """A client can no longer be written to: the operators hear it, and whoever works on one of his tickets."""
    if Role.CLIENT not in client.roles or client.tenant_id is None:
        return
    tickets = list(open_tickets_with(client))
    people = {person.pk: person for person in reachable_staff(client.tenant_id, TICKETS_HEAR_UNREACHABLE)}
    for ticket in tickets:
        if ticket.assignee is not None and is_staff(actor_for(ticket.assignee, Via.BOT), ticket):
            people[ticket.assignee.pk] = ticket.assignee
    for person in people.values():
        with speaking_to(person):
            said = _("{client} does not get the bot’s messages any more: it is blocked, or the account is gone.")
            if tickets:
                said += " " + _("Open tickets: {numbers}. Please call.")
            numbers = ", ".join(f"№ {ticket.number}" for ticket in tickets)
            text = html(said, client=client.full_name, numbers=numbers)
            tell(person, text, lane=Lane.NOTICE, subject=tickets[0] if tickets else client)


def rated(ticket: Ticket) -> None:
    """A low rating is told to the assignee and the curators of the branch."""
    for person in _hear_complaints(ticket):
        with speaking_to(person):
            text = html(
                _("Ticket <b>No. {number}</b> ({subject}): {client} rated the work {rating} of {best}."),
                number=ticket.number, subject=ticket.subject, client=ticket.client.full_name,
                rating=ticket.rating, best=BEST,
            )  # fmt: skip
            tell(person, text, lane=Lane.NOTICE, subject=ticket)


def rating_explained(ticket: Ticket, comment: Comment) -> None:
    """Those who heard of a low rating hear why."""
    for person in _hear_complaints(ticket):
        with speaking_to(person):
            text = html(
                _("Ticket <b>No. {number}</b>, {client} on the rating:\n{text}"),
                number=ticket.number, client=ticket.client.full_name,
                text=_quoted(comment.text) or wordless(files_of([comment])[comment.pk]),
            )  # fmt: skip
            tell(person, text, lane=Lane.NOTICE, subject=comment)


def _hear_complaints(ticket: Ticket) -> list[User]:
    if not is_complaint(ticket):
        return []
    people = {person.pk: person for person in reachable_staff(ticket.tenant_id, TICKETS_HEAR_COMPLAINTS)}
    assignee = ticket.assignee
    if assignee is not None and is_staff(actor_for(assignee, Via.BOT), ticket):
        people[assignee.pk] = assignee
    return list(people.values())


def assigned(ticket: Ticket, actor: Actor, previous: User | None) -> None:
    """The new assignee and the one before hear it, unless they did it themselves."""
    for person in (ticket.assignee, previous):
        if person is None or person.pk == actor.user_id:
            continue
        with speaking_to(person):
            text = html(
                _("Ticket <b>No. {number}</b> ({subject}) is now assigned to {who}."),
                number=ticket.number, subject=ticket.subject, who=ticket.assignee or _("nobody"),
            )  # fmt: skip
            tell(person, text, lane=Lane.NOTICE, subject=ticket)


def _listeners(ticket: Ticket, actor: Actor) -> list[User]:
    """Who hears of the client's doings, himself left out.

    An assignee who may no longer work here, or whom the bot can not reach, counts as none: somebody must hear it.
    """
    assignee = ticket.assignee
    if assignee is not None and assignee.can_be_written_to and is_staff(actor_for(assignee, Via.BOT), ticket):
        people = [assignee]
    else:
        people = list(reachable_staff(ticket.tenant_id, TICKETS_HEAR_CLIENTS))
    return [person for person in people if person.pk != actor.user_id]


def _tell_desk_of_new(ticket: Ticket, actor: Actor) -> None:
    for person in reachable_staff(ticket.tenant_id, TICKETS_HEAR_NEW):
        if person.pk == actor.user_id:
            continue
        with speaking_to(person):
            text = html(
                _("New ticket <b>No. {number}</b> from {client}:\n{text}"),
                number=ticket.number, client=ticket.client.full_name,
                text=_quoted(ticket.description) or ticket.subject,
            )  # fmt: skip
            take = [row for row in available_moves(actor_for(person, Via.BOT), ticket) if row.move == Move.TAKE]
            key = f"{_new_key(ticket)}{ticket.version}:{person.pk}"
            tell(person, text, lane=Lane.NOTICE, subject=ticket, reply_markup=keyboard(ticket, take), dedupe_key=key)


def _new_key(ticket: Ticket) -> str:
    return f"ticket-new:{ticket.pk}:"


def taken(ticket: Ticket) -> None:
    """The notices of the new ticket lose their button and say who has it, with everybody who got one."""
    for message in queued_under(_new_key(ticket)):
        if message.recipient is None:
            continue
        with speaking_to(message.recipient):
            text = html(
                _("Ticket <b>No. {number}</b> ({subject}) has been taken by {who}."),
                number=ticket.number, subject=ticket.subject, who=ticket.assignee or _("nobody"),
            )  # fmt: skip
            outbox.edit_text(message=message, text=text, lane=Lane.NOTICE)


def wordless(files: Iterable[StoredFile | TelegramFile]) -> str:
    """What files without a text are called, in the language that is active now."""
    kinds = {FileKind(file.kind) for file in files}
    if kinds == {FileKind.PHOTO}:
        return _("Photo without a description")
    if kinds & {FileKind.PHOTO, FileKind.DOCUMENT} or len(kinds) != 1:
        return _("Document without a description")
    return str(kinds.pop().label)


def _quoted(text: str) -> str:
    return text if len(text) <= QUOTE_LIMIT else text[: QUOTE_LIMIT - 1].rstrip() + "…"


@contextmanager
def speaking_to(person: User) -> Iterator[None]:
    """Texts in the block are in this person's language."""
    with translation.override(person.language):
        yield


def tell(
    person: User,
    text: SafeString,
    *,
    lane: Lane,
    subject: models.Model,
    reply_markup: dict[str, Any] | None = None,
    dedupe_key: str | None = None,
) -> None:
    """Queue the message. Nobody writes to the deactivated, nor to those without Telegram (the card says «call»)."""
    if person.telegram_id is None or not person.is_active:
        return
    outbox.send_text(
        chat_id=person.telegram_id,
        text=text,
        lane=lane,
        recipient_id=person.pk,
        reply_markup=reply_markup,
        subject=subject,
        dedupe_key=dedupe_key,
    )


def send_files(person: User, files: Iterable[StoredFile], *, lane: Lane) -> None:
    """Queue the files, each as what it is; as with `tell`, not for the deactivated and those without Telegram."""
    if person.telegram_id is None or not person.is_active:
        return
    for file in files:
        outbox.send_file(
            chat_id=person.telegram_id, kind=file.kind, file_id=file.telegram_file_id, upload=str(file.uid),
            lane=lane, recipient_id=person.pk, subject=file,
        )  # fmt: skip
