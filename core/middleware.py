"""What every request is checked for, and what is written down of it."""

import time
from collections.abc import Callable
from typing import Any

from django.core.exceptions import BadRequest
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django_structlog.middlewares import RequestMiddleware
from django_structlog.signals import bind_extra_request_finished_metadata

from core.crypto import Unsealable


class RequestLog(RequestMiddleware):
    """django-structlog's, with the duration, but of the address the path only: the query is what people search for."""

    def prepare(self, request: HttpRequest) -> None:
        """As the original does, and note when."""
        request.began = time.monotonic()  # type: ignore[attr-defined]
        super().prepare(request)

    @staticmethod
    def format_request(request: HttpRequest) -> str:
        return f"{request.method} {request.path}"


@receiver(bind_extra_request_finished_metadata)
def _tell_duration(request: HttpRequest, log_kwargs: dict[str, Any], **_: Any) -> None:
    log_kwargs["duration_ms"] = round((time.monotonic() - request.began) * 1000)  # type: ignore[attr-defined]


class TellUnreadable:
    """A page where a sealed value can not be decrypted and the page is about nothing else. Its status is 503."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Called by Django with what a view or its template raises."""
        if not isinstance(exception, Unsealable):
            return None
        return TemplateResponse(request, "unreadable.html", {"problem": exception}, status=exception.status).render()


class RefuseNul:
    """NUL in an address or a cookie is never meant: PostgreSQL can not compare with it, so it is refused with 400."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        address = request.META.get("QUERY_STRING", "") + request.path_info
        if "%00" in address or any("\x00" in text for text in (address, *request.COOKIES.values())):
            raise BadRequest("NUL in the address or a cookie")
        return self.get_response(request)
