"""What the parts of `/api/orders/` share."""

from typing import Any

from django.db.models import QuerySet
from rest_framework import viewsets
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer

from core.api.input import StrictSerializer, read_query, row_id
from core.api.permissions import SignedIn, actor_of
from core.db import found
from core.errors import Denied
from orders.api.serializers import OrderCard, OrderOut
from orders.models import Order
from orders.queries import order_list
from orders.rules import sees_money


class OrderBase(viewsets.GenericViewSet[Order]):
    """Rows that the caller sees, and the card of one."""

    permission_classes = [SignedIn]
    serializer_class = OrderOut
    lookup_value_regex = "[^/]+"

    def get_queryset(self) -> QuerySet[Order]:
        return order_list(actor_of(self.request))

    def one(self, request: Request, pk: str) -> Order:
        """The order, for a read without parameters."""
        read_query(StrictSerializer, request)
        return found(self.get_queryset(), row_id(pk))

    def of_work(self, request: Request, pk: str) -> Order:
        """The same, for what the client and the workshop do not see."""
        order = self.one(request, pk)
        if not sees_money(actor_of(request), order):
            raise Denied
        return order

    def card(self, request: Request, pk: int, status: int = 200) -> Response:
        """The order as it is now."""
        order = found(self.get_queryset(), pk)
        shown: BaseSerializer[Order] = OrderCard(order, context={"actor": actor_of(request), "request": request})
        return Response(shown.data, status=status)

    def page(self, rows: QuerySet[Any], shape: Any, **context: Any) -> Response:
        """A page of rows in this shape."""
        found_rows: list[Any] = self.paginate_queryset(rows) or []
        return self.get_paginated_response(shape(found_rows, many=True, context=context).data)
