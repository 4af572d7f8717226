"""The only writers of files."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO

from django.core.files.storage import default_storage
from django.db import models, transaction
from django.utils import timezone

from core import correlation
from core.text import storable
from files.enums import FileKind, FileStatus
from files.models import StoredFile
from files.pictures import picture_type

NAME_LIMIT = 255
KEEP_TRYING = timedelta(days=1)
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=30), timedelta(minutes=15)
"""The first wait is also what the task that loads a file is given before the sweep looks after it."""
SIZE_LIMIT = 20 * 1024 * 1024
"""Bytes: what the Bot API lets a bot download (getFile)."""


@dataclass(frozen=True, slots=True)
class TelegramFile:
    """A file as an update describes it. `size` in bytes, None where Telegram does not say."""

    kind: FileKind
    file_id: str
    name: str = ""
    size: int | None = None


def attach(owner: models.Model, files: Iterable[TelegramFile]) -> list[StoredFile]:
    """Note the files of a row, in the transaction that makes the row; a worker loads them after it.

    One that is larger than the Bot API gives out is kept as failed, so that staff see that it was sent.
    """
    from files.tasks import load_file

    rows = [_new(owner, file) for file in files]
    StoredFile.objects.bulk_create(rows)
    for row in rows:
        if row.status == FileStatus.PENDING:
            transaction.on_commit(lambda pk=row.pk: load_file.delay(pk), robust=True)  # type: ignore[misc]
    return rows


def _new(owner: models.Model, file: TelegramFile) -> StoredFile:
    too_big = file.size is not None and file.size > SIZE_LIMIT
    return StoredFile(
        owner_type=owner._meta.label_lower,
        owner_id=owner.pk,
        kind=file.kind,
        name=storable(file.name)[:NAME_LIMIT],
        size=file.size,
        telegram_file_id=file.file_id,
        status=FileStatus.FAILED if too_big else FileStatus.PENDING,
        error="too_big" if too_big else "",
        next_attempt_at=timezone.now() + FIRST_WAIT,
        request_id=correlation.current_id(),
    )


def hand_over(owner: models.Model, heir: models.Model) -> None:
    """The files of one row become those of another, in the caller's transaction."""
    files = StoredFile.objects.filter(owner_type=owner._meta.label_lower, owner_id=owner.pk)
    files.update(owner_type=heir._meta.label_lower, owner_id=heir.pk)


@transaction.atomic
def store_content(file_id: int, content: bytes) -> None:
    """Keep the content of a pending file under a random name. Repeating it changes nothing."""
    row = StoredFile.objects.select_for_update().get(pk=file_id)
    if row.status != FileStatus.PENDING:
        return
    row.stored_as = default_storage.save(f"{row.uid.hex[:2]}/{uuid.uuid4().hex}", BytesIO(content))
    row.size = len(content)
    row.content_type = picture_type(content) or "application/octet-stream"
    row.status = FileStatus.STORED
    row.error = ""
    row.save(update_fields=["stored_as", "size", "content_type", "status", "error"])


@transaction.atomic
def note_failure(file_id: int, error: str, *, final: bool) -> None:
    """Count a failed load and wait longer each time; after a day, or a final refusal, the file is not loaded."""
    row = StoredFile.objects.select_for_update().get(pk=file_id)
    if row.status != FileStatus.PENDING:
        return
    now = timezone.now()
    row.attempts += 1
    row.error = error
    row.next_attempt_at = now + min(FIRST_WAIT * 2 ** min(row.attempts, 10), LONGEST_WAIT)
    if final or now - row.created_at > KEEP_TRYING:
        row.status = FileStatus.FAILED
    row.save(update_fields=["attempts", "error", "status", "next_attempt_at"])
