"""The shape of what the curator enters in the console."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.actions import NAME_LIMIT
from accounts.models import User
from accounts.queries import tenant_people_with
from accounts.roles import ORDERS_MANAGE
from orders.actions.common import REASON_LIMIT
from orders.actions.create import FAULT_LIMIT
from orders.actions.estimates import QUESTION_LIMIT
from orders.actions.verdicts import VERDICT_LIMIT
from orders.enums import OPTIONAL, OPTIONAL_CHOICES, STANDING, Stage
from orders.models import WORDS_LIMIT, Order
from orders.queries import FULL_SHARE, team_engineers
from tickets.enums import Category, Priority
from tickets.forms import NEW_CALLER, FilesField

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


NOBODY = ""


class OrderForm(EngineerForm):
    """A new order. What is empty comes along from the ticket; without one, the client is found, entered, or missing."""

    client = forms.ChoiceField(label=_("Client"), required=False)
    client_name = _words(_("Name"), NAME_LIMIT)
    client_phone = _words(_("Phone"), 40)

    external_number = _words(_("External number"), 60)
    category = forms.ChoiceField(
        label=_("Device type"), choices=[("", "—"), *Category.choices], required=False, widget=forms.Select(INPUT)
    )
    device = _words(_("Device"), WORDS_LIMIT)
    serial_number = _words(_("Serial number"), 60)
    accessories = _words(_("Accessories"), WORDS_LIMIT)
    address = _words(_("Address (empty: the one that is known)"), 300)
    fault = forms.CharField(
        label=_("Fault"), max_length=FAULT_LIMIT, required=False,
        widget=forms.Textarea({**INPUT, "rows": 4}),
    )  # fmt: skip
    field_order = [
        "engineer", "external_number", "category", "device", "serial_number", "accessories", "address", "fault",
    ]  # fmt: skip

    def __init__(self, curator: User, clients: list[User], *given: Any, **more: Any) -> None:
        super().__init__(curator, *given, **more)
        field = self.fields["client"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            *((str(person.pk), person.full_name) for person in clients), (NEW_CALLER, _("A new client")),
            (NOBODY, _("Without a client")),
        ]  # fmt: skip

    def given(self) -> dict[str, Any]:
        """What the action takes."""
        data = {**self.cleaned_data}
        engineer, client = data.pop("engineer"), data.pop("client")
        if client != NEW_CALLER:
            data |= {"client_name": "", "client_phone": ""}
        known = int(client) if client not in {NEW_CALLER, NOBODY} else None
        return {**data, "client_id": known, "engineer_id": engineer.pk if engineer else None}


class CuratorForm(forms.Form):
    """Another curator of the branch."""

    curator = forms.ModelChoiceField(
        label=_("Curator"), queryset=User.objects.none(), widget=forms.Select(INPUT), empty_label=_("choose")
    )

    def __init__(self, tenant_id: int, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        field = self.fields["curator"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = tenant_people_with(tenant_id, ORDERS_MANAGE)


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


class CorrectionForm(PenaltyForm):
    """The sum that an approved attempt, or one of its lines, should have had."""

    line = forms.IntegerField(required=False)


class WaitingForm(forms.Form):
    """On whom the order waits, besides those on whom its stage does."""

    waiting = forms.ChoiceField(
        label=_("Waits for"), choices=[("", "—"), *((one.value, one.label) for one in STANDING)], required=False,
        widget=forms.Select(INPUT),
    )  # fmt: skip


class AnswerForm(forms.Form):
    """An answer to the client."""

    text = forms.CharField(required=False, max_length=QUESTION_LIMIT)


class ConsentForm(forms.Form):
    """The client has agreed to this sum on paper: a photo, or words."""

    total = forms.DecimalField(max_digits=12, decimal_places=2)
    text = forms.CharField(required=False, max_length=QUESTION_LIMIT)
    photos = FilesField(required=False)


class ShareForm(forms.Form):
    """What part of the net an engineer earns."""

    percent = forms.IntegerField(
        label=_("Share of the net, %"), widget=forms.NumberInput({**INPUT, "min": 0, "max": FULL_SHARE})
    )


class PeriodForm(forms.Form):
    """From one day to another; nothing is this month."""

    first = forms.DateField(
        label=_("From"), required=False, widget=forms.DateInput({**INPUT, "type": "date"}, "%Y-%m-%d")
    )
    last = forms.DateField(label=_("To"), required=False, widget=forms.DateInput({**INPUT, "type": "date"}, "%Y-%m-%d"))


class StageForm(forms.Form):
    """An optional stage, planned or not."""

    version = forms.IntegerField(required=False)
    stage = forms.ChoiceField(choices=OPTIONAL_CHOICES)


class JobPriorityForm(forms.Form):
    """Where the job stands in the workshop's queue."""

    priority = forms.ChoiceField(label=_("Priority"), choices=Priority.choices, widget=forms.Select(INPUT))


def optional_stages(order: Order) -> list[dict[str, Any]]:
    """Each optional stage, and whether it is planned."""
    return [{"value": s.value, "label": s.label, "planned": s in order.planned} for s in map(Stage, OPTIONAL)]
