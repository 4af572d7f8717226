"""People sign in: the history knows when, and strange ways of it are told."""

from django.core.cache import cache
from django.db import transaction
from django.utils.translation import gettext_lazy as _

import audit.actions as audit
from accounts.actors import actor_for
from accounts.alarms import tell_superusers
from accounts.models import KnownAddress, User
from core.actor import Via
from core.crypto import keyed_hashes

ADDRESS_PURPOSE = "accounts.address"
FAILURES_TOLD = 5
FAILURES_WITHIN = 15 * 60
"""Seconds."""


@transaction.atomic
def note_sign_in(*, user: User, via: Via, address: str) -> None:
    """Write down that somebody signed in, and tell superusers when it was from an address that is new for him.

    The first sign-in of all is no news.
    """
    audit.record(actor_for(user, via), "accounts.sign_in", user, tenant_id=user.tenant_id)
    hashes = keyed_hashes(address, purpose=ADDRESS_PURPOSE)
    known = KnownAddress.objects.filter(user=user)
    seen = {row.address_hash: row for row in known.filter(address_hash__in=hashes)}
    if seen:
        if hashes[0] not in seen:  # known by an older key: here is the value to go on with
            known.filter(pk=next(iter(seen.values())).pk).update(address_hash=hashes[0])
        return
    first = not known.exists()
    KnownAddress.objects.get_or_create(user=user, address_hash=hashes[0])
    if not first:
        text = _("{who} signed in from an address that is new for this person: {address}.")
        tell_superusers(text, key=f"address:{user.pk}:{hashes[0][:24]}", who=user.full_name, address=address)


def note_failed_sign_in(*, username: str) -> None:
    """Count a refused password, and tell superusers of many in a row. Only logins that exist are named."""
    name = keyed_hashes(username, purpose=ADDRESS_PURPOSE)[0][-32:]
    key = f"sign-in-failures:{name}"
    cache.add(key, 0, FAILURES_WITHIN)
    if cache.incr(key) != FAILURES_TOLD:
        return
    person = User.objects.filter(username=username).first()
    text = _("{count} wrong passwords in a row for {who}.")
    who = person.full_name if person else "?"
    tell_superusers(text, key=f"failures:{name}", count=FAILURES_TOLD, who=who)
