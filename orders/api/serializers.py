"""The shapes of orders in the API's answers. Sums are strings of roubles and kopecks: `"1500.50"`."""

import re
from decimal import Decimal
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from core.api.permissions import actor_of
from files.api.serializers import FileOut
from orders.enums import (
    CommentKind,
    DeclineReason,
    JobStatus,
    Method,
    Outcome,
    Stage,
    Verdict,
    WaitsFor,
)
from orders.errors import NotMoney
from orders.models import Attempt, Correction, Estimate, Order, OrderComment, Penalty, WorkshopJob
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
    consented_sum = Money(allow_null=True)

    def to_representation(self, order: Order) -> dict[str, Any]:
        shown: dict[str, Any] = super().to_representation(order)
        actor = actor_of(self.context["request"])
        if not sees_money(actor, order) and order.client_id != actor.user_id:
            shown |= {"client": None, "contract_sum": None, "consented_sum": None, "prepaid": None}
        return shown

    class Meta:
        model = Order
        fields = [
            "id", "number", "external_number", "ticket", "client", "curator", "engineer", "stage", "stage_since",
            "due_at", "awaits_verification", "waits_for", "planned", "category", "device", "serial_number",
            "accessories", "fault", "contract_sum", "consented_sum", "prepaid", "created_at", "closed_at", "version",
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

    id = serializers.IntegerField()
    name = serializers.CharField()
    price = Money()
    corrected = Money(allow_null=True)
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
    corrected = Money(allow_null=True)
    advance = Money()
    fee = Money()
    lines = LineOut(many=True)
    photos = serializers.SerializerMethodField()

    class Meta:
        model = Attempt
        fields = [
            "id", "stage", "author", "outcome", "total", "corrected", "method", "advance", "fee", "decline_reason",
            "text", "returned_device", "lines", "photos", "submitted_at", "verdict", "verdict_by", "verdict_at",
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


class CorrectionOut(serializers.ModelSerializer):
    """An approved sum that was put right."""

    author = PersonOut()
    before = Money()
    after = Money()

    class Meta:
        model = Correction
        fields = ["id", "attempt", "line", "before", "after", "reason", "author", "created_at"]
        read_only_fields = fields


class PenaltyOut(serializers.ModelSerializer):
    """What was taken off an engineer's earnings."""

    engineer = PersonOut()
    curator = PersonOut()
    total = Money()

    class Meta:
        model = Penalty
        fields = ["id", "order", "engineer", "curator", "total", "reason", "created_at"]
        read_only_fields = fields


class OptionOut(serializers.Serializer):
    """An option of an estimate."""

    name = serializers.CharField()
    price = serializers.CharField()


class EstimateOut(serializers.ModelSerializer):
    """A frozen version of what the client was offered, with the answer. `recorded_by`: it was given on paper; then
    `text` is what the recorder noted, and both are not for the client."""

    author = PersonOut()
    recorded_by = PersonOut(allow_null=True)
    lines = OptionOut(many=True)
    answer = serializers.ChoiceField(choices=Outcome.choices, allow_blank=True)
    total = Money(allow_null=True)

    class Meta:
        model = Estimate
        fields = [
            "id", "version", "author", "lines", "text", "sent_at", "answer", "option", "total", "answered_at",
            "recorded_by",
        ]  # fmt: skip
        read_only_fields = fields

    def to_representation(self, estimate: Estimate) -> dict[str, Any]:
        shown: dict[str, Any] = super().to_representation(estimate)
        hidden = estimate.recorded_by_id is not None and not self.context.get("team", True)
        return {**shown, "text": "", "recorded_by": None} if hidden else shown


class OrderCommentOut(serializers.ModelSerializer):
    """A question, an answer, or the reason of a decision."""

    author = PersonOut()
    kind = serializers.ChoiceField(choices=CommentKind.choices)
    stage = serializers.ChoiceField(choices=Stage.choices, allow_blank=True)

    class Meta:
        model = OrderComment
        fields = ["id", "author", "kind", "stage", "text", "created_at"]
        read_only_fields = fields


class JobOut(serializers.ModelSerializer):
    """The device in the workshop."""

    number = serializers.IntegerField(source="order.number")
    device = serializers.CharField(source="order.device")
    holder = PersonOut(allow_null=True)
    handed_over_by = PersonOut()
    priority = serializers.ChoiceField(choices=Priority.choices)
    status = serializers.ChoiceField(choices=JobStatus.choices)

    class Meta:
        model = WorkshopJob
        fields = [
            "id", "order", "number", "device", "description", "accessories", "due_on", "priority", "status", "holder",
            "taken_at", "handed_over_by", "handed_over_at",
        ]  # fmt: skip
        read_only_fields = fields


class EngineerTotalOut(serializers.Serializer):
    """What one engineer's orders have brought."""

    engineer = serializers.IntegerField(source="person")
    name = serializers.CharField()
    count = serializers.IntegerField()
    full = Money()
    net = Money()


class StageCountOut(serializers.Serializer):
    """How many orders ended in this way."""

    stage = serializers.ChoiceField(choices=Stage.choices)
    count = serializers.IntegerField()


class ReportOut(serializers.Serializer):
    """The closed orders of a period: how many, and their sums; who ended otherwise is in `stages`."""

    first = serializers.DateField()
    last = serializers.DateField()
    count = serializers.IntegerField()
    full = Money()
    expenses = Money()
    workshop = Money()
    net = Money()
    engineers = EngineerTotalOut(many=True)
    stages = StageCountOut(many=True)


class EarningsOut(serializers.Serializer):
    """`total` = `share` (of the net) − `penalties`."""

    first = serializers.DateField()
    last = serializers.DateField()
    count = serializers.IntegerField()
    net = Money()
    share = Money()
    penalties = Money()
    total = Money()
