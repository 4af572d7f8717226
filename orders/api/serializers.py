"""The shapes of orders in the API. Sums are strings of roubles and kopecks: `"1500.50"`."""

import re
from decimal import Decimal
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from core.api.input import StrictSerializer
from core.api.permissions import actor_of
from core.db import MAX_ID
from files.actions import UPLOADS_AT_ONCE
from files.api.serializers import FileOut
from orders.actions.common import REASON_LIMIT
from orders.actions.create import FAULT_LIMIT
from orders.actions.stages import LINES_AT_MOST, TEXT_LIMIT, LineInput, StageInput
from orders.actions.verdicts import VERDICT_LIMIT
from orders.enums import OPTIONAL, DeclineReason, Method, Outcome, Stage, Verdict, WaitsFor
from orders.errors import NotMoney
from orders.models import WORDS_LIMIT, Attempt, Order
from orders.rules import sees_money, waits_for
from orders.states import available_moves
from tickets.api.serializers import PersonOut
from tickets.enums import Category, Priority

_MONEY = re.compile(r"[0-9]{1,8}(\.[0-9]{1,2})?")


class MoneyField(serializers.Field):
    """Roubles and kopecks as a string, not negative. Nothing else is taken: no exponent, no sign, no third digit."""

    def to_internal_value(self, data: Any) -> Decimal:
        if not isinstance(data, str) or not _MONEY.fullmatch(data):
            raise serializers.ValidationError(NotMoney.text, code=NotMoney.code)
        return Decimal(data)

    def to_representation(self, value: Decimal) -> str:
        return f"{value:.2f}"


Money = extend_schema_field({"type": "string", "pattern": "^-?[0-9]{1,11}\\.[0-9]{2}$"})(MoneyField)
MoneyIn = extend_schema_field({"type": "string", "pattern": "^[0-9]{1,8}(\\.[0-9]{1,2})?$"})(MoneyField)


class OrderOut(serializers.ModelSerializer):
    """An order in lists. Whose it is and what it costs is null for the workshop."""

    client = PersonOut(allow_null=True)
    curator = PersonOut()
    engineer = PersonOut(allow_null=True)
    category = serializers.ChoiceField(choices=Category.choices, allow_blank=True)
    awaits_verification = serializers.SerializerMethodField()
    waits_for = serializers.SerializerMethodField()
    contract_sum = Money(allow_null=True)
    prepaid = Money(allow_null=True)

    def to_representation(self, order: Order) -> dict[str, Any]:
        shown: dict[str, Any] = super().to_representation(order)
        actor = actor_of(self.context["request"])
        if not sees_money(actor, order) and order.client_id != actor.user_id:
            shown |= {"client": None, "contract_sum": None, "prepaid": None}
        return shown

    class Meta:
        model = Order
        fields = [
            "id", "number", "external_number", "ticket", "client", "curator", "engineer", "stage", "stage_since",
            "due_at", "awaits_verification", "waits_for", "planned", "category", "device", "serial_number",
            "accessories", "fault", "contract_sum", "prepaid", "created_at", "closed_at", "version",
        ]  # fmt: skip
        read_only_fields = fields

    def get_awaits_verification(self, order: Order) -> bool:
        return order.awaiting_id is not None

    @extend_schema_field(serializers.ChoiceField(choices=WaitsFor.choices, allow_null=True))
    def get_waits_for(self, order: Order) -> str | None:
        waits = waits_for(order)
        return waits.value if waits else None


class LineOut(serializers.Serializer):
    """An option or an expense."""

    name = serializers.CharField()
    price = Money()
    method = serializers.ChoiceField(choices=Method.choices, allow_blank=True)
    chosen = serializers.BooleanField()
    no_receipt = serializers.CharField()
    receipts = serializers.SerializerMethodField()

    @extend_schema_field(FileOut(many=True))
    def get_receipts(self, line: Any) -> Any:
        return FileOut(self.context["files"].get(("orders.line", line.pk), []), many=True).data


class AttemptOut(serializers.ModelSerializer):
    """What was submitted, with the verdict."""

    author = PersonOut()
    verdict_by = PersonOut(allow_null=True)
    outcome = serializers.ChoiceField(choices=Outcome.choices, allow_blank=True)
    method = serializers.ChoiceField(choices=Method.choices, allow_blank=True)
    decline_reason = serializers.ChoiceField(choices=DeclineReason.choices, allow_blank=True)
    verdict = serializers.ChoiceField(choices=Verdict.choices)
    total = Money()
    advance = Money()
    fee = Money()
    lines = LineOut(many=True)
    photos = serializers.SerializerMethodField()

    class Meta:
        model = Attempt
        fields = [
            "id", "stage", "author", "outcome", "total", "method", "advance", "fee", "decline_reason", "text",
            "returned_device", "lines", "photos", "submitted_at", "verdict", "verdict_by", "verdict_at",
            "verdict_reason",
        ]  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(FileOut(many=True))
    def get_photos(self, attempt: Attempt) -> Any:
        return FileOut(self.context["files"].get(("orders.attempt", attempt.pk), []), many=True).data


class SumsOut(serializers.Serializer):
    """The approved sums that are the company's own affair."""

    expenses = Money(source="expenses_sum")
    workshop = Money(source="workshop_sum")
    full = Money(source="full_sum", allow_null=True)
    declined = Money(source="declined_sum", allow_null=True)
    fee = Money()
    net = Money()


class OrderCard(OrderOut):
    """One order, with its sums (null for the client and the workshop) and with what the caller may do with it now."""

    sums = serializers.SerializerMethodField()
    awaiting = serializers.SerializerMethodField()
    allowed_moves = serializers.SerializerMethodField()

    class Meta(OrderOut.Meta):
        fields = [*OrderOut.Meta.fields, "sums", "awaiting", "allowed_moves"]
        read_only_fields = fields

    @extend_schema_field(SumsOut(allow_null=True))
    def get_sums(self, order: Order) -> Any:
        return SumsOut(order).data if sees_money(self.context["actor"], order) else None

    @extend_schema_field(serializers.IntegerField(allow_null=True))
    def get_awaiting(self, order: Order) -> int | None:
        """The id of the attempt that awaits verification."""
        return order.awaiting_id if sees_money(self.context["actor"], order) else None

    def get_allowed_moves(self, order: Order) -> list[str]:
        return [row.move for row in available_moves(self.context["actor"], order)]


class OrderIn(StrictSerializer):
    """A new order; client, device and fault come along from the `ticket` where they are not given."""

    ticket = serializers.IntegerField(required=False, min_value=1, max_value=MAX_ID)
    client = serializers.IntegerField(required=False, min_value=1, max_value=MAX_ID)
    engineer = serializers.IntegerField(required=False, min_value=1, max_value=MAX_ID)
    external_number = serializers.CharField(required=False, allow_blank=True, max_length=60)
    category = serializers.ChoiceField(required=False, choices=Category.choices)
    device = serializers.CharField(required=False, allow_blank=True, max_length=WORDS_LIMIT)
    serial_number = serializers.CharField(required=False, allow_blank=True, max_length=60)
    accessories = serializers.CharField(required=False, allow_blank=True, max_length=WORDS_LIMIT)
    address = serializers.CharField(required=False, allow_blank=True, max_length=300)
    fault = serializers.CharField(required=False, allow_blank=True, max_length=FAULT_LIMIT)


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
    stage = serializers.ChoiceField(choices=[(stage.value, stage.label) for stage in OPTIONAL])
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
