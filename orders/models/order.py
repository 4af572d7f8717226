"""An order, what was submitted and verified at its stages, and its visits to the workshop."""

import uuid
from datetime import datetime
from decimal import Decimal
from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models.functions import Cast, Coalesce, Concat
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.crypto import Sealed
from orders.enums import (
    OPEN,
    STANDING,
    DeclineReason,
    JobStatus,
    Method,
    Outcome,
    Stage,
    Verdict,
)
from orders.models.fields import WORDS_LIMIT, NextNumber, money, person
from tickets.enums import Category, Priority

SEARCHED = ("external_number", "device", "serial_number", "fault")


class Order(models.Model):
    """A paid repair, from the estimate to the report. Moves are in `states.FLOW`, writers in `actions`.

    The sums are approved facts; what was entered stands in the attempts. `awaiting` is the attempt that awaits
    verification, `job` the workshop's job while the device is there.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    number = models.BigIntegerField(_("number"), unique=True, db_default=NextNumber(), editable=False)
    external_number = models.CharField(_("external number"), max_length=60, blank=True)
    tenant = models.ForeignKey("accounts.Tenant", models.PROTECT, related_name="+", verbose_name=_("branch"))
    ticket = models.ForeignKey(
        "tickets.Ticket", models.PROTECT, null=True, related_name="orders", verbose_name=_("ticket")
    )
    client = person("orders", _("client"), null=True)
    address_sealed = models.BinaryField()
    address = Sealed[str](_("Address"))
    category = models.CharField(_("device type"), max_length=12, choices=Category, blank=True)
    device = models.CharField(_("device"), max_length=WORDS_LIMIT, blank=True)
    """Brand and model."""
    serial_number = models.CharField(_("serial number"), max_length=60, blank=True)
    accessories = models.CharField(_("accessories"), max_length=WORDS_LIMIT, blank=True)
    fault = models.TextField(_("fault"), blank=True)
    curator = person("+", _("curator"))
    engineer = person("+", _("engineer"), null=True)
    stage = models.CharField(_("stage"), max_length=12, choices=Stage, default=Stage.AGREEMENT)
    stage_since = models.DateTimeField(_("stage since"), default=timezone.now)
    due_at = models.DateTimeField(_("due"), default=timezone.now)
    planned = ArrayField(models.CharField(max_length=12), default=list, verbose_name=_("planned"))
    """Optional stages that must come before the report and have not come yet."""
    waiting = models.CharField(_("waits for"), max_length=8, choices=[(w.value, w.label) for w in STANDING], blank=True)
    """The client or parts, as was said of it; over when the order moves on."""
    awaiting = models.OneToOneField("Attempt", models.PROTECT, null=True, related_name="+")
    job = models.OneToOneField("WorkshopJob", models.PROTECT, null=True, related_name="+")
    contract_sum = money(_("contract"), null=True)
    consented_sum = money(_("agreed by the client"), null=True)
    """What the client has agreed to; a larger contract has to be agreed to anew."""
    prepaid = money(_("prepaid"), default=0)
    expenses_sum = money(_("expenses"), default=0)
    workshop_sum = money(_("workshop"), default=0)
    full_sum = money(_("full sum"), null=True)
    declined_sum = money(_("declined estimate"), null=True)
    fee = money(_("fee paid"), default=0)
    net = models.GeneratedField(
        expression=Coalesce("full_sum", "fee") - models.F("expenses_sum") - models.F("workshop_sum"),
        output_field=models.DecimalField(max_digits=13, decimal_places=2),
        db_persist=True,
        verbose_name=_("net"),
    )
    """What is left: the full sum, or the fee of a declined order, without approved expenses and workshop's cost."""
    share = models.PositiveSmallIntegerField(_("engineer’s share, %"), default=100)
    """Of the net, as it was on the day of the report."""
    cancel_reason = models.CharField(_("reason of the cancellation"), max_length=200, blank=True)
    created_at = models.DateTimeField(_("created"), default=timezone.now)
    closed_at = models.DateTimeField(_("closed"), null=True)
    """The moment of the end, whatever it is: closed, declined or cancelled."""
    version = models.PositiveIntegerField(default=1)
    words = models.GeneratedField(
        expression=models.Func(
            Concat(
                Cast("number", models.TextField()),
                *(part for name in SEARCHED for part in (models.Value(" "), models.F(name))),
                output_field=models.TextField(),
            ),
            function="tickets_words",
        ),
        output_field=SearchVectorField(),
        db_persist=True,
    )
    """What can be searched, as `tickets.search` takes words apart."""

    class Meta:
        verbose_name = _("order")
        verbose_name_plural = _("orders")
        indexes: ClassVar = [
            models.Index(fields=["due_at"], name="order_due", condition=models.Q(stage__in=sorted(OPEN))),
            models.Index(fields=["closed_at"], name="order_closed", condition=models.Q(closed_at__isnull=False)),
            models.Index(fields=["awaiting"], name="order_awaiting", condition=models.Q(awaiting__isnull=False)),
            models.Index(fields=["engineer", "due_at"], name="order_mine", condition=models.Q(stage__in=sorted(OPEN))),
            models.Index(fields=["engineer", "-closed_at"], name="order_earned"),
            models.Index(fields=["client", "-created_at"], name="order_client"),
            models.Index(fields=["-created_at"], name="order_created"),
            GinIndex(fields=["words"], name="order_words"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant", "external_number"],
                condition=~models.Q(external_number=""),
                name="order_external_number",
            ),
            models.CheckConstraint(condition=models.Q(stage__in=Stage.values), name="order_stage_known"),
            models.CheckConstraint(
                condition=models.Q(stage__in=sorted(OPEN), closed_at__isnull=True)
                | (~models.Q(stage__in=sorted(OPEN)) & models.Q(closed_at__isnull=False)),
                name="order_end_has_time",
            ),
            models.CheckConstraint(
                condition=models.Q(
                    prepaid__gte=0,
                    expenses_sum__gte=0,
                    workshop_sum__gte=0,
                    fee__gte=0,
                )
                & (models.Q(contract_sum__isnull=True) | models.Q(contract_sum__gte=0))
                & (models.Q(full_sum__isnull=True) | models.Q(full_sum__gte=0)),
                name="order_money_not_negative",
            ),
        ]

    def __str__(self) -> str:
        return f"№ {self.number}"

    @property
    def status(self) -> str:
        """The stage, by the name that flows look for."""
        return self.stage

    def is_late(self, now: datetime) -> bool:
        """Whether the stage has taken longer than its norm, or than it was given."""
        return self.stage in OPEN and self.due_at < now


class Attempt(models.Model):
    """What was submitted at a stage, kept for ever with what the curator said to it."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    order = models.ForeignKey(Order, models.PROTECT, related_name="attempts")
    stage = models.CharField(_("stage"), max_length=12, choices=Stage)
    author = person("+", _("author"))
    outcome = models.CharField(max_length=8, choices=Outcome, blank=True)
    estimate = models.ForeignKey("Estimate", models.PROTECT, null=True, related_name="+")
    """The version by which the client said so in the bot."""
    total = money(_("sum"), default=0)
    """The contract's, the declined estimate's, the prepayment, the work's cost, the sum of expenses, the full sum."""
    method = models.CharField(_("payment"), max_length=8, choices=Method, blank=True)
    advance = money(_("advance taken"), default=0)
    fee = money(_("fee paid"), default=0)
    decline_reason = models.CharField(max_length=12, choices=DeclineReason, blank=True)
    text = models.TextField(_("text"), blank=True)
    """The work done, a comment, or why there is no photo."""
    corrected = money(_("corrected sum"), null=True)
    """What counts instead of the sum (of the fee, where the client declined), since a curator's correction."""
    returned_device = models.BooleanField(_("device returned to the client"), default=False)
    verdict = models.CharField(max_length=8, choices=Verdict, default=Verdict.AWAITED)
    verdict_by = person("+", _("verified by"), null=True)
    verdict_at = models.DateTimeField(_("verified"), null=True)
    verdict_reason = models.CharField(_("reason of the return"), max_length=500, blank=True)
    submitted_at = models.DateTimeField(_("submitted"), default=timezone.now)

    class Meta:
        verbose_name = _("attempt")
        verbose_name_plural = _("attempts")
        indexes: ClassVar = [
            models.Index(fields=["order", "id"], name="attempt_order"),
            models.Index(
                fields=["stage", "submitted_at"], name="attempt_queue", condition=models.Q(verdict=Verdict.AWAITED)
            ),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["order"], condition=models.Q(verdict=Verdict.AWAITED), name="attempt_awaits_once"
            ),
            models.CheckConstraint(
                condition=models.Q(total__gte=0, advance__gte=0, fee__gte=0), name="attempt_money_not_negative"
            ),
            models.CheckConstraint(
                condition=~models.Q(verdict=Verdict.RETURNED) | ~models.Q(verdict_reason=""),
                name="attempt_return_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order_id}/{self.stage}/{self.pk}"

    @property
    def counts(self) -> Decimal:
        """The sum that this attempt stands for: what was paid, agreed or spent."""
        submitted: Decimal = self.fee if self.outcome == Outcome.DECLINED else self.total
        return submitted if self.corrected is None else Decimal(self.corrected)


class Line(models.Model):
    """An option of an estimate or an expense: what and how much."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    attempt = models.ForeignKey(Attempt, models.PROTECT, related_name="lines")
    name = models.CharField(_("name"), max_length=WORDS_LIMIT)
    price = money(_("price"))
    corrected = money(_("corrected sum"), null=True)
    method = models.CharField(_("payment"), max_length=8, choices=Method, blank=True)
    chosen = models.BooleanField(_("chosen"), default=False)
    no_receipt = models.CharField(_("why there is no receipt"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("line")
        verbose_name_plural = _("lines")
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(price__gte=0), name="line_price_not_negative")
        ]

    def __str__(self) -> str:
        return f"{self.attempt_id}/{self.pk}"

    @property
    def counts(self) -> Decimal:
        """The price, as corrected."""
        return Decimal(self.price if self.corrected is None else self.corrected)


class Correction(models.Model):
    """A curator's correction of an approved sum: the old one, the new one, and why. Kept for ever."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    order = models.ForeignKey(Order, models.PROTECT, related_name="corrections")
    attempt = models.ForeignKey(Attempt, models.PROTECT, related_name="corrections")
    line = models.ForeignKey(Line, models.PROTECT, null=True, related_name="corrections")
    before = money(_("before"))
    after = money(_("after"))
    reason = models.CharField(_("reason"), max_length=200)
    author = person("+", _("author"))
    created_at = models.DateTimeField(_("created"), default=timezone.now)

    class Meta:
        verbose_name = _("correction")
        verbose_name_plural = _("corrections")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(before__gte=0, after__gte=0) & ~models.Q(reason=""), name="correction_has_reason"
            )
        ]

    def __str__(self) -> str:
        return f"{self.order_id}/{self.pk}"


class WorkshopJob(models.Model):
    """The device is in the workshop: from the hand-over by the engineer until the result is approved."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    order = models.ForeignKey(Order, models.PROTECT, related_name="jobs")
    tenant = models.ForeignKey("accounts.Tenant", models.PROTECT, related_name="+")
    handed_over_by = person("+", _("handed over by"))
    handed_over_at = models.DateTimeField(_("handed over"), default=timezone.now)
    description = models.TextField(_("what to do"))
    accessories = models.CharField(_("accessories"), max_length=WORDS_LIMIT, blank=True)
    due_on = models.DateField(_("due"))
    priority = models.CharField(_("priority"), max_length=8, choices=Priority, default=Priority.NORMAL)
    status = models.CharField(_("status"), max_length=8, choices=JobStatus, default=JobStatus.FREE)
    holder = person("+", _("workshop engineer"), null=True)
    taken_at = models.DateTimeField(_("taken"), null=True)
    done_at = models.DateTimeField(_("done"), null=True)

    class Meta:
        verbose_name = _("workshop job")
        verbose_name_plural = _("workshop jobs")
        indexes: ClassVar = [
            models.Index(fields=["tenant", "due_on"], name="job_free", condition=models.Q(status=JobStatus.FREE)),
            models.Index(fields=["holder", "status"], name="job_held"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~models.Q(status=JobStatus.TAKEN) | models.Q(holder__isnull=False),
                name="job_taken_has_holder",
            )
        ]

    def __str__(self) -> str:
        return f"{self.order_id}/{self.pk}"
