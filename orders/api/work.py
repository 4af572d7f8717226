"""What engineers, the workshop and the client do, over REST."""

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.idempotency import idempotent
from core.api.input import StrictSerializer, multipart, read, row_id
from core.api.permissions import actor_of
from orders.actions import (
    answer_about_order,
    answer_estimate,
    ask_about_order,
    hand_over,
    record_consent,
    release_job,
    send_estimate,
    submit_stage,
    take_job,
    waive_stage,
)
from orders.actions.stages import LineInput
from orders.api.base import OrderBase
from orders.api.inputs import (
    ConsentIn,
    EstimateAnswerIn,
    EstimateIn,
    HandOverIn,
    ReleaseIn,
    StageIn,
    WaiveIn,
    WordsIn,
    stage_input,
)
from orders.api.serializers import EstimateOut, OrderCard, OrderCommentOut
from orders.states import SUBMITS

MOVES = "|".join(SUBMITS)


class Work(OrderBase):
    """Part of `OrderViewSet`."""

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
        return self.card(request, row_id(pk), status=201)

    @extend_schema(
        operation_id="orders_hand_over", request={"multipart/form-data": HandOverIn}, responses={201: OrderCard}
    )
    @action(detail=True, methods=["post"], parser_classes=[MultiPartParser])
    def hand_over(self, request: Request, pk: str) -> Response:
        """Give the device to the workshop, with photos."""
        hand_over(actor=actor_of(request), order_id=row_id(pk), **read(HandOverIn, multipart(request)))
        return self.card(request, row_id(pk), status=201)

    @extend_schema(operation_id="orders_take", request=None, responses=OrderCard)
    @action(detail=True, methods=["post"])
    def take(self, request: Request, pk: str) -> Response:
        """Take the job of the workshop."""
        read(StrictSerializer, request.data)
        take_job(actor=actor_of(request), order_id=row_id(pk))
        return self.card(request, row_id(pk))

    @extend_schema(operation_id="orders_release", request=ReleaseIn, responses={204: None})
    @action(detail=True, methods=["post"])
    def release(self, request: Request, pk: str) -> Response:
        """Give the job back to the workshop's queue."""
        release_job(actor=actor_of(request), order_id=row_id(pk), **read(ReleaseIn, request.data))
        return Response(status=204)

    @extend_schema(
        operation_id="orders_consent", request={"multipart/form-data": ConsentIn}, responses={201: EstimateOut}
    )
    @action(detail=True, methods=["post"], parser_classes=[MultiPartParser])
    def consent(self, request: Request, pk: str) -> Response:
        """The client has agreed to the raised contract on paper: photos of it, or words on how."""
        given = read(ConsentIn, multipart(request))
        made = record_consent(actor=actor_of(request), order_id=row_id(pk), **given)
        return Response(EstimateOut(made).data, status=201)

    @extend_schema(operation_id="orders_estimate", request=EstimateIn, responses={201: EstimateOut})
    @action(detail=True, methods=["post"])
    @idempotent
    def estimate(self, request: Request, pk: str) -> Response:
        """Offer options to the client: a new frozen version. The order's engineer."""
        lines = [LineInput(**line) for line in read(EstimateIn, request.data)["lines"]]
        made = send_estimate(actor=actor_of(request), order_id=row_id(pk), lines=lines)
        return Response(EstimateOut(made).data, status=201)

    @extend_schema(operation_id="orders_answer_estimate", request=EstimateAnswerIn, responses=EstimateOut)
    @action(detail=True, methods=["post"])
    def answer_estimate(self, request: Request, pk: str) -> Response:
        """The client takes an option (its number, from 0), or declines (null)."""
        given = read(EstimateAnswerIn, request.data)
        made = answer_estimate(actor=actor_of(request), order_id=row_id(pk), **given)
        return Response(EstimateOut(made).data)

    @extend_schema(operation_id="orders_ask", request=WordsIn, responses={201: OrderCommentOut})
    @action(detail=True, methods=["post"])
    @idempotent
    def ask(self, request: Request, pk: str) -> Response:
        """The client asks about the order."""
        made = ask_about_order(actor=actor_of(request), order_id=row_id(pk), **read(WordsIn, request.data))
        return Response(OrderCommentOut(made).data, status=201)

    @extend_schema(operation_id="orders_answer", request=WordsIn, responses={201: OrderCommentOut})
    @action(detail=True, methods=["post"])
    @idempotent
    def answer(self, request: Request, pk: str) -> Response:
        """The engineer or the curator writes to the client."""
        made = answer_about_order(actor=actor_of(request), order_id=row_id(pk), **read(WordsIn, request.data))
        return Response(OrderCommentOut(made).data, status=201)

    @extend_schema(operation_id="orders_waive", request=WaiveIn, responses=OrderCard)
    @action(detail=True, methods=["post"])
    def waive(self, request: Request, pk: str) -> Response:
        """A planned optional stage is not needed, says the engineer."""
        waive_stage(actor=actor_of(request), order_id=row_id(pk), **read(WaiveIn, request.data))
        return self.card(request, row_id(pk))
