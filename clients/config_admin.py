"""Kinds of documents, questionnaires, templates, reasons and the consent: set up in the console, without code."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db.models import Field, TextField
from django.http import HttpRequest
from django.utils.translation import gettext_lazy
from unfold.admin import StackedInline
from unfold.decorators import display
from unfold.widgets import UnfoldAdminCheckboxSelectMultiple, UnfoldAdminTextareaWidget

from accounts.roles import CLIENTS_CONFIGURE
from audit.config_admin import ConfigAdmin
from clients.enums import FileType
from clients.models import ConsentText, DocumentKind, Question, Questionnaire, RedoReason, RequestTemplate
from core.actor import Actor
from core.admin import actor_of
from files.actions import store_uploads

AREAS = {TextField: {"widget": UnfoldAdminTextareaWidget(attrs={"rows": 3})}}


class ClientsConfig(ConfigAdmin):
    """What superusers set up for requests."""

    formfield_overrides: ClassVar = AREAS

    edited_with = (CLIENTS_CONFIGURE,)
    list_filter: list[Any] = []
    list_per_page = 50


class KindForm(forms.ModelForm):
    """A kind with a sample picture to send along."""

    sample = forms.FileField(
        label=gettext_lazy("Sample picture"), required=False,
        help_text=gettext_lazy("Sent to the client with the request. A new one replaces the one before."),
    )  # fmt: skip

    class Meta:
        model = DocumentKind
        fields = [
            "code", "enabled", "name_ru", "name_en", "instruction_ru", "instruction_en", "types", "megabytes", "pages",
            "text_allowed", "retention_days",
        ]  # fmt: skip


@admin.register(DocumentKind)
class DocumentKindAdmin(ClientsConfig):
    form = KindForm
    list_display = ["name_ru", "code", "retention_days", "enabled"]
    fields = [*KindForm.Meta.fields, "sample"]

    def formfield_for_dbfield(self, db_field: Field, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "types":
            return forms.MultipleChoiceField(
                label=db_field.verbose_name, choices=FileType.choices, help_text=db_field.help_text,
                widget=UnfoldAdminCheckboxSelectMultiple,
            )  # fmt: skip
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:  # noqa: FBT001
        super().save_related(request, form, formsets, change)
        if form.cleaned_data.get("sample"):
            store_uploads(form.instance, [form.cleaned_data["sample"]])


class QuestionInline(StackedInline):
    """The questions of a questionnaire, in their order."""

    model = Question
    extra = 0
    formfield_overrides: ClassVar = AREAS
    fields = [
        ("position", "key"), ("type", "required"), ("text_ru", "text_en"), ("hint_ru", "hint_en"),
        ("choices_ru", "choices_en"), ("length", "date_check"), ("least", "most"),
    ]  # fmt: skip

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return actor_of(request).can(CLIENTS_CONFIGURE)

    has_add_permission = has_change_permission = has_delete_permission = has_view_permission


@admin.register(Questionnaire)
class QuestionnaireAdmin(ClientsConfig):
    list_display = ["name_ru", "code", "questions_cell", "retention_days", "enabled"]
    inlines = [QuestionInline]
    fields = [
        "code", "enabled", "name_ru", "name_en", "instruction_ru", "instruction_en", "retention_days",
    ]  # fmt: skip

    def rows(self, actor: Actor) -> Any:
        return super().rows(actor).prefetch_related("questions")

    @display(description=gettext_lazy("questions"))
    def questions_cell(self, questionnaire: Questionnaire) -> int:
        return len(questionnaire.questions.all())


@admin.register(RequestTemplate)
class RequestTemplateAdmin(ClientsConfig):
    list_display = ["name_ru", "code", "asks_cell", "due_days", "enabled"]
    fields = [
        "code", "enabled", "position", "name_ru", "name_en", "kind", "questionnaire", "due_days", "note_ru", "note_en",
    ]  # fmt: skip

    def rows(self, actor: Actor) -> Any:
        return super().rows(actor).select_related("kind", "questionnaire")

    @display(description=gettext_lazy("asks for"))
    def asks_cell(self, template: RequestTemplate) -> str:
        return str(template.kind or template.questionnaire)


@admin.register(RedoReason)
class RedoReasonAdmin(ClientsConfig):
    list_display = ["name_ru", "code", "position", "enabled"]
    fields = ["code", "enabled", "position", "name_ru", "name_en", "text_ru", "text_en"]


@admin.register(ConsentText)
class ConsentTextAdmin(ClientsConfig):
    """A new text is a new version; none is ever changed."""

    list_display = ["version_cell", "published_at", "published_by"]
    fields = ["text_ru", "text_en"]

    def rows(self, actor: Actor) -> Any:
        return super().rows(actor).select_related("published_by")

    @display(description=gettext_lazy("version"), ordering="pk")
    def version_cell(self, text: ConsentText) -> str:
        return str(text.pk)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: ConsentText, form: Any, change: bool) -> None:  # noqa: FBT001
        """The newest version is asked for from now on."""
        obj.published_by_id = actor_of(request).user_id
        super().save_model(request, obj, form, change)
