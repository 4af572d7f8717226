"""People and tickets to test with, made by the actions themselves."""

from dataclasses import dataclass
from itertools import count

from accounts.actions import create_person, create_tenant
from accounts.actors import actor_for
from accounts.models import Tenant, User
from accounts.roles import PEOPLE_MANAGE, TENANTS_MANAGE, Role
from core.actor import Actor, Via
from tickets.actions import create_ticket
from tickets.models import Ticket

MACHINE = Actor.system("test", frozenset({TENANTS_MANAGE, PEOPLE_MANAGE}))
PASSWORD = "верный пароль 42"
_telegram_ids = count(7_000_000_001)


@dataclass(frozen=True)
class Company:
    """Two tenants; `person` makes people in the first one unless told otherwise."""

    tenant: Tenant
    other: Tenant

    def person(
        self,
        *roles: Role,
        name: str = "",
        tenant: Tenant | None = None,
        telegram: bool | int = False,
        password: str | None = None,
        language: str = "ru",
        curator: User | None = None,
    ) -> User:
        """Somebody with these roles; `telegram` gives a new account, or the one with this id."""
        number = next(_telegram_ids)
        superuser = Role.SUPERUSER in roles
        return create_person(
            actor=MACHINE,
            tenant_id=None if superuser else (tenant or self.tenant).pk,
            full_name=name or f"{'+'.join(roles)} {number}",
            roles=roles,
            username=f"user{number}",
            password=password,
            telegram_id=(number if telegram is True else telegram) or None,
            language=language,
            curator_id=curator.pk if curator else None,
        )

    def ticket(self, client: User | None = None, text: str = "Принтер не печатает") -> Ticket:
        """A new ticket, written by the client in the bot."""
        client = client or self.person(Role.CLIENT)
        return create_ticket(actor=actor_for(client, Via.BOT), client_id=client.pk, text=text)


def as_actor(user: User, via: Via = Via.CONSOLE) -> Actor:
    """The person as an actor, freshly read."""
    return actor_for(User.objects.get(pk=user.pk), via)


def found_company() -> Company:
    """Two branches, empty of people."""
    return Company(
        tenant=create_tenant(actor=MACHINE, slug="moscow", name="Москва", time_zone="Europe/Moscow"),
        other=create_tenant(actor=MACHINE, slug="ekb", name="Екатеринбург", time_zone="Asia/Yekaterinburg"),
    )
