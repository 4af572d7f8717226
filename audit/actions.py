"""The only writer of the history."""

from typing import Any

from django.db import models

from audit.events import Recorded
from audit.models import Entry
from core import correlation, events
from core.actor import Actor


def record(actor: Actor, action: str, obj: models.Model, *, tenant_id: int | None, **data: Any) -> Entry:
    """Write one entry in the caller's transaction.

    `action` is `<app>.<verb>` and stable; `data` holds ids, codes and field names only: nothing that is personal.
    """
    entry = Entry.objects.create(
        actor_kind=actor.kind,
        actor_name=actor.name,
        user_id=actor.user_id,
        tenant_id=tenant_id,
        via=actor.via,
        action=action,
        object_type=obj._meta.label_lower,
        object_id=obj.pk,
        data=data,
        request_id=correlation.current_id(),
    )
    events.emit(Recorded(entry))
    return entry
