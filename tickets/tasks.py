"""What time does to tickets."""

from collections.abc import Iterable

from celery import shared_task
from django.utils import timezone

from core.actor import Actor
from core.errors import Conflict
from tickets.actions import move_ticket
from tickets.enums import Move
from tickets.queries import autoclose_due, holds_due

SWEEP_AT_MOST = 500


@shared_task(name="tickets.sweep", ignore_result=True)
def sweep_tickets() -> None:
    """Resume the holds whose date has come, close the resolved tickets that nobody answered."""
    now = timezone.now()
    _move_each(holds_due(now).values_list("pk", flat=True)[:SWEEP_AT_MOST], Move.RESUME, "resume")
    _move_each(autoclose_due(now).values_list("pk", flat=True)[:SWEEP_AT_MOST], Move.CLOSE, "autoclose")


def _move_each(ids: Iterable[int], move: Move, name: str) -> None:
    actor = Actor.system(name)
    for ticket_id in list(ids):
        try:
            move_ticket(actor=actor, ticket_id=ticket_id, move=move)
        except Conflict:
            continue  # somebody moved it since the query
