"""The words of people."""

from django.db import models
from django.utils.translation import pgettext_lazy


class InviteStatus(models.TextChoices):
    """Whether an invite still opens the door, and why not."""

    ACTIVE = "active", pgettext_lazy("invite", "Valid")
    USED_UP = "used_up", pgettext_lazy("invite", "Used up")
    EXPIRED = "expired", pgettext_lazy("invite", "Expired")
    REVOKED = "revoked", pgettext_lazy("invite", "Revoked")
