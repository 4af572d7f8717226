"""The shapes of what the console sends about clients."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from clients.actions.looks import REASON_LIMIT as LOOK_LIMIT
from clients.models.card import HOLD_LIMIT
from clients.models.request import NOTE_LIMIT, REASON_LIMIT
from clients.queries import redo_reasons, templates
from tickets.forms import FilesField

TEXT = forms.TextInput(attrs={"class": "desk-input"})
AREA = forms.Textarea(attrs={"class": "desk-input", "rows": 3})


class AnswerForm(forms.Form):
    """A decision about the answer that the page shows."""

    answer = forms.IntegerField(min_value=1)


class RedoForm(AnswerForm):
    """What is wrong: a ready reason, own words, or both."""

    reason = forms.ChoiceField(label=_("Reason"), required=False)
    text = forms.CharField(label=_("In your own words"), required=False, max_length=REASON_LIMIT, widget=AREA)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["reason"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "—"), *((reason.code, str(reason)) for reason in redo_reasons())]


class RejectForm(AnswerForm):
    """Why it is not accepted."""

    text = forms.CharField(max_length=REASON_LIMIT)


class WithdrawForm(forms.Form):
    """Why nothing is needed any more, if there is something to say."""

    reason = forms.CharField(required=False, max_length=REASON_LIMIT)
    version = forms.IntegerField(required=False)


class ExtendForm(forms.Form):
    """A new last day."""

    due_on = forms.DateField()
    version = forms.IntegerField(required=False)


class LookForm(forms.Form):
    """Why personal data are looked at. What is wrong with it the action says."""

    reason = forms.CharField(required=False, max_length=LOOK_LIMIT)


class HoldForm(forms.Form):
    """Why nothing may be deleted, or an erasure is refused."""

    reason = forms.CharField(max_length=HOLD_LIMIT)


class LetterForm(forms.Form):
    """A message to the client."""

    text = forms.CharField(
        label=_("Text"), required=False, strip=False,
        widget=forms.Textarea(attrs={"rows": 3, "class": "desk-input", "aria-label": _("Text")}),
    )  # fmt: skip
    attachments = FilesField(label=_("Attach files"), required=False)


class RequestForm(forms.Form):
    """A new request: what, until when, and a word to the client."""

    template = forms.ChoiceField(label=_("What is asked for"), widget=forms.RadioSelect)
    due_on = forms.DateField(
        label=_("Until (empty: as the template says)"), required=False,
        widget=forms.DateInput(attrs={"class": "desk-input", "type": "date"}),
    )  # fmt: skip
    note = forms.CharField(label=_("A word to the client"), required=False, max_length=NOTE_LIMIT, widget=AREA)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["template"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(template.code, str(template)) for template in templates()]
