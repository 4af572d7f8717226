"""How the webhook does, by Telegram's own account."""

from datetime import timedelta

from django.conf import settings
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone
from telegram.error import TelegramError

from outbox.transports.telegram import BotThread

FRESH = timedelta(minutes=5)
"""So old an error of Telegram's with the webhook may be to count."""
KEPT_UNDER, KEPT_FOR = "botapp.webhook", 300


def own_address() -> str:
    """Where the web process of this installation takes updates."""
    return settings.SITE_URL + reverse("webhook")


def state(telegram: BotThread) -> str:
    """Ask Telegram: `ok`, `not_set`, `elsewhere` (another address), `in_the_way` (set though the bot polls), `failing`
    (Telegram could not bring the last updates), `unknown` (Telegram does not answer). Kept for `last_known`."""
    found = _state(telegram)
    cache.set(KEPT_UNDER, found, KEPT_FOR)
    return found


def last_known() -> str:
    """What `state` found in the last minutes, without asking Telegram."""
    found: str = cache.get(KEPT_UNDER, "unknown")
    return found


def _state(telegram: BotThread) -> str:
    try:
        info = telegram.call("getWebhookInfo")
    except TelegramError:
        return "unknown"
    if not settings.TELEGRAM_WEBHOOK_SECRETS:
        return "in_the_way" if info["url"] else "ok"
    if info["url"] != own_address():
        return "elsewhere" if info["url"] else "not_set"
    recent = info.get("last_error_date", 0) > (timezone.now() - FRESH).timestamp()
    return "failing" if recent and info["pending_update_count"] else "ok"
