"""What is wrong with this installation, and what to do about it, in words for whoever has to mend it."""

import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from telegram.error import InvalidToken, TelegramError

from botapp import webhook
from botapp.queries import oldest_unhandled, parked
from core.db import database_answers
from ops.health import LATE, PATIENCE, sender_is_alive
from outbox.queries import oldest_due
from outbox.transports.telegram import bot_thread

LITTLE_SPACE = 1024**3
"""Bytes below which the disk of the files is soon full."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One part that was looked at. `trouble` and `advice` are empty when it is well; `detail` then tells more."""

    part: str
    trouble: str = ""
    advice: str = ""
    detail: str = ""


def examine() -> Iterator[Finding]:
    """Every part in turn. Without a database nothing else can be told."""
    database = _database()
    yield database
    if database.trouble:
        return
    checks: tuple[Callable[[], Finding], ...] = (
        _migrations, _cache, _disk, telegram_connection, _webhook, _inbox, _parked, _outbox, _sender,
    )  # fmt: skip
    for check in checks:
        yield check()


def _database() -> Finding:
    if database_answers(PATIENCE):
        return Finding(_("Database"))
    return Finding(_("Database"), _("It does not answer."), _("Start PostgreSQL, or correct DATABASE_URL."))


def _migrations() -> Finding:
    executor = MigrationExecutor(connection)
    if not executor.migration_plan(executor.loader.graph.leaf_nodes()):
        return Finding(_("Tables"))
    return Finding(_("Tables"), _("They are older than the code."), _("Run: manage.py prepare"))


def _cache() -> Finding:
    try:
        cache.get("health")
    except Exception as exc:  # noqa: BLE001 -- each backend has errors of its own
        trouble = _("It does not answer ({error}).").format(error=type(exc).__name__)
        return Finding(
            _("Cache"), trouble, _("Start Redis, or correct REDIS_URL; without Redis run: manage.py prepare")
        )
    return Finding(_("Cache"))


def _disk() -> Finding:
    settings.MEDIA_ROOT.mkdir(parents=True, exist_ok=True)
    if shutil.disk_usage(settings.MEDIA_ROOT).free > LITTLE_SPACE:
        return Finding(_("Disk"))
    return Finding(
        _("Disk"), _("Less than 1 GB is free."), _("Make room where MEDIA_DIR is: soon no file can be kept.")
    )


def telegram_connection() -> Finding:
    """Whether Telegram answers, by which name it knows the bot, and how long it took."""
    if not settings.TELEGRAM_BOT_TOKEN:
        return Finding("Telegram", _("There is no bot."), _("Set TELEGRAM_BOT_TOKEN; @BotFather gives one."))
    begun = time.monotonic()
    try:
        bot = bot_thread().call("getMe")
    except InvalidToken:
        return Finding("Telegram", _("It refuses the token."), _("Copy TELEGRAM_BOT_TOKEN from @BotFather anew."))
    except TelegramError:
        return Finding(
            "Telegram",
            _("It can not be reached."),
            _("Look whether this machine reaches TELEGRAM_API_URL; where it is blocked, set TELEGRAM_PROXY."),
        )
    seconds = formats.number_format(time.monotonic() - begun, 2)
    detail = _("It knows the bot as @{name} and answered in {seconds} s.")
    return Finding("Telegram", detail=detail.format(name=bot["username"], seconds=seconds))


def _webhook() -> Finding:
    part = _("Updates")
    found = webhook.state(bot_thread()) if settings.TELEGRAM_BOT_TOKEN else "ok"
    address = webhook.own_address()
    troubles = {
        "not_set": (_("No webhook is set, and the bot does not poll."), _("Run: manage.py setwebhook")),
        "elsewhere": (
            _("Telegram brings updates to another address than {address}.").format(address=address),
            _("Run: manage.py setwebhook"),
        ),
        "in_the_way": (
            _("A webhook is set, so the bot can not poll."),
            _("Run: manage.py deletewebhook, or set TELEGRAM_WEBHOOK_SECRETS."),
        ),
        "failing": (
            _("Telegram could not bring the last updates to {address}.").format(address=address),
            _("manage.py webhookinfo tells the error; look at the certificate, the proxy and the web process."),
        ),
    }
    return Finding(part, *troubles.get(found, ("", "")))


def _inbox() -> Finding:
    trouble, advice = (
        _("An update has been waiting for {minutes} min."),
        _("Look whether runbot runs and what its log says."),
    )
    return _late(_("Inbox"), oldest_unhandled(), trouble, advice)


def _parked() -> Finding:
    count = parked()
    if not count:
        return Finding(_("Parked updates"))
    trouble = _("{count} could not be handled.").format(count=count)
    return Finding(_("Parked updates"), trouble, _("The log has the cause under botapp.parked; they are kept."))


def _outbox() -> Finding:
    trouble, advice = (
        _("A message has been due for {minutes} min."),
        _("If Telegram is well, look at the log of the sender."),
    )
    return _late(_("Outbox"), oldest_due(), trouble, advice)


def _late(part: str, since: datetime | None, trouble: str, advice: str) -> Finding:
    waited = timezone.now() - since if since else timedelta()
    if waited < LATE:
        return Finding(part)
    return Finding(part, trouble.format(minutes=int(waited.total_seconds() // 60)), advice)


def _sender() -> Finding:
    if sender_is_alive():
        return Finding(_("Sender"))
    advice = _("Start: celery -A tws worker -Q telegram --pool solo, and celery -A tws beat")
    return Finding(_("Sender"), _("Messages wait and nobody sends them."), advice)
