"""The words of clients: requests, questionnaires, correspondence, personal data (domain: §4)."""

from django.db import models
from django.utils.translation import pgettext_lazy


class Status(models.TextChoices):
    """Where a request stands."""

    REQUESTED = "requested", pgettext_lazy("request", "Requested")
    SUBMITTED = "submitted", pgettext_lazy("request", "Under review")
    REDO = "redo", pgettext_lazy("request", "To be redone")
    ACCEPTED = "accepted", pgettext_lazy("request", "Accepted")
    REJECTED = "rejected", pgettext_lazy("request", "Rejected")
    EXPIRED = "expired", pgettext_lazy("request", "Expired")
    CANCELLED = "cancelled", pgettext_lazy("request", "Withdrawn")
    PURGED = "purged", pgettext_lazy("request", "Deleted by age")


OPEN = frozenset({Status.REQUESTED, Status.SUBMITTED, Status.REDO})
AWAITED = frozenset({Status.REQUESTED, Status.REDO})
"""It is the client's turn."""
ENDED = frozenset({Status.ACCEPTED, Status.REJECTED, Status.EXPIRED, Status.CANCELLED})
"""Nothing more is to come, and what was given is still kept."""


class Move(models.TextChoices):
    """What can be done with a request. The names are the API's paths and the console's buttons."""

    ANSWER = "answer", pgettext_lazy("request move", "Answer")
    ACCEPT = "accept", pgettext_lazy("request move", "Accept")
    REDO = "redo", pgettext_lazy("request move", "Ask to redo")
    REJECT = "reject", pgettext_lazy("request move", "Reject")
    CANCEL = "cancel", pgettext_lazy("request move", "Withdraw")
    VOID = "void", pgettext_lazy("request move", "Void the answer")
    EXPIRE = "expire", pgettext_lazy("request move", "Expire")
    PURGE = "purge", pgettext_lazy("request move", "Delete by age")


class Verdict(models.TextChoices):
    """What became of one answer."""

    AWAITED = "awaited", pgettext_lazy("answer", "Awaits review")
    REPLACED = "replaced", pgettext_lazy("answer", "Replaced by a better one")
    VOID = "void", pgettext_lazy("answer", "Could not be used")
    REDO = "redo", pgettext_lazy("answer", "To be redone")
    ACCEPTED = "accepted", pgettext_lazy("answer", "Accepted")
    REJECTED = "rejected", pgettext_lazy("answer", "Rejected")


class FileType(models.TextChoices):
    """What a kind of document may come as, told by the content."""

    PICTURE = "picture", pgettext_lazy("file type", "Photo (JPEG, PNG, WebP, HEIC)")
    PDF = "pdf", pgettext_lazy("file type", "PDF")
    OTHER = "other", pgettext_lazy("file type", "any other file")


class QuestionType(models.TextChoices):
    """What the answer to a question must be."""

    TEXT = "text", pgettext_lazy("question", "Text")
    FULL_NAME = "full_name", pgettext_lazy("question", "Full name")
    DATE = "date", pgettext_lazy("question", "Date")
    PHONE = "phone", pgettext_lazy("question", "Phone")
    CHOICE = "choice", pgettext_lazy("question", "Choice")
    NUMBER = "number", pgettext_lazy("question", "Number")


class DateCheck(models.TextChoices):
    """Which dates are meant."""

    ANY = "", pgettext_lazy("date check", "any date")
    BIRTH = "birth", pgettext_lazy("date check", "a date of birth: in the past, under 120 years ago")
    PAST = "past", pgettext_lazy("date check", "not in the future")
    FUTURE = "future", pgettext_lazy("date check", "not in the past")


class AccessKind(models.TextChoices):
    """In which way somebody got to see personal data."""

    CARD = "card", pgettext_lazy("access", "The card was shown")
    REVEAL = "reveal", pgettext_lazy("access", "The answer was shown")
    VIEW = "view", pgettext_lazy("access", "A picture was looked at")
    DOWNLOAD = "download", pgettext_lazy("access", "The original was downloaded")
    EXPORT = "export", pgettext_lazy("access", "A copy of everything was made")
    API = "api", pgettext_lazy("access", "Read through the API")


class ErasureStatus(models.TextChoices):
    """How far the erasure of a client has come."""

    ASKED = "asked", pgettext_lazy("erasure", "Asked for")
    DONE = "done", pgettext_lazy("erasure", "Done")
    REFUSED = "refused", pgettext_lazy("erasure", "Refused")
    TAKEN_BACK = "taken_back", pgettext_lazy("erasure", "Taken back")


class PurgeRule(models.TextChoices):
    """Why something was deleted."""

    AGE = "age", pgettext_lazy("purge", "The time of keeping is over")
    ERASURE = "erasure", pgettext_lazy("purge", "The client’s data were erased")
    COPY = "copy", pgettext_lazy("purge", "The copy was kept long enough")
