"""Input is read strictly: what is not known is refused by name, in bodies and in queries alike."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail
from rest_framework.filters import BaseFilterBackend
from rest_framework.request import Request


class StrictSerializer(serializers.Serializer):
    """Refuses fields that it does not know, and those that can only be read."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict):
            writable = {name for name, field in self.fields.items() if not field.read_only}
            if unknown := sorted(set(data) - writable):
                error = ErrorDetail(str(_("Unknown or read-only field.")), "unknown")
                raise serializers.ValidationError({name: [error] for name in unknown})
        return super().to_internal_value(data)


class StrictFilters(BaseFilterBackend):
    """Filters by the view's `filters`, a StrictSerializer; its `filtered(rows, values)` applies what was read."""

    def filter_queryset(self, request: Request, queryset: QuerySet, view: Any) -> QuerySet:
        if not hasattr(view, "filters"):
            return queryset
        given = {name: request.query_params.getlist(name) for name in request.query_params if name != "page"}
        if repeated := {name: [_("Give it once.")] for name, values in given.items() if len(values) > 1}:
            raise serializers.ValidationError(repeated)
        values = read(view.filters, {name: values[0] for name, values in given.items()})
        rows: QuerySet = view.filtered(queryset, values)
        return rows


def read(shape: type[StrictSerializer], data: Any) -> dict[str, Any]:
    """The data in this shape. Raises ValidationError naming the fields at fault."""
    serializer = shape(data=data)
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)
