"""By what attempts to sign in are told apart: the address that Django sees, and a hash of what was typed."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from core.crypto import keyed_hashes

PURPOSE = "accounts.sign_in"


def address_of(request: HttpRequest) -> str:
    """The address of the connection; behind our own proxy the one that the proxy wrote down last.

    Whatever else a header says is anybody's word.
    """
    connection = str(request.META.get("REMOTE_ADDR", ""))
    if not settings.BEHIND_PROXY:
        return connection
    return request.headers.get("X-Forwarded-For", connection).rpartition(",")[2].strip()


def hashed_username(request: HttpRequest, credentials: dict[str, Any] | None = None) -> str:
    """Stands for the login in the table of attempts."""
    typed = (credentials or {}).get("username") or request.POST.get("username", "")
    return keyed_hashes(str(typed)[:150], purpose=PURPOSE)[0]
