"""The webhook: Telegram brings an update, it is stored, and the bot's processes handle it."""

import base64
import json
import secrets
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from botapp import inbox
from core.locks import wake

MAX_BODY = 5 * 1024 * 1024
"""Bytes; Telegram's own updates have some kilobytes."""


@csrf_exempt
@require_POST
def webhook(request: HttpRequest) -> HttpResponse:
    """Store the update and say 200, whatever it is: after any other answer Telegram brings it again and again.

    404 while no secret is set (the bot polls), 403 for a wrong one, 413 for a body beyond all measure; none of them
    leaves a row.
    """
    if not settings.TELEGRAM_WEBHOOK_SECRETS:
        raise Http404
    if not _is_telegram(request):
        return HttpResponse(status=403)
    body = request.read(MAX_BODY + 1)
    if len(body) > MAX_BODY:
        return HttpResponse(status=413)
    inbox.store(settings.TELEGRAM_BOT_ID, [parsed(body)])
    wake(inbox.WAKE_CHANNEL)
    return HttpResponse()


def _is_telegram(request: HttpRequest) -> bool:
    """Whether it carries one of the secrets, compared in constant time."""
    given = request.headers.get("X-Telegram-Bot-Api-Secret-Token", "").encode()
    return any(secrets.compare_digest(given, secret.encode()) for secret in settings.TELEGRAM_WEBHOOK_SECRETS)


def parsed(body: bytes) -> Any:
    """The update; what is none that could be read one way only comes as its bytes, for whoever looks at it."""
    try:
        update = json.loads(body, object_pairs_hook=_without_doubles)
        json.dumps(update)  # what can be read may still be too deep to be written
    except (ValueError, RecursionError):
        return {"unreadable": base64.b64encode(body).decode()}
    return update


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key comes twice")
    return found
