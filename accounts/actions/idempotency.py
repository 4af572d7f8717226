"""One effect for a call that is repeated: the key, the effect and the answer are committed together."""

import hashlib
import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.errors import BadIdempotencyKey, IdempotencyKeyReused
from accounts.models import IdempotentCall
from core.actor import Actor

KEPT_FOR = timedelta(days=7)
KEY = re.compile(r"[!-~]{1,255}")


@transaction.atomic
def once(*, actor: Actor, key: str, request: Any, do: Callable[[], tuple[int, Any]]) -> tuple[int, Any, bool]:
    """Do it, unless it was done under this key: then the answer of that time. Status, answer, and whether it is old.

    Calls at one moment wait for each other. What raises leaves no key behind and may be tried again. `request` is what
    must be equal in both calls. Raises BadIdempotencyKey, IdempotencyKeyReused, Unsealable where the answer of that
    time can not be read any more (it is not done twice), and what `do` raises.
    """
    if not KEY.fullmatch(key):
        raise BadIdempotencyKey
    fingerprint = hashlib.sha256(json.dumps(request, sort_keys=True).encode("utf-8", "surrogatepass")).hexdigest()
    call, new = IdempotentCall.objects.get_or_create(
        user_id=actor.person, key=key, defaults={"fingerprint": fingerprint}
    )
    if call.fingerprint != fingerprint:
        raise IdempotencyKeyReused
    if not new:
        assert call.status is not None
        return call.status, call.answer, True
    status, answer = do()
    call.status, call.answer = status, answer
    call.save(update_fields=["status", "answer_sealed"])
    return status, answer, False


def forget_old_calls() -> int:
    """Remove keys after a week."""
    return IdempotentCall.objects.filter(created_at__lt=timezone.now() - KEPT_FOR).delete()[0]
