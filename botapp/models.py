"""The inbox of updates and the dialogs of chats."""

import uuid
from typing import Any, ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from botapp.enums import Step, UpdateStatus
from core.correlation import new_id
from core.crypto import Sealed


class InboxUpdate(models.Model):
    """One update as Telegram sent it (sealed), stored before it is confirmed and handled afterwards.

    `chat_id` orders the handling: one chat's updates go one after another. 0 where an update has no chat.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    bot_id = models.BigIntegerField()
    update_id = models.BigIntegerField(null=True)
    chat_id = models.BigIntegerField(default=0)
    body_sealed = models.BinaryField()
    body = Sealed[Any](_("Update"))
    status = models.CharField(max_length=8, choices=UpdateStatus, default=UpdateStatus.NEW)
    error = models.CharField(max_length=80, blank=True)
    received_at = models.DateTimeField(default=timezone.now)
    handled_at = models.DateTimeField(null=True)
    request_id = models.CharField(max_length=64, default=new_id)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["bot_id", "update_id"], name="inbox_update_once"),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["bot_id", "chat_id", "id"],
                name="inbox_new",
                condition=models.Q(status=UpdateStatus.NEW),
            ),
            models.Index(
                fields=["bot_id", "id"],
                include=["chat_id"],
                name="inbox_waiting",
                condition=models.Q(status=UpdateStatus.NEW),
            ),
            models.Index(fields=["received_at"], name="inbox_received"),
            models.Index(fields=["bot_id", "chat_id", "handled_at"], name="inbox_handled"),
        ]

    def __str__(self) -> str:
        return f"{self.bot_id}/{self.update_id} {self.status}"


class Dialog(models.Model):
    """What the bot is in the middle of with a chat. `data` (sealed) is the draft so far."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    bot_id = models.BigIntegerField()
    chat_id = models.BigIntegerField()
    step = models.CharField(max_length=20, choices=Step, default=Step.NONE, blank=True)
    data_sealed = models.BinaryField()
    data = Sealed[dict[str, Any]](_("Draft"))
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["bot_id", "chat_id"], name="dialog_once")]

    def __str__(self) -> str:
        return f"{self.chat_id} {self.step}"
