"""What each stage of an order asks, as data: questions in their order, and the action's input made of the answers."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from botapp.handlers.content import kept_file
from files.actions import TelegramFile
from orders.actions.stages import LineInput, StageInput
from orders.enums import DeclineReason, Method, Move, Outcome
from orders.errors import StageIncomplete
from orders.models import Order
from orders.money import parse_money
from orders.words import roubles
from tickets.enums import Priority

Draft = dict[str, Any]
Buttons = list[tuple[str, str]]
"""What a button says, and the answer that it gives."""
SKIPPED = ""
DUE_DAYS = (1, 3, 7)
_PRICED = re.compile(r"(?P<name>.*\S)\s*[-–—:]\s*(?P<price>[^-–—:]+)", re.DOTALL)


class Kind(StrEnum):
    """How an answer is read."""

    MONEY = "money"
    TEXT = "text"
    CHOICE = "choice"
    OPTIONS = "options"
    EXPENSE = "expense"
    FILES = "files"


def _none(_draft: Draft, _order: Order) -> Buttons:
    return []


@dataclass(frozen=True, slots=True)
class Question:
    """`when` says whether it is asked, given what was answered; `buttons` are answers to press."""

    name: str
    kind: Kind
    label: str | Promise
    text: str | Promise
    buttons: Callable[[Draft, Order], Buttons] = _none
    when: Callable[[Draft], bool] = lambda _draft: True


def _methods(_draft: Draft, _order: Order) -> Buttons:
    return [(str(method.label), method.value) for method in (Method.CASH, Method.CASHLESS)]


def _skip(_draft: Draft, _order: Order) -> Buttons:
    return [(_("Skip"), SKIPPED)]


def _answers(draft: Draft, _order: Order) -> Buttons:
    options = [
        (_("Chosen: {name}").format(name=line["name"][:40]), str(number)) for number, line in enumerate(draft["lines"])
    ]
    return [*options, (_("The client declined"), Outcome.DECLINED)]


def _sum_of(value: Decimal | None) -> Buttons:
    return [] if value is None else [(roubles(value), str(value))]


def _chosen_price(draft: Draft, _order: Order) -> Buttons:
    return _sum_of(Decimal(draft["lines"][int(draft["answer"])]["price"]))


def _days(_draft: Draft, _order: Order) -> Buttons:
    days = [timezone.localdate() + timedelta(days=number) for number in DUE_DAYS]
    return [(date_format(day, "D, j E"), day.isoformat()) for day in days]


def _priorities(_draft: Draft, _order: Order) -> Buttons:
    return [(str(priority.label), priority.value) for priority in Priority]


def _enough(draft: Draft, _order: Order) -> Buttons:
    return [(_("That is all"), "done")] if draft.get("lines") else []


def _photos_done(draft: Draft, _order: Order) -> Buttons:
    return [(_("Go on"), "done")] if draft.get("files") else []


def _photos_or_not(draft: Draft, _order: Order) -> Buttons:
    return [(_("Go on"), "done")] if draft.get("files") else [(_("There is no photo"), "done")]


def _declined(draft: Draft) -> bool:
    return draft.get("answer") == Outcome.DECLINED


def _accepted(draft: Draft) -> bool:
    return not _declined(draft)


def _on_paper(draft: Draft) -> bool:
    """The client has agreed, and not in the bot."""
    return _accepted(draft) and not draft.get("in_bot")


def _is_paid(draft: Draft) -> bool:
    return Decimal(draft.get("total", 0)) > 0


FORMS: dict[str, list[Question]] = {
    Move.AGREEMENT: [
        Question(
            "lines", Kind.OPTIONS, gettext_lazy("Options"),
            gettext_lazy("What was offered? Each option in a line of its own, with its price:\nRoller replaced - 9000"),
        ),
        Question("answer", Kind.CHOICE, gettext_lazy("The client’s answer"),
                 gettext_lazy("What did the client say?"), _answers),
        Question("total", Kind.MONEY, gettext_lazy("Contract"),
                 gettext_lazy("The contract’s sum?"), _chosen_price, _accepted),
        Question("files", Kind.FILES, gettext_lazy("Signed paper"),
                 gettext_lazy("Send a photo of the signed paper, if there is one."), _photos_or_not, _on_paper),
        Question("decline_reason", Kind.CHOICE, gettext_lazy("Reason"), gettext_lazy("Why did the client decline?"),
                 lambda _draft, _order: [(str(reason.label), reason.value) for reason in DeclineReason], _declined),
        Question("fee", Kind.MONEY, gettext_lazy("Paid for diagnostics"),
                 gettext_lazy("How much did the client pay for the diagnostics?"),
                 lambda _draft, _order: [(_("Nothing"), "0")], _declined),
        Question("text", Kind.TEXT, gettext_lazy("Comment"), gettext_lazy("A comment for the curator?"), _skip),
    ],
    Move.PREPAYMENT: [
        Question("total", Kind.MONEY, gettext_lazy("Prepayment"),
                 gettext_lazy("How much did the client pay in advance?"),
                 lambda _draft, _order: [(_("Nothing"), "0")]),
        Question("method", Kind.CHOICE, gettext_lazy("Payment"), gettext_lazy("How was it paid?"), _methods, _is_paid),
    ],
    Move.HAND_OVER: [
        Question("files", Kind.FILES, gettext_lazy("Photos"),
                 gettext_lazy("Send photos of the device, one at least."), _photos_done),
        Question("text", Kind.TEXT, gettext_lazy("What to do"), gettext_lazy("What is the workshop to do?")),
        Question("accessories", Kind.TEXT, gettext_lazy("Accessories"),
                 gettext_lazy("What comes with it (cable, tray)?"), _skip),
        Question("due_on", Kind.CHOICE, gettext_lazy("Due"), gettext_lazy("By when?"), _days),
        Question("priority", Kind.CHOICE, gettext_lazy("Priority"), gettext_lazy("How urgent is it?"), _priorities),
    ],
    Move.EXPENSES: [
        Question(
            "expense", Kind.EXPENSE, gettext_lazy("Expenses"),
            gettext_lazy(
                "Send an expense: its name and price, best as the caption of the receipt’s photo:\nRoller - 1500.50"
            ),
            _enough, lambda draft: not draft.get("done"),
        ),
        Question("no_receipt", Kind.TEXT, gettext_lazy("Receipt"), gettext_lazy("Why is there no receipt?"),
                 when=lambda draft: bool(draft.get("expense")) and not draft["expense"]["files"]),
        Question("line_method", Kind.CHOICE, gettext_lazy("Payment"), gettext_lazy("How was it paid?"), _methods,
                 lambda draft: bool(draft.get("expense"))),
    ],
    Move.WORK_DONE: [
        Question("text", Kind.TEXT, gettext_lazy("Work done"), gettext_lazy("What has been done?")),
        Question("total", Kind.MONEY, gettext_lazy("Cost of the work"),
                 gettext_lazy("What does the work cost? 0 is an answer too."),
                 lambda _draft, _order: [("0 ₽", "0")]),
    ],
    Move.REPORT: [
        Question("total", Kind.MONEY, gettext_lazy("Full sum"), gettext_lazy("How much did the client pay in all?"),
                 lambda _draft, order: _sum_of(order.contract_sum)),
        Question("method", Kind.CHOICE, gettext_lazy("Payment"), gettext_lazy("How was it paid?"), _methods),
        Question("advance", Kind.MONEY, gettext_lazy("Advance taken"),
                 gettext_lazy("How much of it was the advance?"), lambda _draft, order: _sum_of(order.prepaid)),
        Question("files", Kind.FILES, gettext_lazy("Photo of the contract"),
                 gettext_lazy("Send a photo of the contract."), _photos_or_not),
        Question("text", Kind.TEXT, gettext_lazy("Comment"), gettext_lazy("Why is there no photo of the contract?"),
                 when=lambda draft: not draft.get("files")),
        Question("returned", Kind.CHOICE, gettext_lazy("Device"), gettext_lazy("Is the device back with the client?"),
                 lambda _draft, _order: [(_("Yes, it is"), "yes")]),
    ],
    Move.CONSENT: [
        Question("total", Kind.MONEY, gettext_lazy("New sum"), gettext_lazy("To which sum has the client agreed?"),
                 lambda _draft, order: _sum_of(order.contract_sum)),
        Question("files", Kind.FILES, gettext_lazy("Photo of the paper"),
                 gettext_lazy("Send a photo of the paper on which the client agrees to the new sum."), _photos_or_not),
        Question("text", Kind.TEXT, gettext_lazy("How the client has agreed"),
                 gettext_lazy("How has the client agreed, without a paper?"),
                 when=lambda draft: not draft.get("files")),
    ],
}  # fmt: skip
"""What is asked at each move, in this order."""


def priced(text: str) -> tuple[str, Decimal]:
    """«Name – price». Raises StageIncomplete, NotMoney."""
    found = _PRICED.fullmatch(text.strip())
    if found is None:
        raise StageIncomplete(fields={"lines": _("Write the name, a dash and the price: Roller - 1500")})
    return found["name"][:120], parse_money(found["price"])


def options(text: str) -> list[Draft]:
    """Each line an option. Raises StageIncomplete, NotMoney."""
    lines = [priced(line) for line in text.splitlines() if line.strip()]
    return [{"name": name, "price": str(price), "files": []} for name, price in lines]


def stage_input(move: str, draft: Draft) -> StageInput:
    """The answers as the action takes them."""
    chosen = draft.get("answer", "")
    declined = chosen == Outcome.DECLINED
    lines = [
        LineInput(
            name=line["name"], price=Decimal(line["price"]), method=line.get("method", ""),
            chosen=str(number) == chosen, no_receipt=line.get("no_receipt", ""), files=files(line["files"]),
        )
        for number, line in enumerate(draft.get("lines", []))
    ]  # fmt: skip
    prices = [line.price for line in lines]
    total = max(prices) if declined else Decimal(draft.get("total", 0))
    return StageInput(
        outcome=(Outcome.DECLINED if declined else Outcome.ACCEPTED) if move == Move.AGREEMENT else "",
        total=total, method=draft.get("method", Method.NONE) if move != Move.AGREEMENT else "",
        advance=Decimal(draft.get("advance", 0)), fee=Decimal(draft.get("fee", 0)),
        decline_reason=draft.get("decline_reason", ""), text=draft.get("text", ""),
        returned_device=draft.get("returned") == "yes", lines=lines, files=files(draft.get("files", [])),
    )  # fmt: skip


def files(kept: Sequence[Draft]) -> list[TelegramFile]:
    return [kept_file(file) for file in kept]


def due(draft: Draft) -> date:
    return date.fromisoformat(draft["due_on"])


def shown(question: Question, draft: Draft, order: Order) -> str:
    """An answer in words, for the summary."""
    value = draft.get(question.name)
    match question.kind:
        case Kind.MONEY:
            return roubles(Decimal(str(value)))
        case Kind.OPTIONS:
            return ", ".join(f"{line['name']} {roubles(Decimal(line['price']))}" for line in draft["lines"])
        case Kind.EXPENSE:
            return ", ".join(f"{line['name']} {roubles(Decimal(line['price']))}" for line in draft.get("lines", []))
        case Kind.FILES:
            return str(len(draft.get("files", [])))
        case Kind.CHOICE:
            words = {answer: label for label, answer in question.buttons(draft, order)}
            return words.get(str(value), str(value))
    return str(value or "–")
