"""Who acts, and through which door. Passed explicitly to every query and action, never None."""

from dataclasses import dataclass
from enum import StrEnum

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.errors import Denied

SYSTEM = "system"
"""The permission that only the machine itself holds."""


class ActorKind(StrEnum):
    USER = "user"
    SYSTEM = "system"


class Via(models.TextChoices):
    """The door through which a change came."""

    BOT = "bot", _("Telegram")
    CONSOLE = "console", _("Console")
    API = "api", _("API")
    SYSTEM = "system", _("System")


@dataclass(frozen=True, slots=True)
class Actor:
    """A person or the machine, with what it may do.

    `permissions` are names such as `tickets.work`, granted by roles (`accounts.roles`). `tenant_id` is None for
    superusers and the machine. `name` tells the machine's tasks apart in the history (`autoclose`).
    """

    kind: ActorKind
    via: Via
    permissions: frozenset[str]
    user_id: int | None = None
    tenant_id: int | None = None
    name: str = ""

    @classmethod
    def system(cls, name: str, permissions: frozenset[str] = frozenset()) -> "Actor":
        """The machine, acting for the task `name` with the permissions that the task needs."""
        return cls(kind=ActorKind.SYSTEM, via=Via.SYSTEM, permissions=permissions | {SYSTEM}, name=name)

    @property
    def person(self) -> int:
        """The id of the person who acts. Raises Denied for the machine, which is nobody."""
        if self.user_id is None:
            raise Denied
        return self.user_id

    def can(self, *permissions: str) -> bool:
        """Whether the actor holds any one of these."""
        return not self.permissions.isdisjoint(permissions)

    def require(self, *permissions: str) -> None:
        """Raise `Denied` unless the actor holds any one of these."""
        if not self.can(*permissions):
            raise Denied
