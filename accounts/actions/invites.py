"""Staff and clients are invited, and join by the code."""

import secrets
from datetime import datetime

from django.contrib.auth.models import Group
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

import audit.actions as audit
from accounts.actions.access import end_all
from accounts.actors import actor_for
from accounts.enums import InviteStatus
from accounts.errors import (
    BadInvite,
    InviteExpired,
    InviteForAnotherBranch,
    InviteRevoked,
    InviteUnknown,
    InviteUsedUp,
)
from accounts.models import CODE_PURPOSE, Invite, InviteUse, Tenant, User
from accounts.queries import invites_visible_to
from accounts.roles import PEOPLE_INVITE, TEAM, Role, invitable
from core.actor import SYSTEM, Actor, Via
from core.crypto import keyed_hashes
from core.db import locked
from core.errors import Denied
from core.text import storable

CODE_BYTES = 16
NOTES_LIMIT = 200
LARGEST_LIMIT = 10_000
_REFUSALS = {
    InviteStatus.USED_UP: InviteUsedUp,
    InviteStatus.EXPIRED: InviteExpired,
    InviteStatus.REVOKED: InviteRevoked,
}


@transaction.atomic
def create_invite(
    *,
    actor: Actor,
    role: str,
    tenant_id: int | None,
    use_limit: int = 1,
    expires_at: datetime | None = None,
    notes: str = "",
) -> Invite:
    """Make an invite to a role that the actor manages, in his own branch; superusers and the machine in any.

    Raises BadInvite (fields: role, tenant, use_limit, expires_at), Denied.
    """
    actor.require(PEOPLE_INVITE, SYSTEM)
    if role not in Role.values:
        raise BadInvite(fields={"role": _("There is no such role.")})
    if not _may_invite(actor, Role(role), tenant_id):
        raise Denied
    if (tenant_id is None) != (role == Role.SUPERUSER) or not _exists(tenant_id):
        raise BadInvite(fields={"tenant": _("Everybody belongs to one branch, only a superuser to none.")})
    if not 0 <= use_limit <= LARGEST_LIMIT:
        raise BadInvite(fields={"use_limit": _("From 0 (no limit) to 10,000.")})
    if expires_at is not None and expires_at <= timezone.now():
        raise BadInvite(fields={"expires_at": _("Give a moment in the future.")})
    invite = Invite(
        tenant_id=tenant_id, role=role, use_limit=use_limit, expires_at=expires_at,
        notes=storable(notes)[:NOTES_LIMIT], created_by_id=actor.user_id,
    )  # fmt: skip
    invite.code = secrets.token_urlsafe(CODE_BYTES)
    invite.code_hash = keyed_hashes(invite.code, purpose=CODE_PURPOSE)[0]
    invite.save()
    audit.record(actor, "accounts.invite", invite, tenant_id=tenant_id, role=role, limit=use_limit)
    return invite


@transaction.atomic
def revoke_invite(*, actor: Actor, invite_id: int) -> Invite:
    """End an invite; who has joined stays. Doing it twice changes nothing. Raises NotFound."""
    invite = locked(invites_visible_to(actor), invite_id)
    if invite.revoked_at is None:
        invite.revoked_at = timezone.now()
        invite.save(update_fields=["revoked_at"])
        audit.record(actor, "accounts.revoke_invite", invite, tenant_id=invite.tenant_id)
    return invite


@transaction.atomic
def redeem_invite(*, actor: Actor, code: str) -> Invite:
    """The person joins: he gets the branch and the role. Using it again is no error and no second use.

    What the inviter may do is looked at now, not when he made it. Raises InviteUnknown, InviteUsedUp, InviteExpired,
    InviteRevoked, InviteForAnotherBranch.
    """
    invite = _by_code(code)
    user = User.objects.select_for_update().get(pk=actor.person)
    if InviteUse.objects.filter(invite=invite, user=user).exists():
        return invite
    if refusal := _REFUSALS.get(invite.status):
        raise refusal
    if not _still_meant(invite):
        raise InviteRevoked
    if user.tenant_id != invite.tenant_id and user.roles - {Role.CLIENT}:
        raise InviteForAnotherBranch
    InviteUse.objects.create(invite=invite, user=user)
    invite.uses += 1
    invite.save(update_fields=["uses"])
    user.tenant_id = invite.tenant_id
    if (
        invite.role in TEAM
        and user.curator_id is None
        and invite.created_by is not None
        and Role.CURATOR in invite.created_by.roles
    ):
        user.curator = invite.created_by
    user.admitted = True
    user.save(update_fields=["tenant", "curator", "admitted"])
    roles = {invite.role} if invite.role == Role.CLIENT else (user.roles - {Role.CLIENT}) | {invite.role}
    if user.roles - {Role(role) for role in roles}:
        end_all(user)
    user.groups.set(Group.objects.filter(name__in=roles))
    audit.record(actor, "accounts.join", user, tenant_id=invite.tenant_id, invite=invite.pk, role=invite.role)
    return invite


def _by_code(code: str) -> Invite:
    """The invite under a lock, so that its uses are counted one after another."""
    hashes = keyed_hashes(storable(code), purpose=CODE_PURPOSE)
    invite = Invite.objects.select_for_update().filter(code_hash__in=hashes).first()
    if invite is None:
        raise InviteUnknown
    return invite


def _exists(tenant_id: int | None) -> bool:
    return tenant_id is None or Tenant.objects.filter(pk=tenant_id).exists()


def _may_invite(actor: Actor, role: Role, tenant_id: int | None) -> bool:
    if actor.can(SYSTEM):
        return True
    inviter = User.objects.prefetch_related("groups").get(pk=actor.person)
    own = inviter.tenant_id is None or inviter.tenant_id == tenant_id
    return own and role in invitable(inviter.roles)


def _still_meant(invite: Invite) -> bool:
    """Whether its maker could still make it. The machine always can."""
    if invite.created_by is None:
        return True
    maker = actor_for(invite.created_by, Via.SYSTEM)
    return maker.can(PEOPLE_INVITE) and _may_invite(maker, Role(invite.role), invite.tenant_id)
