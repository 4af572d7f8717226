"""The shape of what is entered on a ticket's card. What is allowed is for the actions to say."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.errors import BadPhone
from accounts.models import Tenant, User
from accounts.phones import masked_phone, normal_phone
from accounts.queries import tenant_people_with, tenants_visible_to
from accounts.roles import TICKETS_ASSIGNABLE
from core.actor import Actor
from core.crypto import readable
from core.text import is_blank
from tickets.actions.text import DESCRIPTION_LIMIT
from tickets.enums import Priority, Visibility
from tickets.models import SUBJECT_LIMIT, Ticket

NEW_CALLER = "new"


class FilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Any number of files; what each may be is for `files.actions` to say."""

    widget = FilesInput(attrs={"class": "desk-attach"})

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        return list(data or [])


class ReplyForm(forms.Form):
    """The reply box. The two buttons below it say who reads the text."""

    text = forms.CharField(
        label=_("Text"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 3, "class": "desk-input", "aria-label": _("Text")}),
    )
    attachments = FilesField(label=_("Attach files"), required=False)
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
        current = User.objects.filter(pk=ticket.assignee_id or 0)
        field.queryset = (tenant_people_with(ticket.tenant_id, TICKETS_ASSIGNABLE) | current).distinct()


class LinkForm(forms.Form):
    """The other client with the same phone number."""

    person = forms.IntegerField()


def _input(**attrs: Any) -> forms.TextInput:
    return forms.TextInput(attrs={"class": "desk-input", **attrs})


class NewTicketForm(forms.Form):
    """A ticket for a caller: one of those who were found, or a new one. Who has no branch names the new one's."""

    client = forms.ChoiceField(
        label=_("Who is calling?"),
        error_messages={"required": _("Choose who is calling."), "invalid_choice": _("Choose who is calling.")},
    )
    client_name = forms.CharField(label=_("Name"), required=False, max_length=200, widget=_input(autocomplete="off"))
    client_phone = forms.CharField(
        label=_("Phone"), required=False, max_length=40, widget=_input(type="tel", autocomplete="off")
    )
    client_company = forms.CharField(
        label=_("Company"), required=False, max_length=200, widget=_input(autocomplete="off")
    )
    tenant = forms.ModelChoiceField(
        label=_("Branch"),
        queryset=Tenant.objects.none(),
        required=False,
        widget=forms.Select(attrs={"class": "desk-input"}),
    )
    subject = forms.CharField(
        label=_("Subject"), required=False, max_length=SUBJECT_LIMIT, widget=_input(autocomplete="off")
    )
    description = forms.CharField(
        label=_("What happened?"),
        strip=False,
        max_length=DESCRIPTION_LIMIT,
        widget=forms.Textarea(attrs={"rows": 5, "class": "desk-input"}),
    )
    priority = forms.ChoiceField(
        label=_("Priority"),
        choices=Priority.choices,
        initial=Priority.NORMAL,
        widget=forms.Select(attrs={"class": "desk-input"}),
    )

    def __init__(self, actor: Actor, callers: list[User], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        client, tenant = self.fields["client"], self.fields["tenant"]
        assert isinstance(client, forms.ChoiceField)
        assert isinstance(tenant, forms.ModelChoiceField)
        self.offers = [(str(person.pk), person.full_name, _facts(person)) for person in callers]
        self.offers.append((NEW_CALLER, gettext("A new client"), ""))
        client.choices = [(value, name) for value, name, _about in self.offers]
        if actor.tenant_id is None:
            tenant.queryset = tenants_visible_to(actor)
        else:
            del self.fields["tenant"]

    def clean(self) -> dict[str, Any]:
        """A new caller needs a name, and a phone that can be called if one is given."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("client") == NEW_CALLER:
            if is_blank(data.get("client_name", "")) and "client_name" not in self.errors:
                self.add_error("client_name", _("Write the name of the caller."))
            if "tenant" in self.fields and not data.get("tenant"):
                self.add_error("tenant", _("Choose the branch of the new client."))
            if phone := data.get("client_phone", ""):
                try:
                    data["client_phone"] = normal_phone(phone)
                except BadPhone as problem:
                    self.add_error("client_phone", str(problem))
        return data

    def given(self) -> dict[str, Any]:
        """What `open_ticket_for` takes; what was typed of a new caller is left out where a known one was chosen."""
        data = self.cleaned_data
        ticket = {name: data[name] for name in ("subject", "description", "priority")}
        if data["client"] != NEW_CALLER:
            return {**ticket, "client": int(data["client"])}
        caller = {name: data[name] for name in ("client_name", "client_phone", "client_company")}
        return {**ticket, **caller, "tenant_id": data["tenant"].pk if data.get("tenant") else None}


def _facts(person: User) -> str:
    """By what a found caller is told from another; of the number only so much."""
    contact = getattr(person, "contact", None)
    facts = [
        contact.company if contact else "",
        readable(contact, "phone", masked_phone) if contact else "",
        "Telegram" if person.telegram_id else "",
        str(person.tenant),
    ]
    return " · ".join(filter(None, facts))
