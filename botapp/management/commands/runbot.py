"""`manage.py runbot`: the bot's process."""

import signal
import threading
from types import FrameType

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from botapp.runner import Runner
from outbox.transports.telegram import bot_thread


class Command(BaseCommand):
    help = "Receives updates from Telegram by polling and handles them, until SIGTERM or Ctrl-C."

    def handle(self, *args: object, **options: object) -> None:
        if not settings.TELEGRAM_BOT_TOKEN:
            raise CommandError("TELEGRAM_BOT_TOKEN is not set. @BotFather gives one; `make run` needs none.")
        runner = Runner(bot_thread())

        def stop(_signal: int, _frame: FrameType | None) -> None:
            threading.Thread(target=runner.stop).start()  # an Event may not be set inside a signal handler

        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGINT, stop)
        runner.run()
