"""Text as a QR picture for a page."""

import segno
from django.utils.safestring import SafeString, mark_safe


def qr_picture(text: str) -> SafeString:
    """Dark on light whatever the page's colours: scanners want it so."""
    svg = segno.make(text, error="m").svg_inline(omitsize=True, dark="#000", light="#fff")
    return mark_safe(svg)  # noqa: S308 -- drawn by segno, no text of anybody's in it
