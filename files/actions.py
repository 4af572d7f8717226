"""The only writers of files."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

import structlog
from django.core.files.uploadedfile import UploadedFile
from django.db import models, transaction
from django.utils import timezone

from core import correlation, events
from core.actor import Actor
from core.crypto import key_ids
from core.text import storable
from files import contents
from files.enums import FileError, FileKind, FileStatus, Variant, ViewError, ViewStatus
from files.errors import FileEmpty, FileTooBig, StorageFull, TooManyFiles
from files.events import FileGiven, FileSettled
from files.models import FileAccess, StoredFile
from files.pictures import Rendered, viewable_type

log = structlog.get_logger(__name__)

NAME_LIMIT = 255
KEEP_TRYING = timedelta(days=1)
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=30), timedelta(minutes=15)
"""The first wait is also what the task that loads a file is given before the sweep looks after it."""
VIEW_ATTEMPTS = 20
SIZE_LIMIT = 20 * 1024 * 1024
"""Bytes: what the Bot API lets a bot download (getFile)."""
UPLOADS_AT_ONCE = 10
PHOTO_LIMIT = 10 * 1024 * 1024
TELEGRAM_PHOTOS = {"image/jpeg", "image/png", "image/webp"}
"""What goes to Telegram as a photo, of at most so many bytes (Bot API: sendPhoto); the rest goes as a document."""


@dataclass(frozen=True, slots=True)
class TelegramFile:
    """A file as an update describes it. `size` in bytes, None where Telegram does not say."""

    kind: FileKind
    file_id: str
    name: str = ""
    size: int | None = None


def hold(owner: models.Model) -> None:
    """The files of this row are kept, whatever their age."""
    StoredFile.objects.filter(owner_type=owner._meta.label_lower, owner_id=owner.pk).update(held=True)


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
        error=FileError.TOO_BIG if too_big else "",
        next_attempt_at=timezone.now() + FIRST_WAIT,
        request_id=correlation.current_id(),
    )


@transaction.atomic
def store_uploads(owner: models.Model, uploads: Sequence[UploadedFile]) -> list[StoredFile]:
    """Keep files that came over HTTP: sealed, in the transaction that makes their owner.

    Raises TooManyFiles, FileTooBig, FileEmpty, StorageFull.
    """
    if len(uploads) > UPLOADS_AT_ONCE:
        raise TooManyFiles(limit=UPLOADS_AT_ONCE)
    for upload in uploads:
        if not upload.size:
            raise FileEmpty(name=upload.name)
        if upload.size > SIZE_LIMIT:
            raise FileTooBig(name=upload.name, limit=SIZE_LIMIT // 1024**2)
    rows = [_new(owner, TelegramFile(FileKind.DOCUMENT, "", name=upload.name or "")) for upload in uploads]
    try:
        for row, upload in zip(rows, uploads, strict=True):
            content = upload.read()
            if viewable_type(content) in TELEGRAM_PHOTOS and len(content) <= PHOTO_LIMIT:
                row.kind = FileKind.PHOTO
            _keep(row, content)
        return StoredFile.objects.bulk_create(rows)
    except BaseException as exc:
        contents.discard(*(row.stored_as for row in rows if row.stored_as))
        if isinstance(exc, OSError):
            log.error("files.storage_failed", reason=exc.strerror)
            raise StorageFull from exc
        raise


def hand_over(owner: models.Model, heir: models.Model) -> None:
    """The files of one row become those of another, in the caller's transaction."""
    files = StoredFile.objects.filter(owner_type=owner._meta.label_lower, owner_id=owner.pk)
    files.update(owner_type=heir._meta.label_lower, owner_id=heir.pk)


def remove(owners: Sequence[models.Model]) -> int:
    """Delete the contents of these rows' files (of one model) and what they were called; that there was a file stays.
    What is under hold is left alone. The contents go when the transaction is committed. Gives how many."""
    if not owners:
        return 0
    files = StoredFile.objects.select_for_update().filter(
        owner_type=owners[0]._meta.label_lower, owner_id__in=[owner.pk for owner in owners], held=False
    )
    rows = list(files.exclude(status=FileStatus.REMOVED))
    names = [name for row in rows for name in contents.names(row)]
    for row in rows:
        row.status, row.view_status, row.error, row.view_error = FileStatus.REMOVED, ViewStatus.NONE, "", ""
        row.name = row.telegram_file_id = row.stored_as = row.views_as = row.spare_as = ""
        row.size, row.pages, row.pages_total = None, 0, 0
        row.save()
    transaction.on_commit(lambda: contents.discard(*names))
    return len(rows)


@transaction.atomic
def store_content(file_id: int, content: bytes) -> None:
    """Keep the content of a pending file, sealed, and have pictures made of it. Repeating it changes nothing.

    An empty file is not kept: nobody sends one on purpose.
    """
    if not content:
        note_failure(file_id, FileError.EMPTY, final=True)
        return
    row = StoredFile.objects.select_for_update().get(pk=file_id)
    if row.status != FileStatus.PENDING:
        return
    _keep(row, content)
    row.save(update_fields=["stored_as", "size", "content_type", "status", "error", "view_status", "next_attempt_at"])
    events.emit(FileSettled(row))


def _keep(row: StoredFile, content: bytes) -> None:
    """Seal the content, and have pictures made of it where that is possible; the caller saves the row."""
    from files.tasks import make_views

    row.stored_as = contents.save(row, content, contents.new_name(row), Variant.ORIGINAL)
    row.size = len(content)
    viewable = viewable_type(content)
    row.content_type = viewable or "application/octet-stream"
    row.status, row.error = FileStatus.STORED, ""
    if viewable:
        row.view_status = ViewStatus.PENDING
        row.next_attempt_at = timezone.now() + FIRST_WAIT
        transaction.on_commit(lambda: make_views.delay(row.pk), robust=True)


@transaction.atomic
def begin_views(file_id: int) -> StoredFile | None:
    """Count an attempt to make pictures before it is made, so that one that ends the worker is counted too.

    Gives the file, or None when there is nothing to make, or no further attempt.
    """
    row = StoredFile.objects.select_for_update().get(pk=file_id)
    if row.view_status != ViewStatus.PENDING:
        return None
    row.view_attempts += 1
    if given_up := row.view_attempts > VIEW_ATTEMPTS:
        row.view_status, row.view_error = ViewStatus.FAILED, ViewError.BROKEN
    row.next_attempt_at = timezone.now() + min(FIRST_WAIT * 2 ** min(row.view_attempts, 10), LONGEST_WAIT)
    row.save(update_fields=["view_status", "view_error", "view_attempts", "next_attempt_at"])
    return None if given_up else row


def store_views(file_id: int, rendered: Rendered) -> None:
    """Keep the pictures of a file, sealed, or why there are none. Repeating it changes nothing."""
    row = StoredFile.objects.get(pk=file_id)
    views_as, saved = contents.new_name(row), []
    try:
        for number, page in enumerate(rendered.pages, 1):
            for variant, content in ((Variant.VIEW, page.view), (Variant.THUMBNAIL, page.thumbnail)):
                name = contents.picture_name(views_as, variant, number)
                saved.append(contents.save(row, content, name, variant, number))
        kept = _note_views(file_id, views_as, rendered)
    except BaseException:
        contents.discard(*saved)
        raise
    if not kept:
        contents.discard(*saved)


@transaction.atomic
def _note_views(file_id: int, views_as: str, rendered: Rendered) -> bool:
    row = StoredFile.objects.select_for_update().get(pk=file_id)
    if row.view_status != ViewStatus.PENDING:
        return False
    row.view_status = ViewStatus.FAILED if rendered.error else ViewStatus.READY
    row.view_error = rendered.error or ""
    row.views_as = views_as if rendered.pages else ""
    row.pages, row.pages_total = len(rendered.pages), rendered.total
    row.save(update_fields=["view_status", "view_error", "views_as", "pages", "pages_total"])
    return True


def note_access(actor: Actor, row: StoredFile, variant: Variant, page: int = 0) -> None:
    """Write down that the actor is given the file. Thumbnails are not noted: they come with every card."""
    if variant == Variant.THUMBNAIL:
        return
    FileAccess.objects.create(
        file=row,
        variant=variant,
        page=page,
        actor_kind=actor.kind,
        actor_name=actor.name,
        user_id=actor.user_id,
        via=actor.via,
        request_id=correlation.current_id(),
    )
    events.emit(FileGiven(actor, row, variant))


def reseal_file(file_id: int) -> dict[contents.Form, str]:
    """Seal the contents of a file that another key than the current one has sealed anew, while others read them.

    They are written under a new name, and the row is switched to it. From before the first byte is written until the
    last one of the old content is gone, `spare_as` names what is to be removed: what a kill leaves behind the next
    call removes. Gives the contents that do not open, each with the key that it names; they stay as they are. Raises
    OSError; the file is then as it was.
    """
    _remove_spare(file_id)
    row = StoredFile.objects.filter(pk=file_id, status=FileStatus.STORED).first()
    if row is None:
        return {}
    keys, current = contents.keys_of(row), key_ids()[0]
    left: dict[contents.Form, str] = {}
    for name, forms in (("stored_as", contents.ORIGINAL), ("views_as", contents.pictures_of(row))):
        stale = {form for form in forms if keys.get(form, current) != current}
        if stale:
            left |= {form: keys[form] for form in _move(row, name, forms, stale)}
    return left


def _move(
    row: StoredFile, name: str, forms: tuple[contents.Form, ...], stale: set[contents.Form]
) -> list[contents.Form]:
    """Seal these contents under a new name and switch the row to it, unless none of the stale ones opens."""
    old, new = getattr(row, name), contents.new_name(row)
    this = StoredFile.objects.filter(pk=row.pk)
    if not this.filter(spare_as="").update(spare_as=new):
        return []
    try:
        failed = contents.copy(row, forms, new)
        if not stale <= set(failed) and not this.filter(spare_as=new, **{name: old}).update(
            spare_as=old, **{name: new}
        ):
            contents.remove_all(row, new)
    finally:
        _remove_spare(row.pk)
    return failed


@transaction.atomic
def _remove_spare(file_id: int) -> None:
    """Under a lock, so that nobody makes it the file's own meanwhile."""
    row = StoredFile.objects.select_for_update().filter(pk=file_id).exclude(spare_as="").first()
    if row is not None:
        contents.remove_all(row, row.spare_as)
        row.spare_as = ""
        row.save(update_fields=["spare_as"])


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
    if row.status == FileStatus.FAILED:
        events.emit(FileSettled(row))
