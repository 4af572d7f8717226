"""What happens to requests by time, and what takes long."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import structlog
from celery import shared_task
from django.utils import timezone

from clients.actions import (
    erase_client,
    expire_request,
    make_copy,
    purge_request,
    remind_of_request,
    remove_copy,
    withdraw_switched_off,
)
from clients.models import DataCopy
from clients.queries import (
    copies_kept_since,
    due_soon_at,
    erasures_due_at,
    expired_at,
    purge_due_at,
    switched_off,
)
from core.actor import Actor
from core.errors import Problem

log = structlog.get_logger(__name__)

AT_MOST = 200
COPY_KEPT = timedelta(days=7)
COPY_LATE = timedelta(minutes=2)


@shared_task(name="clients.sweep", ignore_result=True)
def sweep_requests() -> None:
    """Requests run out, are reminded of, and are withdrawn where their kind was switched off; lost copies are made."""
    now = timezone.now()
    _each(expire_request, "request_id", expired_at(now), "expire")
    _each(remind_of_request, "request_id", due_soon_at(now), "remind")
    _each(withdraw_switched_off, "request_id", switched_off(), "switched_off")
    late = DataCopy.objects.filter(made_at=None, removed_at=None, asked_at__lte=now - COPY_LATE)
    _each(make_copy, "copy_id", late, "copy")


@shared_task(name="clients.purge", ignore_result=True)
def purge() -> None:
    """Once a day: what was kept long enough is deleted, and who asked to be forgotten is."""
    now = timezone.now()
    while _each(purge_request, "request_id", purge_due_at(now), "purge"):
        pass
    _each(remove_copy, "copy_id", copies_kept_since(now - COPY_KEPT), "purge")
    for asked in erasures_due_at(now)[:AT_MOST]:
        _try(erase_client, "erase", client_id=asked.client_id)


@shared_task(name="clients.make_copy", ignore_result=True)
def make_data_copy(copy_id: int) -> None:
    """Make one copy of a client's data."""
    _try(make_copy, "copy", copy_id=copy_id)


def _each(action: Callable[..., Any], argument: str, rows: Any, name: str) -> int:
    """Do it with each of the rows, at most `AT_MOST`; gives how many it was done with."""
    return sum(_try(action, name, **{argument: row.pk}) for row in rows[:AT_MOST])


def _try(action: Callable[..., Any], name: str, **arguments: Any) -> bool:
    """One row that can not be done holds up no other; what has changed meanwhile is looked at again next time."""
    try:
        action(actor=Actor.system(name), **arguments)
    except Problem as problem:
        log.info("clients.not_done", task=name, code=problem.code, **arguments)
        return False
    return True
