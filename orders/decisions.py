"""The buttons of an order's card: the form that each one sends, and what it does."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.forms import Form
from django.http import HttpRequest
from django.utils.translation import gettext as _

from core.actor import Actor
from orders.actions import (
    add_penalty,
    answer_about_order,
    approve_attempt,
    assign_engineer,
    cancel_order,
    change_curator,
    correct_sum,
    exclude_stage,
    extend_order,
    plan_stage,
    record_consent,
    release_job,
    return_attempt,
    reveal_address,
    set_job_priority,
    set_waiting,
)
from orders.enums import Stage
from orders.forms import (
    AnswerForm,
    ConsentForm,
    CorrectionForm,
    CuratorForm,
    EngineerForm,
    ExtendForm,
    JobPriorityForm,
    PenaltyForm,
    ReasonForm,
    StageForm,
    WaitingForm,
)
from orders.models import Order
from orders.money import parse_money
from orders.words import roubles

Given = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Decision:
    """`act` returns what is said when it is done. `folded`: a refused form is shown open again, with what it held."""

    act: Callable[[Actor, int, Given], str]
    form: type[Form] = ReasonForm
    folded: bool = True

    def read(self, request: HttpRequest, order: Order) -> Form:
        """The form with what was sent."""
        if issubclass(self.form, EngineerForm):
            return self.form(order.curator, request.POST)
        if issubclass(self.form, CuratorForm):
            return self.form(order.tenant_id, request.POST)
        return self.form(request.POST, request.FILES)


def _approve(actor: Actor, pk: int, given: Given) -> str:
    order = approve_attempt(actor=actor, order_id=pk, attempt_id=given["attempt"] or 0)
    return _("Approved. Now: %(stage)s") % {"stage": Stage(order.stage).label}


def _return(actor: Actor, pk: int, given: Given) -> str:
    return_attempt(actor=actor, order_id=pk, attempt_id=given["attempt"] or 0, reason=given["reason"])
    return _("Returned; the author has been told.")


def _cancel(actor: Actor, pk: int, given: Given) -> str:
    cancel_order(actor=actor, order_id=pk, reason=given["reason"], version=given["version"])
    return _("The order is cancelled.")


def _assign(actor: Actor, pk: int, given: Given) -> str:
    engineer = given["engineer"]
    assign_engineer(actor=actor, order_id=pk, engineer_id=engineer.pk if engineer else 0)
    return _("Engineer: %(who)s") % {"who": engineer}


def _plan(actor: Actor, pk: int, given: Given) -> str:
    plan_stage(actor=actor, order_id=pk, **given)
    return ""


def _exclude(actor: Actor, pk: int, given: Given) -> str:
    exclude_stage(actor=actor, order_id=pk, **given)
    return ""


def _extend(actor: Actor, pk: int, given: Given) -> str:
    extend_order(
        actor=actor, order_id=pk, until=given["until"], reason=given["reason"], version=given["version"]
    )  # fmt: skip
    return ""


def _priority(actor: Actor, pk: int, given: Given) -> str:
    set_job_priority(actor=actor, order_id=pk, priority=given["priority"])
    return ""


def _penalty(actor: Actor, pk: int, given: Given) -> str:
    penalty = add_penalty(actor=actor, order_id=pk, total=parse_money(given["total"]), reason=given["reason"])
    return _("Penalty: %(total)s") % {"total": roubles(penalty.total)}


def _release(actor: Actor, pk: int, given: Given) -> str:
    release_job(actor=actor, order_id=pk, reason=given["reason"])
    return ""


def _correct(actor: Actor, pk: int, given: Given) -> str:
    made = correct_sum(
        actor=actor, order_id=pk, attempt_id=given["attempt"] or 0, line_id=given["line"],
        total=parse_money(given["total"]), reason=given["reason"], version=given["version"],
    )  # fmt: skip
    return _("Corrected: %(before)s → %(after)s") % {"before": roubles(made.before), "after": roubles(made.after)}


def _waiting(actor: Actor, pk: int, given: Given) -> str:
    set_waiting(actor=actor, order_id=pk, waiting=given["waiting"])
    return ""


def _answer(actor: Actor, pk: int, given: Given) -> str:
    answer_about_order(actor=actor, order_id=pk, text=given["text"])
    return _("The answer is on its way to the client.")


def _consent(actor: Actor, pk: int, given: Given) -> str:
    record_consent(
        actor=actor, order_id=pk, total=given["total"], text=given["text"], files=given["photos"]
    )  # fmt: skip
    return _("The client’s consent has been recorded.")


def _curator(actor: Actor, pk: int, given: Given) -> str:
    change_curator(actor=actor, order_id=pk, curator_id=given["curator"].pk)
    return _("Curator: %(who)s") % {"who": given["curator"]}


def _reveal(actor: Actor, pk: int, given: Given) -> str:
    return _("Address: %(address)s") % {"address": reveal_address(actor=actor, order_id=pk)}


DECISIONS: dict[str, Decision] = {
    "approve": Decision(_approve, folded=False),
    "return": Decision(_return),
    "cancel": Decision(_cancel),
    "assign": Decision(_assign, EngineerForm, folded=False),
    "plan": Decision(_plan, StageForm, folded=False),
    "exclude": Decision(_exclude, StageForm, folded=False),
    "extend": Decision(_extend, ExtendForm),
    "priority": Decision(_priority, JobPriorityForm, folded=False),
    "penalty": Decision(_penalty, PenaltyForm),
    "release": Decision(_release),
    "correct": Decision(_correct, CorrectionForm),
    "waiting": Decision(_waiting, WaitingForm, folded=False),
    "answer": Decision(_answer, AnswerForm),
    "consent": Decision(_consent, ConsentForm),
    "reveal": Decision(_reveal, Form, folded=False),
    "curator": Decision(_curator, CuratorForm, folded=False),
}
"""By the last part of the button's address."""
