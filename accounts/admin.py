"""People and branches in the console, to look at."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import DropdownFilter
from unfold.decorators import display

from accounts.invites_admin import InviteAdmin
from accounts.models import Tenant, User
from accounts.queries import tenants_visible_to, visible_to, with_role
from accounts.roles import PEOPLE_MANAGE, TENANTS_MANAGE, Role
from core.actor import Actor
from core.admin import ConsoleAdmin

admin.site.unregister(Group)

__all__ = ["InviteAdmin"]


@admin.register(Tenant)
class TenantAdmin(ConsoleAdmin):
    seen_with = (TENANTS_MANAGE,)
    list_display = ["name", "slug", "time_zone"]
    fields = ["name", "slug", "time_zone", "created_at"]

    def rows(self, actor: Actor) -> QuerySet[Tenant]:
        return tenants_visible_to(actor)


class RoleFilter(DropdownFilter):
    """People who hold a role, by its name in the reader's language."""

    title = _("role")
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
    search_fields = ["full_name", "username"]
    fields = [
        "full_name",
        "username",
        "tenant",
        "roles_cell",
        "language",
        "telegram_username",
        "is_active",
        "created_at",
        "last_login",
    ]

    def rows(self, actor: Actor) -> QuerySet[User]:
        return visible_to(actor).select_related("tenant").prefetch_related("groups").order_by("full_name")

    @display(description=_("person"), ordering="full_name", header=True)
    def person_cell(self, person: User) -> tuple[str, str]:
        return person.full_name, person.username or ""

    @display(description=_("Telegram"), boolean=True)
    def telegram_cell(self, person: User) -> bool:
        return person.can_be_written_to

    @display(description=_("roles"))
    def roles_cell(self, person: User) -> str:
        return ", ".join(str(role.label) for role in sorted(person.roles))
