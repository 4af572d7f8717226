"""Orders over REST: parse, build the actor, call one action, render."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import mixins
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.idempotency import idempotent
from accounts.roles import (
    ORDERS_MANAGE,
    ORDERS_MANAGE_TENANT,
    ORDERS_SEE_ALL,
    ORDERS_SEE_OWN,
    ORDERS_SEE_TENANT,
    ORDERS_WORK,
)
from audit.queries import history_of
from core.api.input import StrictSerializer, read, read_query, row_id
from core.api.permissions import actor_of
from core.errors import Denied
from orders.actions import create_order, edit_order
from orders.api.base import OrderBase
from orders.api.decisions import Decisions
from orders.api.inputs import OrderEditIn, OrderFilters, OrderIn
from orders.api.reports import Reports
from orders.api.serializers import AttemptOut, CorrectionOut, EstimateOut, OrderCard, OrderCommentOut, PenaltyOut
from orders.api.work import Work
from orders.models import Order
from orders.queries import (
    attempt_list,
    comments_visible_to,
    corrections_of,
    estimates_of,
    files_of_attempts,
    penalties_for,
)
from orders.rules import sees_money
from tickets.api.serializers import EntryOut

LOOKUPS = {
    "created_after": "created_at__gte", "created_before": "created_at__lt",
    "closed_after": "closed_at__gte", "closed_before": "closed_at__lt",
}  # fmt: skip


SEES_CLIENTS = (
    ORDERS_MANAGE, ORDERS_MANAGE_TENANT, ORDERS_SEE_TENANT, ORDERS_SEE_ALL, ORDERS_SEE_OWN, ORDERS_WORK,
)  # fmt: skip


class OrderViewSet(Decisions, Work, Reports, mixins.ListModelMixin, OrderBase):
    """`/api/orders/`: list, read, create; stages, verification, the workshop and the curator's decisions below one."""

    filters = OrderFilters

    def filtered(self, orders: QuerySet[Order], values: dict[str, Any]) -> QuerySet[Order]:
        """Apply the query parameters that `filters` has read."""
        if "awaits_verification" in values:
            orders = orders.filter(awaiting__isnull=not values.pop("awaits_verification"))
        if "client" in values and not actor_of(self.request).can(*SEES_CLIENTS):
            return orders.none()
        return orders.filter(**{LOOKUPS.get(name, name): value for name, value in values.items()})

    @extend_schema(responses=OrderCard)
    def retrieve(self, request: Request, pk: str) -> Response:
        read_query(StrictSerializer, request)
        return self.card(request, row_id(pk))

    @extend_schema(request=OrderIn, responses={201: OrderCard})
    @idempotent
    def create(self, request: Request) -> Response:
        given = read(OrderIn, request.data)
        ids = {f"{name}_id": given.pop(name, None) for name in ("ticket", "client", "engineer", "curator")}
        order = create_order(actor=actor_of(request), **ids, **given)
        return self.card(request, order.pk, status=201)

    @extend_schema(request=OrderEditIn, responses=OrderCard)
    def partial_update(self, request: Request, pk: str) -> Response:
        given = read(OrderEditIn, request.data)
        edit_order(actor=actor_of(request), order_id=row_id(pk), client_id=given.pop("client", None), **given)
        return self.card(request, row_id(pk))

    @extend_schema(operation_id="orders_attempts", responses=AttemptOut(many=True))
    @action(detail=True, methods=["get"])
    def attempts(self, request: Request, pk: str) -> Response:
        """Everything that was submitted, oldest first. Not for the client and the workshop."""
        attempts: QuerySet[Any] = attempt_list(self.of_work(request, pk))
        page: list[Any] = self.paginate_queryset(attempts) or []
        context = {"files": files_of_attempts(page)}
        return self.get_paginated_response(AttemptOut(page, many=True, context=context).data)

    @extend_schema(operation_id="orders_audit", responses=EntryOut(many=True))
    @action(detail=True, methods=["get"])
    def audit(self, request: Request, pk: str) -> Response:
        """What happened to the order, oldest first. Not for the client and the workshop."""
        return self.page(history_of(self.of_work(request, pk)), EntryOut)

    @extend_schema(operation_id="orders_corrections", responses=CorrectionOut(many=True))
    @action(detail=True, methods=["get"])
    def corrections(self, request: Request, pk: str) -> Response:
        """The corrections of approved sums, oldest first. Not for the client and the workshop."""
        return self.page(corrections_of(self.of_work(request, pk)), CorrectionOut)

    @extend_schema(operation_id="orders_penalties", responses=PenaltyOut(many=True))
    @action(detail=True, methods=["get"])
    def penalties(self, request: Request, pk: str) -> Response:
        """The penalties for this order, oldest first. Not for the client and the workshop."""
        order = self.of_work(request, pk)
        return self.page(penalties_for(actor_of(request), order), PenaltyOut)

    @extend_schema(operation_id="orders_estimates", responses=EstimateOut(many=True))
    @action(detail=True, methods=["get"])
    def estimates(self, request: Request, pk: str) -> Response:
        """What the client was offered, and said; oldest first. Not for the workshop."""
        order = self._of_talk(request, pk)
        return self.page(estimates_of(order), EstimateOut, team=sees_money(actor_of(request), order))

    @extend_schema(operation_id="orders_comments", responses=OrderCommentOut(many=True))
    @action(detail=True, methods=["get"])
    def comments(self, request: Request, pk: str) -> Response:
        """What the client asked and was answered, and (not for the client) the reasons of decisions; oldest first."""
        order = self._of_talk(request, pk)
        return self.page(comments_visible_to(actor_of(request), order), OrderCommentOut)

    def _of_talk(self, request: Request, pk: str) -> Order:
        order = self.one(request, pk)
        if not sees_money(actor_of(request), order) and order.client_id != actor_of(request).user_id:
            raise Denied
        return order
