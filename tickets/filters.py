"""Filters of the ticket table."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.contrib.filters.admin import DropdownFilter

from accounts.queries import tenant_people_with
from accounts.roles import TICKETS_WORK
from core.actor import Actor
from tickets.models import Ticket

MINE, NOBODY = "me", "nobody"


class AssigneeFilter(DropdownFilter):
    """Mine, nobody's, or one colleague's."""

    title = _("assignee")
    parameter_name = "assignee"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        actor: Actor = request.actor  # type: ignore[attr-defined]
        people = tenant_people_with(actor.tenant_id, TICKETS_WORK) if actor.tenant_id else []
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
