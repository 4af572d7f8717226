"""Loading files from Telegram, outside the handling of any update."""

import structlog
from celery import shared_task
from django.utils import timezone
from telegram.error import BadRequest, Forbidden, TelegramError

from core.correlation import correlated
from files.actions import SIZE_LIMIT, note_failure, store_content
from files.enums import FileStatus
from files.models import StoredFile
from files.queries import pending_at
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
        note_failure(file_id, "too_big", final=True)
    except (BadRequest, Forbidden):
        note_failure(file_id, "refused", final=True)
    except (TelegramError, OSError) as exc:
        log.warning("files.load_failed", file=file_id, error=type(exc).__name__)
        note_failure(file_id, "network" if isinstance(exc, TelegramError) else "storage", final=False)


@shared_task(name="files.sweep", ignore_result=True)
def sweep_files() -> None:
    """Find the files whose task was lost or failed, and load them."""
    for row in pending_at(timezone.now())[:SWEEP_AT_MOST]:
        load_file.delay(row.pk)
