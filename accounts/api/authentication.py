"""Who calls the API: a bearer token in the Authorization header."""

from typing import Any

from rest_framework.request import Request
from rest_framework_simplejwt.authentication import JWTAuthentication

from accounts.actors import actor_for
from accounts.models import User
from core.actor import Via


class TokenAuthentication(JWTAuthentication):
    """simplejwt's check of the token; `request.auth` also holds the actor. Deactivated people are refused there."""

    def authenticate(self, request: Request) -> tuple[User, dict[str, Any]] | None:
        found = super().authenticate(request)
        if found is None:
            return None
        user, _token = found
        assert isinstance(user, User)
        return user, {"actor": actor_for(user, Via.API)}
