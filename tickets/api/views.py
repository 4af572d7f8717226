"""Tickets over REST: parse, build the actor, call one action, render."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiParameter, PolymorphicProxySerializer, extend_schema
from rest_framework import mixins, viewsets
from rest_framework.decorators import action
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.views import APIView

from accounts.api.idempotency import idempotent
from accounts.roles import TICKETS_WORK
from audit.queries import history_of
from core.api.input import StrictSerializer, multipart, read, read_query, row_id
from core.api.permissions import SignedIn, actor_of
from core.db import found
from files.api.serializers import FileOut
from files.queries import files_of
from tickets.actions import add_comment, assign_ticket, move_ticket, open_ticket_for, set_priority
from tickets.actions.moves import MoveInput
from tickets.api.serializers import (
    MOVE_SHAPES,
    AskIn,
    AssignIn,
    CategoriesOut,
    CommentIn,
    CommentOut,
    EntryOut,
    FilesOut,
    HoldIn,
    MoveIn,
    PriorityIn,
    TicketCard,
    TicketFilters,
    TicketIn,
    TicketOut,
    UploadIn,
)
from tickets.enums import Category, Move
from tickets.models import Comment, Ticket
from tickets.queries import comments_visible_to, ticket_list
from tickets.search import matching
from tickets.states import FLOW

LOOKUPS = {"created_after": "created_at__gte", "created_before": "created_at__lt"}
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
        ordering, search = values.pop("ordering", None), values.pop("search", "")
        if search:
            tickets = matching(tickets, search)
        tickets = tickets.filter(**{LOOKUPS.get(name, name): value for name, value in values.items()})
        return tickets.order_by(ordering, "-pk") if ordering else tickets

    @extend_schema(responses=TicketCard)
    def retrieve(self, request: Request, pk: str) -> Response:
        read_query(StrictSerializer, request)
        return self._card(request, row_id(pk))

    @extend_schema(request=TicketIn, responses={201: TicketCard})
    @idempotent
    def create(self, request: Request) -> Response:
        ticket = open_ticket_for(actor=actor_of(request), **read(TicketIn, request.data))
        return self._card(request, ticket.pk, status=201)

    @extend_schema(operation_id="tickets_comments", responses=CommentOut(many=True))
    @action(detail=True, methods=["get"])
    def comments(self, request: Request, pk: str) -> Response:
        """The conversation, oldest first."""
        read_query(StrictSerializer, request)
        actor = actor_of(request)
        rows: QuerySet[Any] = comments_visible_to(actor, found(self.get_queryset(), row_id(pk)))
        page = self.paginate_queryset(rows) or []
        return self.get_paginated_response(CommentOut(page, many=True, context={"files": files_of(page)}).data)

    @extend_schema(operation_id="tickets_comment", request=CommentIn, responses={201: CommentOut})
    @comments.mapping.post
    @idempotent
    def comment(self, request: Request, pk: str) -> Response:
        """Write to the client, or leave a note."""
        comment = add_comment(actor=actor_of(request), ticket_id=row_id(pk), **read(CommentIn, request.data))
        return _said(comment)

    @extend_schema(operation_id="tickets_attachments", responses=FilesOut)
    @action(detail=True, methods=["get"], parser_classes=[MultiPartParser])
    def attachments(self, request: Request, pk: str) -> Response:
        """Every file of the ticket that the caller may see."""
        read_query(StrictSerializer, request)
        actor = actor_of(request)
        ticket = found(self.get_queryset(), row_id(pk))
        files = [
            *files_of([ticket])[ticket.pk],
            *(file for own in files_of(comments_visible_to(actor, ticket)).values() for file in own),
        ]
        return Response({"results": FileOut(files, many=True).data})

    @extend_schema(
        operation_id="tickets_attach", request={"multipart/form-data": UploadIn}, responses={201: CommentOut}
    )
    @attachments.mapping.post
    def attach(self, request: Request, pk: str) -> Response:
        """Send files into the conversation, with or without words."""
        given = read(UploadIn, multipart(request))
        comment = add_comment(
            actor=actor_of(request), ticket_id=row_id(pk), text=given["text"], visibility=given["visibility"],
            uploads=given["files"],
        )  # fmt: skip
        return _said(comment)

    @extend_schema(operation_id="tickets_audit", responses=EntryOut(many=True))
    @action(detail=True, methods=["get"])
    def audit(self, request: Request, pk: str) -> Response:
        """What happened to the ticket, oldest first. For staff."""
        read_query(StrictSerializer, request)
        actor = actor_of(request)
        ticket = found(self.get_queryset(), row_id(pk))
        actor.require(TICKETS_WORK)
        entries: QuerySet[Any] = history_of(ticket)
        page = self.paginate_queryset(entries)
        return self.get_paginated_response(EntryOut(page, many=True).data)

    @extend_schema(
        operation_id="tickets_move",
        parameters=[OpenApiParameter("move", str, OpenApiParameter.PATH, enum=MOVES.split("|"))],
        request=PolymorphicProxySerializer("Move", [MoveIn, AskIn, HoldIn], resource_type_field_name=None),
        responses=TicketCard,
    )
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

    @extend_schema(operation_id="tickets_assign", request=AssignIn, responses=TicketCard)
    @action(detail=True, methods=["post"])
    def assign(self, request: Request, pk: str) -> Response:
        """Hand the ticket to somebody, or to nobody."""
        given = read(AssignIn, request.data)
        given["assignee_id"] = given.pop("assignee")
        assign_ticket(actor=actor_of(request), ticket_id=row_id(pk), **given)
        return self._card(request, row_id(pk))

    @extend_schema(operation_id="tickets_priority", request=PriorityIn, responses=TicketCard)
    @action(detail=True, methods=["post"])
    def priority(self, request: Request, pk: str) -> Response:
        """Change the priority."""
        set_priority(actor=actor_of(request), ticket_id=row_id(pk), **read(PriorityIn, request.data))
        return self._card(request, row_id(pk))

    def _card(self, request: Request, pk: int, status: int = 200) -> Response:
        ticket = found(self.get_queryset(), pk)
        card: BaseSerializer[Ticket] = TicketCard(ticket, context={"actor": actor_of(request)})
        return Response(card.data, status=status)


def _said(comment: Comment) -> Response:
    return Response(CommentOut(comment, context={"files": files_of([comment])}).data, status=201)


class CategoriesView(APIView):
    """`GET /api/categories/`: the kinds of equipment, in the language asked for."""

    permission_classes = [SignedIn]

    @extend_schema(operation_id="categories", responses=CategoriesOut)
    def get(self, request: Request) -> Response:
        """All of them."""
        read_query(StrictSerializer, request)
        return Response({"results": [{"value": row.value, "label": str(row.label)} for row in Category]})
