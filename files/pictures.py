"""Type by content, and the pictures to look at that are made of it. Name and declared type say nothing."""

import json
import subprocess
import sys
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import structlog

from files.enums import ViewError
from files.renderer import PAGE_LIMIT

log = structlog.get_logger(__name__)

DOCUMENT = "application/pdf"
RENDERER = Path(__file__).with_name("renderer.py")
RENDER_SECONDS = 60.0
LARGEST_PICTURE = 16 * 1024 * 1024
"""Bytes: a view is far smaller; what is larger was not made by our renderer."""
HEIF_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}
BEGINNINGS = {
    b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n\x1a\n": "image/png", b"GIF87a": "image/gif", b"GIF89a": "image/gif",
    b"%PDF-": DOCUMENT,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Page:
    """A picture in its two sizes, both JPEG."""

    view: bytes
    thumbnail: bytes


@dataclass(frozen=True, slots=True)
class Rendered:
    """What there is to look at: the pages, out of `total`; or why there is nothing."""

    pages: tuple[Page, ...] = ()
    total: int = 0
    error: ViewError | None = None


def viewable_type(content: bytes) -> str | None:
    """The MIME type of what pictures can be made of, or None. Goes by how it begins; the renderer sees the rest."""
    if content[4:8] == b"ftyp":
        return "image/heic" if content[8:12] in HEIF_BRANDS else None
    if content.startswith(b"RIFF"):
        return "image/webp" if content[8:12] == b"WEBP" else None
    return next((mime for beginning, mime in BEGINNINGS.items() if content.startswith(beginning)), None)


def render(content: bytes, mime: str) -> Rendered:
    """Have the pictures made by a process of its own (`files/renderer.py`). Never raises for what the content is.

    The process gets an empty environment: it knows no secret. What kills it or takes it too long is an answer.
    """
    command = [sys.executable, "-I", str(RENDERER), mime]
    try:
        done = subprocess.run(command, input=content, capture_output=True, env={}, timeout=RENDER_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return Rendered(error=ViewError.TOO_LARGE)
    if done.returncode:
        log.warning("files.renderer_died", status=done.returncode, said=done.stderr[-300:].decode(errors="replace"))
        return Rendered(error=ViewError.BROKEN)
    try:
        return _answer(done.stdout)
    except (ValueError, KeyError, TypeError):
        return Rendered(error=ViewError.BROKEN)


def _answer(output: bytes) -> Rendered:
    """What the renderer wrote, believed as far as it can be checked. Raises ValueError, KeyError, TypeError."""
    head, _, body = output.partition(b"\n")
    answer = json.loads(head)
    if "error" in answer:
        return Rendered(error=ViewError(answer["error"]))
    sizes = [size for page in answer["pages"] for size in page]
    if sum(sizes) != len(body) or not 1 <= len(answer["pages"]) <= PAGE_LIMIT:
        raise ValueError("the sizes are not those of the pictures")
    stream = BytesIO(body)
    pieces = [stream.read(size) for size in sizes]
    if any(not piece.startswith(b"\xff\xd8\xff") or len(piece) > LARGEST_PICTURE for piece in pieces):
        raise ValueError("not our JPEG")
    made = tuple(Page(view, thumbnail) for view, thumbnail in zip(pieces[::2], pieces[1::2], strict=True))
    return Rendered(made, int(answer["total"]))
