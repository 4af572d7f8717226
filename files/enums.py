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
    REMOVED = "removed", pgettext_lazy("file", "Deleted")


class FileError(models.TextChoices):
    """Why the content is not here, or not yet."""

    TOO_BIG = "too_big", pgettext_lazy("file", "larger than the bot can load")
    EMPTY = "empty", pgettext_lazy("file", "the file is empty: ask for it once more")
    REFUSED = "refused", pgettext_lazy("file", "Telegram does not give it out: ask for it once more")
    NETWORK = "network", pgettext_lazy("file", "Telegram can not be reached")
    STORAGE = "storage", pgettext_lazy("file", "the storage does not take it")


class ViewStatus(models.TextChoices):
    """Whether there are pictures to look at."""

    NONE = "none", pgettext_lazy("file", "Download only")
    PENDING = "pending", pgettext_lazy("file", "The picture is being made")
    READY = "ready", pgettext_lazy("file", "To be looked at")
    FAILED = "failed", pgettext_lazy("file", "Can not be shown")


class ViewError(models.TextChoices):
    """Why no picture could be made of a file that looked like one."""

    TOO_LARGE = "too_large", pgettext_lazy("file", "can not be shown: too large")
    LOCKED = "locked", pgettext_lazy("file", "can not be shown: a password is needed")
    BROKEN = "broken", pgettext_lazy("file", "can not be shown: damaged")


class Variant(models.TextChoices):
    """The forms in which a file is given out."""

    ORIGINAL = "original", pgettext_lazy("file", "Original")
    VIEW = "view", pgettext_lazy("file", "Picture")
    THUMBNAIL = "thumbnail", pgettext_lazy("file", "Small picture")


EXTENSIONS = {
    "image/jpeg": ".jpg", "image/png": ".png", "image/webp": ".webp", "image/gif": ".gif", "image/heic": ".heic",
    "application/pdf": ".pdf",
}  # fmt: skip
"""How a nameless file of a type is called at its end."""
