"""The `Idempotency-Key` header."""

import json
from collections.abc import Callable
from functools import wraps
from typing import Any

from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.actions.idempotency import once
from core.api.permissions import actor_of

HEADER = "Idempotency-Key"
REPLAYED = "Idempotent-Replayed"
View = Callable[..., Response]


def idempotent(view: View) -> View:
    """A creating view that, called again with the same key and body, gives the answer of the first time."""

    @wraps(view)
    def wrapper(self: Any, request: Request, *args: Any, **kwargs: Any) -> Response:
        key = request.headers.get(HEADER)
        if key is None:
            return view(self, request, *args, **kwargs)

        def do() -> tuple[int, Any]:
            response = view(self, request, *args, **kwargs)
            return response.status_code, json.loads(JSONRenderer().render(response.data))

        asked = [request.method, request.path, request.data]
        status, answer, old = once(actor=actor_of(request), key=key, request=asked, do=do)
        return Response(answer, status, headers={REPLAYED: "true"} if old else None)

    wrapper.idempotent = True  # type: ignore[attr-defined]  # core.api.schema names the header
    return wrapper
