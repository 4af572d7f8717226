"""Files that people sent, each owned by one row of another app."""

import uuid
from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from files.enums import FileKind, FileStatus


class StoredFile(models.Model):
    """One file. It is known at once and its content comes later, loaded from Telegram by a worker.

    `stored_as` is a random name in the storage; `name` is what the sender called it and is only ever shown, never
    used as a path. `size` is in bytes.
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
    error = models.CharField(max_length=40, blank=True)
    stored_as = models.CharField(max_length=80, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    request_id = models.CharField(max_length=64, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["owner_type", "owner_id"], name="file_owner"),
            models.Index(
                fields=["next_attempt_at"], name="file_pending", condition=models.Q(status=FileStatus.PENDING)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.uid}"
