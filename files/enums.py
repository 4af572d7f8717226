"""The words of files."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class FileKind(models.TextChoices):
    """What the sender meant it as; the content is looked at separately."""

    PHOTO = "photo", _("Photo")
    DOCUMENT = "document", _("Document")
    VOICE = "voice", _("Voice message")
    AUDIO = "audio", _("Audio")
    VIDEO = "video", _("Video")
    VIDEO_NOTE = "video_note", _("Video message")
    ANIMATION = "animation", _("Animation")
    STICKER = "sticker", _("Sticker")


class FileStatus(models.TextChoices):
    PENDING = "pending", pgettext_lazy("file", "Being loaded")
    STORED = "stored", pgettext_lazy("file", "Stored")
    FAILED = "failed", pgettext_lazy("file", "Not loaded")
