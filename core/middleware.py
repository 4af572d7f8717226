"""What every request is checked for, and what is written down of it."""

from collections.abc import Callable

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django_structlog.middlewares import RequestMiddleware


class RequestLog(RequestMiddleware):
    """django-structlog's, but the log has the path only: the query is what people search for."""

    @staticmethod
    def format_request(request: HttpRequest) -> str:
        return f"{request.method} {request.path}"


class RefuseNul:
    """NUL in an address or a cookie is never meant: PostgreSQL can not compare with it, so it is refused with 400."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        address = request.META.get("QUERY_STRING", "") + request.path_info
        if "%00" in address or any("\x00" in text for text in (address, *request.COOKIES.values())):
            raise BadRequest("NUL in the address or a cookie")
        return self.get_response(request)
