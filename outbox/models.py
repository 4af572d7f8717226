"""Everything that is to be shown to a person in Telegram, one row a Bot API call."""

import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.crypto import Sealed
from outbox.enums import REASONS, WAITING, DeliveryStatus, Lane


class Message(models.Model):
    """One call to be made: `method` and its `params` (sealed: they hold the text) for one chat of one bot.

    A row whose call changes an earlier message names it in `changes`; the id that Telegram gave is filled in when
    it is sent. `resent` marks the one repetition that an unknown outcome is allowed.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    bot_id = models.BigIntegerField()
    chat_id = models.BigIntegerField()
    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    lane = models.SmallIntegerField(choices=Lane)
    method = models.CharField(max_length=40)
    params_sealed = models.BinaryField()
    params = Sealed[dict[str, Any]](_("Message"))
    changes = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    dedupe_key = models.CharField(max_length=120, unique=True, null=True)  # noqa: DJ001
    subject_type = models.CharField(max_length=60, blank=True)
    subject_id = models.BigIntegerField(null=True)
    status = models.CharField(max_length=8, choices=DeliveryStatus, default=DeliveryStatus.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    resent = models.BooleanField(default=False)
    error = models.CharField(max_length=200, blank=True)
    telegram_message_id = models.BigIntegerField(null=True)
    created_at = models.DateTimeField(default=timezone.now)
    next_attempt_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    request_id = models.CharField(max_length=64, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["bot_id", "chat_id", "id"],
                name="outbox_waiting",
                condition=models.Q(status__in=sorted(WAITING)),
            ),
            models.Index(
                fields=["bot_id", "lane", "next_attempt_at", "id"],
                name="outbox_due",
                condition=models.Q(status=DeliveryStatus.QUEUED),
            ),
            models.Index(fields=["subject_type", "subject_id"], name="outbox_subject"),
            models.Index(fields=["chat_id", "telegram_message_id"], name="outbox_telegram_id"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(status__in=DeliveryStatus.values), name="outbox_status_known")
        ]

    def __str__(self) -> str:
        return f"{self.method} {self.pk} {self.status}"

    @property
    def reason(self) -> str:
        """Why it is not delivered, in words; empty where the status says all."""
        return str(REASONS.get(self.error, self.error))
