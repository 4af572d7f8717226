"""Configuration rows (kinds, templates, ready texts) are edited as usual; the history says who changed which field."""

from typing import Any

from django.db.models import Model
from django.forms import ModelForm
from django.http import HttpRequest

from audit.actions import record
from core.admin import ConsoleAdmin, actor_of


class ConfigAdmin(ConsoleAdmin):
    """Pages on which holders of `edited_with` add and change rows that say how the house works. Nothing is deleted: it
    is switched off. Names of changed fields go into the history."""

    edited_with: tuple[str, ...] = ()

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return actor_of(request).can(*self.edited_with)

    def has_add_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.has_view_permission(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self.has_view_permission(request, obj)

    def rows(self, actor: Any) -> Any:
        return self.model._default_manager.all() if actor.can(*self.edited_with) else self.model._default_manager.none()

    def log_addition(self, request: HttpRequest, obj: Model, message: Any) -> None:
        """Django's own log is not kept: ours is."""
        record(actor_of(request), f"{obj._meta.app_label}.add_{obj._meta.model_name}", obj, tenant_id=None)

    def log_change(self, request: HttpRequest, obj: Model, message: Any) -> None:
        """The names of the fields; no texts."""

    def save_related(self, request: HttpRequest, form: ModelForm, formsets: Any, change: bool) -> None:  # noqa: FBT001
        super().save_related(request, form, formsets, change)
        changed = sorted(
            {*form.changed_data, *(name for set_ in formsets for one in set_ for name in one.changed_data)}
        )
        if change and changed:
            obj = form.instance
            verb = f"{obj._meta.app_label}.change_{obj._meta.model_name}"
            record(actor_of(request), verb, obj, tenant_id=None, fields=changed)
