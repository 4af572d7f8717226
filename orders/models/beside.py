"""What stands beside an order: what the client was offered and said, and what the engineer earns."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from orders.enums import CommentKind, Outcome, Stage
from orders.models.fields import money, person
from orders.models.order import Order


class Penalty(models.Model):
    """What a curator takes off an engineer's earnings, and why; both see it."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    tenant = models.ForeignKey("accounts.Tenant", models.PROTECT, related_name="+")
    engineer = person("+", _("engineer"))
    curator = person("+", _("curator"))
    order = models.ForeignKey(Order, models.PROTECT, null=True, related_name="penalties", verbose_name=_("order"))
    total = money(_("sum"))
    reason = models.CharField(_("reason"), max_length=200)
    created_at = models.DateTimeField(_("created"), default=timezone.now)

    class Meta:
        verbose_name = _("penalty")
        verbose_name_plural = _("penalties")
        indexes: ClassVar = [models.Index(fields=["engineer", "created_at"], name="penalty_engineer")]
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(total__gt=0) & ~models.Q(reason=""), name="penalty_has_sum")
        ]

    def __str__(self) -> str:
        return str(self.pk)


class Estimate(models.Model):
    """What the client was offered: a frozen version of the options, with the client's answer to it.

    `lines` are the options (`name`, `price`) and `text` the words shown, both sealed from change: a changed price is a
    new version, and only the newest can be answered.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    order = models.ForeignKey(Order, models.PROTECT, related_name="estimates")
    version = models.PositiveIntegerField(_("version"))
    author = person("+", _("author"))
    lines = models.JSONField(_("options"))
    text = models.TextField(_("text"))
    sent_at = models.DateTimeField(_("sent"), default=timezone.now)
    answer = models.CharField(max_length=8, choices=Outcome, blank=True)
    option = models.PositiveSmallIntegerField(null=True)
    """The number of the option that was chosen, from 0."""
    total = money(_("sum"), null=True)
    answered_at = models.DateTimeField(_("answered"), null=True)
    telegram_id = models.BigIntegerField(null=True)
    """The account that answered."""
    recorded_by = person("+", _("recorded by"), null=True)
    """Who has recorded an agreement on paper."""

    class Meta:
        verbose_name = _("estimate")
        verbose_name_plural = _("estimates")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["order", "version"], name="estimate_version_once"),
            models.CheckConstraint(
                condition=models.Q(answer="", answered_at__isnull=True)
                | (~models.Q(answer="") & models.Q(answered_at__isnull=False)),
                name="estimate_answer_has_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order_id}/{self.version}"


class OrderComment(models.Model):
    """What a client asked about an order, what he was answered, and the reasons of what was decided."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    order = models.ForeignKey(Order, models.PROTECT, related_name="comments")
    author = person("+", _("author"))
    kind = models.CharField(max_length=12, choices=CommentKind, default=CommentKind.QUESTION)
    stage = models.CharField(_("stage"), max_length=12, choices=Stage, blank=True)
    """The stage that it is about."""
    text = models.TextField(_("text"))
    created_at = models.DateTimeField(_("created"), default=timezone.now)

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        indexes: ClassVar = [models.Index(fields=["order", "id"], name="order_comment")]

    def __str__(self) -> str:
        return f"{self.order_id}/{self.pk}"


class EngineerShare(models.Model):
    """What part of the net an engineer earns, in per cent; without a row it is all of it."""

    engineer = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("engineer")
    )
    percent = models.PositiveSmallIntegerField(_("share, %"))

    class Meta:
        verbose_name = _("engineer’s share")
        verbose_name_plural = _("engineers’ shares")
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(percent__lte=100), name="share_within_hundred")
        ]

    def __str__(self) -> str:
        return f"{self.engineer_id}: {self.percent}"
