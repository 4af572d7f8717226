"""The data behind an order's buttons in Telegram: made by notices, read by the bot. At most 64 bytes (Bot API)."""

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from orders.enums import Move
from orders.models import Attempt, Estimate, Order
from orders.words import roubles

ID = "[0-9]{1,18}"
OPEN_PREFIX, JOB_PREFIX, VERIFY_PREFIX, STAGE_PREFIX = "order:", "job:", "verify:", "stage:"
ESTIMATE_PREFIX, DECLINE, ASK = "estimate:", "no", "ask"
ESTIMATE_PATTERN = rf"^{ESTIMATE_PREFIX}{ID}:[0-9]{{1,4}}:([0-9]{{1,2}}|{DECLINE}|{ASK})$"
TALK_PREFIX, CURATE_PREFIX, PHOTOS_PREFIX = "about:", "curate:", "photos:"
PHOTOS_PATTERN = rf"^{PHOTOS_PREFIX}{ID}$"
TALK_PATTERN = rf"^{TALK_PREFIX}{ID}:(ask|answer)$"
OPEN_PATTERN = rf"^{OPEN_PREFIX}{ID}$"
JOB_PATTERN = rf"^{JOB_PREFIX}{ID}:(take|release)$"
VERIFY_PATTERN = rf"^{VERIFY_PREFIX}{ID}:{ID}:({Move.APPROVE}|{Move.RETURN})$"


def estimate(shown: Estimate) -> dict[str, Any]:
    """A button for each option, and two more."""
    data = f"{ESTIMATE_PREFIX}{shown.order_id}:{shown.version}:"
    rows = [
        [
            {
                "text": f"{number + 1}. {option['name'][:40]} – {roubles(Decimal(option['price']))}",
                "callback_data": f"{data}{number}",
            }
        ]
        for number, option in enumerate(shown.lines)
    ]
    last = [
        {"text": _("I do not agree"), "callback_data": f"{data}{DECLINE}"},
        {"text": _("Question"), "callback_data": f"{data}{ASK}"},
    ]
    return {"inline_keyboard": [*rows, last]}


def open_button(order: Order) -> dict[str, str]:
    """Shows the order."""
    return {"text": _("Order No. {number}").format(number=order.number), "callback_data": f"{OPEN_PREFIX}{order.pk}"}


def reply(order: Order) -> dict[str, Any]:
    """Under a client's question: the answer to it."""
    return {"inline_keyboard": [[answer_button(order, _("Answer"))], [open_button(order)]]}


def answer_button(order: Order, text: str) -> dict[str, str]:
    """Engineer or curator writes to the client."""
    return {"text": text, "callback_data": f"{TALK_PREFIX}{order.pk}:answer"}


def ask_button(order: Order) -> dict[str, str]:
    """The client asks."""
    return {"text": _("Question"), "callback_data": f"{TALK_PREFIX}{order.pk}:ask"}


def ask_again(order: Order) -> dict[str, Any]:
    """Under an answer: the next question."""
    return {"inline_keyboard": [[ask_button(order)]]}


def opening(order: Order) -> dict[str, Any]:
    """A keyboard with nothing but the way to the order."""
    return {"inline_keyboard": [[open_button(order)]]}


def job_button(order: Order, what: str, text: str) -> dict[str, str]:
    """What a workshop engineer does with a job: `take` or `release`."""
    return {"text": text, "callback_data": f"{JOB_PREFIX}{order.pk}:{what}"}


def verification(attempt: Attempt) -> dict[str, Any]:
    """Approve and return, for this very attempt."""
    data = f"{VERIFY_PREFIX}{attempt.order_id}:{attempt.pk}:"
    row = [{"text": str(move.label), "callback_data": f"{data}{move}"} for move in (Move.APPROVE, Move.RETURN)]
    return {"inline_keyboard": [row, [open_button(attempt.order)]]}
