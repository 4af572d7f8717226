"""The actor of a console request."""

from collections.abc import Callable

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from accounts.actors import actor_for
from accounts.models import User
from accounts.queries import time_zone_of
from core.actor import Actor, ActorKind, Via

NOBODY = Actor(kind=ActorKind.USER, via=Via.CONSOLE, permissions=frozenset(), name="anonymous")


class ActorMiddleware:
    """Sets `request.actor`, and shows the signed-in person the console in their language and time zone."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user: User | AnonymousUser = request.user
        if isinstance(user, AnonymousUser):
            request.actor = NOBODY  # type: ignore[attr-defined]
            return self.get_response(request)
        request.actor = actor_for(user, Via.CONSOLE)  # type: ignore[attr-defined]
        request.LANGUAGE_CODE = user.language
        with translation.override(user.language), timezone.override(time_zone_of(user.tenant)):
            return self.get_response(request)
