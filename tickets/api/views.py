"""Tickets over REST: parse, build the actor, call one action, render."""

from typing import Any

from django.db.models import QuerySet
from rest_framework import mixins, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer

from core.api.input import StrictSerializer, read, read_query, row_id
from core.api.permissions import SignedIn, actor_of
from core.db import found
from tickets.actions import add_comment, assign_ticket, move_ticket, open_ticket_for, set_priority
from tickets.actions.moves import MoveInput
from tickets.api.serializers import (
    MOVE_SHAPES,
    AssignIn,
    CommentIn,
    CommentOut,
    MoveIn,
    PriorityIn,
    TicketCard,
    TicketFilters,
    TicketIn,
    TicketOut,
)
from tickets.enums import Move
from tickets.models import Ticket
from tickets.queries import comments_visible_to, ticket_list
from tickets.states import FLOW

MOVES = "|".join(dict.fromkeys(row.move for row in FLOW.transitions if row.button))


class TicketViewSet(mixins.ListModelMixin, viewsets.GenericViewSet[Ticket]):
    """`/api/tickets/`: list, read, create; named moves, assignment, priority and comments below a ticket."""

    permission_classes = [SignedIn]
    serializer_class = TicketOut
    filters = TicketFilters
    lookup_value_regex = "[^/]+"

    def get_queryset(self) -> QuerySet[Ticket]:
        return ticket_list(actor_of(self.request))

    def filtered(self, tickets: QuerySet[Ticket], values: dict[str, Any]) -> QuerySet[Ticket]:
        """Apply the query parameters that `filters` has read."""
        ordering = values.pop("ordering", None)
        tickets = tickets.filter(**values)
        return tickets.order_by(ordering, "-pk") if ordering else tickets

    def retrieve(self, request: Request, pk: str) -> Response:
        read_query(StrictSerializer, request)
        return self._card(request, row_id(pk))

    def create(self, request: Request) -> Response:
        ticket = open_ticket_for(actor=actor_of(request), **read(TicketIn, request.data))
        return self._card(request, ticket.pk, status=201)

    @action(detail=True, methods=["get"])
    def comments(self, request: Request, pk: str) -> Response:
        read_query(StrictSerializer, request)
        actor = actor_of(request)
        rows: QuerySet[Any] = comments_visible_to(actor, found(self.get_queryset(), row_id(pk)))
        page = self.paginate_queryset(rows)
        return self.get_paginated_response(CommentOut(page, many=True).data)

    @comments.mapping.post
    def comment(self, request: Request, pk: str) -> Response:
        comment = add_comment(actor=actor_of(request), ticket_id=row_id(pk), **read(CommentIn, request.data))
        return Response(CommentOut(comment).data, status=201)

    @action(detail=True, methods=["post"], url_path=f"(?P<move>{MOVES})")
    def move(self, request: Request, pk: str, move: str) -> Response:
        """One move of the flow table."""
        given = read(MOVE_SHAPES.get(Move(move), MoveIn), request.data)
        version = given.pop("version")
        move_ticket(
            actor=actor_of(request),
            ticket_id=row_id(pk),
            move=Move(move),
            given=MoveInput(**given),
            version=version,
        )
        return self._card(request, row_id(pk))

    @action(detail=True, methods=["post"])
    def assign(self, request: Request, pk: str) -> Response:
        given = read(AssignIn, request.data)
        given["assignee_id"] = given.pop("assignee")
        assign_ticket(actor=actor_of(request), ticket_id=row_id(pk), **given)
        return self._card(request, row_id(pk))

    @action(detail=True, methods=["post"])
    def priority(self, request: Request, pk: str) -> Response:
        set_priority(actor=actor_of(request), ticket_id=row_id(pk), **read(PriorityIn, request.data))
        return self._card(request, row_id(pk))

    def _card(self, request: Request, pk: int, status: int = 200) -> Response:
        ticket = found(self.get_queryset(), pk)
        card: BaseSerializer[Ticket] = TicketCard(ticket, context={"actor": actor_of(request)})
        return Response(card.data, status=status)
