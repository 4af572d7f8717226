"""Which content may be shown as a picture: the content alone decides."""

import struct
import zlib
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from files.pictures import PIXEL_LIMIT, picture_type
from tests.simulator.pictures import jpeg


def picture(kind: str, mode: str = "RGB") -> bytes:
    out = BytesIO()
    Image.new(mode, (8, 8)).save(out, kind)
    return out.getvalue()


def huge_png(width: int, height: int) -> bytes:
    """A PNG whose header promises so many pixels."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    crc = zlib.crc32(b"IHDR" + header)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + b"IHDR" + header + struct.pack(">I", crc)


@pytest.mark.parametrize(("kind", "mime"), [("JPEG", "image/jpeg"), ("PNG", "image/png"), ("WEBP", "image/webp")])
def test_what_browsers_show(kind: str, mime: str) -> None:
    assert picture_type(picture(kind)) == mime


@pytest.mark.parametrize("kind", ["GIF", "BMP", "TIFF", "ICO", "PDF"])
def test_other_formats_are_not_shown(kind: str) -> None:
    assert picture_type(picture(kind)) is None


CONTENTS = [
    b"",
    b"\xff\xd8\xff",
    b"<svg onload='alert(1)'/>",
    b"<html></html>",
    b"%PDF-1.4",
    b"GIF89a",
    b"RIFF\x00\x00\x00\x00WEBPVP8 ",
    b"\x89PNG\r\n\x1a\n",
    b"\x00" + jpeg(),
]


@pytest.mark.parametrize("content", CONTENTS, ids=lambda content: repr(content[:12]))
def test_what_is_no_picture_is_not_shown(content: bytes) -> None:
    assert picture_type(content) is None


@pytest.mark.parametrize(("width", "height"), [(20_000, 20_000), (PIXEL_LIMIT + 1, 1), (2**31 - 1, 2**31 - 1)])
def test_a_picture_of_too_many_pixels_is_not_shown(width: int, height: int) -> None:
    assert picture_type(huge_png(width, height)) is None


@given(st.binary(max_size=300), st.sampled_from([b"", b"\xff\xd8\xff\xe0", b"\x89PNG\r\n\x1a\n", b"RIFF....WEBP"]))
def test_any_bytes_have_an_answer(content: bytes, beginning: bytes) -> None:
    assert picture_type(beginning + content) in {None, "image/jpeg", "image/png", "image/webp"}
