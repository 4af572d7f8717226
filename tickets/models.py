"""Tickets (Заявки) and their comments."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.actor import Via
from tickets.enums import OPEN, Priority, Status, Visibility

SUBJECT_LIMIT = 120
NUMBERS = "tickets_number"
"""The sequence that numbers tickets aloud: one for all tenants, from 1001 on, gaps are possible."""


class NextNumber(models.Func):
    template = f"nextval('{NUMBERS}')"
    output_field = models.BigIntegerField()


class Ticket(models.Model):
    """What a client asks, from the first message to the end. Moves are in `states.FLOW`, writers in `actions`."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    number = models.BigIntegerField(_("number"), unique=True, db_default=NextNumber(), editable=False)
    tenant = models.ForeignKey("accounts.Tenant", models.PROTECT, related_name="+", verbose_name=_("branch"))
    client = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="tickets", verbose_name=_("client")
    )
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="assigned_tickets",
        verbose_name=_("assignee"),
    )
    subject = models.CharField(_("subject"), max_length=SUBJECT_LIMIT)
    description = models.TextField(_("description"), blank=True)
    source = models.CharField(_("source"), max_length=8, choices=Via)
    status = models.CharField(_("status"), max_length=16, choices=Status, default=Status.NEW)
    previous_status = models.CharField(max_length=16, choices=Status, blank=True)
    priority = models.CharField(_("priority"), max_length=8, choices=Priority, default=Priority.NORMAL)
    urgency = models.GeneratedField(
        expression=models.Case(
            *(models.When(priority=value, then=rank) for rank, value in enumerate(Priority.values, start=1)),
            default=0,
        ),
        output_field=models.SmallIntegerField(),
        db_persist=True,
    )
    progress = models.GeneratedField(
        expression=models.Case(
            *(models.When(status=value, then=rank) for rank, value in enumerate(Status.values, start=1)), default=0
        ),
        output_field=models.SmallIntegerField(),
        db_persist=True,
    )
    hold_until = models.DateTimeField(_("on hold until"), null=True)
    hold_reason = models.CharField(_("reason of the hold"), max_length=200, blank=True)
    created_at = models.DateTimeField(_("created"), default=timezone.now)
    status_changed_at = models.DateTimeField(_("status since"), default=timezone.now)
    last_activity_at = models.DateTimeField(_("last activity"), default=timezone.now)
    first_answer_at = models.DateTimeField(_("first answer"), null=True)
    resolved_at = models.DateTimeField(_("resolved"), null=True)
    closed_at = models.DateTimeField(_("closed"), null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("ticket")
        verbose_name_plural = _("tickets")
        indexes: ClassVar = [
            models.Index(fields=["tenant", "status", "-created_at"], name="ticket_tenant_status"),
            models.Index(fields=["-created_at"], name="ticket_created"),
            models.Index(
                fields=["client", "-last_activity_at"],
                name="ticket_client_open",
                condition=models.Q(status__in=sorted(OPEN)),
            ),
            models.Index(fields=["hold_until"], name="ticket_hold", condition=models.Q(status=Status.ON_HOLD)),
            models.Index(fields=["resolved_at"], name="ticket_resolved", condition=models.Q(status=Status.RESOLVED)),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(status__in=Status.values), name="ticket_status_known"),
            models.CheckConstraint(condition=models.Q(priority__in=Priority.values), name="ticket_priority_known"),
            models.CheckConstraint(
                condition=~models.Q(status=Status.ON_HOLD)
                | (models.Q(hold_until__isnull=False) & ~models.Q(hold_reason="")),
                name="ticket_hold_has_date_and_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"№ {self.number}"


class Comment(models.Model):
    """One message of a ticket's conversation, public (the client gets it) or internal (never leaves the staff)."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="comments")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("author"))
    visibility = models.CharField(max_length=8, choices=Visibility)
    text = models.TextField(_("text"), blank=True)
    via = models.CharField(_("through"), max_length=8, choices=Via)
    moved_to = models.ForeignKey(
        Ticket, models.PROTECT, null=True, related_name="+", verbose_name=_("became a ticket of its own")
    )
    created_at = models.DateTimeField(_("created"), default=timezone.now)

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        indexes: ClassVar = [models.Index(fields=["ticket", "id"], name="comment_ticket")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(visibility__in=Visibility.values), name="comment_visibility_known"
            )
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id}/{self.pk}"
