"""The name of who looks, written across a picture: whoever passes it on passes the name on too."""

from functools import lru_cache
from io import BytesIO

from django.contrib.staticfiles.finders import find
from django.utils import timezone
from PIL import Image, ImageDraw, ImageFont

FONT = "unfold/fonts/inter/Inter-Medium.woff2"
QUALITY = 85


@lru_cache(maxsize=8)
def _font(size: int) -> ImageFont.FreeTypeFont:
    path = find(FONT)
    if not isinstance(path, str):
        raise FileNotFoundError(FONT)
    return ImageFont.truetype(path, size)


def marked(picture: bytes, name: str) -> bytes:
    """The picture (a JPEG of our own making) with the name and the moment repeated across it."""
    with Image.open(BytesIO(picture), formats=["JPEG"]) as image:
        page = image.convert("RGB")
    size = max(14, page.width // 32)
    words = f"{name} · {timezone.localtime():%d.%m.%Y %H:%M}"
    draw = ImageDraw.Draw(page, "RGBA")
    for row, top in enumerate(range(size, page.height, size * 7)):
        for left in range(-(row % 2) * size * 6, page.width, size * 20):
            draw.text((left + 1, top + 1), words, font=_font(size), fill=(0, 0, 0, 90))
            draw.text((left, top), words, font=_font(size), fill=(255, 255, 255, 110))
    target = BytesIO()
    page.save(target, "JPEG", quality=QUALITY)
    return target.getvalue()
