"""Reports, files of rows, earnings and the workshop's jobs, over REST."""

from typing import Any

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.roles import ORDERS_MANAGE, ORDERS_MANAGE_TENANT, ORDERS_SEE_ALL, ORDERS_SEE_TENANT, ORDERS_WORK
from core.api.input import StrictSerializer, read_query
from core.api.permissions import actor_of
from core.db import found
from orders.api.base import OrderBase
from orders.api.inputs import EarningsFilters, ExportFilters, PeriodFilters
from orders.api.serializers import EarningsOut, JobOut, ReportOut
from orders.queries import earnings, jobs_list, per_engineer, per_stage, team_visible_to, totals
from orders.reports import Period, as_file, ended

REPORTS = (ORDERS_MANAGE, ORDERS_MANAGE_TENANT, ORDERS_SEE_TENANT, ORDERS_SEE_ALL)


class Reports(OrderBase):
    """Part of `OrderViewSet`."""

    @extend_schema(operation_id="orders_report", parameters=[PeriodFilters], responses=ReportOut, filters=False)
    @action(detail=False, methods=["get"], pagination_class=None)
    def report(self, request: Request) -> Response:
        """What ended in a period of local days, both included (this month where none is given), with totals."""
        actor = actor_of(request)
        actor.require(*REPORTS)
        period = Period.of(**_days(read_query(PeriodFilters, request)))
        orders = ended(actor, period)
        shown = {
            "first": period.first, "last": period.last, **totals(orders), "engineers": per_engineer(orders),
            "stages": [{"stage": stage, "count": count} for stage, count in per_stage(orders)],
        }  # fmt: skip
        return Response(ReportOut(shown).data)

    @extend_schema(
        operation_id="orders_export", parameters=[ExportFilters], filters=False,
        responses={(200, "text/csv"): OpenApiTypes.STR,
                   (200, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"): OpenApiTypes.BINARY},
    )  # fmt: skip
    @action(detail=False, methods=["get"], pagination_class=None)
    def export(self, request: Request) -> HttpResponse:
        """A row for each order, payment or expense of the report, as CSV or XLSX."""
        actor = actor_of(request)
        actor.require(*REPORTS)
        given = read_query(ExportFilters, request)
        period = Period.of(**_days(given))
        return as_file(given["table"], given["form"], period, ended(actor, period))

    @extend_schema(operation_id="orders_earnings", parameters=[EarningsFilters], responses=EarningsOut, filters=False)
    @action(detail=False, methods=["get"], pagination_class=None)
    def earnings(self, request: Request) -> Response:
        """What an engineer has earned with the orders closed in a period: one of the team, or (none named) oneself."""
        actor = actor_of(request)
        given = read_query(EarningsFilters, request)
        period = Period.of(**_days(given))
        engineer = given.get("engineer")
        if engineer in {None, actor.user_id}:
            actor.require(ORDERS_WORK)
            engineer = actor.person
        else:
            engineer = found(team_visible_to(actor), engineer).pk
        shown = {"first": period.first, "last": period.last, **earnings(actor, engineer, period.first, period.last)}
        return Response(EarningsOut(shown).data)

    @extend_schema(operation_id="orders_workshop", responses=JobOut(many=True), filters=False)
    @action(detail=False, methods=["get"])
    def workshop(self, request: Request) -> Response:
        """The workshop's jobs that are not done, the most urgent first: of the branch for the workshop (free ones and
        own), of the orders that they see for the others."""
        read_query(StrictSerializer, request)
        return self.page(jobs_list(actor_of(request)), JobOut)


def _days(given: dict[str, Any]) -> dict[str, Any]:
    return {"first": given.get("first"), "last": given.get("last")}
