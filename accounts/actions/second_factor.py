"""The second factor: an authenticator app and recovery codes, set up by a person, required by a branch."""

import base64
import secrets
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django_otp.oath import TOTP

import audit.actions as audit
from accounts.actions.access import end_families
from accounts.errors import SecondFactorThere, TooManyCodes, WrongCode
from accounts.models import SecondFactor, Tenant, TokenFamily, User
from accounts.queries import tenants_visible_to, visible_to
from accounts.roles import PEOPLE_MANAGE, TENANTS_MANAGE, Role
from core.actor import SYSTEM, Actor
from core.crypto import Unsealable, keyed_hashes, opened
from core.db import locked
from core.errors import NotFound, Problem

SECRET_BYTES = 20
"""As RFC 4226, section 4, recommends."""
TOLERANCE = 1
"""So many time steps of 30 seconds a phone's clock may be off."""
RECOVERY_CODES = 10
DOUBLED_AT_MOST = 11
"""After so many wrong codes the wait grows no more: 17 minutes. A stranger does not keep the owner out for days."""
PURPOSE = "accounts.recovery"


@transaction.atomic
def begin_second_factor(*, user: User) -> SecondFactor:
    """A secret for the person's app, the same until it is confirmed, or can not be decrypted any more.

    Raises SecondFactorThere.
    """
    factor, _ = SecondFactor.objects.select_for_update().get_or_create(user=user, defaults={"confirmed": False})
    if factor.confirmed:
        raise SecondFactorThere
    if not factor.secret_sealed or opened(factor, "secret") is None:
        factor.secret = base64.b32encode(secrets.token_bytes(SECRET_BYTES)).decode()
        factor.save(update_fields=["secret_sealed"])
    return factor


def confirm_second_factor(*, actor: Actor, user: User, code: str) -> tuple[SecondFactor, list[str]]:
    """From the first code of the app on, sign-ins ask for one. Tokens of the API that came without one end.

    Gives the recovery codes, which are not kept in the open. Raises SecondFactorThere, WrongCode, TooManyCodes.
    """
    with transaction.atomic():
        factor = begin_second_factor(user=user)
        refusal = _refusal(factor, code)
        if refusal is None:
            codes = [f"{secrets.token_hex(3)}-{secrets.token_hex(3)}" for _ in range(RECOVERY_CODES)]
            factor.recovery = [keyed_hashes(code, purpose=PURPOSE)[0] for code in codes]
            factor.confirmed, factor.created_at = True, timezone.now()
            factor.save(update_fields=["recovery", "confirmed", "created_at"])
            end_families(TokenFamily.objects.filter(user=user), "factor")
            audit.record(actor, "accounts.set_up_second_factor", user, tenant_id=user.tenant_id)
            return factor, codes
    raise refusal


def check_second_factor(*, user: User, code: str) -> SecondFactor:
    """Take a code of the app, or a recovery code, each once.

    Without the key of the app's secret a recovery code still serves. Raises WrongCode, TooManyCodes, NotFound,
    Unsealable.
    """
    with transaction.atomic():
        factor = SecondFactor.objects.select_for_update().filter(user=user, confirmed=True).first()
        if factor is None:
            raise NotFound
        refusal = _refusal(factor, code)
        if refusal is None:
            return factor
    raise refusal


def turn_off_second_factor(*, actor: Actor, user: User, code: str) -> None:
    """By the person, who gives a code once more. Raises WrongCode, TooManyCodes, NotFound, Unsealable."""
    factor = check_second_factor(user=user, code=code)
    with transaction.atomic():
        factor.delete()
        audit.record(actor, "accounts.turn_off_second_factor", user, tenant_id=user.tenant_id)


@transaction.atomic
def remove_second_factor(*, actor: Actor, user_id: int) -> User:
    """By a superuser, for somebody who has lost phone and codes. Raises NotFound, Denied."""
    actor.require(PEOPLE_MANAGE, SYSTEM)
    user = locked(visible_to(actor), user_id)
    if SecondFactor.objects.filter(user=user).delete()[0]:
        audit.record(actor, "accounts.remove_second_factor", user, tenant_id=user.tenant_id)
    return user


@transaction.atomic
def require_second_factor(*, actor: Actor, tenant_id: int, required: bool) -> Tenant:
    """Let a branch require a second factor of its staff, from their next request on. Raises NotFound, Denied."""
    actor.require(TENANTS_MANAGE, SYSTEM)
    tenant = locked(tenants_visible_to(actor), tenant_id)
    if tenant.second_factor_required != required:
        tenant.second_factor_required = required
        tenant.save(update_fields=["second_factor_required"])
        audit.record(actor, "accounts.require_second_factor", tenant, tenant_id=tenant.pk, required=required)
        if required:
            theirs = TokenFamily.objects.filter(user__tenant=tenant)
            without = theirs.exclude(user__second_factor__confirmed=True).exclude(user__groups__name=Role.INTEGRATOR)
            end_families(without, "factor")
    return tenant


def _refusal(factor: SecondFactor, code: str) -> Problem | None:
    """Spend the code, or say why not. To be raised after the commit, so that the failure stays noted."""
    if wait := _wait(factor):
        return TooManyCodes(wait)
    refusal = _spend(factor, "".join(code.split()).lower())
    if refusal is None:
        factor.throttle_reset(commit=False)
        factor.set_last_used_timestamp(commit=False)
    else:
        factor.throttle_increment(commit=False)
        factor.throttling_failure_count = min(factor.throttling_failure_count, DOUBLED_AT_MOST)
    factor.save()
    return refusal


def _wait(factor: SecondFactor) -> int:
    """Seconds until the next attempt, 0 for now."""
    allowed, why = factor.verify_is_allowed()
    if allowed:
        return 0
    until: datetime = why["locked_until"]
    return max(1, round((until - timezone.now()).total_seconds()))


def _spend(factor: SecondFactor, code: str) -> Problem | None:
    """Strike out a recovery code or the app's code of this time step, or say why it is none."""
    if hashes := set(keyed_hashes(code, purpose=PURPOSE)) & set(factor.recovery):
        factor.recovery = [kept for kept in factor.recovery if kept not in hashes]
        return None
    try:
        totp = TOTP(base64.b32decode(factor.secret))
    except Unsealable as problem:
        return problem
    written = code.isascii() and code.isdigit() and len(code) == totp.digits
    if not written or not totp.verify(int(code), TOLERANCE, factor.last_step + 1):
        return WrongCode()
    factor.last_step = totp.t()
    return None
