"""The words of delivery."""

from django.db import models
from django.utils.translation import pgettext_lazy


class DeliveryStatus(models.TextChoices):
    """How far a message has come. Telegram gives no read receipts: there is no «read»."""

    QUEUED = "queued", pgettext_lazy("delivery", "Queued")
    SENDING = "sending", pgettext_lazy("delivery", "Being sent")
    SENT = "sent", pgettext_lazy("delivery", "Sent")
    FAILED = "failed", pgettext_lazy("delivery", "Not delivered")
    BLOCKED = "blocked", pgettext_lazy("delivery", "The bot is blocked")
    UNKNOWN = "unknown", pgettext_lazy("delivery", "Delivery unknown")
    EXPIRED = "expired", pgettext_lazy("delivery", "Expired")


WAITING = frozenset({DeliveryStatus.QUEUED, DeliveryStatus.SENDING})


UNDELIVERED = frozenset({DeliveryStatus.FAILED, DeliveryStatus.BLOCKED, DeliveryStatus.EXPIRED, DeliveryStatus.UNKNOWN})
"""The person did not get it, or may not have."""


class Lane(models.IntegerChoices):
    """Which chats go first. Inside one chat messages always keep their order."""

    SCREEN = 1
    ANSWER = 2
    NOTICE = 3
    BROADCAST = 4
