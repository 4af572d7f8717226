"""Tickets (Заявки) and their comments."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.actor import Via
from tickets.enums import OPEN, UNSOLVED, Category, Priority, Status, Visibility

SUBJECT_LIMIT = 120
DEVICE_LIMIT = 120
WORST, BEST = 1, 5
"""The ends of the scale of ratings."""
NUMBERS = "tickets_number"
"""The sequence that numbers tickets aloud: one for all tenants, from 1001 on, gaps are possible."""


class NextNumber(models.Func):
    template = f"nextval('{NUMBERS}')"
    output_field = models.BigIntegerField()


URGENCY = models.Case(
    *(models.When(priority=value, then=rank) for rank, value in enumerate(Priority.values, start=1)),
    default=0,
)
TURN = models.Case(
    models.When(waiting_since__isnull=False, then=14 - URGENCY),
    models.When(status__in=[Status.NEW, Status.IN_PROGRESS], then=14 - URGENCY),
    models.When(status__in=[Status.WAITING_CLIENT, Status.ON_HOLD], then=24 - URGENCY),
    models.When(status=Status.RESOLVED, then=30),
    default=40,
)
"""What to do next, the smallest first. 10–13: our turn, the most urgent first; 20–23: it waits for the client or for
a date; 30: resolved, the client may still object; 40: finished. Whatever the status, an unanswered client is our turn.
Between equals the one who waits longest comes first, then the newest."""


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
    category = models.CharField(_("category"), max_length=12, choices=Category, blank=True)
    device = models.CharField(_("device"), max_length=DEVICE_LIMIT, blank=True)
    """Brand, model or serial number in the client's words."""
    external_id = models.CharField(_("external id"), max_length=100, blank=True)
    """What the integrator who opened it calls it; unique in the branch."""
    source = models.CharField(_("source"), max_length=8, choices=Via)
    status = models.CharField(_("status"), max_length=16, choices=Status, default=Status.NEW)
    previous_status = models.CharField(max_length=16, choices=Status, blank=True)
    priority = models.CharField(_("priority"), max_length=8, choices=Priority, default=Priority.NORMAL)
    urgency = models.GeneratedField(
        expression=URGENCY,
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
    turn = models.GeneratedField(expression=TURN, output_field=models.SmallIntegerField(), db_persist=True)
    hold_until = models.DateTimeField(_("on hold until"), null=True)
    hold_reason = models.CharField(_("reason of the hold"), max_length=200, blank=True)
    created_at = models.DateTimeField(_("created"), default=timezone.now)
    status_changed_at = models.DateTimeField(_("status since"), default=timezone.now)
    last_activity_at = models.DateTimeField(_("last activity"), default=timezone.now)
    first_answer_at = models.DateTimeField(_("first answer"), null=True)
    resolved_at = models.DateTimeField(_("resolved"), null=True)
    closed_at = models.DateTimeField(_("closed"), null=True)
    waiting_since = models.DateTimeField(_("waiting since"), null=True)
    """When the client wrote what staff have not answered yet; None where nothing is unanswered."""
    telegram_message_id = models.BigIntegerField(null=True)
    """The message of the client's chat that opened it."""
    rating = models.PositiveSmallIntegerField(_("rating"), null=True)
    rated_at = models.DateTimeField(_("rated"), null=True)
    """A ticket that was reopened and closed again may be rated again: before `closed_at` is the time before that."""
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("ticket")
        verbose_name_plural = _("tickets")
        indexes: ClassVar = [
            models.Index(fields=["tenant", "status", "-created_at"], name="ticket_tenant_status"),
            models.Index(fields=["-created_at"], name="ticket_created"),
            models.Index(fields=["tenant", "turn", "waiting_since", "-created_at", "-id"], name="ticket_turn_tenant"),
            models.Index(fields=["turn", "waiting_since", "-created_at", "-id"], name="ticket_turn"),
            models.Index(
                fields=["tenant", "assignee", "status"],
                name="ticket_unsolved",
                condition=models.Q(status__in=sorted(UNSOLVED)),
            ),
            models.Index(
                fields=["tenant", "waiting_since", "assignee"],
                name="ticket_waiting",
                condition=models.Q(waiting_since__isnull=False),
            ),
            models.Index(
                fields=["tenant", "first_answer_at"],
                name="ticket_answered",
                condition=models.Q(first_answer_at__isnull=False),
            ),
            models.Index(
                fields=["tenant", "resolved_at"],
                name="ticket_solved",
                condition=models.Q(resolved_at__isnull=False),
            ),
            models.Index(
                fields=["client", "-last_activity_at"],
                name="ticket_client_open",
                condition=models.Q(status__in=sorted(OPEN)),
            ),
            models.Index(
                fields=["client", "telegram_message_id"],
                name="ticket_telegram_id",
                condition=models.Q(telegram_message_id__isnull=False),
            ),
            models.Index(fields=["hold_until"], name="ticket_hold", condition=models.Q(status=Status.ON_HOLD)),
            models.Index(fields=["resolved_at"], name="ticket_resolved", condition=models.Q(status=Status.RESOLVED)),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant", "external_id"], condition=~models.Q(external_id=""), name="ticket_external_id"
            ),
            models.CheckConstraint(condition=models.Q(status__in=Status.values), name="ticket_status_known"),
            models.CheckConstraint(condition=models.Q(priority__in=Priority.values), name="ticket_priority_known"),
            models.CheckConstraint(
                condition=models.Q(category__in=["", *Category.values]), name="ticket_category_known"
            ),
            models.CheckConstraint(
                condition=~models.Q(status=Status.ON_HOLD)
                | (models.Q(hold_until__isnull=False) & ~models.Q(hold_reason="")),
                name="ticket_hold_has_date_and_reason",
            ),
            models.CheckConstraint(
                condition=models.Q(rating__isnull=True, rated_at__isnull=True)
                | models.Q(rating__range=(WORST, BEST), rated_at__isnull=False),
                name="ticket_rating_has_time",
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
    telegram_message_id = models.BigIntegerField(null=True)
    """The message of the author's chat that it came from: an edit of that message is an edit of this text."""
    continues = models.ForeignKey("self", models.PROTECT, null=True, related_name="rest")
    """The comment whose text went on here: together they were one message, too long for Telegram."""
    edited_at = models.DateTimeField(_("changed"), null=True)
    deleted_at = models.DateTimeField(_("deleted"), null=True)
    created_at = models.DateTimeField(_("created"), default=timezone.now)

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        indexes: ClassVar = [
            models.Index(fields=["ticket", "id"], name="comment_ticket"),
            models.Index(
                fields=["author", "telegram_message_id"],
                name="comment_telegram_id",
                condition=models.Q(telegram_message_id__isnull=False),
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(visibility__in=Visibility.values), name="comment_visibility_known"
            )
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id}/{self.pk}"


class EarlierText(models.Model):
    """What stood in a comment, or (without one) in the ticket's description, before its author changed it."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    ticket = models.ForeignKey(Ticket, models.PROTECT, related_name="earlier_texts")
    comment = models.ForeignKey(Comment, models.PROTECT, null=True, related_name="earlier_texts")
    text = models.TextField(_("text"), blank=True)
    replaced_at = models.DateTimeField(_("replaced"), default=timezone.now)

    class Meta:
        verbose_name = _("earlier text")
        verbose_name_plural = _("earlier texts")
        indexes: ClassVar = [models.Index(fields=["ticket", "id"], name="earlier_text_ticket")]

    def __str__(self) -> str:
        return f"{self.ticket_id}/{self.comment_id}/{self.pk}"


class SearchRow(models.Model):
    """All that can be searched in one ticket: number, subject, text, comments and the client's name.

    Triggers of the database keep it (migration 0003), so that no writer can forget it; nothing else writes it.
    """

    ticket = models.OneToOneField(Ticket, models.PROTECT, primary_key=True, related_name="search_row")
    words = SearchVectorField()

    class Meta:
        db_table = "tickets_search"
        indexes: ClassVar = [GinIndex(fields=["words"], name="ticket_search_words")]

    def __str__(self) -> str:
        return str(self.ticket_id)
