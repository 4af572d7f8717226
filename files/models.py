"""Files that people sent, each owned by one row of another app."""

import unicodedata
import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.actor import ActorKind, Via
from files.enums import EXTENSIONS, FileError, FileKind, FileStatus, Variant, ViewError, ViewStatus


class StoredFile(models.Model):
    """One file. It is known at once and its content comes later, loaded from Telegram by a worker.

    `stored_as` is a random name in the storage; `name` is what the sender called it and is only ever shown, never
    used as a path. `size` is in bytes. The storage holds sealed contents only (`files.contents`).

    `pages` pictures can be looked at, out of `pages_total` that the document has; a photo is one page. They lie in the
    storage under names that begin with `views_as`. Under `spare_as` lies what is not the file's yet, or not any more:
    it is to be removed (`actions.reseal_file`).
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    owner_type = models.CharField(max_length=60)
    owner_id = models.BigIntegerField()
    kind = models.CharField(max_length=12, choices=FileKind)
    name = models.CharField(_("name"), max_length=255, blank=True)
    content_type = models.CharField(max_length=100, blank=True)
    size = models.BigIntegerField(null=True)
    telegram_file_id = models.CharField(max_length=200, blank=True)
    status = models.CharField(max_length=8, choices=FileStatus, default=FileStatus.PENDING)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(default=timezone.now)
    error = models.CharField(max_length=40, blank=True, choices=FileError)
    stored_as = models.CharField(max_length=80, blank=True)
    view_status = models.CharField(max_length=8, choices=ViewStatus, default=ViewStatus.NONE)
    view_error = models.CharField(max_length=12, blank=True, choices=ViewError)
    view_attempts = models.PositiveSmallIntegerField(default=0)
    views_as = models.CharField(max_length=80, blank=True)
    spare_as = models.CharField(max_length=80, blank=True)
    pages = models.PositiveSmallIntegerField(default=0)
    pages_total = models.PositiveIntegerField(default=0)
    held = models.BooleanField(_("kept under hold"), default=False)
    """May not be removed, whatever its age: the photo of a contract."""
    created_at = models.DateTimeField(default=timezone.now)
    request_id = models.CharField(max_length=64, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["owner_type", "owner_id"], name="file_owner"),
            models.Index(
                fields=["next_attempt_at"], name="file_pending", condition=models.Q(status=FileStatus.PENDING)
            ),
            models.Index(
                fields=["next_attempt_at"],
                name="file_view_pending",
                condition=models.Q(view_status=ViewStatus.PENDING),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.uid}"

    @property
    def safe_name(self) -> str:
        """The sender's name as one that can be saved: no folders, nothing invisible that misleads."""
        name = "".join("_" if char in "/\\" or unicodedata.category(char)[0] == "C" else char for char in self.name)
        return name.strip() or f"{self.kind}-{self.uid.hex[:8]}{EXTENSIONS.get(self.content_type, '')}"

    @property
    def page_numbers(self) -> range:
        """The pages that can be looked at, counted from 1."""
        return range(1, self.pages + 1)


class FileAccess(models.Model):
    """Somebody was given a file: who, which, in what form, when, through which door. Thumbnails are not noted.

    A trigger refuses UPDATE, DELETE and TRUNCATE (migration 0002). `page` counts from 1, 0 is the whole file.
    """

    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="accesses")
    variant = models.CharField(max_length=10, choices=Variant)
    page = models.PositiveSmallIntegerField(default=0)
    at = models.DateTimeField(_("time"), default=timezone.now, editable=False)
    actor_kind = models.CharField(max_length=8, choices=[(kind.value, kind.value) for kind in ActorKind])
    actor_name = models.CharField(max_length=40, blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("user")
    )
    via = models.CharField(_("through"), max_length=8, choices=Via)
    request_id = models.CharField(max_length=64, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["file", "id"], name="file_access")]

    def __str__(self) -> str:
        return f"{self.variant} of {self.file_id} by {self.user_id}"
