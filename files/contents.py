"""The contents of files in the storage: always sealed, each bound to its file and to its form."""

import uuid
from contextlib import suppress
from io import BufferedReader, BytesIO

from django.core.files.storage import default_storage

from core.sealed_files import SealedContent, open_sealed
from files.enums import FileStatus, Variant
from files.models import StoredFile
from outbox.uploads import Content


def new_name(row: StoredFile) -> str:
    """A random name for a content of this file."""
    return f"{row.uid.hex[:2]}/{uuid.uuid4().hex}"


def save(row: StoredFile, content: bytes, name: str, variant: Variant, page: int = 0) -> str:
    """Seal a content into the storage; gives the name that it got there. Nothing plain is written."""
    return default_storage.save(name, SealedContent(BytesIO(content), **_place(row, variant, page)))


def open_content(row: StoredFile, variant: Variant = Variant.ORIGINAL, page: int = 0) -> BufferedReader:
    """Read a content of a stored file. Raises FileNotFoundError, and Unsealable when it is not the one saved."""
    name = row.stored_as if variant == Variant.ORIGINAL else picture_name(row.views_as, variant, page)
    sealed = default_storage.open(name)
    try:
        return open_sealed(sealed, **_place(row, variant, page))
    except BaseException:
        sealed.close()
        raise


def to_send(uid: str) -> Content:
    """A stored file as it goes to somebody in Telegram. Raises FileNotFoundError and Unsealable."""
    row = StoredFile.objects.filter(uid=uid, status=FileStatus.STORED).first()
    if row is None:
        raise FileNotFoundError(uid)
    with open_content(row) as original:
        return Content(row.safe_name, original.read())


def picture_name(views_as: str, variant: Variant, page: int) -> str:
    """Where a picture of a page lies."""
    return f"{views_as}-{variant}-{page}"


def names(row: StoredFile) -> list[str]:
    """Everything that lies in the storage of this file."""
    pictures = [
        picture_name(row.views_as, variant, page)
        for page in row.page_numbers for variant in (Variant.VIEW, Variant.THUMBNAIL)
    ]  # fmt: skip
    return [row.stored_as, *pictures] if row.stored_as else []


def discard(*names: str) -> None:
    """Remove contents that no row speaks of, as far as the storage lets."""
    for name in names:
        with suppress(OSError):
            default_storage.delete(name)


def _place(row: StoredFile, variant: Variant, page: int) -> dict[str, str]:
    return {"table": row._meta.db_table, "row": str(row.uid), "field": f"{variant}-{page}"}
