"""The flow of a ticket (domain: §2). Rows stand in the order in which their buttons are shown."""

from typing import Any

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.actor import Actor
from core.states import Flow, Rule, Transition
from tickets import rules
from tickets.enums import Move, Status
from tickets.models import Ticket

NEW, IN_PROGRESS, WAITING, HOLD = Status.NEW, Status.IN_PROGRESS, Status.WAITING_CLIENT, Status.ON_HOLD
RESOLVED, CLOSED, CANCELLED, SPAM = Status.RESOLVED, Status.CLOSED, Status.CANCELLED, Status.SPAM


HELP_ME = _("I need help")
"""What a client reads on the button that reopens."""


def _row(
    move: Move,
    sources: set[Status],
    target: Status | None,
    who: Rule,
    label: str | Promise = "",
    **more: Any,
) -> Transition:
    return Transition(move, frozenset(sources), target, who, label or move.label, **more)


FLOW = Flow(
    [
        _row(Move.TAKE, {NEW}, IN_PROGRESS, rules.is_staff),
        _row(Move.RESUME, {HOLD}, IN_PROGRESS, rules.is_staff),
        _row(Move.RESUME, {HOLD}, IN_PROGRESS, rules.is_machine, guard=rules.hold_is_over, button=False),
        _row(Move.RESOLVE, {IN_PROGRESS, WAITING, HOLD}, RESOLVED, rules.is_staff),
        _row(Move.ASK, {IN_PROGRESS}, WAITING, rules.is_staff, inputs=("text",)),
        _row(Move.ANSWER, {WAITING}, IN_PROGRESS, rules.is_client, button=False),
        _row(Move.HOLD, {NEW, IN_PROGRESS, WAITING}, HOLD, rules.is_staff, inputs=("until", "reason")),
        _row(Move.RELEASE, {IN_PROGRESS}, NEW, rules.is_staff),
        _row(Move.CANCEL, {NEW}, CANCELLED, rules.is_client_or_staff),
        _row(Move.CANCEL, {IN_PROGRESS, WAITING, HOLD}, CANCELLED, rules.is_staff),
        _row(Move.SPAM, {NEW}, SPAM, rules.is_staff),
        _row(Move.CONFIRM, {RESOLVED}, CLOSED, rules.is_client),
        _row(Move.CLOSE, {RESOLVED}, CLOSED, rules.is_machine, guard=rules.unanswered_long_enough, button=False),
        _row(Move.REOPEN, {RESOLVED, CLOSED}, IN_PROGRESS, rules.is_client, HELP_ME, guard=rules.reopen_in_time),
        _row(Move.REOPEN, {RESOLVED, CLOSED}, IN_PROGRESS, rules.is_staff, guard=rules.reopen_in_time),
        _row(Move.UNDO, {CANCELLED, SPAM}, None, rules.is_staff, guard=rules.undo_in_time),
    ]
)


def available_moves(actor: Actor, ticket: Ticket) -> list[Transition]:
    """What this actor may do with the ticket now: bot keyboards, console buttons and `allowed_moves` show these."""
    return FLOW.available(actor, ticket, timezone.now())
