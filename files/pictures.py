"""Type by content: which files may be shown as pictures. The name and the declared type say nothing."""

from io import BytesIO

from PIL import Image, UnidentifiedImageError

SHOWN_INLINE = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
PIXEL_LIMIT = 50_000_000


def picture_type(content: bytes) -> str | None:
    """The MIME type of a picture that browsers may show, or None. Only the header is read."""
    try:
        with Image.open(BytesIO(content), formats=list(SHOWN_INLINE)) as image:
            width, height = image.size
            return SHOWN_INLINE[image.format or ""] if width * height <= PIXEL_LIMIT else None
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError, SyntaxError):
        return None
