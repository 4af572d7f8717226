"""Orders in the console: the curator's table, and the card on which he verifies."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.contrib.filters.admin import MultipleChoicesDropdownFilter
from unfold.decorators import display

from accounts.queries import contact_of
from accounts.roles import ORDERS_HAND_OVER, ORDERS_MANAGE, ORDERS_SEE_ALL
from audit.live import news
from audit.queries import place
from core.actor import Actor
from core.admin import actor_of, hidden_if_missing, posted, show_problem
from core.crypto import opened
from core.db import found
from core.errors import NotFound, Problem
from orders import table
from orders.card import history, papers, submitted, sums, talk, workshop_jobs
from orders.decisions import DECISIONS
from orders.enums import OPEN, Stage
from orders.filters import EngineerFilter, SelectionFilter
from orders.forms import CuratorForm, EngineerForm, JobPriorityForm, WaitingForm, optional_stages
from orders.models import Order
from orders.new import CARD, NewOrderPage
from orders.queries import order_list, visible_to
from orders.report_page import ReportPage
from orders.rules import consent_missing, is_curator, sees_money, waits_for
from orders.search import matching
from orders.table import STAGE_COLOURS
from orders.team import TeamPages
from tickets.filters import LocalDaysFilter, TenantFilter


@admin.register(Order)
class OrderAdmin(NewOrderPage, ReportPage, TeamPages):
    """The curator's desk."""

    seen_with = (ORDERS_MANAGE, ORDERS_SEE_ALL)
    list_display = ["order_cell", "stage_cell", "due_cell", "sum_cell"]
    list_filter = [
        SelectionFilter,
        ("stage", MultipleChoicesDropdownFilter),
        EngineerFilter,
        TenantFilter,
        ("created_at", LocalDaysFilter),
        ("closed_at", LocalDaysFilter),
    ]
    list_before_template = "admin/orders/order/views.html"
    list_per_page = 50
    ordering = ["-created_at", "-pk"]
    search_fields = ["number"]  # that there is a search; what it searches is for `orders.search` to say
    search_help_text = gettext_lazy("Number, device, serial number, fault or client")

    def rows(self, actor: Actor) -> QuerySet[Order]:
        return order_list(actor)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Order], search_term: str
    ) -> tuple[QuerySet[Order], bool]:
        return (matching(queryset, search_term, actor_of(request).tenant_id) if search_term else queryset), False

    @display(description=gettext_lazy("order"), ordering="number", header=True)
    def order_cell(self, order: Order) -> tuple[str, str]:
        return order.device or order.fault[:80] or "–", f"№ {order.number} · {order.client or '–'}"

    @display(description=gettext_lazy("Stage, engineer"), ordering="stage")
    def stage_cell(self, order: Order) -> SafeString:
        return table.stage_cell(order)

    @display(description=gettext_lazy("Due, waits for"), ordering="due_at")
    def due_cell(self, order: Order) -> SafeString:
        return table.due_cell(order, timezone.now())

    @display(description=gettext_lazy("Contract, net"), ordering="contract_sum")
    def sum_cell(self, order: Order) -> SafeString:
        return table.sum_cell(order)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The table, with its ready-made selections and the way to a new order above."""
        actor = actor_of(request)
        views = table.links(request) if self.has_view_permission(request) else []
        more = {
            "views": views,
            "can_open": actor.can(ORDERS_MANAGE),
            "place": place(),
            "hands_over": actor.can(ORDERS_HAND_OVER),
        }
        return super().changelist_view(request, {**more, **(extra_context or {})})

    def get_urls(self) -> list[URLPattern]:
        own = [
            path(
                f"<int:pk>/{name}/", self.admin_site.admin_view(posted(self.decision_view, CARD)), {"name": name},
                name=f"orders_order_{name}",
            )
            for name in DECISIONS
        ]  # fmt: skip
        live = path("live/", self.admin_site.admin_view(self.live_view), name="orders_order_live")
        return [live, *self.new_urls(), *self.report_urls(), *self.team_urls(), *own, *super().get_urls()]

    def live_view(self, request: HttpRequest) -> HttpResponse:
        """What has changed, for pages that stay open."""
        if not self.has_view_permission(request):
            raise Http404
        actor = actor_of(request)
        return news(request, visible_to(actor), everywhere=actor.can(ORDERS_SEE_ALL))

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The card."""
        if not self.has_view_permission(request):
            raise Http404
        with hidden_if_missing():
            return self._card(request, int(object_id) if object_id.isascii() and object_id.isdigit() else 0)

    def decision_view(self, request: HttpRequest, pk: int, name: str) -> HttpResponse:
        """Do it and go back to the card; on a problem show the card with the sentence and what was typed."""
        decision = DECISIONS[name]
        open_form = name if decision.folded else ""
        with hidden_if_missing():
            form = decision.read(request, found(self.get_queryset(request), pk))
            if not form.is_valid():
                for errors in form.errors.values():
                    messages.error(request, " ".join(str(error) for error in errors))
                return self._card(request, pk, 400, open_form)
            try:
                said = decision.act(actor_of(request), pk, form.cleaned_data)
            except Problem as problem:
                if problem.status == 404:
                    raise
                show_problem(request, problem)
                return self._card(request, pk, problem.status, open_form)
            if said:
                messages.success(request, said)
            return HttpResponseRedirect(reverse(CARD, args=[pk]))

    def _card(self, request: HttpRequest, pk: int, status: int = 200, open_form: str = "") -> HttpResponse:
        """The page; `open_form` is the form that was refused, `typed` what it held."""
        actor, seen_until = actor_of(request), place()
        order = found(self.get_queryset(request), pk)
        if not sees_money(actor, order):  # only its device is to be seen, in the bot
            raise NotFound
        everything, curates = submitted(order), is_curator(actor, order)
        priority = order.job.priority if order.job else ""
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Order No. %(number)s") % {"number": order.number},
            "place": seen_until,
            "order": order,
            "stage_colour": STAGE_COLOURS[Stage(order.stage)],
            "awaited": next((one for one in everything if one.awaited), None),
            "before": [one for one in everything if not one.awaited],
            "jobs": workshop_jobs(order),
            "sums": sums(order),
            "talk": talk(actor, order),
            "events": history(order),
            "waits": waits_for(order),
            "late": order.is_late(timezone.now()),
            "manages": curates and order.stage in OPEN,
            "curates": curates,
            "answers": curates and order.client is not None and order.client.can_be_written_to,
            "consent_missing": order.stage in OPEN and consent_missing(order),
            "papers": papers(order),
            "waiting_form": WaitingForm(initial={"waiting": order.waiting}),
            "curator_form": CuratorForm(order.tenant_id, initial={"curator": order.curator_id})
            if actor.can(ORDERS_HAND_OVER)
            else None,
            "contact": contact_of(order.client) if order.client else None,
            "address": opened(order, "address"),
            "planned": optional_stages(order),
            "engineer_form": EngineerForm(order.curator, initial={"engineer": order.engineer_id}),
            "priority_form": JobPriorityForm(initial={"priority": priority}) if order.job else None,
            "open_form": open_form,
            "typed": request.POST.dict() if open_form else {},
        }
        return TemplateResponse(request, "admin/orders/order/card.html", context, status=status)
