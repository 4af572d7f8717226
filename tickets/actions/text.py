"""The checks of text that all of these actions share."""

from core.text import is_blank, storable, telegram_length
from tickets.errors import TextMissing, TextTooLong

DESCRIPTION_LIMIT = 4096
COMMENT_LIMIT = 3800
"""Leaves room for the heading inside one Telegram message of 4096 characters."""


def checked(text: str, *, limit: int, required: bool) -> str:
    """The text as it is stored. Raises TextMissing where nothing can be seen in it, TextTooLong beyond `limit`."""
    text = storable(text)
    if is_blank(text):
        if required:
            raise TextMissing
        return ""
    if (length := telegram_length(text)) > limit:
        raise TextTooLong(length=length, limit=limit)
    return text
