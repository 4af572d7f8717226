"""A request, and every answer to it."""

import uuid
from typing import Any, ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clients.enums import AWAITED, ENDED, OPEN, Status, Verdict
from clients.models.config import DocumentKind, Questionnaire, RedoReason, RequestTemplate
from clients.models.fields import NextNumber, person, spoken
from core.actor import Via
from core.crypto import Sealed

NOTE_LIMIT = 500
REASON_LIMIT = 500


class Request(models.Model):
    """One thing asked of one client (Запрос). Moves are in `states.FLOW`, writers in `actions`.

    `answer` is the answer that counts: the one under review, or the accepted one. `draft` is a questionnaire that the
    client is in the middle of: `{"answers": {key: text}, "at": position}`. `questions` are those of the day it was
    opened.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    number = models.BigIntegerField(_("number"), unique=True, db_default=NextNumber(), editable=False)
    tenant = models.ForeignKey("accounts.Tenant", models.PROTECT, related_name="+", verbose_name=_("branch"))
    client = person("requests", _("client"))
    ticket = models.ForeignKey(
        "tickets.Ticket", models.PROTECT, null=True, related_name="requests", verbose_name=_("ticket")
    )
    order = models.ForeignKey(
        "orders.Order", models.PROTECT, null=True, related_name="requests", verbose_name=_("order")
    )
    template = models.ForeignKey(RequestTemplate, models.PROTECT, null=True, related_name="+")
    kind = models.ForeignKey(
        DocumentKind, models.PROTECT, null=True, related_name="+", verbose_name=_("kind of document")
    )
    questionnaire = models.ForeignKey(
        Questionnaire, models.PROTECT, null=True, related_name="+", verbose_name=_("questionnaire")
    )
    questions = models.JSONField(default=list)
    name = models.JSONField(default=dict)
    """What is asked for, in both languages."""
    note = models.CharField(_("note for the client"), max_length=NOTE_LIMIT, blank=True)
    external_id = models.CharField(_("external id"), max_length=100, blank=True)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.REQUESTED)
    opened_by = person("+", _("opened by"))
    source = models.CharField(_("source"), max_length=8, choices=Via)
    created_at = models.DateTimeField(_("opened"), default=timezone.now)
    status_since = models.DateTimeField(_("status since"), default=timezone.now)
    due_at = models.DateTimeField(_("due"))
    reminded_at = models.DateTimeField(null=True)
    draft_sealed = models.BinaryField()
    draft = Sealed[dict[str, Any]](_("Draft of the answers"))
    answer = models.OneToOneField("Answer", models.PROTECT, null=True, related_name="+")
    redone = models.PositiveSmallIntegerField(_("redone"), default=0)
    """How often the client was asked to do it again."""
    reason = models.CharField(_("reason"), max_length=REASON_LIMIT, blank=True)
    """What the client was told last: why to redo it, why it was rejected or withdrawn."""
    decided_by = person("+", _("decided by"), null=True)
    ended_at = models.DateTimeField(_("ended"), null=True)
    purge_at = models.DateTimeField(_("kept until"), null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("request")
        verbose_name_plural = _("requests")
        indexes: ClassVar = [
            models.Index(
                fields=["tenant", "status", "status_since"],
                name="request_open",
                condition=models.Q(status__in=sorted(OPEN)),
            ),
            models.Index(fields=["tenant", "-created_at", "-id"], name="request_tenant"),
            models.Index(fields=["-created_at", "-id"], name="request_created"),
            models.Index(fields=["client", "-id"], name="request_client"),
            models.Index(fields=["due_at"], name="request_due", condition=models.Q(status__in=sorted(AWAITED))),
            models.Index(fields=["purge_at"], name="request_purge", condition=models.Q(status__in=sorted(ENDED))),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(status__in=Status.values), name="request_status_known"),
            models.CheckConstraint(
                condition=models.Q(kind__isnull=True) ^ models.Q(questionnaire__isnull=True),
                name="request_asks_one_thing",
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=sorted(OPEN), ended_at__isnull=True)
                | (~models.Q(status__in=sorted(OPEN)) & models.Q(ended_at__isnull=False)),
                name="request_end_has_time",
            ),
            models.CheckConstraint(
                condition=~models.Q(status__in=[Status.SUBMITTED, Status.ACCEPTED]) | models.Q(answer__isnull=False),
                name="request_review_has_answer",
            ),
            models.UniqueConstraint(
                fields=["tenant", "external_id"], condition=~models.Q(external_id=""), name="request_external_id"
            ),
        ]

    def __str__(self) -> str:
        return f"№ {self.number}"

    @property
    def title(self) -> str:
        """What is asked for, in the language that is active now."""
        return spoken(self.name)


class Answer(models.Model):
    """What the client gave: pictures or files (of this row), a text, or a questionnaire filled in. Each is kept.

    `values` is `{"text": …}` or `{"answers": [{"key", "label", "value"}]}`. `album` is Telegram's media group while
    further parts of it may follow.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    request = models.ForeignKey(Request, models.PROTECT, related_name="answers")
    number = models.PositiveSmallIntegerField(_("version"))
    values_sealed = models.BinaryField()
    values = Sealed[dict[str, Any]](_("Answer"))
    album = models.CharField(max_length=40, blank=True)
    telegram_message_id = models.BigIntegerField(null=True)
    given_at = models.DateTimeField(_("given"), default=timezone.now)
    verdict = models.CharField(_("verdict"), max_length=8, choices=Verdict, default=Verdict.AWAITED)
    verdict_by = person("+", _("reviewed by"), null=True)
    verdict_at = models.DateTimeField(_("reviewed"), null=True)
    redo_reason = models.ForeignKey(RedoReason, models.PROTECT, null=True, related_name="+")
    verdict_text = models.CharField(_("reason"), max_length=REASON_LIMIT, blank=True)

    class Meta:
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["request", "number"], name="answer_number_once"),
            models.UniqueConstraint(
                fields=["request"], condition=models.Q(verdict=Verdict.AWAITED), name="answer_awaits_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.request_id}/{self.number}"
