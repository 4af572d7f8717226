"""`manage.py webhookinfo`: what Telegram knows of the webhook."""

import json

from django.core.management.base import BaseCommand, CommandError
from telegram.error import TelegramError

from outbox.transports.telegram import bot_thread


class Command(BaseCommand):
    help = "Shows the webhook as Telegram has it: address, waiting updates, the last error."

    def handle(self, *args: object, **options: object) -> None:
        try:
            info = bot_thread().call("getWebhookInfo")
        except TelegramError as exc:
            raise CommandError(f"Telegram refused: {exc}") from exc
        self.stdout.write(json.dumps(info, indent=2, ensure_ascii=False))
