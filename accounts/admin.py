"""People and branches in the console, to look at."""

from django.contrib import admin
from django.contrib.auth.models import Group
from django.db.models import QuerySet

from accounts.invites_admin import InviteAdmin
from accounts.models import Tenant
from accounts.people_admin import UserAdmin
from accounts.queries import tenants_visible_to
from accounts.roles import TENANTS_MANAGE
from core.actor import Actor
from core.admin import ConsoleAdmin

admin.site.unregister(Group)

__all__ = ["InviteAdmin", "UserAdmin"]


@admin.register(Tenant)
class TenantAdmin(ConsoleAdmin):
    seen_with = (TENANTS_MANAGE,)
    list_display = ["name", "slug", "time_zone"]
    fields = ["name", "slug", "time_zone", "created_at"]

    def rows(self, actor: Actor) -> QuerySet[Tenant]:
        return tenants_visible_to(actor)
