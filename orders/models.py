"""Repair orders (Заказы): their stages with every attempt, the workshop's jobs."""

import uuid
from datetime import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.crypto import Sealed
from orders.enums import OPEN, DeclineReason, JobStatus, Method, Outcome, Stage, Verdict
from tickets.enums import Category, Priority

NUMBERS = "orders_number"
"""The sequence that numbers orders aloud: one for all tenants, from 5001 on, gaps are possible."""
WORDS_LIMIT = 120


class NextNumber(models.Func):
    template = f"nextval('{NUMBERS}')"
    output_field = models.BigIntegerField()


def person(related_name: str, verbose_name: Any, *, null: bool = False) -> Any:
    """A column that names somebody."""
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=null, related_name=related_name, verbose_name=verbose_name
    )


def money(verbose_name: Any, **more: Any) -> Any:
    """A column of roubles and kopecks."""
    return models.DecimalField(verbose_name, max_digits=12, decimal_places=2, **more)


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
    address = Sealed[str]()
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
    awaiting = models.OneToOneField("Attempt", models.PROTECT, null=True, related_name="+")
    job = models.OneToOneField("WorkshopJob", models.PROTECT, null=True, related_name="+")
    contract_sum = money(_("contract"), null=True)
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
    cancel_reason = models.CharField(_("reason of the cancellation"), max_length=200, blank=True)
    created_at = models.DateTimeField(_("created"), default=timezone.now)
    closed_at = models.DateTimeField(_("closed"), null=True)
    """The moment of the end, whatever it is: closed, declined or cancelled."""
    version = models.PositiveIntegerField(default=1)

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
    total = money(_("sum"), default=0)
    """The contract's, the declined estimate's, the prepayment, the work's cost, the sum of expenses, the full sum."""
    method = models.CharField(_("payment"), max_length=8, choices=Method, blank=True)
    advance = money(_("advance taken"), default=0)
    fee = money(_("fee paid"), default=0)
    decline_reason = models.CharField(max_length=12, choices=DeclineReason, blank=True)
    text = models.TextField(_("text"), blank=True)
    """The work done, a comment, or why there is no photo."""
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


class Line(models.Model):
    """An option of an estimate or an expense: what and how much."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    attempt = models.ForeignKey(Attempt, models.PROTECT, related_name="lines")
    name = models.CharField(_("name"), max_length=WORDS_LIMIT)
    price = money(_("price"))
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
    """What a client asked about an order, or was written on it."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    order = models.ForeignKey(Order, models.PROTECT, related_name="comments")
    author = person("+", _("author"))
    text = models.TextField(_("text"))
    created_at = models.DateTimeField(_("created"), default=timezone.now)

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        indexes: ClassVar = [models.Index(fields=["order", "id"], name="order_comment")]

    def __str__(self) -> str:
        return f"{self.order_id}/{self.pk}"
