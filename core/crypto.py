"""Encryption of columns at rest: AES-256-GCM, keys named and kept outside the database.

A sealed value is `key id, NUL, nonce (12 bytes), ciphertext with tag`. It is bound to its table, row and field, so a
value copied to another place does not open. The first key of `DATA_KEYS` seals, all of them open: a key is changed by
putting a new one in front, and `manage.py rotatekeys` seals anew what the old one had sealed.
"""

import base64
import hmac
import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Generic, TypeVar, cast, overload

import structlog
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.errors import Problem

log = structlog.get_logger(__name__)

NONCE_BYTES = 12
KEY_BYTES = 32


class KeyringError(ValueError):
    """`DATA_KEYS` is missing or malformed."""


class Unsealable(Problem):
    """The value was sealed with an unknown key (`reason` is no_key), for another place, or was altered (altered).

    `what` is its name for people. As every problem it is told to people by each door's one mapping. Its status is 503:
    who asks has done nothing wrong, somebody has to look after the installation, and the same call goes well again
    when the key is back.
    """

    code = "unreadable"
    status = 503
    text = gettext_lazy("“%(what)s” can not be decrypted: the key is missing or the value was altered.")

    def __init__(self, what: str | Promise, reason: str) -> None:
        super().__init__(what=what)
        self.reason = reason

    def note(self, *, table: str, field: str, row: object) -> None:
        """Write down where it is, never what is there."""
        log.warning("core.unreadable", table=table, field=field, row=row, reason=self.reason)


def parse_keys(text: str) -> dict[str, bytes]:
    """Read `id:base64,id:base64`, the current key first. Raises KeyringError, never naming key material."""
    keys: dict[str, bytes] = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        key_id, _, encoded = part.partition(":")
        try:
            key = base64.b64decode(encoded, validate=True)
        except ValueError:  # not base64, or not even ASCII
            key = b""
        if not key_id.isascii() or not key_id.isalnum() or len(key) != KEY_BYTES or key_id in keys:
            raise KeyringError("DATA_KEYS must look like k1:<base64 of 32 bytes>[,k0:…], each id once.")
        keys[key_id] = key
    if not keys:
        raise KeyringError("DATA_KEYS holds no key.")
    return keys


@lru_cache(maxsize=4)
def _keyring(text: str) -> dict[str, AESGCM]:
    return {key_id: AESGCM(key) for key_id, key in parse_keys(text).items()}


def _place(key_id: str, table: str, row: object, field: str) -> bytes:
    return f"{key_id}|{table}|{row}|{field}".encode()


def seal(plain: bytes, *, table: str, row: object, field: str) -> bytes:
    """Encrypt for one place. `row` is an identity that is known before the insert (a UUID)."""
    key_id, cipher = next(iter(_keyring(settings.DATA_KEYS).items()))
    nonce = os.urandom(NONCE_BYTES)
    return key_id.encode() + b"\0" + nonce + cipher.encrypt(nonce, plain, _place(key_id, table, row, field))


def key_of(sealed: bytes) -> str:
    """The name of the key that a sealed value was sealed with."""
    return bytes(sealed).partition(b"\0")[0].decode("ascii", "replace")


def unseal(sealed: bytes, *, table: str, row: object, field: str) -> bytes:
    """Decrypt what `seal` made for the same place. Raises Unsealable."""
    key_id, rest = key_of(sealed), bytes(sealed).partition(b"\0")[2]
    cipher = _keyring(settings.DATA_KEYS).get(key_id)
    if cipher is None:
        raise Unsealable(field, "no_key")
    try:
        return cipher.decrypt(rest[:NONCE_BYTES], rest[NONCE_BYTES:], _place(key_id, table, row, field))
    except (InvalidTag, ValueError):  # ValueError: cut so short that not even the nonce is whole
        raise Unsealable(field, "altered") from None


def key_ids() -> list[str]:
    """The names of the keys there are, the one that seals first."""
    return list(parse_keys(settings.DATA_KEYS))


@lru_cache(maxsize=16)
def _hash_keys(text: str, purpose: str) -> dict[str, bytes]:
    def derived(key: bytes) -> bytes:
        return HKDF(hashes.SHA256(), KEY_BYTES, salt=None, info=f"keyed hash|{purpose}".encode()).derive(key)

    return {key_id: derived(key) for key_id, key in parse_keys(text).items()}


def keyed_hashes(value: str, *, purpose: str) -> list[str]:
    """By what a sealed value can be found without opening every row: `key id:HMAC-SHA256`, one for each key.

    The first is what is stored now; the others find rows that were stored before the keys were changed. Without the
    keys nobody can try out values. `purpose` keeps equal values of different columns apart.
    """
    keys = _hash_keys(settings.DATA_KEYS, purpose)
    return [f"{key_id}:{hmac.digest(key, value.encode(), 'sha256').hex()}" for key_id, key in keys.items()]


@dataclass(frozen=True, slots=True)
class KeyedHash:
    """A column of keyed hashes, as its model names it in `keyed`, so that a changed key reaches it.

    `of` is the sealed value of the same row that the hash is of: it can be computed anew. Without it the value is kept
    nowhere, and the hash serves as long as its key is there; `lost` says what is lost with that key.
    """

    column: str
    purpose: str = ""
    of: str = ""
    lost: str | Promise = ""

    def of_row(self, row: models.Model) -> str:
        """The hash of what the row holds now; of nothing it is empty. Raises Unsealable."""
        value = getattr(row, self.of)
        return keyed_hashes(value, purpose=self.purpose)[0] if value else ""


T = TypeVar("T")


class Sealed(Generic[T]):
    """A JSON value of a model, kept sealed in the binary column `<name>_sealed` and bound to the row's `uid`.

    Reading decrypts, assigning encrypts; the model is saved as usual. `uid` must be set first, so it stands before
    the value among the constructor's arguments. `label` is what people call it. Reading raises Unsealable, and the log
    says where that was.
    """

    name: str

    def __init__(self, label: str | Promise = "") -> None:
        self.label = label

    def __set_name__(self, owner: type[models.Model], name: str) -> None:
        self.name = name

    @overload
    def __get__(self, row: None, owner: type[models.Model]) -> "Sealed[T]": ...
    @overload
    def __get__(self, row: models.Model, owner: type[models.Model]) -> T: ...
    def __get__(self, row: models.Model | None, owner: type[models.Model]) -> "Sealed[T] | T":
        if row is None:
            return self
        sealed, address = getattr(row, f"{self.name}_sealed"), self._address(row)
        try:
            return cast("T", json.loads(unseal(sealed, **address)))
        except Unsealable as exc:
            exc.note(table=address["table"], field=self.name, row=row.pk)
            raise Unsealable(self.label or self.name, exc.reason) from None

    def __set__(self, row: models.Model, value: T) -> None:
        plain = json.dumps(value, separators=(",", ":")).encode()
        setattr(row, f"{self.name}_sealed", seal(plain, **self._address(row)))

    def reseal(self, row: models.Model) -> None:
        """Seal the stored value with the key of today; the caller saves the row. Raises Unsealable, likewise logged."""
        stored, address = f"{self.name}_sealed", self._address(row)
        try:
            setattr(row, stored, seal(unseal(getattr(row, stored), **address), **address))
        except Unsealable as exc:
            exc.note(table=address["table"], field=self.name, row=row.pk)
            raise

    def _address(self, row: models.Model) -> dict[str, Any]:
        return {"table": row._meta.db_table, "row": row.uid, "field": self.name}  # type: ignore[attr-defined]


def opened(row: models.Model, name: str) -> Any | None:
    """A sealed value, or None where it can not be decrypted."""
    try:
        return getattr(row, name)
    except Unsealable:
        return None


def readable(row: models.Model, name: str, shown: Callable[[Any], str] = str) -> str:
    """A sealed value as it is `shown`, or in its place the words that it can not be decrypted: for lists and cards,
    which have more to show."""
    value = opened(row, name)
    return _("can not be decrypted") if value is None else shown(value)
