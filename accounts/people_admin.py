"""People in the console: who there is, a new one, and what each may do here."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.password_validation import validate_password
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

from accounts.actions import (
    activate_person,
    create_person,
    deactivate_person,
    end_access,
    remove_second_factor,
    set_password,
    set_roles,
    set_service_permissions,
)
from accounts.models import Tenant, User
from accounts.queries import second_factor_of, tenants_visible_to, visible_to, with_role
from accounts.roles import PEOPLE_MANAGE, SERVICE_PERMISSIONS, Role
from core.actor import Actor
from core.admin import ConsoleAdmin, actor_of, hidden_if_missing, show_problem
from core.db import found
from core.errors import Problem

PASSWORD = forms.PasswordInput(attrs={"class": "desk-input", "autocomplete": "new-password"})


class RolesForm(forms.Form):
    """What a person is here."""

    roles = forms.MultipleChoiceField(
        label=gettext_lazy("Roles"), choices=Role.choices, required=False, widget=forms.CheckboxSelectMultiple
    )


class ServiceForm(forms.Form):
    """What an integrator's account may do."""

    permissions = forms.MultipleChoiceField(
        label=gettext_lazy("What the account may do"),
        choices=list(SERVICE_PERMISSIONS.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )


class PasswordForm(forms.Form):
    """By what a person signs in to the console or the API."""

    username = forms.CharField(
        label=gettext_lazy("Login"),
        max_length=150,
        required=False,
        widget=forms.TextInput(attrs={"class": "desk-input", "autocomplete": "off"}),
    )
    password = forms.CharField(label=gettext_lazy("New password"), max_length=200, strip=False, widget=PASSWORD)


class NewPersonForm(RolesForm, PasswordForm):
    """Somebody new: staff with a login, or an integrator's service account."""

    full_name = forms.CharField(
        label=gettext_lazy("Name"), max_length=200, widget=forms.TextInput(attrs={"class": "desk-input"})
    )
    tenant = forms.ModelChoiceField(
        label=gettext_lazy("Branch"),
        queryset=Tenant.objects.none(),
        required=False,
        empty_label=gettext_lazy("none (superuser)"),
        widget=forms.Select(attrs={"class": "desk-input"}),
    )
    field_order = ("full_name", "tenant", "roles", "username", "password")

    def __init__(self, actor: Actor, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        tenant = self.fields["tenant"]
        assert isinstance(tenant, forms.ModelChoiceField)
        tenant.queryset = tenants_visible_to(actor)
        self.fields["username"].required = self.fields["roles"].required = True

    def clean_password(self) -> str:
        """One that is not easily guessed."""
        validate_password(self.cleaned_data["password"])
        return str(self.cleaned_data["password"])


class RoleFilter(DropdownFilter):
    """People who hold a role, by its name in the reader's language."""

    title = gettext_lazy("role")
    parameter_name = "role"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(Role.choices)

    def queryset(self, request: HttpRequest, people: QuerySet[User]) -> QuerySet[User]:
        return with_role(people, self.value()) if self.value() in Role.values else people


@admin.register(User)
class UserAdmin(ConsoleAdmin):
    seen_with = (PEOPLE_MANAGE,)
    list_display = ["person_cell", "roles_cell", "tenant", "telegram_cell", "last_login", "is_active"]
    list_filter = [RoleFilter, "tenant", "is_active"]
    list_before_template = "admin/accounts/user/above_table.html"
    search_fields = ["full_name", "username"]

    def rows(self, actor: Actor) -> QuerySet[User]:
        return visible_to(actor).select_related("tenant").prefetch_related("groups").order_by("full_name")

    @display(description=gettext_lazy("person"), ordering="full_name", header=True)
    def person_cell(self, person: User) -> tuple[str, str]:
        return person.full_name, person.username or ""

    @display(description="Telegram", boolean=True)
    def telegram_cell(self, person: User) -> bool:
        return person.can_be_written_to

    @display(description=gettext_lazy("roles"))
    def roles_cell(self, person: User) -> str:
        return ", ".join(str(role.label) for role in sorted(person.roles))

    def get_urls(self) -> list[URLPattern]:
        deeds = {
            "roles": self.roles_view,
            "password": self.password_view,
            "service": self.service_view,
            "deactivate": self.deactivate_view,
            "activate": self.activate_view,
            "end": self.end_view,
            "factor": self.factor_view,
        }
        new = require_http_methods(["GET", "POST"])(self.new_view)
        return [
            path("new/", self.admin_site.admin_view(new), name="accounts_user_new"),
            *[
                path(f"<int:pk>/{name}/", self.admin_site.admin_view(require_POST(view)), name=f"accounts_user_{name}")
                for name, view in deeds.items()
            ],
            *super().get_urls(),
        ]

    def new_view(self, request: HttpRequest) -> HttpResponse:
        """The form, and the person that comes from it."""
        actor = actor_of(request)
        if not actor.can(*self.seen_with):
            raise PermissionDenied
        form, status = NewPersonForm(actor, request.POST or None), 200
        if request.method == "POST":
            status = 400
            if form.is_valid():
                try:
                    person = self._create(actor, form.cleaned_data)
                except Problem as problem:
                    show_problem(request, problem)
                    status = problem.status
                else:
                    return HttpResponseRedirect(reverse("admin:accounts_user_change", args=[person.pk]))
        context = {**self.admin_site.each_context(request), "opts": self.opts, "title": _("New person"), "form": form}
        return TemplateResponse(request, "admin/accounts/user/new.html", context, status=status)

    def _create(self, actor: Actor, given: dict[str, Any]) -> User:
        return create_person(
            actor=actor,
            tenant_id=given["tenant"].pk if given["tenant"] else None,
            full_name=given["full_name"],
            roles=[Role(role) for role in given["roles"]],
            username=given["username"],
            password=given["password"],
        )

    def roles_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Give exactly these roles."""
        form = RolesForm(request.POST)
        return self._act(
            request, pk, form, lambda actor: set_roles(actor=actor, user_id=pk, roles=form.cleaned_data["roles"])
        )

    def service_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Give an integrator's account exactly these permissions."""
        form = ServiceForm(request.POST)
        return self._act(
            request,
            pk,
            form,
            lambda actor: set_service_permissions(
                actor=actor, user_id=pk, permissions=form.cleaned_data["permissions"]
            ),
        )

    def password_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Give a login and a new password."""
        form = PasswordForm(request.POST)
        return self._act(request, pk, form, lambda actor: set_password(actor=actor, user_id=pk, **form.cleaned_data))

    def deactivate_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Close every door."""
        return self._act(
            request, pk, forms.Form(request.POST), lambda actor: deactivate_person(actor=actor, user_id=pk)
        )

    def activate_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Open them again."""
        return self._act(request, pk, forms.Form(request.POST), lambda actor: activate_person(actor=actor, user_id=pk))

    def end_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Sign out everywhere."""
        return self._act(request, pk, forms.Form(request.POST), lambda actor: end_access(actor=actor, user_id=pk))

    def factor_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Remove the second factor of somebody who has lost it."""
        return self._act(
            request, pk, forms.Form(request.POST), lambda actor: remove_second_factor(actor=actor, user_id=pk)
        )

    def _act(self, request: HttpRequest, pk: int, form: forms.Form, do: Callable[[Actor], User]) -> HttpResponse:
        """Do it and go back to the card; on a problem show the card with the sentence."""
        actor = actor_of(request)
        if not actor.can(*self.seen_with):
            raise Http404
        with hidden_if_missing():
            if not form.is_valid():
                for errors in form.errors.values():
                    messages.error(request, " ".join(str(error) for error in errors))
                return self._card(request, pk, 400)
            try:
                do(actor)
            except Problem as problem:
                if problem.status == 404:
                    raise
                show_problem(request, problem)
                return self._card(request, pk, problem.status)
        messages.success(request, _("Done."))
        return HttpResponseRedirect(reverse("admin:accounts_user_change", args=[pk]))

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        """The card."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        with hidden_if_missing():
            return self._card(request, int(object_id) if object_id.isascii() and object_id.isdigit() else 0)

    def _card(self, request: HttpRequest, pk: int, status: int = 200) -> HttpResponse:
        person = found(self.get_queryset(request), pk)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": person.full_name,
            "person": person,
            "factor": second_factor_of(person),
            "myself": person.pk == actor_of(request).user_id,
            "roles_form": RolesForm(initial={"roles": [role.value for role in person.roles]}),
            "service_form": ServiceForm(initial={"permissions": sorted(person.permissions)})
            if Role.INTEGRATOR in person.roles
            else None,
            "password_form": PasswordForm(initial={"username": person.username}),
        }
        return TemplateResponse(request, "admin/accounts/user/card.html", context, status=status)
