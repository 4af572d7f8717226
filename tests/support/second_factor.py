"""The authenticator app of a person."""

import base64

from django_otp.oath import TOTP

from accounts.models import SecondFactor, User


def app_code(user: User, later: int = 0) -> str:
    """What the person's app shows, `later` steps from now."""
    totp = TOTP(base64.b32decode(SecondFactor.objects.get(user=user).secret), drift=later)
    return f"{totp.token():06}"
