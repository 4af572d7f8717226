"""Every error as `{code, detail, fields}` in the language asked for."""

from collections.abc import Iterator
from typing import Any

from django.http import Http404
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions
from rest_framework.response import Response

from core.errors import Invalid, NotFound, Problem
from core.text import storable

_TOKEN = _("This token does not open anything. Please obtain a new one.")
_SENTENCES = {
    "no_active_account": _("Wrong login or password."),
    **dict.fromkeys(("token_not_valid", "user_inactive", "user_not_found", "bad_authorization_header"), _TOKEN),
}
"""In place of simplejwt's own, which speak English only."""


def problem_response(exc: Exception, context: dict[str, Any]) -> Response | None:
    """The one mapping of problems to HTTP. None lets Django answer 500."""
    from rest_framework.views import exception_handler

    if isinstance(exc, Http404 | exceptions.NotFound):
        exc = NotFound()
    if isinstance(exc, Problem):
        fields = {name: [str(text)] for name, text in exc.fields.items()}
        wait = getattr(exc, "wait", None)
        return Response(
            _body(exc.code, str(exc), fields), exc.status, headers={"Retry-After": str(wait)} if wait else None
        )
    response = exception_handler(exc, context)
    if response is None or not isinstance(exc, exceptions.APIException):
        return response
    if isinstance(exc, exceptions.ValidationError):
        detail = exc.detail if isinstance(exc.detail, dict) else {"non_field_errors": exc.detail}
        fields = {name: list(_sentences(said)) for name, said in detail.items()}
        response.data = _body(Invalid.code, str(Invalid.text), fields)
    else:
        codes = exc.get_codes()
        code = codes if isinstance(codes, str) else exc.default_code
        said = exc.detail.get("detail") if isinstance(exc.detail, dict) else exc.detail
        response.data = _body(code, str(_SENTENCES.get(code, said)), {})
    return response


def _body(code: str, detail: str, fields: Any) -> dict[str, Any]:
    return {"code": code, "detail": detail, "fields": _writable(fields)}


def _sentences(said: Any) -> Iterator[str]:
    """What is wrong with a field; of a list, with each of its members."""
    if isinstance(said, dict | list):
        for part in said.values() if isinstance(said, dict) else said:
            yield from _sentences(part)
    else:
        yield str(said)


def _writable(said: Any) -> Any:
    """Refusals quote what came in, and a lone surrogate can not be written as JSON."""
    if isinstance(said, dict):
        return {_writable(name): _writable(part) for name, part in said.items()}
    return [_writable(part) for part in said] if isinstance(said, list) else storable(str(said))
