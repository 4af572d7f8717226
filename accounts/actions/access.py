"""What a person can do here is given, taken away, and ended at once by every door."""

from collections.abc import Iterable

from django.contrib.auth.models import Group
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

import audit.actions as audit
from accounts.errors import NotYourself, TenantMismatch, UnknownCurator, UnknownPermission, UnknownRole, WeakPassword
from accounts.models import TokenFamily, User
from accounts.queries import curator_in, visible_to
from accounts.roles import GRANTS, ORDERS_MANAGE, PEOPLE_MANAGE, TEAM, Role
from core.actor import SYSTEM, Actor
from core.db import locked
from core.errors import Denied


@transaction.atomic
def set_roles(*, actor: Actor, user_id: int, roles: Iterable[str]) -> User:
    """Give a person exactly these roles. A role that is lost ends sessions and tokens at once.

    Raises NotFound, Denied, UnknownRole, TenantMismatch (only a superuser has no branch), NotYourself.
    """
    user = _managed(actor, user_id)
    wanted = set(roles)
    if not wanted <= set(Role.values):
        raise UnknownRole
    if (user.tenant_id is None) != (Role.SUPERUSER in wanted):
        raise TenantMismatch(fields={"tenant": TenantMismatch.text})
    held = {role.value for role in user.roles}
    if wanted == held:
        return user
    if actor.user_id == user.pk and held - wanted:
        raise NotYourself
    user.groups.set(Group.objects.filter(name__in=wanted))
    if user.curator_id is not None and not wanted & TEAM:
        user.curator = None
        user.save(update_fields=["curator"])
    audit.record(actor, "accounts.set_roles", user, tenant_id=user.tenant_id, roles=sorted(wanted))
    if held - wanted:
        end_all(user)
    return user


@transaction.atomic
def set_service_permissions(*, actor: Actor, user_id: int, permissions: Iterable[str]) -> User:
    """Give an integrator's account exactly these of its role's permissions. One that is lost ends its tokens at once.

    Raises NotFound, Denied, UnknownPermission.
    """
    user = _managed(actor, user_id)
    wanted = set(permissions)
    if Role.INTEGRATOR not in user.roles or not wanted <= GRANTS[Role.INTEGRATOR]:
        raise UnknownPermission
    held = user.permissions
    user.service_permissions = sorted(wanted)
    user.save(update_fields=["service_permissions"])
    audit.record(
        actor, "accounts.set_service_permissions", user, tenant_id=user.tenant_id, permissions=sorted(wanted)
    )  # fmt: skip
    if held - user.permissions:
        end_all(user)
    return user


@transaction.atomic
def deactivate_person(*, actor: Actor, user_id: int) -> User:
    """Close every door to a person at once: sessions, tokens, bot. His open work stays on the lists.

    Superusers anybody, curators the people of their team. Doing it twice changes nothing. Raises NotFound, Denied,
    NotYourself.
    """
    user = _managed_or_of_the_team(actor, user_id)
    if actor.user_id == user.pk:
        raise NotYourself
    if user.is_active:
        user.is_active = False
        user.save(update_fields=["is_active"])
        audit.record(actor, "accounts.deactivate", user, tenant_id=user.tenant_id)
        end_all(user)
    return user


@transaction.atomic
def activate_person(*, actor: Actor, user_id: int) -> User:
    """Let a person in again, with the roles of before. As with deactivating. Raises NotFound, Denied."""
    user = _managed_or_of_the_team(actor, user_id)
    if not user.is_active:
        user.is_active = True
        user.save(update_fields=["is_active"])
        audit.record(actor, "accounts.activate", user, tenant_id=user.tenant_id)
    return user


@transaction.atomic
def set_curator(*, actor: Actor, user_id: int, curator_id: int) -> User:
    """Put an engineer or a workshop engineer into this curator's team. Raises NotFound, Denied, UnknownCurator."""
    user = _managed(actor, user_id)
    curator = curator_in(user.tenant_id or 0, curator_id)
    if not user.roles & TEAM:
        raise UnknownCurator(fields={"curator": UnknownCurator.text})
    if user.curator_id != curator.pk:
        audit.record(
            actor, "accounts.set_curator", user, tenant_id=user.tenant_id, curator=curator.pk,
            previous=user.curator_id,
        )  # fmt: skip
        user.curator = curator
        user.save(update_fields=["curator"])
    return user


@transaction.atomic
def set_password(*, actor: Actor, user_id: int, username: str, password: str) -> User:
    """Give a person a login and a new password; whatever is open ends. Raises NotFound, Denied, WeakPassword."""
    user = _managed(actor, user_id)
    user.username = username.strip() or user.username
    try:
        validate_password(password, user)
        user.full_clean(exclude=["password"])
    except ValidationError as exc:
        fields = getattr(exc, "message_dict", {"password": exc.messages})
        raise WeakPassword(fields={name: " ".join(texts) for name, texts in fields.items()}) from None
    user.set_password(password)
    user.save(update_fields=["username", "password"])
    audit.record(actor, "accounts.set_password", user, tenant_id=user.tenant_id)
    end_all(user)
    return user


@transaction.atomic
def end_access(*, actor: Actor, user_id: int) -> User:
    """Sign a person out everywhere. Raises NotFound, Denied."""
    user = _managed(actor, user_id)
    audit.record(actor, "accounts.end_access", user, tenant_id=user.tenant_id)
    end_all(user)
    return user


def _managed(actor: Actor, user_id: int) -> User:
    actor.require(PEOPLE_MANAGE, SYSTEM)
    return locked(visible_to(actor), user_id)


def _managed_or_of_the_team(actor: Actor, user_id: int) -> User:
    if actor.can(PEOPLE_MANAGE, SYSTEM):
        return _managed(actor, user_id)
    actor.require(ORDERS_MANAGE)
    user = locked(visible_to(actor), user_id)
    if user.curator_id != actor.user_id or not user.roles <= TEAM:
        raise Denied
    return user


def end_all(user: User) -> None:
    """End sessions and tokens, for actions that hold the person: all carry the version, or belong to a family."""
    User.objects.filter(pk=user.pk).update(access_version=F("access_version") + 1)
    user.refresh_from_db(fields=["access_version"])
    end_families(TokenFamily.objects.filter(user=user), "access")


def end_families(families: QuerySet[TokenFamily], because: str) -> None:
    """End those of them that are still open, and with them their tokens."""
    families.filter(ended_at=None).update(ended_at=timezone.now(), ended_because=because)
