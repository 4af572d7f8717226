"""What every request is checked for before anything else looks at it."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest


class RefuseNul:
    """NUL in an address is never meant: PostgreSQL can not compare with it, so it is refused with 400 at the door."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        address = request.META.get("QUERY_STRING", "") + request.path_info
        if "%00" in address or "\x00" in address:
            return HttpResponseBadRequest()
        return self.get_response(request)
