"""`manage.py setwebhook`: updates come by webhook from now on."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from telegram.error import TelegramError

from botapp.runner import ALLOWED_UPDATES
from botapp.webhook import own_address
from outbox.transports.telegram import bot_thread

CONNECTIONS = 40


class Command(BaseCommand):
    help = "Tells Telegram to bring updates to /telegram/webhook/ of SITE_URL, with the first of the secrets."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--url", default="", help="another address than that of SITE_URL")
        parser.add_argument("--drop-pending", action="store_true", help="forget what has not been fetched yet")

    def handle(self, *args: object, **options: Any) -> None:
        if not settings.TELEGRAM_WEBHOOK_SECRETS:
            raise CommandError("TELEGRAM_WEBHOOK_SECRETS is not set: the bot would go on polling.")
        url = options["url"] or own_address()
        params = {
            "url": url,
            "secret_token": settings.TELEGRAM_WEBHOOK_SECRETS[0],
            "allowed_updates": ALLOWED_UPDATES,
            "max_connections": CONNECTIONS,
            "drop_pending_updates": options["drop_pending"],
        }
        try:
            bot_thread().call("setWebhook", params)
        except TelegramError as exc:
            raise CommandError(f"Telegram refused: {exc}") from exc
        self.stdout.write(f"Telegram brings updates to {url}")
