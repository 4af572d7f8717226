"""Makes pictures to look at of a picture or a PDF that somebody sent; a program of its own.

Decoders are large, native and fed by strangers. So they run in a process that has no secret, no database and no more
memory and time than a picture needs: what kills it kills nothing else. Content comes from standard input, the result
goes to standard output (`files/pictures.py` reads it): one line of JSON, then the pictures one after another. Nothing
is written to a disk.

    {"pages": [[bytes of the view, bytes of the thumbnail], …], "total": pages of the document}
    {"error": "too_large" | "locked" | "broken"}
"""

import io
import json
import struct
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from PIL import Image, ImageOps

PICTURES = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP", "image/gif": "GIF", "image/heic": "HEIF"}
PIXEL_LIMIT = 50_000_000
VIEW_SIDE, THUMBNAIL_SIDE = 1600, 320
VIEW_QUALITY, THUMBNAIL_QUALITY = 82, 75
PAGE_LIMIT = 10
ENOUGH_SECONDS = 15.0
"""After so long no further page of a document is begun."""
LARGEST_SCALE = 4.0
"""Pixels a point: 288 dpi, so that a page of the size of a stamp is not blown up."""
MEMORY_LIMIT = 1024**3
CPU_SECONDS = 40


class TooLarge(Exception):
    """More pixels than are decoded here."""


class Locked(Exception):
    """The document asks for a password."""


def limit_self() -> None:
    """Ask the system to hold this process to its limits, where it can."""
    import resource

    for what, limit in (
        (resource.RLIMIT_AS, MEMORY_LIMIT),
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        with suppress(ValueError, OSError):
            resource.setrlimit(what, (limit, limit))


def picture(content: bytes, mime: str) -> tuple[list[Image.Image], int]:
    """The picture, turned as it was held, at most as large as a view. Raises TooLarge before anything is decoded."""
    if mime == "image/heic":
        import pillow_heif

        pillow_heif.register_heif_opener(thumbnails=False, decode_threads=1)
    image: Image.Image = Image.open(io.BytesIO(content), formats=[PICTURES[mime]])
    if image.width * image.height > PIXEL_LIMIT:
        raise TooLarge
    image.draft("RGB", (2 * VIEW_SIDE, 2 * VIEW_SIDE))  # a JPEG is decoded at a fraction of its size
    image = flat(image)
    image.thumbnail((VIEW_SIDE, VIEW_SIDE), Image.Resampling.LANCZOS)
    with suppress(ValueError, SyntaxError, KeyError, TypeError, OSError, struct.error):  # EXIF that makes no sense
        image = ImageOps.exif_transpose(image)
    return [image], 1


def flat(image: Image.Image) -> Image.Image:
    """The picture in plain colours, on white where it is transparent."""
    exif = image.info.get("exif")
    if image.mode.startswith("I") or image.mode == "F":  # 16 bits a pixel: the upper half is what a screen shows
        image = image.convert("I").point(lambda value: value / 256).convert("L")
    if image.has_transparency_data:
        image = image.convert("RGBA")
        ground = Image.new("RGBA", image.size, "white")
        image = Image.alpha_composite(ground, image)
    image = image.convert("RGB")
    image.info = {"exif": exif} if exif else {}
    return image


def pages(content: bytes) -> tuple[list[Image.Image], int]:
    """The first pages of a PDF, and how many it has. Raises Locked."""
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as exc:
        raise Locked if "password" in str(exc).lower() else exc from None
    return list(_rendered(document)), len(document)


def _rendered(document: Any) -> Iterator[Image.Image]:
    began = time.monotonic()
    for number in range(min(len(document), PAGE_LIMIT)):
        if number and time.monotonic() - began > ENOUGH_SECONDS:
            return
        page = document[number]
        longest = max(page.get_size())
        if not 0 < longest < 1_000_000:
            raise ValueError("a page without a size")
        bitmap = page.render(scale=min(VIEW_SIDE / longest, LARGEST_SCALE), may_draw_forms=False)
        yield bitmap.to_pil().convert("RGB")
        page.close()


def encoded(image: Image.Image, side: int, quality: int) -> bytes:
    """A JPEG of the picture and of nothing else: pixels only, no word about where and by what it was made."""
    copy = image.copy()
    copy.thumbnail((side, side), Image.Resampling.LANCZOS)
    copy.info = {}
    out = io.BytesIO()
    copy.save(out, "JPEG", quality=quality, optimize=True, progressive=True)
    return out.getvalue()


def render(content: bytes, mime: str) -> Iterator[bytes]:
    """The result, as it is written out."""
    images, total = pages(content) if mime == "application/pdf" else picture(content, mime)
    made = [
        (encoded(image, VIEW_SIDE, VIEW_QUALITY), encoded(image, THUMBNAIL_SIDE, THUMBNAIL_QUALITY)) for image in images
    ]
    yield json.dumps({"pages": [[len(view), len(thumbnail)] for view, thumbnail in made], "total": total}).encode()
    yield b"\n"
    for view, thumbnail in made:
        yield view
        yield thumbnail


def main() -> None:
    """Read, render, write; whatever goes wrong is an answer too."""
    limit_self()
    Image.MAX_IMAGE_PIXELS = PIXEL_LIMIT
    content = sys.stdin.buffer.read()
    try:
        result = b"".join(render(content, sys.argv[1]))
    except (TooLarge, Image.DecompressionBombError, MemoryError):
        result = b'{"error": "too_large"}\n'
    except Locked:
        result = b'{"error": "locked"}\n'
    except Exception:  # noqa: BLE001 -- decoders raise whatever they like at what strangers made
        result = b'{"error": "broken"}\n'
    sys.stdout.buffer.write(result)


if __name__ == "__main__":
    main()
