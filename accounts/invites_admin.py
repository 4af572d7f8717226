"""Invites in the console: the list, a new one, and one with its link as text and as a QR picture."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST
from unfold.contrib.filters.admin import DropdownFilter
from unfold.decorators import display

from accounts.actions import create_invite, revoke_invite
from accounts.actions.invites import LARGEST_LIMIT, NOTES_LIMIT
from accounts.enums import InviteStatus
from accounts.links import invite_link
from accounts.models import Invite, Tenant
from accounts.queries import invitable_by, invite_list, tenants_visible_to
from accounts.roles import PEOPLE_INVITE, Role
from core.actor import Actor
from core.admin import ConsoleAdmin, actor_of, hidden_if_missing, show_problem
from core.crypto import opened
from core.db import found
from core.errors import Problem
from core.qr import qr_picture

STATUS_COLOURS = {
    InviteStatus.ACTIVE: "success", InviteStatus.USED_UP: "info", InviteStatus.EXPIRED: "warning",
    InviteStatus.REVOKED: "danger",
}  # fmt: skip


class InviteForm(forms.Form):
    """What an invite gives. Only a superuser names the branch."""

    role = forms.ChoiceField(label=gettext_lazy("Role"), widget=forms.Select(attrs={"class": "desk-input"}))
    tenant = forms.ModelChoiceField(
        label=gettext_lazy("Branch"),
        queryset=Tenant.objects.none(),
        required=False,
        empty_label=gettext_lazy("none (superuser)"),
        widget=forms.Select(attrs={"class": "desk-input"}),
    )
    use_limit = forms.IntegerField(
        label=gettext_lazy("How many people may join by it (0: no limit)"),
        initial=1,
        min_value=0,
        max_value=LARGEST_LIMIT,
        widget=forms.NumberInput(attrs={"class": "desk-input"}),
    )
    expires_at = forms.DateTimeField(
        label=gettext_lazy("Until when (empty: for ever)"),
        required=False,
        widget=forms.DateTimeInput(attrs={"class": "desk-input", "type": "datetime-local"}),
    )
    notes = forms.CharField(
        label=gettext_lazy("Notes"),
        required=False,
        max_length=NOTES_LIMIT,
        widget=forms.TextInput(attrs={"class": "desk-input", "autocomplete": "off"}),
    )

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        role, tenant = self.fields["role"], self.fields["tenant"]
        assert isinstance(role, forms.ChoiceField)
        assert isinstance(tenant, forms.ModelChoiceField)
        role.choices = [(role.value, str(role.label)) for role in Role if role in invitable_by(actor)]
        if actor.tenant_id is None:
            tenant.queryset = tenants_visible_to(actor)
        else:
            del self.fields["tenant"]


class InviteStatusFilter(DropdownFilter):
    """Invites by whether they still open the door."""

    title = gettext_lazy("status")
    parameter_name = "status"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(InviteStatus.choices)

    def queryset(self, request: HttpRequest, invites: QuerySet[Invite]) -> QuerySet[Invite]:
        return invite_list(actor_of(request), self.value()) if self.value() in InviteStatus.values else invites


@admin.register(Invite)
class InviteAdmin(ConsoleAdmin):
    seen_with = (PEOPLE_INVITE,)
    list_display = ["invite_cell", "status_cell", "used_cell", "expires_at", "created_by"]
    list_filter = [InviteStatusFilter]
    list_before_template = "admin/accounts/invite/above_table.html"
    ordering = ["-created_at", "-pk"]

    def rows(self, actor: Actor) -> QuerySet[Invite]:
        return invite_list(actor)

    @display(description=gettext_lazy("invite"), header=True)
    def invite_cell(self, invite: Invite) -> tuple[str, str]:
        return str(invite), invite.notes

    @display(description=gettext_lazy("status"), label=STATUS_COLOURS)
    def status_cell(self, invite: Invite) -> tuple[str, str]:
        return invite.status, str(invite.status.label)

    @display(description=gettext_lazy("used"))
    def used_cell(self, invite: Invite) -> str:
        return f"{invite.uses} / {invite.use_limit or '∞'}"

    def get_urls(self) -> list[URLPattern]:
        new = require_http_methods(["GET", "POST"])(self.new_view)
        revoke = require_POST(self.revoke_view)
        return [
            path("new/", self.admin_site.admin_view(new), name="accounts_invite_new"),
            path("<int:pk>/revoke/", self.admin_site.admin_view(revoke), name="accounts_invite_revoke"),
            *super().get_urls(),
        ]

    def new_view(self, request: HttpRequest) -> HttpResponse:
        """The form, and the invite that comes from it."""
        actor = actor_of(request)
        if not actor.can(PEOPLE_INVITE):
            raise PermissionDenied
        form = InviteForm(actor, request.POST or None)
        status = 200
        if request.method == "POST":
            if form.is_valid():
                data = dict(form.cleaned_data)
                tenant = data.pop("tenant", None)
                own = actor.tenant_id if "tenant" not in form.fields else (tenant.pk if tenant else None)
                try:
                    invite = create_invite(actor=actor, tenant_id=own, **data)
                except Problem as problem:
                    show_problem(request, problem)
                    status = problem.status
                else:
                    return HttpResponseRedirect(reverse("admin:accounts_invite_change", args=[invite.pk]))
            else:
                status = 400
        context = {**self.admin_site.each_context(request), "opts": self.opts, "title": _("New invite"), "form": form}
        return TemplateResponse(request, "admin/accounts/invite/new.html", context, status=status)

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        """The invite with its link. Dead ones too."""
        if not self.has_view_permission(request) or not (object_id.isascii() and object_id.isdigit()):
            raise Http404
        with hidden_if_missing():
            invite = found(self.get_queryset(request), int(object_id))
        code = opened(invite, "code")
        link = invite_link(code) if code else ""
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": str(invite),
            "invite": invite,
            "code": code,
            "link": link,
            "qr": qr_picture(link) if link and invite.status == InviteStatus.ACTIVE else "",
            "colour": STATUS_COLOURS[invite.status],
        }
        return TemplateResponse(request, "admin/accounts/invite/card.html", context)

    def revoke_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """End it; who has joined stays."""
        if not self.has_view_permission(request):
            raise Http404
        with hidden_if_missing():
            revoke_invite(actor=actor_of(request), invite_id=pk)
        return HttpResponseRedirect(reverse("admin:accounts_invite_change", args=[pk]))
