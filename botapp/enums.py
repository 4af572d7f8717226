"""The words of the inbox."""

from django.db import models


class UpdateStatus(models.TextChoices):
    """`parked`: kept as it came, because it could not be handled; staff are told."""

    NEW = "new", "new"
    HANDLED = "handled", "handled"
    PARKED = "parked", "parked"


class Step(models.TextChoices):
    """Where a dialog stands and what the next message means."""

    NONE = "", ""
    NEW_TICKET = "new_ticket", "new_ticket"
    CHOOSE_TICKET = "choose_ticket", "choose_ticket"
    WRITE = "write", "write"
    EXPLAIN_RATING = "explain_rating", "explain_rating"
