"""From a signed-in person to the actor that queries and actions take."""

from accounts.models import User
from accounts.roles import Role
from core.actor import Actor, ActorKind, Via


def actor_for(user: User, via: Via) -> Actor:
    """The person as an actor. A deactivated person may do nothing, an integrator's account nothing in the bot."""
    service = via == Via.BOT and Role.INTEGRATOR in user.roles
    return Actor(
        kind=ActorKind.USER,
        via=via,
        permissions=frozenset() if service else user.permissions,
        user_id=user.pk,
        tenant_id=user.tenant_id,
    )
