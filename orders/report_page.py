"""The report by period in the console, and its files."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from core.admin import ConsoleAdmin, actor_of
from orders.forms import PeriodForm
from orders.queries import per_engineer, per_stage, totals
from orders.reports import FILES, TABLES, Period, as_file, ended

SHOWN = 200


class ReportPage(ConsoleAdmin):
    """Part of `OrderAdmin`."""

    def report_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(require_GET(self.report_view))
        return [path("report/", view, name="orders_order_report")]

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
            return as_file(table, kind, period, orders)
        context = {
            **self.admin_site.each_context(request), "opts": self.opts, "title": _("Report"), "period": period,
            "form": PeriodForm(initial={"first": period.first, "last": period.last}), "totals": totals(orders),
            "engineers": per_engineer(orders), "stages": per_stage(orders), "orders": orders[:SHOWN],
            "tables": [(name, table.title) for name, table in TABLES.items()], "most": SHOWN,
        }  # fmt: skip
        return TemplateResponse(request, "admin/orders/order/report.html", context)
