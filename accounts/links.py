"""Addresses that lead into the bot."""

import structlog
from django.conf import settings
from django.core.cache import cache
from telegram.error import TelegramError

from outbox.transports.telegram import bot_thread

log = structlog.get_logger(__name__)

KEPT_FOR = 24 * 60 * 60
"""Seconds. The bot's name can be changed in Telegram."""


def bot_link(payload: str) -> str:
    """`https://t.me/<bot>?start=<payload>`; empty while Telegram can not say what the bot is called."""
    key = f"bot-name:{settings.TELEGRAM_BOT_ID}"
    name = cache.get(key)
    if name is None:
        try:
            name = bot_thread().call("getMe")["username"]
        except (TelegramError, KeyError) as exc:
            log.warning("accounts.bot_name_unknown", error=type(exc).__name__)
            return ""
        cache.set(key, name, KEPT_FOR)
    return f"https://t.me/{name}?start={payload}"


def invite_link(code: str) -> str:
    """What an invited person opens."""
    return bot_link(f"inv_{code}")
