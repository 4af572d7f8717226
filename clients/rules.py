"""Who may do what with a request and what is known of a client: pure predicates."""

from accounts.roles import CLIENTS_ANSWER, CLIENTS_SEE_ALL, CLIENTS_WORK, REQUESTS_DATA, REQUESTS_OPEN
from clients.models import Request
from core.actor import SYSTEM, Actor


def is_client(actor: Actor, request: Request) -> bool:
    """Who was asked."""
    return actor.can(CLIENTS_ANSWER) and actor.user_id == request.client_id


def is_staff(actor: Actor, request: Request) -> bool:
    """Who opens, reviews and withdraws."""
    return actor.can(CLIENTS_WORK) and in_reach(actor, request.tenant_id)


def may_withdraw(actor: Actor, request: Request) -> bool:
    """Staff, and the integrator whose request it is."""
    own = actor.can(REQUESTS_OPEN) and actor.user_id == request.opened_by_id
    return is_staff(actor, request) or (own and actor.tenant_id == request.tenant_id)


def is_machine(actor: Actor, _request: Request) -> bool:
    return actor.can(SYSTEM)


def in_reach(actor: Actor, tenant_id: int | None) -> bool:
    """Whether this branch is the actor's, or every branch is."""
    return actor.can(CLIENTS_SEE_ALL) or (actor.tenant_id is not None and actor.tenant_id == tenant_id)


def reads_data(actor: Actor, request: Request) -> bool:
    """An integrator with the right to the data reads what was accepted."""
    return actor.can(REQUESTS_DATA) and actor.tenant_id == request.tenant_id
