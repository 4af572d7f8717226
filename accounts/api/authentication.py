"""Who calls the API: a bearer token in the Authorization header."""

from rest_framework.request import Request
from rest_framework_simplejwt.authentication import JWTAuthentication
from rest_framework_simplejwt.exceptions import InvalidToken

from accounts.actions.tokens import FAMILY, VERSION
from accounts.actors import actor_for
from accounts.models import User
from accounts.queries import family_is_open
from core.actor import Actor, Via


class TokenAuthentication(JWTAuthentication):
    """simplejwt's check of the token, then ours: family and access version are still those of today.

    `request.auth` is the actor.
    """

    def authenticate(self, request: Request) -> tuple[User, Actor] | None:  # type: ignore[override]
        found = super().authenticate(request)
        if found is None:
            return None
        user, token = found
        assert isinstance(user, User)
        if token.get(VERSION) != user.access_version or not family_is_open(user, token.get(FAMILY)):
            raise InvalidToken
        return user, actor_for(user, Via.API)
