"""By what attempts to sign in are told apart: the address that Django sees, and a hash of what was typed."""

from typing import Any

from django.http import HttpRequest

from core.crypto import keyed_hashes

PURPOSE = "accounts.sign_in"


def address_of(request: HttpRequest) -> str:
    """The address of the connection. Headers that say another one are anybody's word."""
    return str(request.META.get("REMOTE_ADDR", ""))


def hashed_username(request: HttpRequest, credentials: dict[str, Any] | None = None) -> str:
    """Stands for the login in the table of attempts."""
    typed = (credentials or {}).get("username") or request.POST.get("username", "")
    return keyed_hashes(str(typed)[:150], purpose=PURPOSE)[0]
