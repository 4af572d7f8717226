"""Health over HTTP."""

import secrets

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST

from ops.health import bot_report, report
from ops.metrics import exposition


@require_safe
@never_cache
def live(request: HttpRequest) -> JsonResponse:
    """The process answers."""
    return JsonResponse({"status": "ok"})


@require_safe
@never_cache
def bot(request: HttpRequest) -> JsonResponse:
    """Updates come and messages go: 200, or 503; with their ages in seconds."""
    healthy, parts = bot_report()
    return JsonResponse({"status": "ok" if healthy else "unhealthy", **parts}, status=200 if healthy else 503)


@require_safe
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus' text for who carries `METRICS_TOKEN`; for everybody else there is nothing here."""
    given = request.headers.get("Authorization", "").encode()
    token = settings.METRICS_TOKEN
    if not token or not secrets.compare_digest(given, f"Bearer {token}".encode()):
        raise Http404
    return HttpResponse(exposition(), content_type=CONTENT_TYPE_LATEST)


@require_safe
@never_cache
def ready(request: HttpRequest) -> JsonResponse:
    """The whole does its work: 200, or 503 with the part that does not."""
    parts = report()
    healthy = set(parts.values()) == {"ok"}
    return JsonResponse({"status": "ok" if healthy else "unhealthy", **parts}, status=200 if healthy else 503)
