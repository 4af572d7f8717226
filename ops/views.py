"""Health over HTTP."""

from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from ops.health import report


@require_safe
@never_cache
def live(request: HttpRequest) -> JsonResponse:
    """The process answers."""
    return JsonResponse({"status": "ok"})


@require_safe
@never_cache
def ready(request: HttpRequest) -> JsonResponse:
    """The whole does its work: 200, or 503 with the part that does not."""
    parts = report()
    healthy = set(parts.values()) == {"ok"}
    return JsonResponse({"status": "ok" if healthy else "unhealthy", **parts}, status=200 if healthy else 503)
