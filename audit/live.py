"""What has changed since a page of the console was read: asked for every second, answered from the history."""

import re

from django.db.models import QuerySet
from django.http import HttpRequest, JsonResponse

from audit.queries import news_of
from core.admin import actor_of

CURSOR = re.compile(r"^[0-9]{1,19}$")


def news(request: HttpRequest, rows: QuerySet, *, everywhere: bool) -> JsonResponse:
    """The place in the history to ask from next (`cursor`), the ids of those of `rows` that changed, and how many of
    the changes were others' (`news`). Ids only: whoever may see a row reads it from its own page. A cursor that is none
    begins anew. `everywhere`: changes of all branches, not of the actor's own."""
    actor = actor_of(request)
    after = request.GET.get("after", "")
    tenant_id = None if everywhere else actor.tenant_id or 0
    entries = news_of(rows.model, after if CURSOR.match(after) else "", tenant_id)
    changed = {entry.object_id for entry in entries.entries}
    seen = set(rows.filter(pk__in=changed).order_by().values_list("pk", flat=True)) if changed else set()
    others = sum(entry.object_id in seen and entry.user_id != actor.user_id for entry in entries.entries)
    return JsonResponse({"cursor": entries.cursor, "changed": sorted(seen), "news": others})
