"""The history of every card: who did what, when, through which door. Written once, never changed."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.actor import ActorKind, Via


class TransactionId(models.Field):
    """PostgreSQL's xid8: a cursor over entries reads only what is older than every running transaction."""

    def db_type(self, connection: object) -> str:
        return "xid8"


class CurrentTransactionId(models.Func):
    function = "pg_current_xact_id"
    template = "%(function)s()"
    output_field = TransactionId()


class Entry(models.Model):
    """One change of one object. `data` holds ids, codes and field names, and no personal values.

    A trigger refuses UPDATE, DELETE and TRUNCATE (migration 0001).
    """

    xid = TransactionId(db_default=CurrentTransactionId(), editable=False)
    at = models.DateTimeField(_("time"), default=timezone.now, editable=False)
    actor_kind = models.CharField(max_length=8, choices=[(kind.value, kind.value) for kind in ActorKind])
    actor_name = models.CharField(max_length=40, blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("user")
    )
    tenant = models.ForeignKey("accounts.Tenant", models.PROTECT, null=True, related_name="+")
    via = models.CharField(_("through"), max_length=8, choices=Via)
    action = models.CharField(_("action"), max_length=60)
    object_type = models.CharField(max_length=60)
    object_id = models.BigIntegerField()
    data = models.JSONField(default=dict)
    request_id = models.CharField(max_length=64, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["object_type", "object_id", "id"], name="audit_object"),
            models.Index(fields=["xid"], name="audit_xid"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.object_type}:{self.object_id}"
