"""The buttons of a request's page: the form that each one sends, and what it does."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.forms import Form
from django.utils.translation import gettext as _

from clients.actions import (
    accept_answer,
    ask_to_redo,
    cancel_request,
    extend_request,
    reject_answer,
    reveal_answer,
)
from clients.forms import AnswerForm, ExtendForm, LookForm, RedoForm, RejectForm, WithdrawForm
from core.actor import Actor

Given = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Decision:
    """`act` returns what is said when it is done. `folded`: a refused form is shown open again, with what it held."""

    act: Callable[[Actor, int, Given], str]
    form: type[Form]
    folded: bool = True


def _accept(actor: Actor, pk: int, given: Given) -> str:
    accept_answer(actor=actor, request_id=pk, answer_id=given["answer"])
    return _("Accepted; the client has been thanked.")


def _redo(actor: Actor, pk: int, given: Given) -> str:
    ask_to_redo(
        actor=actor, request_id=pk, answer_id=given["answer"], reason=given["reason"], text=given["text"]
    )  # fmt: skip
    return _("The client has been asked to redo it.")


def _reject(actor: Actor, pk: int, given: Given) -> str:
    reject_answer(actor=actor, request_id=pk, answer_id=given["answer"], text=given["text"])
    return _("Rejected; the client has been told.")


def _cancel(actor: Actor, pk: int, given: Given) -> str:
    cancel_request(actor=actor, request_id=pk, **given)
    return _("Withdrawn; the client has been told.")


def _extend(actor: Actor, pk: int, given: Given) -> str:
    extend_request(actor=actor, request_id=pk, **given)
    return _("The client has been told of the new day.")


def _reveal(actor: Actor, pk: int, given: Given) -> str:
    reveal_answer(actor=actor, request_id=pk, reason=given["reason"])
    return ""


DECISIONS: dict[str, Decision] = {
    "accept": Decision(_accept, AnswerForm, folded=False),
    "redo": Decision(_redo, RedoForm),
    "reject": Decision(_reject, RejectForm),
    "cancel": Decision(_cancel, WithdrawForm),
    "extend": Decision(_extend, ExtendForm),
    "reveal": Decision(_reveal, LookForm),
}
"""By the last part of the button's address."""
