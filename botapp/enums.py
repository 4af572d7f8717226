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
    NOTE = "note", "note"
    ASK = "ask", "ask"
    HOLD = "hold", "hold"
    CALLER = "caller", "caller"
    CALLER_NAME = "caller_name", "caller_name"
    CALLER_PHONE = "caller_phone", "caller_phone"
    CALLER_TEXT = "caller_text", "caller_text"
    GUIDE_CATEGORY = "guide_category", "guide_category"
    GUIDE_DEVICE = "guide_device", "guide_device"
    GUIDE_TEXT = "guide_text", "guide_text"
    GUIDE_PHOTOS = "guide_photos", "guide_photos"
    GUIDE_CONFIRM = "guide_confirm", "guide_confirm"
    STAGE = "stage", "stage"
    ASK_ORDER = "ask_order", "ask_order"
    RETURN_STAGE = "return_stage", "return_stage"
    RELEASE_JOB = "release_job", "release_job"
    WAIVE_STAGE = "waive_stage", "waive_stage"
    ANSWER_CLIENT = "answer_client", "answer_client"
    EXTEND_ORDER = "extend_order", "extend_order"
    PENALTY = "penalty", "penalty"
    CANCEL_ORDER = "cancel_order", "cancel_order"
    NEW_ORDER = "new_order", "new_order"
    REQUEST = "request", "request"
    QUESTION = "question", "question"
    CONSENT = "consent", "consent"
    OFFER = "offer", "offer"
    LETTER = "letter", "letter"
    FIND_CLIENT = "find_client", "find_client"
    REVIEW = "review", "review"


GUIDE = (Step.GUIDE_CATEGORY, Step.GUIDE_DEVICE, Step.GUIDE_TEXT, Step.GUIDE_PHOTOS, Step.GUIDE_CONFIRM)
"""The guided way to a ticket, in its order."""
REASONS = (
    Step.RETURN_STAGE, Step.RELEASE_JOB, Step.WAIVE_STAGE, Step.ANSWER_CLIENT, Step.EXTEND_ORDER, Step.PENALTY,
    Step.CANCEL_ORDER,
)  # fmt: skip
"""Steps of an order that wait for words."""
SHORT = frozenset({*REASONS, Step.ASK_ORDER})
"""Steps of one question, after which a stage that was being filled in goes on."""
CALL = (Step.CALLER, Step.CALLER_NAME, Step.CALLER_PHONE, Step.CALLER_TEXT)
"""The way to a ticket for somebody who is calling."""
