"""What a curator decides, over REST."""

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.idempotency import idempotent
from core.api.input import read, row_id
from core.api.permissions import actor_of
from orders.actions import (
    add_penalty,
    approve_attempt,
    assign_engineer,
    cancel_order,
    change_curator,
    correct_sum,
    exclude_stage,
    extend_order,
    plan_stage,
    return_attempt,
    set_job_priority,
    set_waiting,
)
from orders.api.base import OrderBase
from orders.api.inputs import (
    AttemptIn,
    CorrectionIn,
    CuratorIn,
    EngineerIn,
    ExtendIn,
    JobPriorityIn,
    OrderReasonIn,
    PenaltyIn,
    PlanIn,
    ReturnIn,
    WaitIn,
)
from orders.api.serializers import CorrectionOut, OrderCard, PenaltyOut


class Decisions(OrderBase):
    """Part of `OrderViewSet`."""

    @extend_schema(operation_id="orders_approve", request=AttemptIn, responses=OrderCard)
    @action(detail=True, methods=["post"])
    def approve(self, request: Request, pk: str) -> Response:
        """What awaits verification is right."""
        given = read(AttemptIn, request.data)
        approve_attempt(actor=actor_of(request), order_id=row_id(pk), attempt_id=given["attempt"])
        return self.card(request, row_id(pk))

    @extend_schema(operation_id="orders_return", request=ReturnIn, responses=OrderCard)
    @action(detail=True, methods=["post"], url_path="return")
    def send_back(self, request: Request, pk: str) -> Response:
        """What awaits verification has to be put right."""
        given = read(ReturnIn, request.data)
        return_attempt(
            actor=actor_of(request), order_id=row_id(pk), attempt_id=given["attempt"], reason=given["reason"]
        )
        return self.card(request, row_id(pk))

    @extend_schema(operation_id="orders_cancel", request=OrderReasonIn, responses=OrderCard)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: str) -> Response:
        """End the order without a report."""
        cancel_order(actor=actor_of(request), order_id=row_id(pk), **read(OrderReasonIn, request.data))
        return self.card(request, row_id(pk))

    @extend_schema(operation_id="orders_assign", request=EngineerIn, responses=OrderCard)
    @action(detail=True, methods=["post"])
    def assign(self, request: Request, pk: str) -> Response:
        """Give the order to an engineer of the team."""
        given = read(EngineerIn, request.data)
        given["engineer_id"] = given.pop("engineer")
        assign_engineer(actor=actor_of(request), order_id=row_id(pk), **given)
        return self.card(request, row_id(pk))

    @extend_schema(operation_id="orders_plan", request=PlanIn, responses=OrderCard)
    @action(detail=True, methods=["post"])
    def plan(self, request: Request, pk: str) -> Response:
        """The report waits for this optional stage."""
        plan_stage(actor=actor_of(request), order_id=row_id(pk), **read(PlanIn, request.data))
        return self.card(request, row_id(pk))

    @extend_schema(operation_id="orders_exclude", request=PlanIn, responses=OrderCard)
    @action(detail=True, methods=["post"])
    def exclude(self, request: Request, pk: str) -> Response:
        """The report does not wait for this optional stage."""
        exclude_stage(actor=actor_of(request), order_id=row_id(pk), **read(PlanIn, request.data))
        return self.card(request, row_id(pk))

    @extend_schema(operation_id="orders_extend", request=ExtendIn, responses=OrderCard)
    @action(detail=True, methods=["post"])
    def extend(self, request: Request, pk: str) -> Response:
        """Give the stage more time."""
        extend_order(actor=actor_of(request), order_id=row_id(pk), **read(ExtendIn, request.data))
        return self.card(request, row_id(pk))

    @extend_schema(operation_id="orders_priority", request=JobPriorityIn, responses=OrderCard)
    @action(detail=True, methods=["post"])
    def priority(self, request: Request, pk: str) -> Response:
        """Move the job in the workshop's queue."""
        set_job_priority(actor=actor_of(request), order_id=row_id(pk), **read(JobPriorityIn, request.data))
        return self.card(request, row_id(pk))

    @extend_schema(operation_id="orders_correct", request=CorrectionIn, responses={201: CorrectionOut})
    @action(detail=True, methods=["post"])
    @idempotent
    def correct(self, request: Request, pk: str) -> Response:
        """Put an approved sum right; of expenses, the one that `line` names. A raised contract needs consent anew."""
        given = read(CorrectionIn, request.data)
        attempt, line = given.pop("attempt"), given.pop("line")
        made = correct_sum(
            actor=actor_of(request), order_id=row_id(pk), attempt_id=attempt, line_id=line, **given
        )  # fmt: skip
        return Response(CorrectionOut(made).data, status=201)

    @extend_schema(operation_id="orders_penalty", request=PenaltyIn, responses={201: PenaltyOut})
    @action(detail=True, methods=["post"])
    @idempotent
    def penalty(self, request: Request, pk: str) -> Response:
        """Take a sum off the earnings of the order's engineer."""
        made = add_penalty(actor=actor_of(request), order_id=row_id(pk), **read(PenaltyIn, request.data))
        return Response(PenaltyOut(made).data, status=201)

    @extend_schema(operation_id="orders_wait", request=WaitIn, responses=OrderCard)
    @action(detail=True, methods=["post"])
    def wait(self, request: Request, pk: str) -> Response:
        """Say that the order waits for the client or for parts; an empty string ends it. Its engineer too."""
        set_waiting(actor=actor_of(request), order_id=row_id(pk), **read(WaitIn, request.data))
        return self.card(request, row_id(pk))

    @extend_schema(operation_id="orders_curator", request=CuratorIn, responses=OrderCard)
    @action(detail=True, methods=["post"])
    def curator(self, request: Request, pk: str) -> Response:
        """Hand the order over to another curator. Superusers only."""
        given = read(CuratorIn, request.data)
        given["curator_id"] = given.pop("curator")
        change_curator(actor=actor_of(request), order_id=row_id(pk), **given)
        return self.card(request, row_id(pk))
