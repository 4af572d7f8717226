"""The contents of files in the storage: always sealed, each bound to its file and to its form."""

import os
import uuid
from contextlib import suppress
from io import BufferedReader, BytesIO
from pathlib import Path
from typing import IO

from django.core.files.base import File
from django.core.files.storage import default_storage

from core.crypto import Unsealable
from core.sealed_files import LONGEST_HEAD, SealedContent, key_of, open_sealed
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
    sealed = _open_raw(row, variant, page)
    try:
        return open_sealed(sealed, **_place(row, variant, page))
    except BaseException:
        sealed.close()
        raise


def _open_raw(row: StoredFile, variant: Variant, page: int) -> IO[bytes]:
    """What the storage holds; once more under the name that a content has got since the row was read."""
    name = _name(row, variant, page)
    try:
        return default_storage.open(name)
    except FileNotFoundError:
        row.refresh_from_db(fields=["stored_as", "views_as"])
        if _name(row, variant, page) == name:
            raise
        return default_storage.open(_name(row, variant, page))


def _name(row: StoredFile, variant: Variant, page: int) -> str:
    return row.stored_as if variant == Variant.ORIGINAL else picture_name(row.views_as, variant, page)


Form = tuple[Variant, int]
"""What a content is of its file, and of which page."""
ORIGINAL: tuple[Form, ...] = ((Variant.ORIGINAL, 0),)


def pictures_of(row: StoredFile) -> tuple[Form, ...]:
    """The forms of all pictures that the file has."""
    return tuple((variant, page) for page in row.page_numbers for variant in (Variant.VIEW, Variant.THUMBNAIL))


def keys_of(row: StoredFile) -> dict[Form, str]:
    """The key that each content of the file names, empty where it is none of ours. What is missing is left out."""
    found = {}
    for variant, page in (*ORIGINAL, *pictures_of(row)):
        with suppress(FileNotFoundError), _open_raw(row, variant, page) as sealed:
            found[variant, page] = key_of(sealed.read(LONGEST_HEAD)) or ""
    return found


def copy(row: StoredFile, forms: tuple[Form, ...], name: str) -> list[Form]:
    """Seal these contents once more, by the key of today, under a new name. Raises OSError.

    Gives those that do not open, which are copied as they are. What is missing stays missing.
    """
    failed: list[Form] = []
    for variant, page in forms:
        place = name if variant == Variant.ORIGINAL else picture_name(name, variant, page)
        with suppress(FileNotFoundError):
            try:
                with open_content(row, variant, page) as content:
                    default_storage.save(place, SealedContent(content, **_place(row, variant, page)))
            except Unsealable:
                default_storage.delete(place)
                with _open_raw(row, variant, page) as sealed:
                    default_storage.save(place, File(sealed))
                failed.append((variant, page))
            _flush(place)
    return failed


def _flush(name: str) -> None:
    """Have a disk of our own write it down: the copy that is there for sure is about to be removed."""
    with suppress(NotImplementedError):
        path = Path(default_storage.path(name))
        for place in (path, path.parent):
            opened = os.open(place, os.O_RDONLY)
            try:
                os.fsync(opened)
            finally:
                os.close(opened)


def remove_all(row: StoredFile, name: str) -> None:
    """Remove whatever of the file lies under this name. Raises OSError."""
    for place in (name, *(picture_name(name, variant, page) for variant, page in pictures_of(row))):
        default_storage.delete(place)


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
        picture_name(base, variant, page) for base in (row.views_as, row.spare_as) if base
        for variant, page in pictures_of(row)
    ]  # fmt: skip
    return [name for name in (row.stored_as, row.spare_as, *pictures) if name]


def discard(*names: str) -> None:
    """Remove contents that no row speaks of, as far as the storage lets."""
    for name in names:
        with suppress(OSError):
            default_storage.delete(name)


def _place(row: StoredFile, variant: Variant, page: int) -> dict[str, str]:
    return {"table": row._meta.db_table, "row": str(row.uid), "field": f"{variant}-{page}"}
