"""The console's page of this installation: every part looked at while the reader waits."""

from django.conf import settings
from django.contrib import admin
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts.roles import CONSOLE, INSTALLATION_SEE
from core.actor import Actor
from ops.diagnosis import examine, telegram_connection


@never_cache
@require_GET
def installation(request: HttpRequest) -> HttpResponse:
    """What is well, what is not and what to do; with `?only=telegram` the connection to Telegram alone is checked."""
    actor: Actor = request.actor  # type: ignore[attr-defined]  # set by the middleware
    if not actor.can(CONSOLE):
        return redirect_to_login(request.path, reverse("admin:login"))
    if not actor.can(INSTALLATION_SEE):
        raise PermissionDenied
    only = request.GET.get("only") == "telegram"
    context = {
        **admin.site.each_context(request),
        "title": _("Installation"),
        "findings": [telegram_connection()] if only else list(examine()),
        "only": only,
        "telegram_api_url": settings.TELEGRAM_API_URL,
        "telegram_proxy": settings.TELEGRAM_PROXY.rpartition("@")[2],
    }
    return TemplateResponse(request, "admin/ops/installation.html", context)
