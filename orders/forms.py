"""The shape of what the curator enters in the console."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from orders.actions.common import REASON_LIMIT
from orders.actions.create import FAULT_LIMIT
from orders.actions.verdicts import VERDICT_LIMIT
from orders.enums import OPTIONAL, Stage
from orders.models import WORDS_LIMIT, Order
from orders.queries import team_engineers
from tickets.enums import Category, Priority

INPUT = {"class": "desk-input"}


def _words(label: Any, limit: int, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=limit, required=False, widget=forms.TextInput(INPUT), **more)


class EngineerForm(forms.Form):
    """One of the curator's team."""

    engineer = forms.ModelChoiceField(
        label=_("Engineer"), queryset=User.objects.none(), required=False, empty_label=_("nobody yet"),
        widget=forms.Select(INPUT),
    )  # fmt: skip

    def __init__(self, curator: User, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        field = self.fields["engineer"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = team_engineers(curator)


class OrderForm(EngineerForm):
    """A new order. What is empty comes along from the ticket."""

    external_number = _words(_("External number"), 60)
    category = forms.ChoiceField(
        label=_("Device type"), choices=[("", "—"), *Category.choices], required=False, widget=forms.Select(INPUT)
    )
    device = _words(_("Device"), WORDS_LIMIT)
    serial_number = _words(_("Serial number"), 60)
    accessories = _words(_("Accessories"), WORDS_LIMIT)
    address = _words(_("Address"), 300)
    fault = forms.CharField(
        label=_("Fault"), max_length=FAULT_LIMIT, required=False,
        widget=forms.Textarea({**INPUT, "rows": 4}),
    )  # fmt: skip
    field_order = ["engineer", "external_number", "category", "device", "serial_number", "accessories", "address"]


class ReasonForm(forms.Form):
    """A reason, for what takes one."""

    version = forms.IntegerField(required=False)
    attempt = forms.IntegerField(required=False)
    reason = forms.CharField(required=False, max_length=max(REASON_LIMIT, VERDICT_LIMIT))


class ExtendForm(ReasonForm):
    """More time."""

    until = forms.DateTimeField()


class PenaltyForm(ReasonForm):
    """How much, as people write sums."""

    total = forms.CharField(max_length=30)


class PeriodForm(forms.Form):
    """From one day to another; nothing is this month."""

    first = forms.DateField(
        label=_("From"), required=False, widget=forms.DateInput({**INPUT, "type": "date"}, "%Y-%m-%d")
    )
    last = forms.DateField(label=_("To"), required=False, widget=forms.DateInput({**INPUT, "type": "date"}, "%Y-%m-%d"))


class StageForm(forms.Form):
    """An optional stage, planned or not."""

    version = forms.IntegerField(required=False)
    stage = forms.ChoiceField(choices=[(stage.value, stage.label) for stage in OPTIONAL])


class JobPriorityForm(forms.Form):
    """Where the job stands in the workshop's queue."""

    priority = forms.ChoiceField(label=_("Priority"), choices=Priority.choices, widget=forms.Select(INPUT))


def optional_stages(order: Order) -> list[dict[str, Any]]:
    """Each optional stage, and whether it is planned."""
    return [{"value": s.value, "label": s.label, "planned": s in order.planned} for s in map(Stage, OPTIONAL)]
