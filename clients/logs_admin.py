"""Who looked at personal data, what was deleted, and who wants to be forgotten: the logs in the console."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.contrib.filters.admin import ChoicesDropdownFilter, DropdownFilter
from unfold.decorators import display

from accounts.queries import people_with
from accounts.roles import CLIENTS_ERASE, CLIENTS_WORK
from clients.actions import erase_client, refuse_erasure
from clients.enums import ErasureStatus
from clients.forms import HoldForm
from clients.models import Access, Erasure, Purge
from clients.queries import erasures_visible_to, looks_visible_to, purges_visible_to
from core.actor import Actor
from core.admin import ConsoleAdmin, actor_of, hidden_if_missing, posted, show_problem
from core.db import found
from core.errors import Problem
from tickets.filters import LocalDaysFilter, TenantFilter


class LookerFilter(DropdownFilter):
    """One person's looks."""

    title = gettext_lazy("who")
    parameter_name = "who"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(str(person.pk), person.full_name) for person in people_with(CLIENTS_WORK)]

    def queryset(self, request: HttpRequest, rows: QuerySet[Any]) -> QuerySet[Any]:
        value = self.value() or ""
        return rows.filter(user_id=int(value)) if value.isascii() and value.isdigit() and len(value) < 19 else rows


class LogAdmin(ConsoleAdmin):
    """A table that is only read."""

    seen_with = (CLIENTS_ERASE,)
    list_per_page = 50
    ordering = ["-pk"]
    list_display_links = None


@admin.register(Access)
class AccessAdmin(LogAdmin):
    list_display = ["who_cell", "client_cell", "what_cell", "reason", "at"]
    list_filter = [
        LookerFilter, ("kind", ChoicesDropdownFilter), ("via", ChoicesDropdownFilter), TenantFilter,
        ("at", LocalDaysFilter),
    ]  # fmt: skip
    search_fields = ["client__full_name", "user__full_name", "reason"]

    def rows(self, actor: Actor) -> QuerySet[Access]:
        return looks_visible_to(actor)

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        """There is nothing behind a line."""
        raise Http404

    @display(description=gettext_lazy("who"), header=True)
    def who_cell(self, look: Access) -> tuple[str, str]:
        return str(look.user or _("System")), look.get_via_display()

    @display(description=gettext_lazy("whose"))
    def client_cell(self, look: Access) -> str:
        return str(look.client)

    @display(description=gettext_lazy("what"))
    def what_cell(self, look: Access) -> str:
        request = _("request No. %(number)s") % {"number": look.request.number} if look.request else ""
        return " · ".join(filter(None, [str(look.get_kind_display()), request]))


@admin.register(Purge)
class PurgeAdmin(LogAdmin):
    list_display = ["client_cell", "rule", "days", "files", "who_cell", "at"]
    list_filter = [("rule", ChoicesDropdownFilter), TenantFilter, ("at", LocalDaysFilter)]
    search_fields = ["client__full_name"]

    def rows(self, actor: Actor) -> QuerySet[Purge]:
        return purges_visible_to(actor)

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        """There is nothing behind a line."""
        raise Http404

    @display(description=gettext_lazy("client"), header=True)
    def client_cell(self, row: Purge) -> tuple[str, str]:
        return str(row.client), _("request No. %(number)s") % {"number": row.request.number} if row.request else ""

    @display(description=gettext_lazy("who"))
    def who_cell(self, row: Purge) -> str:
        return str(row.user or _("System"))


CARD = "admin:clients_erasure_change"


@admin.register(Erasure)
class ErasureAdmin(ConsoleAdmin):
    """Who wants to be forgotten; one button does it."""

    seen_with = (CLIENTS_ERASE,)
    list_display = ["client_cell", "status", "asked_at", "due_at", "ended_at"]
    list_filter = [("status", ChoicesDropdownFilter), TenantFilter]
    list_per_page = 50
    ordering = ["-pk"]

    def rows(self, actor: Actor) -> QuerySet[Erasure]:
        return erasures_visible_to(actor)

    @display(description=gettext_lazy("client"), header=True)
    def client_cell(self, row: Erasure) -> tuple[str, str]:
        return str(row.client), f"{row.asked_by} · {row.get_via_display()}"

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("<int:pk>/erase/", view(posted(self.erase_view, CARD)), name="clients_erasure_erase"),
            path("<int:pk>/refuse/", view(posted(self.refuse_view, CARD)), name="clients_erasure_refuse"),
            *super().get_urls(),
        ]

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        """The wish with both buttons."""
        if not self.has_view_permission(request):
            raise Http404
        with hidden_if_missing():
            return self._card(request, int(object_id) if object_id.isascii() and object_id.isdigit() else 0)

    def erase_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Everything personal goes."""
        with hidden_if_missing():
            asked = found(self.get_queryset(request), pk)
            try:
                erase_client(actor=actor_of(request), client_id=asked.client_id)
            except Problem as problem:
                show_problem(request, problem)
                return self._card(request, pk, problem.status)
        messages.success(request, _("The client’s data have been erased."))
        return HttpResponseRedirect(reverse(CARD, args=[pk]))

    def refuse_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The client hears why not."""
        form = HoldForm(request.POST)
        with hidden_if_missing():
            reason = form.cleaned_data["reason"] if form.is_valid() else ""
            try:
                refuse_erasure(actor=actor_of(request), erasure_id=pk, reason=reason)
            except Problem as problem:
                if problem.status == 404:
                    raise
                show_problem(request, problem)
                return self._card(request, pk, problem.status)
        messages.success(request, _("Refused; the client has been told."))
        return HttpResponseRedirect(reverse(CARD, args=[pk]))

    def _card(self, request: HttpRequest, pk: int, status: int = 200) -> HttpResponse:
        asked = found(self.get_queryset(request), pk)
        context = {
            **self.admin_site.each_context(request), "opts": self.opts, "title": _("Erasure"), "asked": asked,
            "open": asked.status == ErasureStatus.ASKED,
        }  # fmt: skip
        return TemplateResponse(request, "admin/clients/erasure.html", context, status=status)
