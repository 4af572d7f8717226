"""Django tells when somebody has signed in, or failed to."""

from typing import Any

from django.contrib.auth.signals import user_logged_in, user_login_failed
from django.dispatch import receiver
from django.http import HttpRequest

from accounts.actions import note_failed_sign_in, note_sign_in
from accounts.models import User
from core.actor import Via


@receiver(user_logged_in)
def signed_in(sender: Any, request: HttpRequest | None, user: User, **_more: Any) -> None:
    if request is not None and "REMOTE_ADDR" in request.META:
        note_sign_in(user=user, via=Via.CONSOLE, address=request.META["REMOTE_ADDR"])


@receiver(user_login_failed)
def failed(sender: Any, credentials: dict[str, Any], **_more: Any) -> None:
    note_failed_sign_in(username=str(credentials.get(User.USERNAME_FIELD, ""))[:150])
