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


REASONS = {
    "blocked": "",  # the status says it
    "deactivated": pgettext_lazy("delivery", "the Telegram account has been deleted"),
    "kicked": pgettext_lazy("delivery", "the bot was removed from the chat"),
    "chat_not_found": pgettext_lazy("delivery", "the client has never started the bot"),
    "target_not_sent": pgettext_lazy("delivery", "the message to be changed never arrived"),
    "file_gone": pgettext_lazy("delivery", "the file is not in the storage"),
    "unsealable": pgettext_lazy("delivery", "it can not be decrypted: the key is missing"),
    "storage": pgettext_lazy("delivery", "the storage does not answer"),
    "network": pgettext_lazy("delivery", "Telegram can not be reached"),
    "flood": pgettext_lazy("delivery", "Telegram asks to wait"),
    "no_answer": pgettext_lazy("delivery", "Telegram did not confirm it"),
    "garbled_answer": pgettext_lazy("delivery", "Telegram did not confirm it"),
    "sender_lost": pgettext_lazy("delivery", "Telegram did not confirm it"),
    "invalid_token": pgettext_lazy("delivery", "the bot’s token is refused"),
}
"""What the codes of failures mean to people; any other is Telegram's own sentence."""


class Lane(models.IntegerChoices):
    """Which chats go first. Inside one chat messages always keep their order."""

    SCREEN = 1
    ANSWER = 2
    NOTICE = 3
    BROADCAST = 4


class EventKind(models.TextChoices):
    """Of what an integrator's address hears."""

    TICKETS = "tickets", pgettext_lazy("webhook", "Tickets")
    ORDERS = "orders", pgettext_lazy("webhook", "Orders")
    REQUESTS = "requests", pgettext_lazy("webhook", "Requests")


class HookStatus(models.TextChoices):
    """How far an event has come."""

    QUEUED = "queued", pgettext_lazy("webhook", "Queued")
    DELIVERED = "delivered", pgettext_lazy("webhook", "Delivered")
    FAILED = "failed", pgettext_lazy("webhook", "Given up")
