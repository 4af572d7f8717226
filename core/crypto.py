"""Encryption of columns at rest: AES-256-GCM, keys named and kept outside the database.

A sealed value is `key id, NUL, nonce (12 bytes), ciphertext with tag`. It is bound to its table, row and field, so a
value copied to another place does not open. The first key of `DATA_KEYS` seals, all of them open: a key is changed by
putting a new one in front.
"""

import base64
import hmac
import json
import os
from functools import lru_cache
from typing import Any, Generic, TypeVar, cast, overload

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.db import models

NONCE_BYTES = 12
KEY_BYTES = 32


class KeyringError(ValueError):
    """`DATA_KEYS` is missing or malformed."""


class Unsealable(ValueError):
    """The value was sealed with an unknown key, for another place, or was altered."""


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


def unseal(sealed: bytes, *, table: str, row: object, field: str) -> bytes:
    """Decrypt what `seal` made for the same place. Raises Unsealable."""
    head, _, rest = bytes(sealed).partition(b"\0")
    key_id = head.decode("ascii", "replace")
    cipher = _keyring(settings.DATA_KEYS).get(key_id)
    if cipher is None:
        raise Unsealable(f"no key for {table}.{field}")
    try:
        return cipher.decrypt(rest[:NONCE_BYTES], rest[NONCE_BYTES:], _place(key_id, table, row, field))
    except (InvalidTag, ValueError):  # ValueError: cut so short that not even the nonce is whole
        raise Unsealable(f"{table}.{field} was altered or moved") from None


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


T = TypeVar("T")


class Sealed(Generic[T]):
    """A JSON value of a model, kept sealed in the binary column `<name>_sealed` and bound to the row's `uid`.

    Reading decrypts, assigning encrypts; the model is saved as usual. `uid` must be set first, so it stands before
    the value among the constructor's arguments.
    """

    name: str

    def __set_name__(self, owner: type[models.Model], name: str) -> None:
        self.name = name

    @overload
    def __get__(self, row: None, owner: type[models.Model]) -> "Sealed[T]": ...
    @overload
    def __get__(self, row: models.Model, owner: type[models.Model]) -> T: ...
    def __get__(self, row: models.Model | None, owner: type[models.Model]) -> "Sealed[T] | T":
        if row is None:
            return self
        sealed = getattr(row, f"{self.name}_sealed")
        return cast("T", json.loads(unseal(sealed, **self._address(row))))

    def __set__(self, row: models.Model, value: T) -> None:
        plain = json.dumps(value, separators=(",", ":")).encode()
        setattr(row, f"{self.name}_sealed", seal(plain, **self._address(row)))

    def _address(self, row: models.Model) -> dict[str, Any]:
        return {"table": row._meta.db_table, "row": row.uid, "field": self.name}  # type: ignore[attr-defined]
