"""Everything that is to be shown to a person in Telegram, one row a Bot API call."""

import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import URLValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.crypto import Sealed
from outbox.enums import REASONS, WAITING, DeliveryStatus, EventKind, HookStatus, Lane


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


class WebhookEndpoint(models.Model):
    """An integrator's address that hears of events of one branch. Each call is signed with its `secret`.

    After a change the `old_secret` signs along until `old_until`. `failing_since` is set by a delivery that was given
    up and cleared by the next one that arrives.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    tenant = models.ForeignKey("accounts.Tenant", models.PROTECT, related_name="+", verbose_name=_("branch"))
    name = models.CharField(_("name"), max_length=80)
    url = models.CharField(_("address"), max_length=500, validators=[URLValidator(schemes=["https", "http"])])
    kinds = ArrayField(models.CharField(max_length=10, choices=EventKind), verbose_name=_("events"))
    active = models.BooleanField(_("switched on"), default=True)
    secret_sealed = models.BinaryField()
    secret = Sealed[str](_("Webhook secret"))
    old_secret_sealed = models.BinaryField()
    old_secret = Sealed[str](_("Webhook secret"))
    old_until = models.DateTimeField(null=True)
    failing_since = models.DateTimeField(_("failing since"), null=True)
    created_at = models.DateTimeField(_("created"), default=timezone.now)

    class Meta:
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")
        indexes: ClassVar = [
            models.Index(fields=["tenant"], name="webhook_active", condition=models.Q(active=True)),
        ]

    def __str__(self) -> str:
        return self.name


class WebhookDelivery(models.Model):
    """One event on its way to one address. `uid` is what the receiver tells repetitions by. Nothing personal in it."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    endpoint = models.ForeignKey(WebhookEndpoint, models.PROTECT, related_name="deliveries", verbose_name=_("webhook"))
    event = models.CharField(_("event"), max_length=60)
    payload = models.JSONField()
    status = models.CharField(_("status"), max_length=10, choices=HookStatus, default=HookStatus.QUEUED)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_attempt_at = models.DateTimeField(default=timezone.now)
    give_up_at = models.DateTimeField()
    created_at = models.DateTimeField(_("created"), default=timezone.now)
    finished_at = models.DateTimeField(_("finished"), null=True)

    class Meta:
        verbose_name = _("delivery of a webhook")
        verbose_name_plural = _("deliveries of webhooks")
        indexes: ClassVar = [
            models.Index(fields=["next_attempt_at"], name="hook_due", condition=models.Q(status=HookStatus.QUEUED)),
            models.Index(fields=["endpoint", "-id"], name="hook_endpoint"),
            models.Index(fields=["created_at"], name="hook_created"),
        ]

    def __str__(self) -> str:
        return f"{self.event} {self.uid}"


class WebhookAttempt(models.Model):
    """One call: when, what came back (0: no answer), how long it took in ms, and the kind of error."""

    delivery = models.ForeignKey(WebhookDelivery, models.PROTECT, related_name="log")
    at = models.DateTimeField(_("time"), default=timezone.now)
    code = models.PositiveSmallIntegerField(_("answer"), default=0)
    duration_ms = models.PositiveIntegerField(_("ms"), default=0)
    error = models.CharField(_("error"), max_length=80, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["delivery", "id"], name="hook_attempt")]

    def __str__(self) -> str:
        return f"{self.delivery_id}/{self.pk}"
