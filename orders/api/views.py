"""Orders over REST: parse, build the actor, call one action, render."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins, viewsets
from rest_framework.decorators import action
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer

from accounts.api.idempotency import idempotent
from audit.queries import history_of
from core.api.input import StrictSerializer, multipart, read, read_query, row_id
from core.api.permissions import SignedIn, actor_of
from core.db import found
from core.errors import Denied
from orders.actions import (
    approve_attempt,
    assign_engineer,
    cancel_order,
    create_order,
    exclude_stage,
    extend_order,
    hand_over,
    plan_stage,
    release_job,
    return_attempt,
    set_job_priority,
    submit_stage,
    take_job,
)
from orders.api.serializers import (
    AttemptIn,
    AttemptOut,
    EngineerIn,
    ExtendIn,
    HandOverIn,
    JobPriorityIn,
    OrderCard,
    OrderFilters,
    OrderIn,
    OrderOut,
    OrderReasonIn,
    PlanIn,
    ReleaseIn,
    ReturnIn,
    StageIn,
    stage_input,
)
from orders.models import Order
from orders.queries import attempt_list, files_of_attempts, order_list
from orders.rules import sees_money
from orders.states import SUBMITS
from tickets.api.serializers import EntryOut

LOOKUPS = {
    "created_after": "created_at__gte", "created_before": "created_at__lt",
    "closed_after": "closed_at__gte", "closed_before": "closed_at__lt",
}  # fmt: skip
MOVES = "|".join(SUBMITS)


class OrderViewSet(mixins.ListModelMixin, viewsets.GenericViewSet[Order]):
    """`/api/orders/`: list, read, create; stages, verification, the workshop and the curator's decisions below one."""

    permission_classes = [SignedIn]
    serializer_class = OrderOut
    filters = OrderFilters
    lookup_value_regex = "[^/]+"

    def get_queryset(self) -> QuerySet[Order]:
        return order_list(actor_of(self.request))

    def filtered(self, orders: QuerySet[Order], values: dict[str, Any]) -> QuerySet[Order]:
        """Apply the query parameters that `filters` has read."""
        if "awaits_verification" in values:
            orders = orders.filter(awaiting__isnull=not values.pop("awaits_verification"))
        return orders.filter(**{LOOKUPS.get(name, name): value for name, value in values.items()})

    @extend_schema(responses=OrderCard)
    def retrieve(self, request: Request, pk: str) -> Response:
        read_query(StrictSerializer, request)
        return self._card(request, row_id(pk))

    @extend_schema(request=OrderIn, responses={201: OrderCard})
    @idempotent
    def create(self, request: Request) -> Response:
        given = read(OrderIn, request.data)
        ids = {f"{name}_id": given.pop(name, None) for name in ("ticket", "client", "engineer")}
        order = create_order(actor=actor_of(request), **ids, **given)
        return self._card(request, order.pk, status=201)

    @extend_schema(operation_id="orders_attempts", responses=AttemptOut(many=True))
    @action(detail=True, methods=["get"])
    def attempts(self, request: Request, pk: str) -> Response:
        """Everything that was submitted, oldest first. Not for the client and the workshop."""
        attempts: QuerySet[Any] = attempt_list(self._work(request, pk))
        page: list[Any] = self.paginate_queryset(attempts) or []
        context = {"files": files_of_attempts(page)}
        return self.get_paginated_response(AttemptOut(page, many=True, context=context).data)

    @extend_schema(operation_id="orders_audit", responses=EntryOut(many=True))
    @action(detail=True, methods=["get"])
    def audit(self, request: Request, pk: str) -> Response:
        """What happened to the order, oldest first. Not for the client and the workshop."""
        entries: QuerySet[Any] = history_of(self._work(request, pk))
        page = self.paginate_queryset(entries)
        return self.get_paginated_response(EntryOut(page, many=True).data)

    def _work(self, request: Request, pk: str) -> Order:
        read_query(StrictSerializer, request)
        order = found(self.get_queryset(), row_id(pk))
        if not sees_money(actor_of(request), order):
            raise Denied
        return order

    @extend_schema(
        operation_id="orders_submit",
        parameters=[OpenApiParameter("move", str, OpenApiParameter.PATH, enum=list(SUBMITS))],
        request=StageIn, responses={201: OrderCard},
    )  # fmt: skip
    @action(detail=True, methods=["post"], url_path=f"(?P<move>{MOVES})")
    @idempotent
    def submit(self, request: Request, pk: str, move: str) -> Response:
        """Hand in a stage for verification. Photos and receipts come through the bot; here say why there is none."""
        given = read(StageIn, request.data)
        version = given.pop("version")
        submit_stage(actor=actor_of(request), order_id=row_id(pk), move=move, given=stage_input(given), version=version)
        return self._card(request, row_id(pk), status=201)

    @extend_schema(operation_id="orders_approve", request=AttemptIn, responses=OrderCard)
    @action(detail=True, methods=["post"])
    def approve(self, request: Request, pk: str) -> Response:
        """What awaits verification is right."""
        given = read(AttemptIn, request.data)
        approve_attempt(actor=actor_of(request), order_id=row_id(pk), attempt_id=given["attempt"])
        return self._card(request, row_id(pk))

    @extend_schema(operation_id="orders_return", request=ReturnIn, responses=OrderCard)
    @action(detail=True, methods=["post"], url_path="return")
    def send_back(self, request: Request, pk: str) -> Response:
        """What awaits verification has to be put right."""
        given = read(ReturnIn, request.data)
        return_attempt(
            actor=actor_of(request), order_id=row_id(pk), attempt_id=given["attempt"], reason=given["reason"]
        )
        return self._card(request, row_id(pk))

    @extend_schema(operation_id="orders_cancel", request=OrderReasonIn, responses=OrderCard)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: str) -> Response:
        """End the order without a report."""
        cancel_order(actor=actor_of(request), order_id=row_id(pk), **read(OrderReasonIn, request.data))
        return self._card(request, row_id(pk))

    @extend_schema(operation_id="orders_assign", request=EngineerIn, responses=OrderCard)
    @action(detail=True, methods=["post"])
    def assign(self, request: Request, pk: str) -> Response:
        """Give the order to an engineer of the team."""
        given = read(EngineerIn, request.data)
        given["engineer_id"] = given.pop("engineer")
        assign_engineer(actor=actor_of(request), order_id=row_id(pk), **given)
        return self._card(request, row_id(pk))

    @extend_schema(operation_id="orders_plan", request=PlanIn, responses=OrderCard)
    @action(detail=True, methods=["post"])
    def plan(self, request: Request, pk: str) -> Response:
        """The report waits for this optional stage."""
        plan_stage(actor=actor_of(request), order_id=row_id(pk), **read(PlanIn, request.data))
        return self._card(request, row_id(pk))

    @extend_schema(operation_id="orders_exclude", request=PlanIn, responses=OrderCard)
    @action(detail=True, methods=["post"])
    def exclude(self, request: Request, pk: str) -> Response:
        """The report does not wait for this optional stage."""
        exclude_stage(actor=actor_of(request), order_id=row_id(pk), **read(PlanIn, request.data))
        return self._card(request, row_id(pk))

    @extend_schema(operation_id="orders_extend", request=ExtendIn, responses=OrderCard)
    @action(detail=True, methods=["post"])
    def extend(self, request: Request, pk: str) -> Response:
        """Give the stage more time."""
        extend_order(actor=actor_of(request), order_id=row_id(pk), **read(ExtendIn, request.data))
        return self._card(request, row_id(pk))

    @extend_schema(
        operation_id="orders_hand_over", request={"multipart/form-data": HandOverIn}, responses={201: OrderCard}
    )
    @action(detail=True, methods=["post"], parser_classes=[MultiPartParser])
    def hand_over(self, request: Request, pk: str) -> Response:
        """Give the device to the workshop, with photos."""
        hand_over(actor=actor_of(request), order_id=row_id(pk), **read(HandOverIn, multipart(request)))
        return self._card(request, row_id(pk), status=201)

    @extend_schema(operation_id="orders_take", request=None, responses=OrderCard)
    @action(detail=True, methods=["post"])
    def take(self, request: Request, pk: str) -> Response:
        """Take the job of the workshop."""
        read(StrictSerializer, request.data)
        take_job(actor=actor_of(request), order_id=row_id(pk))
        return self._card(request, row_id(pk))

    @extend_schema(operation_id="orders_release", request=ReleaseIn, responses={204: None})
    @action(detail=True, methods=["post"])
    def release(self, request: Request, pk: str) -> Response:
        """Give the job back to the workshop's queue."""
        release_job(actor=actor_of(request), order_id=row_id(pk), **read(ReleaseIn, request.data))
        return Response(status=204)

    @extend_schema(operation_id="orders_priority", request=JobPriorityIn, responses=OrderCard)
    @action(detail=True, methods=["post"])
    def priority(self, request: Request, pk: str) -> Response:
        """Move the job in the workshop's queue."""
        set_job_priority(actor=actor_of(request), order_id=row_id(pk), **read(JobPriorityIn, request.data))
        return self._card(request, row_id(pk))

    def _card(self, request: Request, pk: int, status: int = 200) -> Response:
        order = found(self.get_queryset(), pk)
        card: BaseSerializer[Order] = OrderCard(order, context={"actor": actor_of(request), "request": request})
        return Response(card.data, status=status)
