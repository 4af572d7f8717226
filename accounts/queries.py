"""Reads of people and tenants."""

import zoneinfo
from uuid import UUID

from django.conf import settings
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from accounts.enums import InviteStatus
from accounts.errors import UnknownCurator
from accounts.models import Contact, Invite, SecondFactor, Tenant, TokenFamily, User
from accounts.phones import HASH_PURPOSE, looks_like_phone, normal_phone
from accounts.roles import (
    ORDERS_MANAGE,
    PEOPLE_INVITE,
    PEOPLE_MANAGE,
    PEOPLE_SEE_TENANT,
    TENANTS_MANAGE,
    Role,
    invitable,
    roles_with,
)
from core.actor import SYSTEM, Actor
from core.crypto import keyed_hashes
from core.errors import NotFound, Problem
from core.text import is_blank, storable
from outbox.models import WebhookDelivery, WebhookEndpoint

CALLERS_SHOWN = 10


def visible_to(actor: Actor) -> QuerySet[User]:
    """The people this actor may see: all, those of the tenant, or only the actor."""
    if actor.can(PEOPLE_MANAGE, SYSTEM):
        return User.objects.all()
    if actor.can(PEOPLE_SEE_TENANT) and actor.tenant_id is not None:
        return User.objects.filter(tenant_id=actor.tenant_id)
    return User.objects.filter(pk=actor.user_id or 0)


def clients_visible_to(actor: Actor) -> QuerySet[User]:
    """The clients among them."""
    return visible_to(actor).filter(pk__in=_with_roles([Role.CLIENT]))


def with_role(people: QuerySet[User], role: str) -> QuerySet[User]:
    """Those of these people who hold the role."""
    return people.filter(pk__in=_with_roles([Role(role)]))


def by_telegram_id(telegram_id: int) -> User | None:
    """The person behind a Telegram account, with roles and tenant."""
    return User.objects.select_related("tenant").prefetch_related("groups").filter(telegram_id=telegram_id).first()


def by_username(username: str) -> User:
    """The person with this login; NotFound if there is none."""
    user = User.objects.prefetch_related("groups").filter(username=username).first()
    if user is None:
        raise NotFound
    return user


def people_with(permission: str) -> QuerySet[User]:
    """Active people of all branches who hold the permission."""
    people = User.objects.filter(pk__in=_with_roles(roles_with(permission)), is_active=True)
    return people.order_by("full_name", "pk")


def tenant_people_with(tenant_id: int, permission: str) -> QuerySet[User]:
    """Those of the tenant."""
    return people_with(permission).filter(tenant_id=tenant_id)


def curator_in(tenant_id: int, curator_id: int) -> User:
    """An active curator of the branch. Raises UnknownCurator."""
    curator = tenant_people_with(tenant_id, ORDERS_MANAGE).filter(pk=curator_id).first()
    if curator is None:
        raise UnknownCurator(fields={"curator": UnknownCurator.text})
    return curator


def reachable_staff(tenant_id: int, permission: str) -> QuerySet[User]:
    """Those of them who can be written to in Telegram."""
    people = tenant_people_with(tenant_id, permission)
    return people.filter(telegram_id__isnull=False, telegram_unreachable_since__isnull=True)


def reachable_superusers() -> QuerySet[User]:
    """Active superusers who can be written to in Telegram."""
    superusers = User.objects.filter(pk__in=_with_roles([Role.SUPERUSER]), is_active=True)
    return superusers.filter(telegram_id__isnull=False).order_by("pk")


def invitable_by(actor: Actor) -> frozenset[Role]:
    """The roles that this person may invite to."""
    if actor.user_id is None or not actor.can(PEOPLE_INVITE):
        return frozenset()
    return invitable(User.objects.prefetch_related("groups").get(pk=actor.user_id).roles)


def invites_visible_to(actor: Actor) -> QuerySet[Invite]:
    """The invites that this actor manages: all, or those of the branch to roles that he may invite to."""
    if actor.can(PEOPLE_MANAGE, SYSTEM):
        return Invite.objects.all()
    if not actor.can(PEOPLE_INVITE) or actor.tenant_id is None:
        return Invite.objects.none()
    return Invite.objects.filter(tenant_id=actor.tenant_id, role__in=invitable_by(actor))


def invite_list(actor: Actor, status: str = "") -> QuerySet[Invite]:
    """Those with their branch and maker, newest first; of one state if one is named."""
    invites = invites_visible_to(actor).select_related("tenant", "created_by").order_by("-created_at", "-pk")
    return invites.filter(_in_state(status)) if status else invites


def invite_by_uid(actor: Actor, uid: UUID) -> Invite:
    """One of them, whatever its state. Raises NotFound."""
    invite = invite_list(actor).filter(uid=uid).first()
    if invite is None:
        raise NotFound
    return invite


def tenant_by_uid(uid: UUID) -> Tenant:
    """The branch with this uid; NotFound if there is none."""
    tenant = Tenant.objects.filter(uid=uid).first()
    if tenant is None:
        raise NotFound
    return tenant


def _in_state(status: str) -> Q:
    revoked = Q(revoked_at__isnull=False)
    used_up = Q(use_limit__gt=0, uses__gte=F("use_limit"))
    expired = Q(expires_at__lte=timezone.now())
    return {
        InviteStatus.REVOKED: revoked,
        InviteStatus.USED_UP: ~revoked & used_up,
        InviteStatus.EXPIRED: ~revoked & ~used_up & expired,
        InviteStatus.ACTIVE: ~revoked & ~used_up & (Q(expires_at__isnull=True) | Q(expires_at__gt=timezone.now())),
    }[InviteStatus(status)]


def default_tenant() -> Tenant | None:
    """The tenant of clients who come without a link: `DEFAULT_TENANT`, else the first one made."""
    if settings.DEFAULT_TENANT:
        return Tenant.objects.filter(slug=settings.DEFAULT_TENANT).first()
    return Tenant.objects.order_by("pk").first()


def time_zone_of(tenant: Tenant | None) -> zoneinfo.ZoneInfo:
    """Where the tenant's days begin."""
    return zoneinfo.ZoneInfo(tenant.time_zone if tenant else settings.TIME_ZONE)


def _with_roles(roles: list[Role]) -> QuerySet:
    through = User.groups.through
    return through.objects.filter(group__name__in=roles).values("user_id")


def family_is_open(user: User, uid: object) -> bool:
    """Whether this family of tokens is the person's and has not ended."""
    try:
        wanted = UUID(str(uid))
    except ValueError:
        return False
    return TokenFamily.objects.filter(uid=wanted, user=user, ended_at=None).exists()


def people_list(actor: Actor) -> QuerySet[User]:
    """The people this actor may see, with branch and roles, by name."""
    return visible_to(actor).select_related("tenant").prefetch_related("groups").order_by("full_name", "pk")


def person_by_id(user_id: int) -> User:
    """This person, with branch and roles."""
    return User.objects.select_related("tenant").prefetch_related("groups").get(pk=user_id)


def names_of(ids: set[int]) -> dict[int, str]:
    """The names of these people, for showing what they did; no query for nobody."""
    return dict(User.objects.filter(pk__in=ids).values_list("pk", "full_name")) if ids else {}


def tenant_by_slug(slug: str) -> Tenant:
    """The branch with this short name; NotFound if there is none."""
    tenant = Tenant.objects.filter(slug=slug).first()
    if tenant is None:
        raise NotFound
    return tenant


def tenants_visible_to(actor: Actor) -> QuerySet[Tenant]:
    """All branches for those who manage them, nothing for others."""
    return Tenant.objects.all() if actor.can(TENANTS_MANAGE) else Tenant.objects.none()


def webhooks_visible_to(actor: Actor) -> QuerySet[WebhookEndpoint]:
    """Where integrators hear of events, for those who manage branches."""
    rows = WebhookEndpoint.objects.select_related("tenant").order_by("name", "pk")
    return rows if actor.can(TENANTS_MANAGE) else rows.none()


def webhook_deliveries(actor: Actor) -> QuerySet[WebhookDelivery]:
    """What was sent there, newest first."""
    rows = WebhookDelivery.objects.filter(endpoint__in=webhooks_visible_to(actor).order_by().values("pk"))
    return rows.select_related("endpoint").order_by("-pk")


def contact_of(person: User) -> Contact | None:
    """The person's contact details, if any are known."""
    return Contact.objects.filter(user=person).first()


def with_phone(people: QuerySet[User], phone: str) -> QuerySet[User]:
    """Those of these people who have this number, given in its normal form."""
    hashes = keyed_hashes(phone, purpose=HASH_PURPOSE)
    return people.filter(pk__in=Contact.objects.filter(phone_hash__in=hashes).values("user_id"))


def find_callers(actor: Actor, text: str) -> list[User]:
    """Active clients who might be calling, at most `CALLERS_SHOWN`: by whole phone number, or part of name or company.

    Each comes with tenant and contact details.
    """
    text = storable(text).strip()
    if is_blank(text):
        return []
    clients = clients_visible_to(actor).filter(is_active=True, tenant__isnull=False)
    try:
        found = with_phone(clients, normal_phone(text))
    except Problem:
        if looks_like_phone(text):
            return []
        found = clients.filter(Q(full_name__icontains=text) | Q(contact__company__icontains=text))
    return list(found.select_related("tenant", "contact").order_by("full_name", "pk")[:CALLERS_SHOWN])


def same_phone(actor: Actor, person: User, phone: str) -> QuerySet[User]:
    """Active clients of the person's branch who have his number on the other side: in Telegram if he is not there,
    not in Telegram if he is. They may be he himself."""
    clients = with_phone(clients_visible_to(actor), phone).filter(is_active=True, tenant=person.tenant)
    return clients.filter(telegram_id__isnull=person.telegram_id is not None).exclude(pk=person.pk).order_by("pk")


def second_factor_of(user: User) -> SecondFactor | None:
    """What the person has set up, if anything."""
    return SecondFactor.objects.filter(user=user, confirmed=True).first()


def requires_second_factor(user: User) -> bool:
    """Whether the person's branch asks it of its staff; superusers see all branches and obey the strictest."""
    if not user.is_staff:
        return False
    if user.tenant is None:
        return Tenant.objects.filter(second_factor_required=True).exists()
    return user.tenant.second_factor_required
