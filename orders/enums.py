"""The words of orders (domain: §3)."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Stage(models.TextChoices):
    """Where an order stands."""

    AGREEMENT = "agreement", pgettext_lazy("order stage", "Agreement")
    PREPAYMENT = "prepayment", pgettext_lazy("order stage", "Prepayment")
    REPAIR = "repair", pgettext_lazy("order stage", "In repair")
    WORKSHOP = "workshop", pgettext_lazy("order stage", "Workshop")
    EXPENSES = "expenses", pgettext_lazy("order stage", "Expenses")
    REPORT = "report", pgettext_lazy("order stage", "Report")
    CLOSED = "closed", pgettext_lazy("order stage", "Closed")
    DECLINED = "declined", pgettext_lazy("order stage", "Declined by the client")
    CANCELLED = "cancelled", pgettext_lazy("order stage", "Cancelled")


OPEN = frozenset(
    {Stage.AGREEMENT, Stage.PREPAYMENT, Stage.REPAIR, Stage.WORKSHOP, Stage.EXPENSES, Stage.REPORT}
)  # fmt: skip
VERIFIED = (Stage.AGREEMENT, Stage.PREPAYMENT, Stage.WORKSHOP, Stage.EXPENSES, Stage.REPORT)
"""What is submitted and verified, in the order of the work."""
OPTIONAL = (Stage.WORKSHOP, Stage.EXPENSES)
"""What the curator plans or excludes."""
OPTIONAL_CHOICES = [(stage.value, stage.label) for stage in OPTIONAL]


class Move(models.TextChoices):
    """What can be done with an order. The names are the API's paths and the console's buttons."""

    AGREEMENT = "agreement", pgettext_lazy("order move", "Agreement")
    PREPAYMENT = "prepayment", pgettext_lazy("order move", "Prepayment")
    HAND_OVER = "hand_over", pgettext_lazy("order move", "To the workshop")
    WORK_DONE = "work_done", pgettext_lazy("order move", "Work done")
    EXPENSES = "expenses", pgettext_lazy("order move", "Expenses")
    REPORT = "report", pgettext_lazy("order move", "Report")
    APPROVE = "approve", pgettext_lazy("order move", "Approve")
    RETURN = "return", pgettext_lazy("order move", "Return")
    CONSENT = "consent", pgettext_lazy("order move", "The client’s consent on paper")
    CANCEL = "cancel", pgettext_lazy("order move", "Cancel the order")


class Method(models.TextChoices):
    """How something was paid."""

    NONE = "none", pgettext_lazy("payment", "Without payment")
    CASH = "cash", pgettext_lazy("payment", "Cash")
    CASHLESS = "cashless", pgettext_lazy("payment", "Cashless")


class Outcome(models.TextChoices):
    """What the client said to the estimate."""

    ACCEPTED = "accepted", pgettext_lazy("estimate", "Accepted")
    DECLINED = "declined", pgettext_lazy("estimate", "Declined")


class DeclineReason(models.TextChoices):
    """Why the client declined."""

    PRICE = "price", pgettext_lazy("declined", "Price")
    TERM = "term", pgettext_lazy("declined", "Time")
    QUALITY = "quality", pgettext_lazy("declined", "Quality")
    CHANGED_MIND = "changed_mind", pgettext_lazy("declined", "Changed their mind")
    OTHER = "other", pgettext_lazy("declined", "Other")


class Verdict(models.TextChoices):
    """What the curator said to an attempt."""

    AWAITED = "awaited", _("Awaits verification")
    APPROVED = "approved", _("Approved")
    RETURNED = "returned", _("Returned")


class JobStatus(models.TextChoices):
    """How far a workshop's job is."""

    FREE = "free", pgettext_lazy("workshop job", "Free")
    TAKEN = "taken", pgettext_lazy("workshop job", "Taken")
    DONE = "done", pgettext_lazy("workshop job", "Done")


class WaitsFor(models.TextChoices):
    """On whom an open order waits."""

    CURATOR = "curator", pgettext_lazy("order waits for", "the curator")
    ENGINEER = "engineer", pgettext_lazy("order waits for", "the engineer")
    WORKSHOP = "workshop", pgettext_lazy("order waits for", "the workshop")
    CLIENT = "client", pgettext_lazy("order waits for", "the client")
    PARTS = "parts", pgettext_lazy("order waits for", "parts")


STANDING = (WaitsFor.CLIENT, WaitsFor.PARTS)
"""What is said of an order, by its engineer or its curator; on whom else it waits follows from the stage."""


class CommentKind(models.TextChoices):
    """What a comment on an order is."""

    QUESTION = "question", pgettext_lazy("order comment", "Question of the client")
    ANSWER = "answer", pgettext_lazy("order comment", "Answer to the client")
    MORE_TIME = "more_time", pgettext_lazy("order comment", "Why there is more time")
    NOT_NEEDED = "not_needed", pgettext_lazy("order comment", "Why a stage is not needed")
    RELEASED = "released", pgettext_lazy("order comment", "Why it went back to the workshop’s queue")


TALK = (CommentKind.QUESTION, CommentKind.ANSWER)
"""What the client reads too."""


class Selection(models.TextChoices):
    """The ready-made selections above the table. `queries.in_selection` says what is in them."""

    AWAITING = "awaiting", pgettext_lazy("orders", "Awaiting verification")
    LATE = "late", pgettext_lazy("orders", "Overdue")
    ORPHANED = "orphaned", pgettext_lazy("orders", "Without an engineer")
    ACTIVE = "active", pgettext_lazy("orders", "Active")
