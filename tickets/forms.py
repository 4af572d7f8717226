"""The shape of what is entered on a ticket's card. What is allowed is for the actions to say."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.queries import tenant_people_with
from accounts.roles import TICKETS_ASSIGNABLE
from tickets.enums import Priority, Visibility
from tickets.models import Ticket


class ReplyForm(forms.Form):
    """The reply box. The two buttons below it say who reads the text."""

    text = forms.CharField(
        label=_("Text"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 3, "class": "desk-input", "aria-label": _("Text")}),
    )
    visibility = forms.ChoiceField(choices=Visibility.choices)


class MoveForm(forms.Form):
    """What a move takes besides the click; unused fields stay empty."""

    version = forms.IntegerField(required=False)
    text = forms.CharField(required=False, strip=False)
    until = forms.DateTimeField(required=False)
    reason = forms.CharField(required=False)


class PriorityForm(forms.Form):
    version = forms.IntegerField(required=False)
    priority = forms.ChoiceField(
        label=_("priority"), choices=Priority.choices, widget=forms.Select(attrs={"class": "desk-input"})
    )


class AssigneeForm(forms.Form):
    """Who works on the ticket: anybody of its branch who may."""

    version = forms.IntegerField(required=False)
    assignee = forms.ModelChoiceField(
        label=_("assignee"),
        queryset=User.objects.none(),
        required=False,
        empty_label=_("nobody"),
        widget=forms.Select(attrs={"class": "desk-input"}),
    )

    def __init__(self, ticket: Ticket, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["assignee"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = tenant_people_with(ticket.tenant_id, TICKETS_ASSIGNABLE)
