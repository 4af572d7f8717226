"""What is known of a client, what he agreed to, what was written, and who looked at it."""

import uuid
from typing import Any, ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clients.enums import AccessKind, ErasureStatus, PurgeRule
from clients.models.config import ConsentText
from clients.models.fields import person
from clients.models.request import Request
from core.actor import ActorKind, Via
from core.crypto import Sealed

HOLD_LIMIT = 200


class Card(models.Model):
    """The client's card besides name and contact details, which belong to the person (`accounts`). At most one each.

    `facts` is `{key: {"label": {"ru", "en"}, "value"}}`. A card under hold is neither purged nor erased. What the
    client wrote in the correspondence and nobody has answered waits since `waiting_since`.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    client = models.OneToOneField("accounts.User", models.PROTECT, related_name="card", verbose_name=_("client"))
    tenant = models.ForeignKey("accounts.Tenant", models.PROTECT, related_name="+", verbose_name=_("branch"))
    facts_sealed = models.BinaryField()
    facts = Sealed[dict[str, Any]](_("Card"))
    hold_reason = models.CharField(_("reason of the hold"), max_length=HOLD_LIMIT, blank=True)
    held_since = models.DateTimeField(_("under hold since"), null=True)
    last_letter_at = models.DateTimeField(_("last message"), null=True)
    waiting_since = models.DateTimeField(_("unanswered since"), null=True)
    staff_wrote_at = models.DateTimeField(null=True)
    """When staff wrote last: for a day after it what the client writes belongs to the correspondence."""
    knocked_at = models.DateTimeField(null=True)
    """When operators heard last that he wrote without having been invited."""
    erased_at = models.DateTimeField(_("erased"), null=True)

    class Meta:
        verbose_name = _("client’s card")
        verbose_name_plural = _("clients’ cards")
        indexes: ClassVar = [
            models.Index(fields=["tenant", "-last_letter_at"], name="card_letters"),
            models.Index(
                fields=["tenant", "waiting_since"],
                name="card_waiting",
                condition=models.Q(waiting_since__isnull=False),
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(hold_reason="", held_since__isnull=True)
                | (~models.Q(hold_reason="") & models.Q(held_since__isnull=False)),
                name="card_hold_has_reason",
            )
        ]

    def __str__(self) -> str:
        return f"card of {self.client_id}"


class Consent(models.Model):
    """A client's consent to one version of the text. It counts until it is withdrawn."""

    client = person("consents", _("client"))
    text = models.ForeignKey(ConsentText, models.PROTECT, related_name="+", verbose_name=_("version"))
    telegram_id = models.BigIntegerField(null=True)
    """The account that pressed the button."""
    given_at = models.DateTimeField(_("given"), default=timezone.now)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True)

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["client", "text"], condition=models.Q(withdrawn_at__isnull=True), name="consent_counts_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.client_id}/{self.text_id}"


class Letter(models.Model):
    """A message of the correspondence (Переписка) with a client; files are of this row."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    client = person("letters", _("client"))
    tenant = models.ForeignKey("accounts.Tenant", models.PROTECT, related_name="+")
    author = person("+", _("author"))
    text = models.TextField(_("text"), blank=True)
    via = models.CharField(_("through"), max_length=8, choices=Via)
    telegram_message_id = models.BigIntegerField(null=True)
    """The message of the author's chat that it came from."""
    became = models.ForeignKey("tickets.Ticket", models.PROTECT, null=True, related_name="+")
    """The ticket that the client made of it."""
    earlier = models.JSONField(default=list)
    """What stood here before it was edited in Telegram: `[{"text", "until"}]`, the oldest first."""
    created_at = models.DateTimeField(_("time"), default=timezone.now)

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        indexes: ClassVar = [
            models.Index(fields=["client", "-id"], name="letter_client"),
            models.Index(
                fields=["author", "telegram_message_id"],
                name="letter_telegram_id",
                condition=models.Q(telegram_message_id__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.client_id}/{self.pk}"


class Access(models.Model):
    """Somebody was shown a client's personal data: who, what, when, why. A trigger refuses UPDATE, DELETE, TRUNCATE."""

    at = models.DateTimeField(_("time"), default=timezone.now, editable=False)
    actor_kind = models.CharField(max_length=8, choices=[(kind.value, kind.value) for kind in ActorKind])
    user = person("+", _("who"), null=True)
    via = models.CharField(_("through"), max_length=8, choices=Via)
    tenant = models.ForeignKey("accounts.Tenant", models.PROTECT, related_name="+", verbose_name=_("branch"))
    client = person("+", _("whose"))
    request = models.ForeignKey(Request, models.PROTECT, null=True, related_name="+", verbose_name=_("request"))
    kind = models.CharField(_("what"), max_length=8, choices=AccessKind)
    file_uid = models.UUIDField(null=True)
    reason = models.CharField(_("why"), max_length=200, blank=True)
    correlation_id = models.CharField(max_length=64, blank=True)

    class Meta:
        verbose_name = _("look at personal data")
        verbose_name_plural = _("looks at personal data")
        indexes: ClassVar = [
            models.Index(fields=["tenant", "-id"], name="access_tenant"),
            models.Index(fields=["client", "-id"], name="access_client"),
            models.Index(fields=["user", "client", "-at"], name="access_user"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.client_id} by {self.user_id}"


class Purge(models.Model):
    """The journal of deletions: what, when, by which rule. A trigger refuses UPDATE, DELETE, TRUNCATE."""

    at = models.DateTimeField(_("time"), default=timezone.now, editable=False)
    tenant = models.ForeignKey("accounts.Tenant", models.PROTECT, related_name="+", verbose_name=_("branch"))
    client = person("+", _("client"))
    request = models.ForeignKey(Request, models.PROTECT, null=True, related_name="+", verbose_name=_("request"))
    rule = models.CharField(_("rule"), max_length=8, choices=PurgeRule)
    days = models.PositiveIntegerField(_("days of keeping"), null=True)
    files = models.PositiveIntegerField(_("files"), default=0)
    user = person("+", _("who"), null=True)

    class Meta:
        verbose_name = _("deletion")
        verbose_name_plural = _("journal of deletions")
        indexes: ClassVar = [models.Index(fields=["tenant", "-id"], name="purge_tenant")]

    def __str__(self) -> str:
        return f"{self.rule} {self.client_id}/{self.request_id}"


class Erasure(models.Model):
    """A client wants to be forgotten, and what became of it. At most one is open for a client."""

    client = person("+", _("client"))
    tenant = models.ForeignKey("accounts.Tenant", models.PROTECT, related_name="+", verbose_name=_("branch"))
    status = models.CharField(_("status"), max_length=10, choices=ErasureStatus, default=ErasureStatus.ASKED)
    asked_by = person("+", _("asked by"))
    via = models.CharField(_("through"), max_length=8, choices=Via)
    asked_at = models.DateTimeField(_("asked"), default=timezone.now)
    due_at = models.DateTimeField(_("due"))
    ended_at = models.DateTimeField(_("ended"), null=True)
    ended_by = person("+", _("ended by"), null=True)
    reason = models.CharField(_("reason of the refusal"), max_length=HOLD_LIMIT, blank=True)

    class Meta:
        verbose_name = _("erasure")
        verbose_name_plural = _("erasures")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["client"], condition=models.Q(status=ErasureStatus.ASKED), name="erasure_asked_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.client_id} {self.status}"


class DataCopy(models.Model):
    """A copy of everything that is stored of a client, made for him. Its file is removed after a week."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    client = person("+", _("client"))
    tenant = models.ForeignKey("accounts.Tenant", models.PROTECT, related_name="+")
    asked_by = person("+", _("asked by"))
    asked_at = models.DateTimeField(_("asked"), default=timezone.now)
    made_at = models.DateTimeField(_("made"), null=True)
    removed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("copy of the data")
        verbose_name_plural = _("copies of the data")
        indexes: ClassVar = [models.Index(fields=["asked_at"], name="copy_kept", condition=models.Q(removed_at=None))]

    def __str__(self) -> str:
        return f"{self.client_id}/{self.pk}"
