"""What a message holds: its text, or what stands for one, and its files."""

from typing import Any

from django.utils.translation import gettext as _
from telegram import Message

from botapp.context import Reply
from core.html import html
from files.actions import SIZE_LIMIT, TelegramFile
from files.enums import FileKind

MEGABYTE = 1024 * 1024
KINDS = [
    (FileKind.ANIMATION, "animation"),  # Telegram sends an animation as a document too: the first one counts
    (FileKind.DOCUMENT, "document"),
    (FileKind.VOICE, "voice"),
    (FileKind.AUDIO, "audio"),
    (FileKind.VIDEO, "video"),
    (FileKind.VIDEO_NOTE, "video_note"),
    (FileKind.STICKER, "sticker"),
]


def content(message: Message) -> tuple[str, list[TelegramFile]]:
    """The text and the files of a message; a place, a poll or a die become a line of text."""
    file = _photo(message) or _other_file(message)
    text = message.text or message.caption or _as_text(message)
    return _marked_if_forwarded(message, text), [file] if file else []


def _photo(message: Message) -> TelegramFile | None:
    if not message.photo:
        return None
    largest = max(message.photo, key=lambda size: size.width * size.height)
    return TelegramFile(FileKind.PHOTO, largest.file_id, size=largest.file_size)


def _other_file(message: Message) -> TelegramFile | None:
    for kind, name in KINDS:
        part: Any = getattr(message, name)
        if part is not None:
            return TelegramFile(kind, part.file_id, getattr(part, "file_name", None) or "", part.file_size)
    return None


def _as_text(message: Message) -> str:
    if message.venue:
        return _("Place: %(title)s, %(address)s") % {"title": message.venue.title, "address": message.venue.address}
    if message.location:
        place = message.location
        return _("Location: %(latitude)s, %(longitude)s") % {
            "latitude": round(place.latitude, 6),
            "longitude": round(place.longitude, 6),
        }
    if message.poll:
        return _("Poll: %(question)s") % {"question": message.poll.question}
    if message.dice:
        return f"{message.dice.emoji} {message.dice.value}"
    return ""


def _marked_if_forwarded(message: Message, text: str) -> str:
    if message.forward_origin is None:
        return text
    return _("Forwarded:\n%(text)s") % {"text": text} if text else text


def kept_file(kept: dict[str, Any]) -> TelegramFile:
    """A file that waited in a dialog's draft, where it lies as a dict."""
    return TelegramFile(**{**kept, "kind": FileKind(kept["kind"])})


def told_of_size(files: list[TelegramFile]) -> Reply | None:
    """The client hears that a file is too large for us; its description is kept for the staff."""
    if not any(file.size is not None and file.size > SIZE_LIMIT for file in files):
        return None
    text = _("The file is larger than {limit} MB and was not loaded. Please send it compressed or in parts.")
    return Reply(html(text, limit=SIZE_LIMIT // MEGABYTE))
