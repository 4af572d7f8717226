"""People and tenants come, are linked and marked."""

from collections.abc import Iterable

from django.conf import settings
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

import audit.actions as audit
import core.events as events
from accounts.errors import LoginTaken, NoTenant, TelegramTaken, TenantMismatch, UnknownLanguage
from accounts.events import PersonUnreachable
from accounts.models import Contact, Tenant, User
from accounts.queries import default_tenant, visible_to
from accounts.roles import PEOPLE_MANAGE, REQUESTS_OPEN, TENANTS_MANAGE, TICKETS_CREATE_FOR_CLIENT, Role
from core.actor import SYSTEM, Actor
from core.db import locked
from core.errors import Denied, Invalid
from core.text import is_blank, storable

NAME_LIMIT = 200


@transaction.atomic
def create_tenant(*, actor: Actor, slug: str, name: str, time_zone: str) -> Tenant:
    """Open a branch. Superusers and the machine only. Raises Invalid, naming the fields at fault."""
    actor.require(TENANTS_MANAGE, SYSTEM)
    tenant = Tenant(slug=storable(slug), name=storable(name), time_zone=storable(time_zone))
    try:
        tenant.full_clean()
    except ValidationError as exc:
        raise Invalid(fields={field: " ".join(texts) for field, texts in exc.message_dict.items()}) from None
    tenant.save()
    audit.record(actor, "accounts.create_tenant", tenant, tenant_id=tenant.pk)
    return tenant


@transaction.atomic
def create_person(
    *,
    actor: Actor,
    tenant_id: int | None,
    full_name: str,
    roles: Iterable[Role],
    username: str | None = None,
    password: str | None = None,
    telegram_id: int | None = None,
    telegram_username: str = "",
    language: str = settings.LANGUAGE_CODE,
    curator_id: int | None = None,
) -> User:
    """Enter a person with roles. Superusers and the machine enter anybody; staff enter clients of their own tenant.

    Raises TelegramTaken, LoginTaken, TenantMismatch, and Denied for a role that the actor does not manage.
    """
    roles = set(roles)
    if roles == {Role.CLIENT} and tenant_id == actor.tenant_id:
        actor.require(TICKETS_CREATE_FOR_CLIENT, PEOPLE_MANAGE, SYSTEM)
    else:
        actor.require(PEOPLE_MANAGE, SYSTEM)
    if (tenant_id is None) != (Role.SUPERUSER in roles):
        raise TenantMismatch(fields={"tenant": TenantMismatch.text})
    if telegram_id is not None and User.objects.filter(telegram_id=telegram_id).exists():
        raise TelegramTaken
    if username is not None and User.objects.filter(username=username).exists():
        raise LoginTaken
    user = User(
        username=username,
        full_name=storable(full_name)[:NAME_LIMIT],
        tenant_id=tenant_id,
        telegram_id=telegram_id,
        telegram_username=telegram_username,
        language=language,
        curator_id=curator_id,
    )
    user.set_password(password)
    user.save()
    user.groups.set(Group.objects.filter(name__in=roles))
    audit.record(actor, "accounts.create_person", user, tenant_id=tenant_id, roles=sorted(roles))
    return user


@transaction.atomic
def arrive_by_telegram(
    *, actor: Actor, telegram_id: int, full_name: str, username: str, language: str, tenant_slug: str = ""
) -> User:
    """The person who writes to the bot for the first time: a client, or staff named in the settings.

    The tenant comes from the deep link, else from `DEFAULT_TENANT`. Two first messages at once make one person.
    Raises NoTenant.
    """
    actor.require(SYSTEM)
    role = _role_on_arrival(telegram_id)
    tenant = None if role == Role.SUPERUSER else _tenant_on_arrival(tenant_slug)
    name = storable(full_name)[:NAME_LIMIT]
    user, created = User.objects.get_or_create(
        telegram_id=telegram_id,
        defaults={
            "full_name": f"Telegram {telegram_id}" if is_blank(name) else name,
            "telegram_username": storable(username)[:64],
            "language": _spoken(language),
            "tenant": tenant,
            "admitted": role != Role.CLIENT or settings.CLIENT_ACCESS == "open",
        },
    )
    if created:
        user.set_unusable_password()
        user.save(update_fields=["password"])
        user.groups.set(Group.objects.filter(name=role))
        audit.record(actor, "accounts.arrive", user, tenant_id=user.tenant_id, roles=[role])
    return user


def _spoken(language: str) -> str:
    """The language that Telegram names (`en-GB`), if we speak it."""
    language, _, _ = language.partition("-")
    return language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def _role_on_arrival(telegram_id: int) -> Role:
    if telegram_id in settings.SUPERUSER_TELEGRAM_IDS:
        return Role.SUPERUSER
    if telegram_id in settings.OPERATOR_TELEGRAM_IDS:
        return Role.OPERATOR
    return Role.CLIENT


def _tenant_on_arrival(slug: str) -> Tenant:
    tenant = Tenant.objects.filter(slug=storable(slug)).first() or default_tenant()
    if tenant is None:
        raise NoTenant
    return tenant


@transaction.atomic
def admit(*, actor: Actor, user_id: int) -> User:
    """Let a client use the bot where only the invited may (`CLIENT_ACCESS`). Staff and integrators who see him, and the
    machine. Doing it twice changes nothing. Raises NotFound, Denied."""
    actor.require(TICKETS_CREATE_FOR_CLIENT, PEOPLE_MANAGE, REQUESTS_OPEN, SYSTEM)
    user = locked(visible_to(actor), user_id)
    if not user.admitted:
        user.admitted = True
        user.save(update_fields=["admitted"])
        audit.record(actor, "accounts.admit", user, tenant_id=user.tenant_id)
    return user


@transaction.atomic
def rename_person(*, actor: Actor, user_id: int, full_name: str) -> User:
    """Write a client's name anew, by those who may set his contact details. Raises NotFound, Denied."""
    user = locked(visible_to(actor), user_id)
    if not actor.can(PEOPLE_MANAGE, SYSTEM):
        actor.require(TICKETS_CREATE_FOR_CLIENT)
        if user.roles != {Role.CLIENT}:
            raise Denied
    name = " ".join(storable(full_name).split())[:NAME_LIMIT]
    if not is_blank(name) and name != user.full_name:
        user.full_name = name
        user.save(update_fields=["full_name"])
        audit.record(actor, "accounts.rename", user, tenant_id=user.tenant_id)
    return user


@transaction.atomic
def erase_person(*, actor: Actor, user_id: int) -> User:
    """Delete what is known of a client: name, contact details, Telegram account. The row stays, so that numbers and
    sums hold together; whoever comes back with the account is somebody new.

    Called by `clients.actions.erase_client`. Superusers and the machine, clients only. Raises NotFound, Denied.
    """
    actor.require(PEOPLE_MANAGE, SYSTEM)
    user = locked(visible_to(actor), user_id)
    if user.roles - {Role.CLIENT}:
        raise Denied
    Contact.objects.filter(user=user).delete()
    with translation.override(settings.LANGUAGE_CODE):
        user.full_name = _("Erased client %(number)s") % {"number": user.pk}
    user.telegram_id, user.telegram_username, user.username = None, "", None
    user.is_active, user.telegram_unreachable_since = False, None
    user.save()
    audit.record(actor, "accounts.erase", user, tenant_id=user.tenant_id)
    return user


@transaction.atomic
def link_telegram(*, actor: Actor, user_id: int, telegram_id: int) -> User:
    """Let a Telegram account be this person. Superusers and the machine only. Raises TelegramTaken, NotFound."""
    actor.require(PEOPLE_MANAGE, SYSTEM)
    user = locked(visible_to(actor), user_id)
    if User.objects.filter(telegram_id=telegram_id).exclude(pk=user.pk).exists():
        raise TelegramTaken
    user.telegram_id = telegram_id
    user.save(update_fields=["telegram_id"])
    audit.record(actor, "accounts.link_telegram", user, tenant_id=user.tenant_id)
    return user


@transaction.atomic
def set_language(*, actor: Actor, language: str) -> User:
    """Choose the language in which the actor is written to. Raises UnknownLanguage."""
    if language not in dict(settings.LANGUAGES):
        raise UnknownLanguage
    user = locked(visible_to(actor), actor.person)
    if user.language != language:
        user.language = language
        user.save(update_fields=["language"])
        audit.record(actor, "accounts.set_language", user, tenant_id=user.tenant_id, language=language)
    return user


@transaction.atomic
def mark_unreachable(*, actor: Actor, telegram_id: int, reason: str) -> None:
    """Note that Telegram no longer delivers to this account (blocked, deactivated, chat not found)."""
    actor.require(SYSTEM)
    user = User.objects.select_for_update().filter(telegram_id=telegram_id).first()
    if user is not None and user.telegram_unreachable_since is None:
        user.telegram_unreachable_since = timezone.now()
        user.save(update_fields=["telegram_unreachable_since"])
        audit.record(actor, "accounts.unreachable", user, tenant_id=user.tenant_id, reason=reason)
        events.emit(PersonUnreachable(user))


@transaction.atomic
def mark_reachable(*, actor: Actor, telegram_id: int) -> None:
    """Note that the account wrote to the bot again."""
    actor.require(SYSTEM)
    user = User.objects.select_for_update().filter(telegram_id=telegram_id).first()
    if user is not None and user.telegram_unreachable_since is not None:
        user.telegram_unreachable_since = None
        user.save(update_fields=["telegram_unreachable_since"])
        audit.record(actor, "accounts.reachable", user, tenant_id=user.tenant_id)
