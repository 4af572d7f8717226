"""Pages for what went wrong: JSON below /api/, a page for people elsewhere."""

import errno
import sys
from typing import Any

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views import defaults

from core.errors import Invalid, NotFound, Problem, Unavailable


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400: Django itself refused the request (a wrong Host, too many fields)."""
    return _json(Invalid()) if _is_api(request) else defaults.bad_request(request, exception)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: there is no such address."""
    return _json(NotFound()) if _is_api(request) else defaults.page_not_found(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    """500: our fault, or 503: database or disk can not serve; the log has the cause under this request's id."""
    cause = sys.exc_info()[1]
    no_room = isinstance(cause, OSError) and cause.errno == errno.ENOSPC
    if no_room or isinstance(cause, OperationalError | InterfaceError):
        return _unavailable(request)
    if not _is_api(request):
        return defaults.server_error(request)
    body: dict[str, Any] = {"code": "server_error", "detail": _("Something went wrong on our side."), "fields": {}}
    return JsonResponse(body, status=500)


def _unavailable(request: HttpRequest) -> HttpResponse:
    answer = _json(Unavailable()) if _is_api(request) else TemplateResponse(request, "503.html", status=503).render()
    answer["Retry-After"] = "60"
    return answer


def locked_out(request: HttpRequest, *_more: Any) -> HttpResponse:
    """429: too many wrong passwords for this login from this address."""
    if _is_api(request):
        body = {"code": "throttled", "detail": _("Too many wrong passwords. Please try again later."), "fields": {}}
        return JsonResponse(body, status=429)
    return TemplateResponse(request, "429.html", status=429).render()


def _is_api(request: HttpRequest) -> bool:
    return request.path_info.startswith(settings.API_PATH)


def _json(problem: Problem) -> JsonResponse:
    return JsonResponse({"code": problem.code, "detail": str(problem), "fields": {}}, status=problem.status)
