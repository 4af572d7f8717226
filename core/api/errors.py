"""Every error as `{code, detail, fields}` in the language asked for."""

from typing import Any

from django.http import Http404
from rest_framework import exceptions
from rest_framework.response import Response

from core.errors import Invalid, NotFound, Problem


def problem_response(exc: Exception, context: dict[str, Any]) -> Response | None:
    """The one mapping of problems to HTTP. None lets Django answer 500."""
    from rest_framework.views import exception_handler

    if isinstance(exc, Http404 | exceptions.NotFound):
        exc = NotFound()
    if isinstance(exc, Problem):
        fields = {name: [str(text)] for name, text in exc.fields.items()}
        return Response(_body(exc.code, str(exc), fields), exc.status)
    response = exception_handler(exc, context)
    if response is None or not isinstance(exc, exceptions.APIException):
        return response
    if isinstance(exc, exceptions.ValidationError):
        detail = exc.detail if isinstance(exc.detail, dict) else {"non_field_errors": exc.detail}
        response.data = _body(Invalid.code, str(Invalid.text), detail)
    else:
        code = exc.get_codes()
        said = exc.detail.get("detail") if isinstance(exc.detail, dict) else exc.detail
        response.data = _body(code if isinstance(code, str) else exc.default_code, str(said), {})
    return response


def _body(code: str, detail: str, fields: Any) -> dict[str, Any]:
    return {"code": code, "detail": detail, "fields": fields}
