"""What the API takes about orders: bodies and query parameters."""

from typing import Any

from rest_framework import serializers

from accounts.actions import NAME_LIMIT
from core.api.input import StrictSerializer
from core.db import MAX_ID
from files.actions import UPLOADS_AT_ONCE
from orders.actions.common import REASON_LIMIT
from orders.actions.create import FAULT_LIMIT
from orders.actions.estimates import QUESTION_LIMIT
from orders.actions.stages import LINES_AT_MOST, TEXT_LIMIT, LineInput, StageInput
from orders.actions.verdicts import VERDICT_LIMIT
from orders.api.serializers import MoneyIn
from orders.enums import (
    OPTIONAL_CHOICES,
    STANDING,
    DeclineReason,
    Method,
    Outcome,
    Stage,
)
from orders.models import WORDS_LIMIT
from orders.reports import FILES, TABLES
from tickets.enums import Category, Priority

MAX_VERSION = 2**31 - 1


class OrderIn(StrictSerializer):
    """A new order; client, device and fault come along from the `ticket` where they are not given. A client who is not
    known yet comes by `client_name` and `client_phone`. Integrators name the `curator`."""

    ticket = serializers.IntegerField(required=False, min_value=1, max_value=MAX_ID)
    client = serializers.IntegerField(required=False, min_value=1, max_value=MAX_ID)
    client_name = serializers.CharField(required=False, allow_blank=True, max_length=NAME_LIMIT)
    client_phone = serializers.CharField(required=False, allow_blank=True, max_length=40)
    engineer = serializers.IntegerField(required=False, min_value=1, max_value=MAX_ID)
    curator = serializers.IntegerField(required=False, min_value=1, max_value=MAX_ID)
    external_number = serializers.CharField(required=False, allow_blank=True, max_length=60)
    category = serializers.ChoiceField(required=False, choices=Category.choices)
    device = serializers.CharField(required=False, allow_blank=True, max_length=WORDS_LIMIT)
    serial_number = serializers.CharField(required=False, allow_blank=True, max_length=60)
    accessories = serializers.CharField(required=False, allow_blank=True, max_length=WORDS_LIMIT)
    address = serializers.CharField(required=False, allow_blank=True, max_length=300)
    fault = serializers.CharField(required=False, allow_blank=True, max_length=FAULT_LIMIT)


class OrderEditIn(OrderIn):
    """What is to be changed; a client is taken where the order has none."""

    ticket = None  # type: ignore[assignment]
    engineer = None  # type: ignore[assignment]
    curator = None  # type: ignore[assignment]
    version = serializers.IntegerField(required=False, default=None)


class OrderFilters(StrictSerializer):
    """The query parameters of the list."""

    stage = serializers.ChoiceField(choices=Stage.choices, required=False)
    awaits_verification = serializers.BooleanField(required=False)
    engineer = serializers.IntegerField(required=False, min_value=1, max_value=MAX_ID)
    client = serializers.IntegerField(required=False, min_value=1, max_value=MAX_ID)
    ticket = serializers.IntegerField(required=False, min_value=1, max_value=MAX_ID)
    external_number = serializers.CharField(required=False, max_length=60)
    created_after = serializers.DateTimeField(required=False)
    created_before = serializers.DateTimeField(required=False)
    closed_after = serializers.DateTimeField(required=False)
    closed_before = serializers.DateTimeField(required=False)


class LineIn(StrictSerializer):
    name = serializers.CharField(max_length=WORDS_LIMIT)
    price = MoneyIn()
    method = serializers.ChoiceField(choices=Method.choices, required=False, default="")
    chosen = serializers.BooleanField(required=False, default=False)
    no_receipt = serializers.CharField(required=False, max_length=200, default="")


class StageIn(StrictSerializer):
    """What is submitted; each stage looks at its own part (see the guide)."""

    outcome = serializers.ChoiceField(choices=Outcome.choices, required=False)
    total = MoneyIn(required=False)
    method = serializers.ChoiceField(choices=Method.choices, required=False)
    advance = MoneyIn(required=False)
    fee = MoneyIn(required=False)
    decline_reason = serializers.ChoiceField(choices=DeclineReason.choices, required=False)
    text = serializers.CharField(required=False, allow_blank=True, max_length=TEXT_LIMIT)
    returned_device = serializers.BooleanField(required=False)
    lines = serializers.ListField(child=LineIn(), required=False, max_length=LINES_AT_MOST)
    version = serializers.IntegerField(required=False, default=None)


def stage_input(given: dict[str, Any]) -> StageInput:
    """The shape as the action takes it."""
    lines = [LineInput(**line) for line in given.pop("lines", [])]
    return StageInput(lines=lines, **given)


class PeriodFilters(StrictSerializer):
    """Local days, both included."""

    first = serializers.DateField(required=False)
    last = serializers.DateField(required=False)


class ExportFilters(PeriodFilters):
    table = serializers.ChoiceField(choices=[(name, table.title) for name, table in TABLES.items()])
    form = serializers.ChoiceField(choices=[(form, form) for form in FILES], default="csv")


class EarningsFilters(PeriodFilters):
    engineer = serializers.IntegerField(required=False, min_value=1, max_value=MAX_ID)


class CorrectionIn(StrictSerializer):
    """The sum that an approved attempt, or this line of it, should have had."""

    attempt = serializers.IntegerField(min_value=1, max_value=MAX_ID)
    line = serializers.IntegerField(required=False, min_value=1, max_value=MAX_ID, default=None)
    total = MoneyIn()
    reason = serializers.CharField(max_length=REASON_LIMIT)
    version = serializers.IntegerField(required=False, default=None)


class PenaltyIn(StrictSerializer):
    total = MoneyIn()
    reason = serializers.CharField(max_length=REASON_LIMIT)


class WaitIn(StrictSerializer):
    waiting = serializers.ChoiceField(choices=[(one.value, one.label) for one in STANDING], allow_blank=True)


class CuratorIn(StrictSerializer):
    curator = serializers.IntegerField(min_value=1, max_value=MAX_ID)
    version = serializers.IntegerField(required=False, default=None)


class ConsentIn(StrictSerializer):
    """A consent to this sum on paper, as multipart/form-data with its photos."""

    total = MoneyIn()
    files = serializers.ListField(child=serializers.FileField(), required=False, max_length=UPLOADS_AT_ONCE, default=[])
    text = serializers.CharField(required=False, allow_blank=True, max_length=QUESTION_LIMIT, default="")


class OptionIn(StrictSerializer):
    name = serializers.CharField(max_length=WORDS_LIMIT)
    price = MoneyIn()


class EstimateIn(StrictSerializer):
    lines = serializers.ListField(child=OptionIn(), max_length=LINES_AT_MOST)


class EstimateAnswerIn(StrictSerializer):
    version = serializers.IntegerField(min_value=1, max_value=MAX_VERSION)
    option = serializers.IntegerField(min_value=0, max_value=LINES_AT_MOST, allow_null=True)


class WordsIn(StrictSerializer):
    text = serializers.CharField(max_length=QUESTION_LIMIT)


class WaiveIn(StrictSerializer):
    stage = serializers.ChoiceField(choices=OPTIONAL_CHOICES)
    reason = serializers.CharField(max_length=REASON_LIMIT)


class AttemptIn(StrictSerializer):
    """Which attempt is meant: what the caller has looked at."""

    attempt = serializers.IntegerField(min_value=1, max_value=MAX_ID)


class ReturnIn(AttemptIn):
    reason = serializers.CharField(max_length=VERDICT_LIMIT)


class OrderReasonIn(StrictSerializer):
    reason = serializers.CharField(max_length=REASON_LIMIT)
    version = serializers.IntegerField(required=False, default=None)


class ReleaseIn(StrictSerializer):
    reason = serializers.CharField(max_length=REASON_LIMIT)


class ExtendIn(OrderReasonIn):
    until = serializers.DateTimeField()


class EngineerIn(StrictSerializer):
    engineer = serializers.IntegerField(min_value=1, max_value=MAX_ID)
    version = serializers.IntegerField(required=False, default=None)


class PlanIn(StrictSerializer):
    stage = serializers.ChoiceField(choices=OPTIONAL_CHOICES)
    version = serializers.IntegerField(required=False, default=None)


class JobPriorityIn(StrictSerializer):
    priority = serializers.ChoiceField(choices=Priority.choices)


class HandOverIn(StrictSerializer):
    """The device goes to the workshop, as multipart/form-data with its photos."""

    files = serializers.ListField(child=serializers.FileField(), min_length=1, max_length=UPLOADS_AT_ONCE)
    description = serializers.CharField(max_length=TEXT_LIMIT)
    accessories = serializers.CharField(required=False, allow_blank=True, max_length=WORDS_LIMIT, default="")
    due_on = serializers.DateField()
    priority = serializers.ChoiceField(choices=Priority.choices, required=False, default=Priority.NORMAL)
