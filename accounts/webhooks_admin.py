"""Webhooks in the console: the addresses, and the log of what was sent there."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods
from unfold.contrib.filters.admin import ChoicesDropdownFilter, RelatedDropdownFilter
from unfold.decorators import display

from accounts.actions.webhooks import (
    change_webhook_secret,
    ping_webhook,
    replay_webhook,
    save_webhook,
    switch_webhook,
)
from accounts.models import Tenant
from accounts.queries import tenants_visible_to, webhook_deliveries, webhooks_visible_to
from accounts.roles import TENANTS_MANAGE
from core.actor import Actor
from core.admin import ConsoleAdmin, actor_of, hidden_if_missing, posted, show_problem
from core.crypto import readable
from core.db import found
from core.errors import Problem
from outbox.enums import EventKind, HookStatus
from outbox.models import WebhookDelivery, WebhookEndpoint

CARD, DELIVERY = "admin:outbox_webhookendpoint_change", "admin:outbox_webhookdelivery_change"
LAST = 20
COLOURS = {HookStatus.QUEUED: "info", HookStatus.DELIVERED: "success", HookStatus.FAILED: "danger"}
INPUT = {"class": "desk-input"}


class WebhookForm(forms.Form):
    """Where, of which branch, and of what."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=80, widget=forms.TextInput(attrs=INPUT))
    tenant = forms.ModelChoiceField(
        label=gettext_lazy("Branch"), queryset=Tenant.objects.none(), widget=forms.Select(attrs=INPUT)
    )
    url = forms.CharField(label=gettext_lazy("Address"), max_length=500, widget=forms.URLInput(attrs=INPUT))
    kinds = forms.MultipleChoiceField(
        label=gettext_lazy("Events"), choices=EventKind.choices, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        tenant = self.fields["tenant"]
        assert isinstance(tenant, forms.ModelChoiceField)
        tenant.queryset = tenants_visible_to(actor)


def _on(actor: Actor, pk: int) -> str:
    switch_webhook(actor=actor, webhook_id=pk, on=True)
    return ""


def _off(actor: Actor, pk: int) -> str:
    switch_webhook(actor=actor, webhook_id=pk, on=False)
    return ""


def _secret(actor: Actor, pk: int) -> str:
    row = change_webhook_secret(actor=actor, webhook_id=pk)
    return _("The new secret, shown once: %(secret)s. The old one signs along for a day.") % {"secret": row.secret}


def _ping(actor: Actor, pk: int) -> str:
    ping_webhook(actor=actor, webhook_id=pk)
    return _("A trial event is on its way.")


DEEDS: dict[str, Callable[[Actor, int], str]] = {"on": _on, "off": _off, "secret": _secret, "ping": _ping}


@admin.register(WebhookEndpoint)
class WebhookAdmin(ConsoleAdmin):
    seen_with = (TENANTS_MANAGE,)
    list_display = ["name_cell", "tenant", "active", "failing_since"]
    list_before_template = "admin/outbox/above_table.html"

    def rows(self, actor: Actor) -> QuerySet[WebhookEndpoint]:
        return webhooks_visible_to(actor)

    @display(description=gettext_lazy("webhook"), ordering="name", header=True)
    def name_cell(self, row: WebhookEndpoint) -> tuple[str, str]:
        return row.name, row.url

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        both = require_http_methods(["GET", "POST"])
        return [
            path("new/", view(both(self.new_view)), name="outbox_webhookendpoint_new"),
            path("<int:pk>/edit/", view(posted(self.edit_view, CARD)), name="outbox_webhookendpoint_edit"),
            *[
                path(f"<int:pk>/{name}/", view(posted(self.deed_view, CARD)), {"name": name},
                     name=f"outbox_webhookendpoint_{name}")
                for name in DEEDS
            ],
            *super().get_urls(),
        ]  # fmt: skip

    def new_view(self, request: HttpRequest) -> HttpResponse:
        """The form, and the address that comes from it."""
        actor = actor_of(request)
        if not actor.can(*self.seen_with):
            raise PermissionDenied
        form, status = WebhookForm(actor, request.POST or None), 200
        if request.method == "POST":
            status = 400
            if form.is_valid():
                try:
                    row = self._save(actor, form)
                except Problem as problem:
                    show_problem(request, problem)
                    status = problem.status
                else:
                    messages.success(request, _("The secret, shown once: %(secret)s") % {"secret": row.secret})
                    return HttpResponseRedirect(reverse(CARD, args=[row.pk]))
        context = {**self.admin_site.each_context(request), "opts": self.opts, "title": _("New webhook"), "form": form}
        return TemplateResponse(request, "admin/outbox/new.html", context, status=status)

    def _save(self, actor: Actor, form: WebhookForm, pk: int | None = None) -> WebhookEndpoint:
        given = form.cleaned_data
        return save_webhook(
            actor=actor, tenant_id=given["tenant"].pk, name=given["name"], url=given["url"], kinds=given["kinds"],
            webhook_id=pk,
        )  # fmt: skip

    def edit_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Change name, address and events."""
        actor = actor_of(request)
        with hidden_if_missing():
            row = found(self.get_queryset(request), pk)
            form = WebhookForm(actor, {**request.POST.dict(), "kinds": request.POST.getlist("kinds"),
                                       "tenant": row.tenant_id})  # fmt: skip
            if not form.is_valid():
                return self._card(request, pk, 400, form)
            try:
                self._save(actor, form, pk)
            except Problem as problem:
                show_problem(request, problem)
                return self._card(request, pk, problem.status, form)
        return HttpResponseRedirect(reverse(CARD, args=[pk]))

    def deed_view(self, request: HttpRequest, pk: int, name: str) -> HttpResponse:
        """Do one of `DEEDS`."""
        with hidden_if_missing():
            found(self.get_queryset(request), pk)
            said = DEEDS[name](actor_of(request), pk)
        if said:
            messages.success(request, said)
        return HttpResponseRedirect(reverse(CARD, args=[pk]))

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        """The address with its last deliveries."""
        if not self.has_view_permission(request):
            raise Http404
        with hidden_if_missing():
            return self._card(request, int(object_id) if object_id.isascii() and object_id.isdigit() else 0)

    def _card(self, request: HttpRequest, pk: int, status: int = 200, form: WebhookForm | None = None) -> HttpResponse:
        actor = actor_of(request)
        row = found(self.get_queryset(request), pk)
        initial = {"name": row.name, "tenant": row.tenant_id, "url": row.url, "kinds": row.kinds}
        context = {
            **self.admin_site.each_context(request), "opts": self.opts, "title": row.name, "row": row,
            "form": form or WebhookForm(actor, initial=initial),
            "deliveries": webhook_deliveries(actor).filter(endpoint=row)[:LAST],
            "secret_end": readable(row, "secret", lambda value: f"…{value[-4:]}"),
        }  # fmt: skip
        return TemplateResponse(request, "admin/outbox/card.html", context, status=status)


@admin.register(WebhookDelivery)
class DeliveryAdmin(ConsoleAdmin):
    seen_with = (TENANTS_MANAGE,)
    list_display = ["event_cell", "status", "attempts", "created_at", "finished_at"]
    list_filter = [
        ("endpoint", RelatedDropdownFilter), ("status", ChoicesDropdownFilter),
    ]  # fmt: skip
    list_per_page = 50
    search_fields = ["event"]

    def rows(self, actor: Actor) -> QuerySet[WebhookDelivery]:
        return webhook_deliveries(actor)

    @display(description=gettext_lazy("event"), header=True)
    def event_cell(self, row: WebhookDelivery) -> tuple[str, str]:
        return row.event, row.endpoint.name

    def get_urls(self) -> list[URLPattern]:
        replay = self.admin_site.admin_view(posted(self.replay_view, DELIVERY))
        return [path("<int:pk>/replay/", replay, name="outbox_webhookdelivery_replay"), *super().get_urls()]

    def replay_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The same event once more."""
        with hidden_if_missing():
            found(self.get_queryset(request), pk)
            replay_webhook(actor=actor_of(request), delivery_id=pk)
        messages.success(request, _("The event is on its way once more."))
        return HttpResponseRedirect(reverse(DELIVERY, args=[pk]))

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        """One event: what was sent, and every call."""
        if not self.has_view_permission(request):
            raise Http404
        with hidden_if_missing():
            row = found(
                self.get_queryset(request), int(object_id) if object_id.isascii() and object_id.isdigit() else 0
            )
        context = {
            **self.admin_site.each_context(request), "opts": self.opts, "title": row.event, "row": row,
            "colour": COLOURS[HookStatus(row.status)], "calls": row.log.order_by("-pk")[:LAST],
        }  # fmt: skip
        return TemplateResponse(request, "admin/outbox/delivery.html", context)
