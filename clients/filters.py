"""Filters of the table of requests."""

from typing import Any

from django.contrib.admin import SimpleListFilter
from django.db.models import Q, QuerySet, TextChoices
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy

from clients.enums import AWAITED, OPEN, Status
from clients.models import Client, Request
from clients.queries import visible_to
from core.actor import Actor
from core.admin import actor_of
from tickets.queries import COUNTED_AT_MOST
from tickets.table import amount


class Selection(TextChoices):
    """What the operator looks through."""

    REVIEW = "review", pgettext_lazy("requests", "Await review")
    AWAITED = "awaited", pgettext_lazy("requests", "Await the client")
    MINE = "mine", pgettext_lazy("requests", "Opened by me")
    ENDED = "ended", pgettext_lazy("requests", "Ended")


def in_selection(selection: Selection, actor: Actor) -> Q:
    """The condition of a ready-made selection."""
    return {
        Selection.REVIEW: Q(status=Status.SUBMITTED),
        Selection.AWAITED: Q(status__in=sorted(AWAITED)),
        Selection.MINE: Q(status__in=sorted(OPEN), opened_by_id=actor.user_id),
        Selection.ENDED: ~Q(status__in=sorted(OPEN)),
    }[selection]


class SelectionFilter(SimpleListFilter):
    """A ready-made selection; its links stand above the table."""

    title = _("selection")
    parameter_name = "selection"
    template = "admin/tickets/ticket/kept_filter.html"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [(one.value, one.label) for one in Selection]

    def queryset(self, request: HttpRequest, requests: QuerySet[Request]) -> QuerySet[Request]:
        value = self.value()
        if value not in Selection.values:
            return requests
        order = ["status_since", "pk"] if value == Selection.REVIEW else ["due_at", "pk"]
        chosen = requests.filter(in_selection(Selection(value), actor_of(request)))
        return chosen.order_by(*order) if value != Selection.ENDED else chosen


class UnansweredFilter(SimpleListFilter):
    """Clients who wrote and wait for an answer, the longest waiting first; its link stands above the table."""

    title = _("selection")
    parameter_name = "view"
    template = "admin/tickets/ticket/kept_filter.html"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("unanswered", _("Not answered"))]

    def queryset(self, request: HttpRequest, clients: QuerySet[Client]) -> QuerySet[Client]:
        if self.value() != "unanswered":
            return clients
        return clients.filter(card__waiting_since__isnull=False).order_by("card__waiting_since")


def links(request: HttpRequest) -> list[dict[str, Any]]:
    """The ready-made selections above the table; open ones with their number of requests."""
    address, actor = reverse("admin:clients_request_changelist"), actor_of(request)
    chosen = request.GET.get("selection", "")
    ready: list[dict[str, Any]] = [
        {
            "label": one.label, "url": f"{address}?selection={one.value}", "value": one.value,
            "count": "" if one == Selection.ENDED else amount(count_of(actor, one)),
        }
        for one in Selection
    ]  # fmt: skip
    everything: dict[str, Any] = {"label": pgettext("requests", "All"), "url": address, "count": "", "value": ""}
    return [{**link, "chosen": link["value"] == chosen} for link in [*ready, everything]]


def count_of(actor: Actor, selection: Selection) -> int:
    """How many requests there are in it, up to a limit."""
    return visible_to(actor).filter(in_selection(selection, actor)).order_by()[: COUNTED_AT_MOST + 1].count()
