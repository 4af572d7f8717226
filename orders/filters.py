"""Filters of the order table."""

from typing import Any

from django.contrib.admin import SimpleListFilter
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import DropdownFilter

from accounts.models import User
from accounts.roles import ORDERS_MANAGE
from core.admin import actor_of
from orders.enums import Selection
from orders.models import Order
from orders.queries import in_selection, team_engineers


class SelectionFilter(SimpleListFilter):
    """A ready-made selection; its links stand above the table."""

    title = _("selection")
    parameter_name = "selection"
    template = "admin/tickets/ticket/kept_filter.html"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(one.value, one.label) for one in Selection]

    def queryset(self, request: HttpRequest, orders: QuerySet[Order]) -> QuerySet[Order]:
        value = self.value()
        if value not in Selection.values:
            return orders
        return orders.filter(in_selection(Selection(value), actor_of(request), timezone.now()))


class EngineerFilter(DropdownFilter):
    """One engineer of the team."""

    title = _("engineer")
    parameter_name = "engineer"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        user = request.user
        if not isinstance(user, User) or not actor_of(request).can(ORDERS_MANAGE) or user.tenant_id is None:
            return []
        return [(str(person.pk), person.full_name) for person in team_engineers(user)]

    def queryset(self, request: HttpRequest, orders: QuerySet[Order]) -> QuerySet[Order]:
        value = self.value() or ""
        return (
            orders.filter(engineer_id=int(value)) if value.isascii() and value.isdigit() and len(value) < 19 else orders
        )
