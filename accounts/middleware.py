"""The actor of a console request."""

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.http import urlencode

from accounts.actors import actor_for
from accounts.models import User
from accounts.queries import requires_second_factor, second_factor_of, time_zone_of
from core.actor import Actor, ActorKind, Via

NOBODY = Actor(kind=ActorKind.USER, via=Via.CONSOLE, permissions=frozenset(), name="anonymous")


BEFORE_SECOND_FACTOR = ("admin:login", "admin:logout", "admin:jsi18n", "second_factor", "second_factor_off")
"""The pages of the console that a password alone opens."""


class ActorMiddleware:
    """Sets `request.actor`, and shows the signed-in person the console in their language and time zone.

    Whose second factor is still due is nobody, and in the console is led to where it is given.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user: User | AnonymousUser = request.user
        if isinstance(user, AnonymousUser):
            request.actor = NOBODY  # type: ignore[attr-defined]
            return self.get_response(request)
        due = second_factor_is_due(user)
        request.actor = NOBODY if due else actor_for(user, Via.CONSOLE)  # type: ignore[attr-defined]
        request.LANGUAGE_CODE = user.language
        with translation.override(user.language), timezone.override(time_zone_of(user.tenant)):
            if (
                due
                and request.path.startswith(settings.CONSOLE_PATH)
                and request.path not in map(reverse, BEFORE_SECOND_FACTOR)
            ):
                return HttpResponseRedirect(f"{reverse('second_factor')}?{urlencode({'next': request.path})}")
            return self.get_response(request)


def second_factor_is_due(user: User) -> bool:
    """Whether this session of the person still lacks it."""
    if user.is_verified():  # type: ignore[attr-defined]  # set by django_otp's middleware
        return False
    return second_factor_of(user) is not None or requires_second_factor(user)
