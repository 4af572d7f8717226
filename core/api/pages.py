"""Lists come in pages."""

from typing import Any

from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request

LONGEST = 1000
"""Characters of a cursor."""


class Pages(CursorPagination):
    """50 rows a page; `next` and `previous` hold the `cursor`. What is added meanwhile moves no page.

    The order is that of the rows themselves. A cursor that is none is a wrong parameter, not a missing list.
    """

    page_size = 50

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any] | None:
        try:
            if len(request.query_params.get(self.cursor_query_param, "")) > LONGEST:
                raise NotFound(self.invalid_cursor_message)
            return super().paginate_queryset(queryset, request, view)
        except NotFound as exc:
            raise ValidationError({self.cursor_query_param: [exc.detail]}) from None

    def get_ordering(self, request: Request, queryset: Any, view: Any) -> tuple[str, ...]:
        """As the queryset is ordered, made unique by the id."""
        ordering = tuple(queryset.query.order_by)
        return ordering if {"pk", "-pk", "id", "-id"} & set(ordering) else (*ordering, "pk")
