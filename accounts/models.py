"""People and the branches they belong to."""

import uuid
import zoneinfo
from collections.abc import Iterator
from functools import cache, cached_property
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, Group
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Concat
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _
from django_otp.models import Device, ThrottlingMixin, TimestampMixin

from accounts.enums import InviteStatus
from accounts.phones import HASH_PURPOSE
from accounts.roles import CHOSEN_ONLY, CONSOLE, GRANTS, Role, granted
from core.crypto import KeyedHash, Sealed

CODE_PURPOSE = "accounts.invite"


@cache
def time_zones() -> set[str]:
    """Every name there is; looking for them reads hundreds of folders."""
    return zoneinfo.available_timezones()


def words_of(*fields: str) -> models.Expression:
    """What can be searched in these columns: whole words and their beginnings, small, with е for ё."""
    parts = [part for name in fields for part in (models.F(name), models.Value(" "))]
    text = models.Func(
        models.Func(Concat(*parts, output_field=models.TextField()), function="lower"),
        models.Value("ё"), models.Value("е"), function="replace", output_field=models.TextField(),
    )  # fmt: skip
    return models.Func(text, function="to_tsvector", template="%(function)s('simple'::regconfig, %(expressions)s)")


def check_time_zone(name: str) -> None:
    if name not in time_zones():
        raise ValidationError(_("There is no such time zone. Write it like Europe/Moscow."))


class Tenant(models.Model):
    """A branch (Филиал): an organisation or a part of one, with its own people and tickets."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    slug = models.SlugField(_("short name"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=120)
    time_zone = models.CharField(_("time zone"), max_length=40, default="Europe/Moscow", validators=[check_time_zone])
    second_factor_required = models.BooleanField(_("second factor required"), default=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    class Meta:
        verbose_name = _("branch")
        verbose_name_plural = _("branches")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class UserManager(BaseUserManager["User"]):
    """What Django's own commands and sign-in need of the user model."""

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(username=username)

    def create_superuser(self, username: str, password: str | None = None, **fields: Any) -> "User":
        """For `manage.py createsuperuser`: a person with the superuser's role and no tenant."""
        user = self.model(username=username, full_name=fields.get("full_name") or username)
        user.set_password(password)
        user.save(using=self._db)
        user.groups.add(Group.objects.get(name=Role.SUPERUSER))
        return user


class User(AbstractBaseUser):
    """Everybody: clients, staff, integrators. Roles are groups; rights come from `accounts.roles`, not from Django's.

    Staff and clients belong to one tenant, a superuser to none. `username` is only for those who sign in with a
    password, `telegram_id` only for those who came through the bot.
    """

    username = models.CharField(_("login"), max_length=150, unique=True, null=True, blank=True)
    full_name = models.CharField(_("name"), max_length=200)
    tenant = models.ForeignKey(
        Tenant, models.PROTECT, null=True, blank=True, related_name="users", verbose_name=_("branch")
    )
    groups = models.ManyToManyField(Group, blank=True, related_name="users", verbose_name=_("roles"))
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES, default="ru")
    telegram_id = models.BigIntegerField(_("Telegram id"), unique=True, null=True, blank=True)
    telegram_username = models.CharField(_("Telegram name"), max_length=64, blank=True)
    telegram_unreachable_since = models.DateTimeField(_("unreachable since"), null=True, editable=False)
    curator = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="team", verbose_name=_("curator")
    )
    """Of an engineer or a workshop engineer: whose team it is."""
    is_active = models.BooleanField(_("active"), default=True)
    service_permissions = ArrayField(models.CharField(max_length=40), null=True, blank=True, editable=False)
    """Of an integrator's service account: which of the role's permissions it has; None is all that are not
    `CHOSEN_ONLY`."""
    access_version = models.PositiveIntegerField(default=1, editable=False)
    """Sessions and tokens carry it: a higher one ends them all (`actions.access`)."""
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    admitted = models.BooleanField(_("admitted"), default=True)
    """Of a client: may use the bot. With `CLIENT_ACCESS=invited` who comes by himself may not until staff ask him."""
    words = models.GeneratedField(
        expression=words_of("full_name", "telegram_username"), output_field=SearchVectorField(), db_persist=True
    )

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        indexes: ClassVar = [
            models.Index(fields=["tenant", "full_name"], name="user_tenant_name"),
            GinIndex(fields=["words"], name="user_words"),
        ]

    def __str__(self) -> str:
        return self.full_name

    def get_full_name(self) -> str:
        return self.full_name

    def get_short_name(self) -> str:
        return self.full_name

    def get_session_auth_hash(self) -> str:
        """What a session must hold: it ends with a new password and with a new access version."""
        return self._session_hash(settings.SECRET_KEY)

    def get_session_auth_fallback_hash(self) -> Iterator[str]:
        for key in settings.SECRET_KEY_FALLBACKS:
            yield self._session_hash(key)

    def _session_hash(self, key: str | bytes) -> str:
        value = f"{self.password}:{self.access_version}"
        return salted_hmac("accounts.session", value, secret=key, algorithm="sha256").hexdigest()

    @cached_property
    def roles(self) -> set[Role]:
        """The roles held, read once for this instance."""
        return {Role(group.name) for group in self.groups.all() if group.name in Role.values}

    @property
    def permissions(self) -> frozenset[str]:
        """Everything this person may do; a deactivated one nothing."""
        if not self.is_active or self.waits_for_invite:
            return frozenset()
        if Role.INTEGRATOR not in self.roles:
            return granted(self.roles)
        service = GRANTS[Role.INTEGRATOR]
        chosen = service - CHOSEN_ONLY if self.service_permissions is None else service & set(self.service_permissions)
        return granted(self.roles - {Role.INTEGRATOR}) | chosen

    @property
    def waits_for_invite(self) -> bool:
        """Whether this is a client who came by himself to an installation that serves the invited only."""
        return settings.CLIENT_ACCESS == "invited" and not self.admitted and self.roles <= {Role.CLIENT}

    @property
    def can_be_written_to(self) -> bool:
        """Whether the bot can reach the person, as far as is known."""
        return self.telegram_id is not None and self.telegram_unreachable_since is None

    @property
    def is_staff(self) -> bool:
        """Whether the person may enter the console."""
        return CONSOLE in granted(self.roles)

    @property
    def is_superuser(self) -> bool:
        return Role.SUPERUSER in self.roles

    def has_perm(self, perm: str, obj: object = None) -> bool:
        """Django's own permissions are not used: the console asks the actor. Closed by default."""
        return False

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_active and self.is_staff


class Contact(models.Model):
    """How a person can be reached besides Telegram, and where. At most one a person; phone and address are sealed.

    `phone` is in its normal form (E.164), empty where none is known; `phone_hash` is its keyed hash, by which it is
    found (`queries.with_phone`). Several people may share a number.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.OneToOneField(User, models.PROTECT, related_name="contact", verbose_name=_("person"))
    company = models.CharField(_("company"), max_length=200, blank=True)
    phone_sealed = models.BinaryField()
    phone = Sealed[str](_("Phone"))
    address_sealed = models.BinaryField()
    address = Sealed[str](_("Address"))
    phone_hash = models.CharField(max_length=120, blank=True, editable=False)
    keyed: ClassVar = (KeyedHash("phone_hash", HASH_PURPOSE, of="phone"),)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)
    words = models.GeneratedField(expression=words_of("company"), output_field=SearchVectorField(), db_persist=True)

    class Meta:
        verbose_name = _("contact details")
        verbose_name_plural = _("contact details")
        indexes = [
            models.Index(fields=["phone_hash"], name="contact_phone", condition=~models.Q(phone_hash="")),
            GinIndex(fields=["words"], name="contact_words"),
        ]

    def __str__(self) -> str:
        return f"contact of {self.user_id}"


class KnownAddress(models.Model):
    """An address that a person has signed in from, as a keyed hash (`actions.sign_ins`)."""

    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    address_hash = models.CharField(max_length=80)
    keyed: ClassVar = (KeyedHash("address_hash", lost=_("the next sign-in from such an address is told as a new one")),)
    first_seen_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["user", "address_hash"], name="known_address_once")]

    def __str__(self) -> str:
        return str(self.pk)


class Invite(models.Model):
    """The right to join a branch in a role, for whoever brings the code (`t.me/<bot>?start=inv_<code>`).

    The code is sealed; `code_hash` is its keyed hash, by which it is found. `use_limit` 0 is no limit. `created_by` is
    None for one made on the command line.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    tenant = models.ForeignKey(
        Tenant, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("branch")
    )
    role = models.CharField(_("role"), max_length=12, choices=Role)
    code_sealed = models.BinaryField()
    code = Sealed[str](_("Invite code"))
    code_hash = models.CharField(max_length=80, unique=True)
    keyed: ClassVar = (KeyedHash("code_hash", CODE_PURPOSE, of="code"),)
    use_limit = models.PositiveIntegerField(_("use limit"), default=1)
    uses = models.PositiveIntegerField(_("used"), default=0)
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)
    notes = models.CharField(_("notes"), max_length=200, blank=True)
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("created by"))
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True)

    class Meta:
        verbose_name = _("invite")
        verbose_name_plural = _("invites")
        indexes: ClassVar = [models.Index(fields=["tenant", "-created_at"], name="invite_tenant")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(use_limit=0) | models.Q(uses__lte=models.F("use_limit")),
                name="invite_limit_kept",
            ),
            models.CheckConstraint(
                condition=models.Q(role=Role.SUPERUSER, tenant__isnull=True)
                | (~models.Q(role=Role.SUPERUSER) & models.Q(tenant__isnull=False)),
                name="invite_has_tenant",
            ),
        ]

    def __str__(self) -> str:
        return f"{Role(self.role).label}, {self.tenant or '—'}"

    @property
    def status(self) -> InviteStatus:
        """Its state at this moment."""
        if self.revoked_at is not None:
            return InviteStatus.REVOKED
        if self.use_limit and self.uses >= self.use_limit:
            return InviteStatus.USED_UP
        if self.expires_at is not None and self.expires_at <= timezone.now():
            return InviteStatus.EXPIRED
        return InviteStatus.ACTIVE


class InviteUse(models.Model):
    """Somebody joined by an invite."""

    invite = models.ForeignKey(Invite, models.PROTECT, related_name="used_by")
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["invite", "user"], name="invite_used_once")]

    def __str__(self) -> str:
        return f"{self.invite_id}/{self.user_id}"


class TokenFamily(models.Model):
    """The tokens that came from one sign-in over the API. Of its refresh tokens only `current` serves, once."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    current = models.CharField(max_length=36)
    previous = models.CharField(max_length=36, blank=True)
    rotated_at = models.DateTimeField(default=timezone.now)
    created_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True)
    ended_because = models.CharField(max_length=8, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["user"], name="token_family_open", condition=models.Q(ended_at__isnull=True))
        ]

    def __str__(self) -> str:
        return str(self.uid)


class SecondFactor(TimestampMixin, ThrottlingMixin, Device):
    """An authenticator app (TOTP, RFC 6238) and recovery codes, asked for after the password. At most one a person.

    It counts once it is `confirmed` by a code of the app. Each wrong code doubles the wait for the next attempt.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.OneToOneField(User, models.PROTECT, related_name="second_factor")
    secret_sealed = models.BinaryField(default=bytes)
    secret = Sealed[str](_("Second factor"))
    """The shared secret in base32, as the app takes it."""
    last_step = models.BigIntegerField(default=-1)
    """The time step of the last code that was taken: a code serves once."""
    recovery = ArrayField(models.CharField(max_length=120), default=list)
    """Keyed hashes of the recovery codes that are left."""
    keyed: ClassVar = (
        KeyedHash("recovery", lost=_("these recovery codes open nothing any more; new ones come with a new set-up")),
    )

    def __str__(self) -> str:
        return str(self.uid)

    def get_throttle_factor(self) -> int:
        """Seconds to wait after the first wrong code."""
        return 1


class IdempotentCall(models.Model):
    """A call of the API that was made under an `Idempotency-Key`, with its answer, in the transaction of its effect."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(null=True)
    answer_sealed = models.BinaryField(default=bytes)
    answer = Sealed[Any](_("Answer to the first call"))
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["user", "key"], name="idempotent_call_once")]
        indexes: ClassVar = [models.Index(fields=["created_at"], name="idempotent_call_age")]

    def __str__(self) -> str:
        return str(self.uid)
