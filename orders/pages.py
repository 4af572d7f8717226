"""The pages beside the table of orders: a new order, the report, the team."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.actions import activate_person, deactivate_person
from accounts.models import User
from accounts.queries import contact_of
from accounts.roles import ORDERS_MANAGE
from core.actor import Actor
from core.admin import ConsoleAdmin, actor_of, hidden_if_missing, show_problem
from core.db import found
from core.errors import Denied, Problem
from orders.actions import create_order
from orders.forms import OrderForm, PeriodForm
from orders.queries import per_engineer, team_of, totals, work_of
from orders.reports import TABLES, Period, as_csv, as_xlsx, ended
from tickets.models import Ticket
from tickets.queries import ticket_list

CARD = "admin:orders_order_change"
SHOWN_IN_REPORT = 200
FILES = {
    "csv": (as_csv, "text/csv; charset=utf-8"),
    "xlsx": (as_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}


class OrderPages(ConsoleAdmin):
    """Part of `OrderAdmin`."""

    def page_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        return [
            path("new/", view(require_http_methods(["GET", "POST"])(self.new_view)), name="orders_order_new"),
            path("report/", view(require_GET(self.report_view)), name="orders_order_report"),
            path("team/", view(require_GET(self.team_view)), name="orders_order_team"),
            path(
                "team/<int:person>/<str:what>/", view(require_POST(self.member_view)), name="orders_order_member"
            ),
        ]  # fmt: skip

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

    def _ticket(self, actor: Actor, asked: str) -> Ticket | None:
        if not asked:
            return None
        with hidden_if_missing():
            return found(ticket_list(actor), int(asked) if asked.isascii() and asked.isdigit() else 0)


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
