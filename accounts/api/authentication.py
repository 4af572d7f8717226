"""Who calls the API: a bearer token in the Authorization header."""

from rest_framework.request import Request
from rest_framework_simplejwt.authentication import JWTAuthentication

from accounts.actors import actor_for
from accounts.models import User
from core.actor import Actor, Via


class TokenAuthentication(JWTAuthentication):
    """simplejwt's check of the token, which refuses deactivated people; `request.auth` is the actor."""

    def authenticate(self, request: Request) -> tuple[User, Actor] | None:  # type: ignore[override]
        found = super().authenticate(request)
        if found is None:
            return None
        user, _token = found
        assert isinstance(user, User)
        return user, actor_for(user, Via.API)
