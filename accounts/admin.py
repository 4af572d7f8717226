"""People and branches in the console, to look at."""

from django.contrib import admin
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_POST

from accounts.actions import require_second_factor
from accounts.invites_admin import InviteAdmin
from accounts.models import Tenant
from accounts.people_admin import UserAdmin
from accounts.queries import tenants_visible_to
from accounts.roles import TENANTS_MANAGE
from accounts.webhooks_admin import DeliveryAdmin, WebhookAdmin
from core.actor import Actor
from core.admin import ConsoleAdmin, actor_of, hidden_if_missing

admin.site.unregister(Group)

__all__ = ["DeliveryAdmin", "InviteAdmin", "UserAdmin", "WebhookAdmin"]


@admin.register(Tenant)
class TenantAdmin(ConsoleAdmin):
    seen_with = (TENANTS_MANAGE,)
    list_display = ["name", "slug", "time_zone"]
    fields = ["name", "slug", "time_zone", "second_factor_required", "created_at"]
    change_form_outer_before_template = "admin/accounts/tenant/above_card.html"

    def rows(self, actor: Actor) -> QuerySet[Tenant]:
        return tenants_visible_to(actor)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(require_POST(self.factor_view))
        return [path("<int:pk>/factor/", view, name="accounts_tenant_factor"), *super().get_urls()]

    def factor_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Require a second factor of the branch's staff, or no more."""
        if not actor_of(request).can(*self.seen_with):
            raise Http404
        with hidden_if_missing():
            require_second_factor(actor=actor_of(request), tenant_id=pk, required=request.POST.get("required") == "yes")
        return HttpResponseRedirect(reverse("admin:accounts_tenant_change", args=[pk]))
