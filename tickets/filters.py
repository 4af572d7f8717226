"""Filters of the ticket table."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.contrib.admin import SimpleListFilter
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.forms import DateField
from django.http import HttpRequest
from django.utils import timezone
from django.utils.timezone import make_aware
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import DropdownFilter, RangeDateFilter

from accounts.queries import tenant_people_with, tenants_visible_to
from accounts.roles import TICKETS_ASSIGNABLE, TICKETS_SEE_ALL
from core.actor import Actor
from tickets.enums import View, Wait
from tickets.models import Ticket
from tickets.queries import in_view, waiting_for

EARLIEST, LATEST = date(1900, 1, 1), date(2999, 12, 31)


class LocalDaysFilter(RangeDateFilter):
    """From one day to another, both included, in the reader's language and calendar.

    unfold's own reads only English dates and compares with midnights of UTC.
    """

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if first := self._day("from"):
            queryset = queryset.filter(**{f"{self.field_path}__gte": first})
        if last := self._day("to"):
            queryset = queryset.filter(**{f"{self.field_path}__lt": last + timedelta(days=1)})
        return queryset

    def _day(self, end: str) -> datetime | None:
        """The beginning of the day, or None where nothing or no date was given."""
        try:
            day = DateField(required=False).clean(self.used_parameters.get(f"{self.parameter_name}_{end}"))
        except ValidationError:
            return None
        in_reach = day is not None and EARLIEST <= day <= LATEST
        return make_aware(datetime.combine(day, time.min)) if in_reach else None


MINE, NOBODY = "me", "nobody"


class AssigneeFilter(DropdownFilter):
    """Mine, nobody's, or one colleague's."""

    title = _("assignee")
    parameter_name = "assignee"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        actor: Actor = request.actor  # type: ignore[attr-defined]
        people = tenant_people_with(actor.tenant_id, TICKETS_ASSIGNABLE) if actor.tenant_id else []
        colleagues = [(str(person.pk), person.full_name) for person in people if person.pk != actor.user_id]
        return [(MINE, _("Mine")), (NOBODY, _("Not assigned")), *colleagues]

    def queryset(self, request: HttpRequest, tickets: QuerySet[Ticket]) -> QuerySet[Ticket]:
        actor: Actor = request.actor  # type: ignore[attr-defined]
        value = self.value()
        if value == MINE:
            return tickets.filter(assignee_id=actor.user_id)
        if value == NOBODY:
            return tickets.filter(assignee__isnull=True)
        if value and value.isascii() and value.isdigit():
            return tickets.filter(assignee_id=int(value))
        return tickets


class ViewFilter(SimpleListFilter):
    """The ready-made selections. They stand above the table as links; the panel of filters only keeps the choice."""

    title = _("selection")
    parameter_name = "view"
    template = "admin/tickets/ticket/kept_filter.html"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(View.choices)

    def queryset(self, request: HttpRequest, tickets: QuerySet[Ticket]) -> QuerySet[Ticket]:
        actor: Actor = request.actor  # type: ignore[attr-defined]
        value = self.value()
        return tickets.filter(in_view(View(value), actor)) if value in View.values else tickets


class WaitFilter(DropdownFilter):
    """How long the client has been waiting for an answer."""

    title = _("waiting time")
    parameter_name = "wait"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(Wait.choices)

    def queryset(self, request: HttpRequest, tickets: QuerySet[Ticket]) -> QuerySet[Ticket]:
        value = self.value()
        return tickets.filter(waiting_for(Wait(value), timezone.now())) if value in Wait.values else tickets


class TenantFilter(DropdownFilter):
    """One branch, for those who see all; others have no such filter."""

    title = _("branch")
    parameter_name = "branch"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        actor: Actor = request.actor  # type: ignore[attr-defined]
        if not actor.can(TICKETS_SEE_ALL):
            return []
        return [(tenant.slug, tenant.name) for tenant in tenants_visible_to(actor).order_by("name")]

    def queryset(self, request: HttpRequest, tickets: QuerySet[Ticket]) -> QuerySet[Ticket]:
        value = self.value()
        return tickets.filter(tenant__slug=value) if value else tickets
