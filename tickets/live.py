"""What has changed since a page of the console was read: asked for every second, answered from the history."""

import re

from django.http import HttpRequest, JsonResponse

from accounts.roles import TICKETS_SEE_ALL
from audit.queries import news_of
from core.admin import actor_of
from tickets.models import Ticket

CURSOR = re.compile(r"^[0-9]{1,19}$")


def news(request: HttpRequest) -> JsonResponse:
    """The place in the history to ask from next (`cursor`), the ids of the tickets that changed, and how many of the
    changes were others' (`news`). Ids only: whoever may see the ticket reads it from its own page. A cursor that is
    none begins anew."""
    actor = actor_of(request)
    after = request.GET.get("after", "")
    tenant_id = None if actor.can(TICKETS_SEE_ALL) else actor.tenant_id or 0
    found = news_of(Ticket, after if CURSOR.match(after) else "", tenant_id)
    changed = sorted({entry.object_id for entry in found.entries})
    others = sum(entry.user_id != actor.user_id for entry in found.entries)
    return JsonResponse({"cursor": found.cursor, "changed": changed, "news": others})
