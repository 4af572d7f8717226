"""Orders in the console: the curator's table, and the card on which he verifies."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from unfold.contrib.filters.admin import MultipleChoicesDropdownFilter
from unfold.decorators import display

from accounts.actions import activate_person, deactivate_person
from accounts.models import User
from accounts.queries import contact_of
from accounts.roles import ORDERS_MANAGE, ORDERS_SEE_ALL
from core.actor import Actor
from core.admin import ConsoleAdmin, actor_of, hidden_if_missing, posted, show_problem
from core.db import found
from core.errors import Denied, Problem
from orders import table
from orders.actions import (
    add_penalty,
    approve_attempt,
    assign_engineer,
    cancel_order,
    create_order,
    exclude_stage,
    extend_order,
    plan_stage,
    release_job,
    return_attempt,
    set_job_priority,
)
from orders.card import history, submitted, sums, workshop_jobs
from orders.enums import OPEN, Stage
from orders.filters import EngineerFilter, SelectionFilter
from orders.forms import (
    EngineerForm,
    ExtendForm,
    JobPriorityForm,
    OrderForm,
    PenaltyForm,
    PeriodForm,
    ReasonForm,
    StageForm,
    optional_stages,
)
from orders.models import Order
from orders.money import parse_money
from orders.queries import comments_of, order_list, per_engineer, team_of, totals, work_of
from orders.reports import TABLES, Period, as_csv, as_xlsx, ended
from orders.rules import is_curator, waits_for
from orders.table import STAGE_COLOURS
from orders.words import roubles
from tickets.filters import LocalDaysFilter, TenantFilter
from tickets.models import Ticket
from tickets.queries import ticket_list

CARD = "admin:orders_order_change"
SHOWN_IN_REPORT = 200
FILES = {
    "csv": (as_csv, "text/csv; charset=utf-8"),
    "xlsx": (as_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}


@admin.register(Order)
class OrderAdmin(ConsoleAdmin):
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
    search_fields = ["number", "external_number", "device", "serial_number", "client__full_name"]
    search_help_text = gettext_lazy("Number, device, serial number or client")

    def rows(self, actor: Actor) -> QuerySet[Order]:
        return order_list(actor)

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
        views = table.links(request) if self.has_view_permission(request) else []
        more = {"views": views, "can_open": actor_of(request).can(ORDERS_MANAGE)}
        return super().changelist_view(request, {**more, **(extra_context or {})})

    def get_urls(self) -> list[URLPattern]:
        own = [
            path(f"<int:pk>/{name}/", self.admin_site.admin_view(posted(view, CARD)), name=f"orders_order_{name}")
            for name, view in (
                ("approve", self.approve_view),
                ("return", self.return_view),
                ("cancel", self.cancel_view),
                ("assign", self.assign_view),
                ("plan", self.plan_view),
                ("exclude", self.exclude_view),
                ("extend", self.extend_view),
                ("priority", self.priority_view),
                ("penalty", self.penalty_view),
                ("release", self.release_view),
            )
        ]
        new = require_http_methods(["GET", "POST"])(self.new_view)
        pages = [
            path("new/", self.admin_site.admin_view(new), name="orders_order_new"),
            path("report/", self.admin_site.admin_view(require_GET(self.report_view)), name="orders_order_report"),
        ]
        team = [
            path("team/", self.admin_site.admin_view(require_GET(self.team_view)), name="orders_order_team"),
            path(
                "team/<int:person>/<str:what>/", self.admin_site.admin_view(require_POST(self.member_view)),
                name="orders_order_member",
            ),
        ]  # fmt: skip
        return [*pages, *team, *own, *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The card."""
        with hidden_if_missing():
            return self._card(request, int(object_id) if object_id.isascii() and object_id.isdigit() else 0)

    def new_view(self, request: HttpRequest) -> HttpResponse:
        """Open an order, from a ticket (`?ticket=`) or by itself."""
        actor = actor_of(request)
        if not actor.can(ORDERS_MANAGE):
            raise PermissionDenied
        curator = request.user
        assert isinstance(curator, User)
        ticket = self._ticket(actor, request.GET.get("ticket") or request.POST.get("ticket", ""))
        form = OrderForm(curator, request.POST or None, initial=_from(ticket))
        status = 200
        if request.method == "POST":
            status = 400
            if form.is_valid():
                given = {**form.cleaned_data, "engineer_id": _pk(form.cleaned_data["engineer"])}
                given.pop("engineer")
                try:
                    order = create_order(actor=actor, ticket_id=ticket.pk if ticket else None, **given)
                except Problem as problem:
                    show_problem(request, problem)
                    status = problem.status
                else:
                    messages.success(request, _("Order No. %(number)s has been opened.") % {"number": order.number})
                    return HttpResponseRedirect(reverse(CARD, args=[order.pk]))
        context = {
            **self.admin_site.each_context(request), "opts": self.opts, "title": _("New order"), "form": form,
            "ticket": ticket,
        }  # fmt: skip
        return TemplateResponse(request, "admin/orders/order/new.html", context, status=status)

    def report_view(self, request: HttpRequest) -> HttpResponse:
        """What ended in a period, with totals; `?table=&form=csv|xlsx` gives the rows as a file."""
        actor = actor_of(request)
        if not self.has_view_permission(request):
            raise PermissionDenied
        form = PeriodForm(request.GET)
        given = form.cleaned_data if form.is_valid() else {}
        period = Period.of(given.get("first"), given.get("last"))
        orders = ended(actor, period)
        table, kind = request.GET.get("table", ""), request.GET.get("form", "")
        if table in TABLES and kind in FILES:
            make, content_type = FILES[kind]
            name = f"{table}-{period.first}-{period.last}.{kind}"
            headers = {"Content-Disposition": f'attachment; filename="{name}"'}
            return HttpResponse(make(TABLES[table], orders), content_type=content_type, headers=headers)
        context = {
            **self.admin_site.each_context(request), "opts": self.opts, "title": _("Report"), "period": period,
            "form": PeriodForm(initial={"first": period.first, "last": period.last}), "totals": totals(orders),
            "engineers": per_engineer(orders), "orders": orders[:SHOWN_IN_REPORT],
            "tables": [(name, table.title) for name, table in TABLES.items()], "most": SHOWN_IN_REPORT,
        }  # fmt: skip
        return TemplateResponse(request, "admin/orders/order/report.html", context)

    def team_view(self, request: HttpRequest) -> HttpResponse:
        """The curator's people, what they have on their hands, and what this month has brought."""
        curator = actor_of(request)
        if not curator.can(ORDERS_MANAGE):
            raise PermissionDenied
        people, today = list(team_of(curator.person)), localdate()
        work = work_of(people, today.replace(day=1), today)
        context = {
            **self.admin_site.each_context(request), "opts": self.opts, "title": _("Team"),
            "team": [(person, sorted(role.label for role in person.roles), work[person.pk]) for person in people],
        }  # fmt: skip
        return TemplateResponse(request, "admin/orders/order/team.html", context)

    def member_view(self, request: HttpRequest, person: int, what: str) -> HttpResponse:
        """Close every door to somebody of the team, or let him in again."""
        deeds = {"deactivate": deactivate_person, "activate": activate_person}
        if what not in deeds:
            raise Http404
        if not actor_of(request).can(ORDERS_MANAGE):
            raise PermissionDenied
        with hidden_if_missing():
            try:
                deeds[what](actor=actor_of(request), user_id=person)
            except Denied:
                raise PermissionDenied from None
        return HttpResponseRedirect(reverse("admin:orders_order_team"))

    def release_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Back to the workshop's queue, when the one who has taken it is gone."""

        def act(given: dict[str, Any]) -> None:
            release_job(actor=actor_of(request), order_id=pk, reason=given["reason"])

        return self._act(request, pk, ReasonForm(request.POST), act, "release")

    def penalty_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Take something off the engineer's earnings."""

        def act(given: dict[str, Any]) -> None:
            total = parse_money(given["total"])
            penalty = add_penalty(actor=actor_of(request), order_id=pk, total=total, reason=given["reason"])
            messages.success(request, _("Penalty: %(total)s") % {"total": roubles(penalty.total)})

        return self._act(request, pk, PenaltyForm(request.POST), act, "penalty")

    def _ticket(self, actor: Actor, asked: str) -> Ticket | None:
        if not asked:
            return None
        with hidden_if_missing():
            return found(ticket_list(actor), int(asked) if asked.isascii() and asked.isdigit() else 0)

    def approve_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """What awaits verification is right."""

        def act(given: dict[str, Any]) -> None:
            order = approve_attempt(actor=actor_of(request), order_id=pk, attempt_id=given["attempt"] or 0)
            messages.success(request, _("Approved. Now: %(stage)s") % {"stage": Stage(order.stage).label})

        return self._act(request, pk, ReasonForm(request.POST), act)

    def return_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """What awaits verification has to be put right."""

        def act(given: dict[str, Any]) -> None:
            return_attempt(
                actor=actor_of(request), order_id=pk, attempt_id=given["attempt"] or 0, reason=given["reason"]
            )
            messages.success(request, _("Returned; the author has been told."))

        return self._act(request, pk, ReasonForm(request.POST), act, "return")

    def cancel_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """End the order without a report."""

        def act(given: dict[str, Any]) -> None:
            cancel_order(actor=actor_of(request), order_id=pk, reason=given["reason"], version=given["version"])
            messages.success(request, _("The order is cancelled."))

        return self._act(request, pk, ReasonForm(request.POST), act, "cancel")

    def assign_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Give the order to an engineer of the team."""
        with hidden_if_missing():
            order = found(self.get_queryset(request), pk)

        def act(given: dict[str, Any]) -> None:
            assign_engineer(actor=actor_of(request), order_id=pk, engineer_id=_pk(given["engineer"]) or 0)
            messages.success(request, _("Engineer: %(who)s") % {"who": given["engineer"]})

        return self._act(request, pk, EngineerForm(order.curator, request.POST), act)

    def plan_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The report waits for this stage."""

        def act(given: dict[str, Any]) -> None:
            plan_stage(actor=actor_of(request), order_id=pk, **given)

        return self._act(request, pk, StageForm(request.POST), act)

    def exclude_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The report does not wait for this stage."""

        def act(given: dict[str, Any]) -> None:
            exclude_stage(actor=actor_of(request), order_id=pk, **given)

        return self._act(request, pk, StageForm(request.POST), act)

    def extend_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Give more time."""

        def act(given: dict[str, Any]) -> None:
            extend_order(
                actor=actor_of(request), order_id=pk, until=given["until"], reason=given["reason"],
                version=given["version"],
            )  # fmt: skip

        return self._act(request, pk, ExtendForm(request.POST), act, "extend")

    def priority_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Move the job in the workshop's queue."""

        def act(given: dict[str, Any]) -> None:
            set_job_priority(actor=actor_of(request), order_id=pk, priority=given["priority"])

        return self._act(request, pk, JobPriorityForm(request.POST), act)

    def _act(
        self, request: HttpRequest, pk: int, form: Form, act: Callable[[dict[str, Any]], None], open_form: str = ""
    ) -> HttpResponse:
        """Do it and go back to the card; on a problem show the card with the sentence and what was typed."""
        with hidden_if_missing():
            if form.is_valid():
                try:
                    act(form.cleaned_data)
                except Problem as problem:
                    if problem.status == 404:
                        raise
                    show_problem(request, problem)
                    return self._card(request, pk, problem.status, open_form)
                return HttpResponseRedirect(reverse(CARD, args=[pk]))
            for errors in form.errors.values():
                messages.error(request, " ".join(str(error) for error in errors))
            return self._card(request, pk, 400, open_form)

    def _card(self, request: HttpRequest, pk: int, status: int = 200, open_form: str = "") -> HttpResponse:
        """The page; `open_form` is the form that was refused, `typed` what it held."""
        actor = actor_of(request)
        order = found(self.get_queryset(request), pk)
        everything = submitted(order)
        priority = order.job.priority if order.job else ""
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Order No. %(number)s") % {"number": order.number},
            "order": order,
            "stage_colour": STAGE_COLOURS[Stage(order.stage)],
            "awaited": next((one for one in everything if one.awaited), None),
            "before": [one for one in everything if not one.awaited],
            "jobs": workshop_jobs(order),
            "sums": sums(order),
            "comments": comments_of(order),
            "events": history(order),
            "waits": waits_for(order),
            "late": order.is_late(timezone.now()),
            "manages": is_curator(actor, order) and order.stage in OPEN,
            "contact": contact_of(order.client) if order.client else None,
            "planned": optional_stages(order),
            "engineer_form": EngineerForm(order.curator, initial={"engineer": order.engineer_id}),
            "priority_form": JobPriorityForm(initial={"priority": priority}) if order.job else None,
            "open_form": open_form,
            "typed": request.POST.dict() if open_form else {},
        }
        return TemplateResponse(request, "admin/orders/order/card.html", context, status=status)


def _pk(person: User | None) -> int | None:
    return person.pk if person else None


def _from(ticket: Ticket | None) -> dict[str, Any]:
    """What comes along from a ticket."""
    if ticket is None:
        return {}
    contact = contact_of(ticket.client)
    return {
        "category": ticket.category, "device": ticket.device, "fault": ticket.description or ticket.subject,
        "address": contact.address if contact else "",
    }  # fmt: skip
