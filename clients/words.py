"""How requests and answers are told to people, in the language that is active now."""

from datetime import timedelta
from typing import Any

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from accounts.queries import time_zone_of
from clients.enums import FileType
from clients.models import Answer, DocumentKind, Request
from clients.models.fields import spoken


def types_of(kind: DocumentKind) -> str:
    """What is taken, as the end of a sentence."""
    return ", ".join(str(FileType(name).label) for name in FileType.values if name in kind.types)


def due_day(request: Request) -> str:
    """The last day on which it can be answered, in the branch's time zone."""
    last = localtime(request.due_at, time_zone_of(request.tenant)) - timedelta(seconds=1)
    return date_format(last, "SHORT_DATE_FORMAT")


def instruction(request: Request) -> str:
    """How it is to be answered."""
    asked = request.kind or request.questionnaire
    return asked.said("instruction") if asked else ""


def about(request: Request) -> str:
    """What the request belongs to, for the client: his ticket or his order."""
    if request.order is not None:
        return _("for order No. %(number)s") % {"number": request.order.number}
    if request.ticket is not None:
        return _("for ticket No. %(number)s") % {"number": request.ticket.number}
    return ""


def told(answer: Answer) -> list[tuple[str, str]]:
    """What the answer says besides its files: names and values. Raises Unsealable."""
    values: dict[str, Any] = answer.values
    rows = [(spoken(row["label"]), row.get("shown", row["value"])) for row in values.get("answers", [])]
    return [(_("Text"), values["text"]), *rows] if "text" in values else rows
