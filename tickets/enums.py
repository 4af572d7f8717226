"""The words of tickets."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Status(models.TextChoices):
    """Where a ticket stands (domain: §2)."""

    NEW = "new", pgettext_lazy("ticket status", "New")
    IN_PROGRESS = "in_progress", pgettext_lazy("ticket status", "In progress")
    WAITING_CLIENT = "waiting_client", pgettext_lazy("ticket status", "Waiting for the client")
    ON_HOLD = "on_hold", pgettext_lazy("ticket status", "On hold")
    RESOLVED = "resolved", pgettext_lazy("ticket status", "Resolved")
    CLOSED = "closed", pgettext_lazy("ticket status", "Closed")
    CANCELLED = "cancelled", pgettext_lazy("ticket status", "Cancelled")
    SPAM = "spam", pgettext_lazy("ticket status", "Spam")
    MERGED = "merged", pgettext_lazy("ticket status", "Merged")


OPEN = frozenset({Status.NEW, Status.IN_PROGRESS, Status.WAITING_CLIENT, Status.ON_HOLD, Status.RESOLVED})
"""A further message of the client belongs to such a ticket; `resolved` counts as open."""

UNSOLVED = OPEN - {Status.RESOLVED}
"""What the desk has on its hands: from the client's first word until the ticket is resolved or dropped."""


class Priority(models.TextChoices):
    """Set by staff, never by the client."""

    LOW = "low", pgettext_lazy("priority", "Low")
    NORMAL = "normal", pgettext_lazy("priority", "Normal")
    HIGH = "high", pgettext_lazy("priority", "High")
    URGENT = "urgent", pgettext_lazy("priority", "Urgent")


class Category(models.TextChoices):
    """What kind of equipment a ticket is about."""

    PRINTER = "printer", pgettext_lazy("category", "Printer")
    MFP = "mfp", pgettext_lazy("category", "Multifunction printer or copier")
    PLOTTER = "plotter", pgettext_lazy("category", "Plotter")
    SCANNER = "scanner", pgettext_lazy("category", "Scanner")
    SUPPLIES = "supplies", pgettext_lazy("category", "Cartridges and supplies")
    COMPUTER = "computer", pgettext_lazy("category", "Computer or network")
    OTHER = "other", pgettext_lazy("category", "Something else")


class Wait(models.TextChoices):
    """How long a client has been waiting for an answer. `queries.WAITS` has the bounds."""

    HOUR = "1h", _("up to 1 hour")
    HOURS = "4h", _("1–4 hours")
    DAY = "24h", _("4–24 hours")
    DAYS = "3d", _("1–3 days")
    LONGER = "longer", _("more than 3 days")


class View(models.TextChoices):
    """The ready-made selections above the table. `queries.in_view` says what is in them."""

    MINE = "mine", pgettext_lazy("tickets", "Mine")
    UNASSIGNED = "unassigned", pgettext_lazy("tickets", "Not assigned")
    WAITING = "waiting", pgettext_lazy("tickets", "Waiting for an answer")
    OPEN = "open", pgettext_lazy("tickets", "All open")


class Visibility(models.TextChoices):
    """Who reads a comment."""

    PUBLIC = "public", _("Message to the client")
    INTERNAL = "internal", _("Internal note")


class Move(models.TextChoices):
    """What can be done with a ticket. The names are the API's paths and the console's buttons."""

    TAKE = "take", _("Take")
    ASK = "ask", _("Ask the client")
    ANSWER = "answer", _("Client's answer")
    HOLD = "hold", _("Put on hold")
    RESUME = "resume", _("Resume")
    RESOLVE = "resolve", _("Resolve")
    RELEASE = "release", _("Release")
    CANCEL = "cancel", pgettext_lazy("move", "Cancel the ticket")
    SPAM = "spam", pgettext_lazy("move", "Spam")
    CONFIRM = "confirm", _("The issue is solved")
    CLOSE = "close", pgettext_lazy("move", "Close")
    REOPEN = "reopen", _("Reopen")
    UNDO = "undo", _("Undo")
