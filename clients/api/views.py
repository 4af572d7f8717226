"""Requests over REST: parse, build the actor, call one action, render."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.idempotency import idempotent
from accounts.roles import CLIENTS_WORK, REQUESTS_OPEN
from audit.queries import history_of
from clients import models
from clients.actions import (
    accept_answer,
    ask_to_redo,
    cancel_request,
    extend_request,
    open_request,
    read_data,
    reject_answer,
)
from clients.api.inputs import (
    AcceptIn,
    ExtendRequestIn,
    RedoIn,
    RejectIn,
    RequestFilters,
    RequestIn,
    WithdrawIn,
)
from clients.api.serializers import AnswerData, RequestOut, TemplateOut
from clients.queries import request_list, templates
from core.api.input import StrictSerializer, read, read_query, row_id
from core.api.permissions import SignedIn, actor_of
from core.db import found
from core.errors import Denied
from tickets.api.serializers import EntryOut

LOOKUPS = {"created_after": "created_at__gte", "created_before": "created_at__lt"}


class RequestViewSet(mixins.ListModelMixin, viewsets.GenericViewSet[models.Request]):
    """`/api/requests/`: list, read, open; the moves and the accepted data below one."""

    permission_classes = [SignedIn]
    serializer_class = RequestOut
    lookup_value_regex = "[^/]+"
    filters = RequestFilters

    def get_queryset(self) -> QuerySet[models.Request]:
        return request_list(actor_of(self.request)).select_related("template")

    def filtered(self, requests: QuerySet[models.Request], values: dict[str, Any]) -> QuerySet[models.Request]:
        """Apply the query parameters that `filters` has read."""
        return requests.filter(**{LOOKUPS.get(name, name): value for name, value in values.items()})

    def _card(self, request: Request, pk: int, status: int = 200) -> Response:
        row = found(self.get_queryset(), pk)
        return Response(RequestOut(row, context={"request": request}).data, status=status)

    @extend_schema(responses=RequestOut)
    def retrieve(self, request: Request, pk: str) -> Response:
        read_query(StrictSerializer, request)
        return self._card(request, row_id(pk))

    @extend_schema(request=RequestIn, responses={201: RequestOut})
    @idempotent
    def create(self, request: Request) -> Response:
        given = read(RequestIn, request.data)
        ids = {f"{name}_id": given.pop(name, None) for name in ("client", "ticket", "order")}
        opened = open_request(actor=actor_of(request), **ids, **given)
        return self._card(request, opened.pk, status=201)

    @extend_schema(operation_id="requests_cancel", request=WithdrawIn, responses=RequestOut)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: str) -> Response:
        """Withdraw it; the client hears that nothing is needed."""
        cancel_request(actor=actor_of(request), request_id=row_id(pk), **read(WithdrawIn, request.data))
        return self._card(request, row_id(pk))

    @extend_schema(operation_id="requests_extend", request=ExtendRequestIn, responses=RequestOut)
    @action(detail=True, methods=["post"])
    def extend(self, request: Request, pk: str) -> Response:
        """Give the client time until the end of this local day."""
        extend_request(actor=actor_of(request), request_id=row_id(pk), **read(ExtendRequestIn, request.data))
        return self._card(request, row_id(pk))

    @extend_schema(operation_id="requests_accept", request=AcceptIn, responses=RequestOut)
    @action(detail=True, methods=["post"])
    def accept(self, request: Request, pk: str) -> Response:
        """The answer under review is what was asked for. Staff."""
        answer = read(AcceptIn, request.data)["answer"]
        accept_answer(actor=actor_of(request), request_id=row_id(pk), answer_id=answer)
        return self._card(request, row_id(pk))

    @extend_schema(operation_id="requests_redo", request=RedoIn, responses=RequestOut)
    @action(detail=True, methods=["post"])
    def redo(self, request: Request, pk: str) -> Response:
        """The client is asked to do it again, and told why. Staff."""
        given = read(RedoIn, request.data)
        ask_to_redo(actor=actor_of(request), request_id=row_id(pk), answer_id=given.pop("answer"), **given)
        return self._card(request, row_id(pk))

    @extend_schema(operation_id="requests_reject", request=RejectIn, responses=RequestOut)
    @action(detail=True, methods=["post"])
    def reject(self, request: Request, pk: str) -> Response:
        """The answer is not accepted, and no other is wanted. Staff."""
        given = read(RejectIn, request.data)
        reject_answer(actor=actor_of(request), request_id=row_id(pk), answer_id=given.pop("answer"), **given)
        return self._card(request, row_id(pk))

    @extend_schema(operation_id="requests_data", responses=AnswerData)
    @action(detail=True, methods=["get"])
    def data(self, request: Request, pk: str) -> Response:
        """What was accepted: personal data. Integrators whose account was given this right; each reading is kept. Staff
        look in the console, with a reason."""
        read_query(StrictSerializer, request)
        answer = read_data(actor=actor_of(request), request_id=row_id(pk))
        return Response(AnswerData(answer, context={"request": request}).data)

    @extend_schema(operation_id="requests_audit", responses=EntryOut(many=True))
    @action(detail=True, methods=["get"])
    def audit(self, request: Request, pk: str) -> Response:
        """What happened to the request, oldest first. Not for the client."""
        read_query(StrictSerializer, request)
        row = found(self.get_queryset(), row_id(pk))
        if not actor_of(request).can(CLIENTS_WORK, REQUESTS_OPEN):
            raise Denied
        rows: list[Any] = self.paginate_queryset(history_of(row)) or []  # type: ignore[arg-type]
        return self.get_paginated_response(EntryOut(rows, many=True).data)


class TemplateViewSet(mixins.ListModelMixin, viewsets.GenericViewSet[models.RequestTemplate]):
    """`/api/request-templates/`: what can be asked for."""

    permission_classes = [SignedIn]
    serializer_class = TemplateOut

    def get_queryset(self) -> QuerySet[models.RequestTemplate]:
        actor_of(self.request).require(CLIENTS_WORK, REQUESTS_OPEN)
        return templates()

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        read_query(StrictSerializer, request)
        return super().list(request, *args, **kwargs)
