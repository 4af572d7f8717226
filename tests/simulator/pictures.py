"""Small pictures to send."""

import io

from PIL import Image


def jpeg(width: int = 64, height: int = 48) -> bytes:
    """A plain picture."""
    buffer = io.BytesIO()
    Image.new("RGB", (width, height), "teal").save(buffer, "JPEG")
    return buffer.getvalue()
