"""Encryption of files at rest: AES-256-GCM in chunks, so that a file of any size is written and read piece by piece.

A sealed file is `TWS1, key id, NUL, salt (16 bytes)` and then chunks: 64 KiB of content each (the last one less), each
followed by its tag of 16 bytes. A key of its own is derived for every file from the key of `DATA_KEYS` and the salt, so
a chunk's number can be its nonce and no chunk of another file, or of an older copy of this one, fits in. Key id, place
(table, row, field), number and whether it is the last are authenticated with each chunk: what was cut, prolonged,
reordered, swapped or altered does not open.
"""

import io
import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.files.base import File
from django.utils.translation import gettext_lazy as _

from core.crypto import KEY_BYTES, NONCE_BYTES, Unsealable, parse_keys

MAGIC = b"TWS1"
CHUNK_BYTES = 64 * 1024
TAG_BYTES = 16
SALT_BYTES = 16
LONGEST_HEAD = 128
SEALED_CHUNK_BYTES = CHUNK_BYTES + TAG_BYTES


@dataclass(frozen=True, slots=True)
class Place:
    """What a file is bound to."""

    table: str
    row: object
    field: str

    def __str__(self) -> str:
        return f"{self.table}|{self.row}|{self.field}"

    def unsealable(self, reason: str) -> Unsealable:
        """The exception, written down."""
        found = Unsealable(_("File"), reason)
        found.note(table=self.table, field=self.field, row=self.row)
        return found


def key_of(head: bytes) -> str | None:
    """The key that a sealed file names in its first `LONGEST_HEAD` bytes; None where these are no such beginning."""
    name, found, _salt = head.removeprefix(MAGIC).partition(b"\0")
    return name.decode("ascii", "replace") if head.startswith(MAGIC) and found else None


class _Chunks:
    """Seals and opens the chunks of one file."""

    def __init__(self, key_id: str, key: bytes, salt: bytes, place: Place) -> None:
        self._place = place
        self._about = f"{key_id}|{place}"
        own_key = HKDF(SHA256(), KEY_BYTES, salt, f"file|{self._about}".encode()).derive(key)
        self._cipher = AESGCM(own_key)

    def seal(self, number: int, plain: bytes, *, last: bool) -> bytes:
        return self._cipher.encrypt(number.to_bytes(NONCE_BYTES), plain, self._address(number, last=last))

    def unseal(self, number: int, sealed: bytes, *, last: bool) -> bytes:
        try:
            return self._cipher.decrypt(number.to_bytes(NONCE_BYTES), sealed, self._address(number, last=last))
        except (InvalidTag, ValueError):  # ValueError: shorter than a tag
            raise self._place.unsealable("altered") from None

    def _address(self, number: int, *, last: bool) -> bytes:
        return f"{self._about}|{number}|{'last' if last else 'more'}".encode()


class SealedContent(File):
    """What a Django storage is given to save: the content of `source`, sealed for one place while it is written."""

    def __init__(self, source: IO[bytes], *, table: str, row: object, field: str) -> None:
        super().__init__(source)
        self._source = source
        self._place = Place(table, row, field)

    def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:
        """The sealed file in pieces; their size is the format's own."""
        key_id, key = next(iter(parse_keys(settings.DATA_KEYS).items()))
        salt = os.urandom(SALT_BYTES)
        yield MAGIC + key_id.encode() + b"\0" + salt
        chunks, number = _Chunks(key_id, key, salt, self._place), 0
        piece = self._source.read(CHUNK_BYTES)
        while following := self._source.read(CHUNK_BYTES):
            yield chunks.seal(number, piece, last=False)
            piece, number = following, number + 1
        yield chunks.seal(number, piece, last=True)


class _Reader(io.RawIOBase):
    """The content of a sealed file, unsealed chunk by chunk as it is read; any position can be sought."""

    def __init__(self, sealed: IO[bytes], place: Place) -> None:
        self._sealed = sealed
        head = sealed.read(LONGEST_HEAD)
        key_id = key_of(head) or ""
        key = parse_keys(settings.DATA_KEYS).get(key_id)
        self._start = len(MAGIC) + len(key_id) + 1 + SALT_BYTES
        if key is None:
            raise place.unsealable("no_key" if key_id else "altered")
        if len(head) < self._start:
            raise place.unsealable("altered")
        self._chunks = _Chunks(key_id, key, head[self._start - SALT_BYTES : self._start], place)
        sealed_size = sealed.seek(0, io.SEEK_END) - self._start
        self._count = max(1, -(-sealed_size // SEALED_CHUNK_BYTES))
        self.size = sealed_size - self._count * TAG_BYTES
        self._position = 0
        self._number, self._piece = -1, b""
        self._load(self._count - 1)  # a file that was cut is known by its end

    def _load(self, number: int) -> None:
        if number != self._number:
            self._sealed.seek(self._start + number * SEALED_CHUNK_BYTES)
            sealed = self._sealed.read(SEALED_CHUNK_BYTES)
            self._piece = self._chunks.unseal(number, sealed, last=number == self._count - 1)
            self._number = number

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self.size}[whence]
        self._position = max(0, base + offset)
        return self._position

    def readinto(self, buffer: Any) -> int:
        if self._position >= self.size:
            return 0
        number, inside = divmod(self._position, CHUNK_BYTES)
        self._load(number)
        piece = self._piece[inside : inside + len(buffer)]
        buffer[: len(piece)] = piece
        self._position += len(piece)
        return len(piece)

    def close(self) -> None:
        self._sealed.close()
        super().close()


def open_sealed(sealed: IO[bytes], *, table: str, row: object, field: str) -> io.BufferedReader:
    """Read what `SealedContent` wrote for the same place.

    Raises Unsealable at once when the key is unknown, the place another or the end is missing, and while reading
    where a chunk was altered.
    """
    return io.BufferedReader(_Reader(sealed, Place(table, row, field)), CHUNK_BYTES)
