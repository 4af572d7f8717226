"""The first page of the console: what to do next, in figures. Every figure leads to the tickets it counts."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.timesince import timesince
from django.utils.translation import gettext as _

from core.actor import Actor
from core.admin import actor_of
from tickets.enums import View, Wait
from tickets.queries import (
    beginning,
    created_per_day,
    first_day,
    median_times,
    open_figures,
    waiting_figures,
    workload,
)


@dataclass(frozen=True, slots=True)
class Figure:
    """One number with the way to its tickets. `share` is its bar's length in percent of the longest one."""

    label: str
    value: int | str
    url: str
    share: int = 0
    detail: str = ""

    @property
    def rest(self) -> int:
        """What an upright bar leaves free above it."""
        return 100 - self.share


def dashboard(request: HttpRequest, context: dict[str, Any]) -> dict[str, Any]:
    """What unfold shows as the console's first page."""
    actor = actor_of(request)
    waiting = waiting_figures(actor, timezone.now())
    return {
        **context,
        "title": _("Overview"),
        "figures": _figures(actor, waiting),
        "waits": bars([(str(wait.label), waiting[wait.name], _table(wait=wait.value)) for wait in Wait]),
        "people": _people(actor),
        "days": _days(actor),
        "medians": _medians(actor),
    }


def _table(**query: Any) -> str:
    return f"{reverse('admin:tickets_ticket_changelist')}?{urlencode(query)}"


def _figures(actor: Actor, waiting: dict[str, int]) -> list[Figure]:
    open_ = open_figures(actor)
    return [
        Figure(_("Waiting for my answer"), waiting["mine"], _table(view=View.WAITING.value, assignee="me")),
        Figure(_("My open tickets"), open_["mine"], _table(view=View.MINE.value)),
        Figure(_("New, nobody's"), open_["unclaimed"], _table(status__exact="new", assignee="nobody")),
        Figure(_("Waiting for an answer, all"), waiting["all"], _table(view=View.WAITING.value)),
        Figure(_("All open"), open_["open"], _table(view=View.OPEN.value)),
    ]


def _people(actor: Actor) -> list[Figure]:
    people = workload(actor)
    compared = bars(
        [(row["name"], row["open"], _table(view=View.OPEN.value, assignee=row["person"])) for row in people]
    )
    return [
        Figure(bar.label, bar.value, bar.url, bar.share, _("awaiting an answer: %(count)s") % {"count": row["waiting"]})
        for bar, row in zip(compared, people, strict=True)
    ]


def _days(actor: Actor) -> list[Figure]:
    today = timezone.localdate()
    days = created_per_day(actor, today)
    compared = bars([(date_format(day, "j"), count, _created(day)) for day, count in days])
    names = [date_format(day, "j E") for day, _count in days]
    return [Figure(bar.label, bar.value, bar.url, bar.share, name) for bar, name in zip(compared, names, strict=True)]


def _created(day: date) -> str:
    shown = date_format(day, "SHORT_DATE_FORMAT")
    return _table(created_at_from=shown, created_at_to=shown)


def _medians(actor: Actor) -> list[Figure]:
    since = first_day()
    times = median_times(actor, beginning(since))
    shown = date_format(since, "SHORT_DATE_FORMAT")
    return [
        Figure(_("First answer"), _span(times["answer"]), _table(first_answer_at_from=shown)),
        Figure(_("Solution"), _span(times["solution"]), _table(resolved_at_from=shown)),
    ]


def _span(time: timedelta | None) -> str:
    if time is None:
        return "—"
    now = timezone.now()
    return timesince(now - time, now)


def bars(rows: list[tuple[str, int, str]]) -> list[Figure]:
    """Figures whose bars are compared with the longest one."""
    most = max((value for _label, value, _url in rows), default=0) or 1
    return [Figure(label, value, url, share=round(100 * value / most)) for label, value, url in rows]
