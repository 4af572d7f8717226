"""How often the API may be called: a flood slows its sender only."""

from typing import TYPE_CHECKING

from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle

from core.actor import Actor

if TYPE_CHECKING:
    from rest_framework.views import APIView


class PerPerson(SimpleRateThrottle):
    """Each person, whatever the number of his tokens."""

    scope = "person"

    def get_cache_key(self, request: Request, view: "APIView") -> str | None:
        if not isinstance(request.auth, Actor):
            return None
        return self.cache_format % {"scope": self.scope, "ident": request.auth.user_id}


class PerAddress(SimpleRateThrottle):
    """Each address of those who have not signed in: the doors themselves."""

    scope = "address"

    def get_cache_key(self, request: Request, view: "APIView") -> str | None:
        if isinstance(request.auth, Actor):
            return None
        return self.cache_format % {"scope": self.scope, "ident": self.get_ident(request)}
