"""Input is read strictly: what is not known is refused by name, in bodies and in queries alike."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.exceptions import APIException, ErrorDetail, ParseError
from rest_framework.filters import BaseFilterBackend
from rest_framework.parsers import JSONParser
from rest_framework.request import Request
from rest_framework.utils import json

BODY_LIMIT = 1024 * 1024
"""Bytes: far more than the longest text takes, however it is escaped."""


class StrictSerializer(serializers.Serializer):
    """Refuses fields that it does not know, and those that can only be read."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict):
            writable = {name for name, field in self.fields.items() if not field.read_only}
            if unknown := sorted(set(data) - writable):
                error = ErrorDetail(str(_("Unknown or read-only field.")), "unknown")
                raise serializers.ValidationError({name: [error] for name in unknown})
        return super().to_internal_value(data)


class TooLarge(APIException):
    status_code = 413
    default_code = "too_large"
    default_detail = _("The request is too large.")


class PlainJson(JSONParser):
    """JSON in UTF-8, of a size that our input may have. Whatever else claims to be JSON is refused."""

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        body = stream.read(BODY_LIMIT + 1)
        if len(body) > BODY_LIMIT:
            raise TooLarge
        try:
            return json.loads(body.decode(), parse_constant=json.strict_constant)
        except (ValueError, RecursionError):
            raise ParseError from None


class StrictFilters(BaseFilterBackend):
    """Filters by the view's `filters`, a StrictSerializer; its `filtered(rows, values)` applies what was read."""

    def filter_queryset(self, request: Request, queryset: QuerySet, view: Any) -> QuerySet:
        if not hasattr(view, "filters"):
            return queryset
        rows: QuerySet = view.filtered(queryset, read_query(view.filters, request))
        return rows


def read_query(shape: type[StrictSerializer], request: Request) -> dict[str, Any]:
    """The query parameters in this shape, each given once; `cursor` is left to `core.api.pages`."""
    given = dict(request.query_params.lists())
    if repeated := {name: [_("Give it once.")] for name, values in given.items() if len(values) > 1}:
        raise serializers.ValidationError(repeated)
    given.pop("cursor", None)
    return read(shape, {name: values[0] for name, values in given.items()})


def row_id(text: str) -> int:
    """The id that stands in an address; 0, which no row has, for whatever else stands there."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 20 else 0


def read(shape: type[StrictSerializer], data: Any) -> dict[str, Any]:
    """The data in this shape. Raises ValidationError naming the fields at fault."""
    serializer = shape(data=data)
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)


def multipart(request: Request) -> dict[str, Any]:
    """The fields of a form with `files`, each text given once."""
    assert isinstance(request.data, dict)
    data: dict[str, Any] = {name: request.data.get(name) for name in request.data if name != "files"}
    return {**data, "files": request.FILES.getlist("files")}
