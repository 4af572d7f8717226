"""The data behind a ticket's buttons in Telegram: made by notices, read by the bot. At most 64 bytes (Bot API)."""

import re
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from core.states import Transition
from tickets.enums import Move
from tickets.models import BEST, WORST, Comment, Ticket

PATTERN = re.compile(r"^ticket:(?P<id>\d{1,19}):(?P<move>[a-z]{1,16})$")
RATE_PATTERN = re.compile(r"^rate:(?P<id>[0-9]{1,18}):(?P<rating>[1-5])$")
EXPLAIN_PREFIX = "rate-why:"
SPLIT_PATTERN = re.compile(r"^split:(?P<id>[0-9]{1,18})$")


def data_for(ticket: Ticket, move: str) -> str:
    return f"ticket:{ticket.pk}:{move}"


def parse(data: str) -> tuple[int, Move] | None:
    """The ticket's id and the move; None for anything that no button of ours carries."""
    match = PATTERN.match(data)
    if match is None or match["move"] not in Move.values:
        return None
    return int(match["id"]), Move(match["move"])


def keyboard(ticket: Ticket, moves: Iterable[Transition]) -> dict[str, Any]:
    """An inline keyboard with one button a move, in the language that is active now."""
    row = [{"text": str(move.label), "callback_data": data_for(ticket, move.move)} for move in moves]
    return {"inline_keyboard": [[button] for button in row]}


def split_button(comment: Comment) -> dict[str, str]:
    """«This is a new ticket», under the confirmation of a comment."""
    return {"text": _("This is a new ticket"), "callback_data": f"split:{comment.pk}"}


def parse_split(data: str) -> int | None:
    """The comment to be split off."""
    match = SPLIT_PATTERN.match(data)
    return int(match["id"]) if match else None


def rating_keyboard(ticket: Ticket) -> dict[str, Any]:
    """From the worst to the best, in one row."""
    row = [{"text": f"{rating} ★", "callback_data": f"rate:{ticket.pk}:{rating}"} for rating in range(WORST, BEST + 1)]
    return {"inline_keyboard": [row]}


def parse_rating(data: str) -> tuple[int, int] | None:
    """The ticket's id and the rating."""
    match = RATE_PATTERN.match(data)
    return (int(match["id"]), int(match["rating"])) if match else None
