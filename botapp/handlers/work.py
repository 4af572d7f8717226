"""The desk in the chat of those who work there: what is new, moves that take words, notes."""

from datetime import datetime, time, timedelta

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.roles import TICKETS_WORK
from botapp import keyboards
from botapp.context import Context, Reply
from botapp.enums import Step
from botapp.handlers import parts
from botapp.handlers.basics import for_staff
from botapp.handlers.cards import one, ticket_list
from botapp.handlers.content import content, told_of_size
from core.errors import Conflict
from core.html import html
from tickets.actions import add_comment, move_ticket
from tickets.actions.moves import MoveInput
from tickets.enums import Move, Status, Visibility
from tickets.errors import MoveNotPossible, OnlyWords
from tickets.models import Ticket
from tickets.queries import new_tickets
from tickets.states import available_moves

HOLD_DAYS = (1, 3, 7, 30)
MORNING = time(9)
"""When a ticket that was put on hold for some days comes back."""


def queue(context: Context) -> Reply:
    """/queue: the new tickets, what to do first on top."""
    return _queue(context, 0)


def turn_queue(context: Context) -> Reply:
    """A page of them, in place of the one before."""
    return _queue(context, int(context.data.removeprefix(keyboards.QUEUE_PREFIX)), replace=True)


def _queue(context: Context, page: int, *, replace: bool = False) -> Reply:
    if not context.actor.can(TICKETS_WORK):
        return for_staff(context)
    title, none = _("New tickets"), _("There are no new tickets.")
    rows = new_tickets(context.actor)
    return ticket_list(rows, page, title=title, none=none, prefix=keyboards.QUEUE_PREFIX, replace=replace)


def begin_note(context: Context) -> Reply:
    """«Note»: the next message stays among the staff."""
    context.actor.require(TICKETS_WORK)
    return _enter(context, Step.NOTE, one(context, context.data.removeprefix(keyboards.NOTE_PREFIX)))


def begin_move(context: Context, ticket: Ticket, move: Move) -> Reply:
    """A move that takes more than the click. Raises MoveNotPossible."""
    if move not in {row.move for row in available_moves(context.actor, ticket)}:
        raise MoveNotPossible(number=ticket.number, status=Status(ticket.status).label)
    return _enter(context, Step.ASK, ticket) if move == Move.ASK else _choose_day(ticket)


def _choose_day(ticket: Ticket) -> Reply:
    days = [(_day(number), f"{keyboards.HOLD_PREFIX}{ticket.pk}:{number}") for number in HOLD_DAYS]
    text = html(_("Until when is ticket <b>No. {number}</b> put on hold?"), number=ticket.number)
    return Reply(text, {"inline_keyboard": [[{"text": label, "callback_data": data}] for label, data in days]})


def day_chosen(context: Context) -> Reply:
    """A day of «put on hold»: the next message is the reason."""
    context.actor.require(TICKETS_WORK)
    ticket_id, days = context.data.removeprefix(keyboards.HOLD_PREFIX).split(":")
    return _enter(context, Step.HOLD, one(context, ticket_id), until=_morning(int(days)).isoformat())


def ask_again(context: Context) -> Reply:
    """/start in the middle: the question once more."""
    context.actor.require(TICKETS_WORK)
    draft = dict(context.dialog.data)
    ticket = one(context, str(draft.pop("ticket")))
    return _enter(context, Step(context.dialog.step), ticket, **draft)


def _enter(context: Context, step: Step, ticket: Ticket, **more: str) -> Reply:
    context.enter(step, ticket=ticket.pk, **more)
    questions = {
        Step.NOTE: _("Write a note to ticket <b>No. {number}</b>. The client does not see it. /cancel – not now."),
        Step.ASK: _("What shall the client be asked, ticket <b>No. {number}</b>? /cancel – not now."),
        Step.HOLD: _("Why is ticket <b>No. {number}</b> put on hold? /cancel – not now."),
    }
    return Reply(html(questions[step], number=ticket.number))


def answered(context: Context) -> Reply | None:
    """The words that the open step asked for. What has become impossible meanwhile ends the step."""
    step, draft = context.dialog.step, context.dialog.data
    context.enter(Step.NONE)
    try:
        return _note(context, draft["ticket"]) if step == Step.NOTE else _move(context, step, draft)
    except Conflict as problem:
        return Reply(html("{problem}", problem=problem))


def _note(context: Context, ticket_id: int) -> Reply:
    text, files = content(context.message)
    note = add_comment(
        actor=context.actor, ticket_id=ticket_id, text=text, visibility=Visibility.INTERNAL, files=files,
        telegram_message_id=context.message.message_id,
    )  # fmt: skip
    parts.remember(context, note.ticket, note)
    noted = html(_("Noted, ticket <b>No. {number}</b>."), number=note.ticket.number)
    return told_of_size(files) or Reply(noted, after=parts.wait(context), subject=note.ticket)


def _move(context: Context, step: str, draft: dict[str, str]) -> Reply:
    text, files = content(context.message)
    if files:
        raise OnlyWords
    if step == Step.ASK:
        move, given = Move.ASK, MoveInput(text=text)
    else:
        move, given = Move.HOLD, MoveInput(until=datetime.fromisoformat(draft["until"]), reason=text)
    ticket = move_ticket(actor=context.actor, ticket_id=int(draft["ticket"]), move=move, given=given)
    said = _("Ticket <b>No. {number}</b>: {status}.")
    return Reply(html(said, number=ticket.number, status=Status(ticket.status).label), subject=ticket)


def _morning(days: int) -> datetime:
    return timezone.make_aware(datetime.combine(timezone.localdate() + timedelta(days=days), MORNING))


def _day(days: int) -> str:
    return date_format(_morning(days), "l, j E" if days < 7 else "j E")
