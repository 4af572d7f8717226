"""Tokens of the API: a family begins with a password, each refresh token serves once, and one used again ends all."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from rest_framework_simplejwt.exceptions import InvalidToken, TokenError
from rest_framework_simplejwt.tokens import RefreshToken

import audit.actions as audit
from accounts.actors import actor_for
from accounts.models import TokenFamily, User
from core.actor import Via

FAMILY, VERSION = "family", "version"
"""The claims that tie a token to its family and to the person's access version."""
PARALLEL = timedelta(seconds=10)
"""So long after its use the last refresh token is refused without ending the family: two calls at once are no theft."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """What the caller is given, encoded."""

    access: str
    refresh: str


@transaction.atomic
def begin_tokens(*, user: User) -> Tokens:
    """A new family, for somebody whose password was right."""
    family = TokenFamily(user=user)
    tokens = _next(family)
    audit.record(actor_for(user, Via.API), "accounts.begin_tokens", user, tenant_id=user.tenant_id)
    return tokens


def rotate_tokens(*, refresh: str) -> Tokens:
    """The next pair for a refresh token, which is spent by it.

    Raises InvalidToken for a token that is none, is spent, or whose family or person's access has ended. A spent one
    ends its family.
    """
    token = _decoded(refresh)
    with transaction.atomic():
        family = _open_family(token)
        if family.current == token["jti"]:
            return _next(family)
        if not (family.previous == token["jti"] and timezone.now() - family.rotated_at < PARALLEL):
            _end(family, "reuse")
    raise InvalidToken


@transaction.atomic
def end_tokens(*, refresh: str) -> None:
    """Log out: the family ends, its access tokens with it. Doing it twice is no error. Raises InvalidToken."""
    token = _decoded(refresh)
    family = TokenFamily.objects.select_for_update().filter(uid=token.get(FAMILY)).first()
    if family is not None and family.ended_at is None:
        _end(family, "logout")


def _decoded(refresh: str) -> Any:
    try:
        token: Any = RefreshToken(refresh)  # type: ignore[arg-type]
    except TokenError:
        raise InvalidToken from None
    if FAMILY not in token or "jti" not in token:
        raise InvalidToken
    return token


def _open_family(token: Any) -> TokenFamily:
    """The family under a lock, so that of two refreshes at once the second sees the first."""
    families = TokenFamily.objects.select_for_update(of=("self",)).select_related("user")
    family = families.filter(uid=token[FAMILY], ended_at=None).first()
    if family is None or not family.user.is_active or family.user.access_version != token.get(VERSION):
        raise InvalidToken
    return family


def _next(family: TokenFamily) -> Tokens:
    refresh: Any = RefreshToken.for_user(family.user)
    refresh[FAMILY], refresh[VERSION] = str(family.uid), family.user.access_version
    family.previous, family.current, family.rotated_at = family.current, refresh["jti"], timezone.now()
    family.save()
    return Tokens(access=str(refresh.access_token), refresh=str(refresh))


def _end(family: TokenFamily, because: str) -> None:
    family.ended_at, family.ended_because = timezone.now(), because
    family.save(update_fields=["ended_at", "ended_because"])
    user = family.user
    audit.record(actor_for(user, Via.API), "accounts.end_tokens", user, tenant_id=user.tenant_id, because=because)
