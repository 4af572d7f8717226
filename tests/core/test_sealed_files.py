"""Files at rest: what was sealed opens again in its own place, and nothing else does."""

import io
import tracemalloc
from base64 import b64encode
from functools import lru_cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.crypto import Unsealable
from core.sealed_files import CHUNK_BYTES, MAGIC, SALT_BYTES, SEALED_CHUNK_BYTES, SealedContent, open_sealed

PLACE = {"table": "files_storedfile", "row": "1f", "field": "original"}
HEAD = len(MAGIC) + len(b"t1\0") + SALT_BYTES
SIZES = [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 3 * CHUNK_BYTES, 3 * CHUNK_BYTES + 7]
THREE = b"a" * CHUNK_BYTES + b"b" * CHUNK_BYTES + b"the end"


def sealed(plain: bytes, **place: str) -> bytes:
    return b"".join(SealedContent(io.BytesIO(plain), **{**PLACE, **place}).chunks())  # type: ignore[arg-type]


def opened(content: bytes, **place: str) -> bytes:
    with open_sealed(io.BytesIO(content), **{**PLACE, **place}) as reader:  # type: ignore[arg-type]
        return reader.read()


def chunk(content: bytes, number: int) -> bytes:
    start = HEAD + number * SEALED_CHUNK_BYTES
    return content[start : start + SEALED_CHUNK_BYTES]


@pytest.mark.parametrize("size", SIZES)
def test_what_was_sealed_opens(size: int) -> None:
    plain = bytes(number % 251 for number in range(size))
    content = sealed(plain)
    assert opened(content) == plain
    chunks = max(1, -(-size // CHUNK_BYTES))
    assert len(content) == HEAD + size + 16 * chunks


def test_nothing_plain_is_in_it_and_no_two_are_alike() -> None:
    first, second = sealed(THREE), sealed(THREE)
    assert b"aaaa" not in first
    assert b"the end" not in first
    assert first[HEAD:] != second[HEAD:]


@pytest.mark.parametrize(("name", "other"), [("table", "other"), ("row", "2f"), ("field", "view-1")])
def test_it_opens_in_its_own_place_only(name: str, other: str) -> None:
    with pytest.raises(Unsealable):
        opened(sealed(b"x"), **{name: other})


def damaged() -> dict[str, bytes]:
    whole, again = sealed(THREE), sealed(THREE)
    head, first, second, last = whole[:HEAD], chunk(whole, 0), chunk(whole, 1), chunk(whole, 2)
    return {
        "empty": b"",
        "cut in the head": whole[: HEAD - 1],
        "no chunk": head,
        "cut at a chunk": head + first + second,
        "cut to one chunk": head + first,
        "cut inside a chunk": whole[:-1],
        "cut inside the first tag": whole[: HEAD + 10],
        "prolonged": whole + b"x",
        "prolonged by a chunk": whole + last,
        "reordered": head + second + first + last,
        "repeated": head + first + first + last,
        "left out": head + second + last,
        "a chunk of another copy": head + first + chunk(again, 1) + last,
        "the head of another copy": again[:HEAD] + whole[HEAD:],
        "plain": THREE,
        "another format": b"TWS2" + whole[4:],
        "an unknown key": whole.replace(b"t1\0", b"t2\0", 1),
        "a key id without an end": MAGIC + b"t" * 500,
    }


@pytest.mark.parametrize("content", damaged().values(), ids=damaged())
def test_what_was_damaged_does_not_open(content: bytes) -> None:
    with pytest.raises(Unsealable):
        opened(content)


@pytest.mark.parametrize("content", damaged().values(), ids=damaged())
def test_what_was_cut_is_known_before_anything_is_read(content: bytes, request: pytest.FixtureRequest) -> None:
    """A half of a file is never given out; what was altered inside is found where it is read."""
    if request.node.callspec.id in {"reordered", "repeated", "a chunk of another copy"}:
        open_sealed(io.BytesIO(content), **PLACE)  # type: ignore[arg-type]
        return
    with pytest.raises(Unsealable):
        open_sealed(io.BytesIO(content), **PLACE)  # type: ignore[arg-type]


@lru_cache
def one_sealed_file() -> bytes:
    return sealed(THREE)


@given(st.integers(0, HEAD + 3 * 16 + len(THREE) - 1), st.integers(1, 255))
def test_a_changed_byte_anywhere_is_found(place: int, change: int) -> None:
    content = bytearray(one_sealed_file())
    content[place] ^= change
    with pytest.raises(Unsealable):
        opened(bytes(content))


def test_a_place_inside_can_be_sought() -> None:
    reader = open_sealed(io.BytesIO(sealed(THREE)), **PLACE)  # type: ignore[arg-type]
    assert reader.seek(0, io.SEEK_END) == len(THREE)
    assert reader.read() == b""
    reader.seek(CHUNK_BYTES - 2)
    assert reader.read(4) == b"aabb"
    assert reader.tell() == CHUNK_BYTES + 2
    reader.seek(-7, io.SEEK_END)
    assert reader.read() == b"the end"
    reader.seek(1)
    assert reader.read() == THREE[1:]


def test_a_new_key_seals_and_the_old_one_still_opens(settings) -> None:  # type: ignore[no-untyped-def]
    old = sealed(b"x")
    settings.DATA_KEYS = f"n1:{b64encode(b'n' * 32).decode()},{settings.DATA_KEYS}"
    assert opened(old) == b"x"
    new = sealed(b"y")
    assert new.startswith(MAGIC + b"n1\0")
    assert opened(new) == b"y"
    settings.DATA_KEYS = f"n1:{b64encode(b'm' * 32).decode()}"
    with pytest.raises(Unsealable):
        opened(new)


def test_a_large_file_takes_little_memory() -> None:
    """Sealing and opening 16 MB holds some chunks only."""
    size = 16 * 1024 * 1024
    source, kept = io.BytesIO(bytes(size)), io.BytesIO(bytes(HEAD + size // CHUNK_BYTES * SEALED_CHUNK_BYTES))
    tracemalloc.start()
    for piece in SealedContent(source, **PLACE).chunks():  # type: ignore[arg-type]
        kept.write(piece)
    kept.seek(0)
    with open_sealed(kept, **PLACE) as reader:  # type: ignore[arg-type]
        while reader.read(CHUNK_BYTES):
            pass
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 1024 * 1024
