"""From a signed-in person to the actor that queries and actions take."""

from accounts.models import User
from core.actor import Actor, ActorKind, Via


def actor_for(user: User, via: Via) -> Actor:
    """The person as an actor. A deactivated person may do nothing."""
    return Actor(
        kind=ActorKind.USER,
        via=via,
        permissions=user.permissions,
        user_id=user.pk,
        tenant_id=user.tenant_id,
    )
