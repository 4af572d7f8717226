"""`manage.py deletewebhook`: back to polling."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from telegram.error import TelegramError

from outbox.transports.telegram import bot_thread


class Command(BaseCommand):
    help = "Ends the webhook, so that runbot can poll again (without TELEGRAM_WEBHOOK_SECRETS)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--drop-pending", action="store_true", help="forget what has not been fetched yet")

    def handle(self, *args: object, **options: Any) -> None:
        try:
            bot_thread().call("deleteWebhook", {"drop_pending_updates": options["drop_pending"]})
        except TelegramError as exc:
            raise CommandError(f"Telegram refused: {exc}") from exc
        self.stdout.write("The webhook is gone; runbot may poll.")
