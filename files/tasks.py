"""Loading files from Telegram, outside the handling of any update."""

import structlog
from celery import shared_task
from django.utils import timezone
from telegram.error import BadRequest, Forbidden, TelegramError

from core.correlation import correlated
from core.crypto import Unsealable
from files import contents
from files.actions import SIZE_LIMIT, begin_views, note_failure, store_content, store_views
from files.enums import FileError, FileStatus
from files.models import StoredFile
from files.pictures import render
from files.queries import pending_at, views_pending_at
from outbox.transports.telegram import TooBig, bot_thread

log = structlog.get_logger(__name__)

SWEEP_AT_MOST = 100


@shared_task(name="files.load", ignore_result=True)
def load_file(file_id: int) -> None:
    """Download one pending file. A failure is counted; the sweep tries again."""
    row = StoredFile.objects.filter(pk=file_id, status=FileStatus.PENDING).first()
    if row is None:
        return
    with correlated(row.request_id):
        _load(row)


def _load(row: StoredFile) -> None:
    file_id = row.pk
    try:
        store_content(file_id, bot_thread().download(row.telegram_file_id, limit=SIZE_LIMIT))
    except TooBig:
        note_failure(file_id, FileError.TOO_BIG, final=True)
    except (BadRequest, Forbidden):
        note_failure(file_id, FileError.REFUSED, final=True)
    except (TelegramError, OSError) as exc:
        log.warning("files.load_failed", file=file_id, error=type(exc).__name__)
        error = FileError.NETWORK if isinstance(exc, TelegramError) else FileError.STORAGE
        note_failure(file_id, error, final=False)


@shared_task(name="files.make_views", ignore_result=True)
def make_views(file_id: int) -> None:
    """Make the pictures to look at of one stored file. A storage that fails is counted; the sweep tries again."""
    row = begin_views(file_id)
    if row is None:
        return
    with correlated(row.request_id):
        try:
            with contents.open_content(row) as original:
                content = original.read()
            store_views(file_id, render(content, row.content_type))
        except (OSError, Unsealable) as exc:
            log.warning("files.views_failed", file=file_id, error=type(exc).__name__)


@shared_task(name="files.sweep", ignore_result=True)
def sweep_files() -> None:
    """Find the files whose task was lost or failed: load them, make their pictures."""
    now = timezone.now()
    for row in pending_at(now)[:SWEEP_AT_MOST]:
        load_file.delay(row.pk)
    for row in views_pending_at(now)[:SWEEP_AT_MOST]:
        make_views.delay(row.pk)
