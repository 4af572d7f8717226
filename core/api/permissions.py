"""Who may call: nobody, until a view says otherwise."""

from typing import TYPE_CHECKING

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from core.actor import Actor

if TYPE_CHECKING:
    from rest_framework.views import APIView


def actor_of(request: Request) -> Actor:
    """The actor that authentication found."""
    actor = request.auth
    assert isinstance(actor, Actor)
    return actor


class Closed(BasePermission):
    """The default: nobody. A view opens itself by naming another permission class."""

    def has_permission(self, request: Request, view: "APIView") -> bool:
        return False


class SignedIn(BasePermission):
    """Anybody with a valid token; what he may do is for queries and actions to say."""

    def has_permission(self, request: Request, view: "APIView") -> bool:
        return isinstance(request.auth, Actor)
