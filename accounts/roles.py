"""Roles and what each may do: the one table. Roles are Django groups of the same names (migration 0001).

Permissions are names checked by actions, queries and flow tables through `Actor.can`. A permission that no role
holds is held by nobody.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

CONSOLE = "console.enter"
TICKETS_CREATE_OWN = "tickets.create_own"
TICKETS_CREATE_FOR_CLIENT = "tickets.create_for_client"
TICKETS_SEE_OWN = "tickets.see_own"
TICKETS_SEE_TENANT = "tickets.see_tenant"
TICKETS_SEE_ALL = "tickets.see_all"
TICKETS_WORK = "tickets.work"
TICKETS_OWN = "tickets.own"
TICKETS_ASSIGNABLE = "tickets.assignable"
TICKETS_HEAR_NEW = "tickets.hear_new"
TICKETS_HEAR_CLIENTS = "tickets.hear_clients"
TICKETS_HEAR_COMPLAINTS = "tickets.hear_complaints"
TICKETS_HEAR_UNREACHABLE = "tickets.hear_unreachable"
PEOPLE_SEE_TENANT = "people.see_tenant"
PEOPLE_MANAGE = "people.manage"
PEOPLE_REVEAL = "people.reveal"
PEOPLE_JOIN = "people.join"
PEOPLE_INVITE = "people.invite"
TENANTS_MANAGE = "tenants.manage"
INSTALLATION_SEE = "installation.see"
ORDERS_MANAGE = "orders.manage"
ORDERS_MANAGE_TENANT = "orders.manage_tenant"
ORDERS_HAND_OVER = "orders.hand_over"
ORDERS_WORK = "orders.work"
ORDERS_SEE_OWN = "orders.see_own"
ORDERS_SEE_TENANT = "orders.see_tenant"
ORDERS_SEE_ALL = "orders.see_all"
WORKSHOP_WORK = "workshop.work"
CLIENTS_WORK = "clients.work"
CLIENTS_SEE_ALL = "clients.see_all"
CLIENTS_ANSWER = "clients.answer"
CLIENTS_HEAR = "clients.hear"
CLIENTS_CONFIGURE = "clients.configure"
CLIENTS_ERASE = "clients.erase"
REQUESTS_OPEN = "requests.open"
REQUESTS_DATA = "requests.data"


class Role(models.TextChoices):
    """The standard roles. The value is the name of the Django group."""

    CLIENT = "client", _("Client")
    TECHNICIAN = "technician", _("Technician")
    OPERATOR = "operator", _("Operator")
    CURATOR = "curator", _("Curator")
    ENGINEER = "engineer", _("Engineer")
    WORKSHOP = "workshop", _("Workshop engineer")
    SUPERUSER = "superuser", _("Superuser")
    INTEGRATOR = "integrator", _("Integrator")


_DESK = frozenset({TICKETS_CREATE_FOR_CLIENT, TICKETS_SEE_TENANT, TICKETS_WORK, PEOPLE_SEE_TENANT})
_CARE = frozenset({PEOPLE_REVEAL, PEOPLE_JOIN, CLIENTS_WORK})
"""Clients' personal data: to ask for it, to see it, and to say who is who."""

GRANTS: dict[Role, frozenset[str]] = {
    Role.CLIENT: frozenset({TICKETS_CREATE_OWN, TICKETS_SEE_OWN, TICKETS_OWN, ORDERS_SEE_OWN, CLIENTS_ANSWER}),
    Role.TECHNICIAN: _DESK | {CONSOLE, TICKETS_ASSIGNABLE, TICKETS_HEAR_NEW, TICKETS_HEAR_CLIENTS},
    Role.OPERATOR: _DESK
    | _CARE
    | {CONSOLE, TICKETS_ASSIGNABLE, TICKETS_HEAR_NEW, TICKETS_HEAR_UNREACHABLE, PEOPLE_INVITE, CLIENTS_HEAR},
    Role.CURATOR: _DESK | _CARE | {CONSOLE, TICKETS_ASSIGNABLE, TICKETS_HEAR_COMPLAINTS, PEOPLE_INVITE, ORDERS_MANAGE},
    Role.ENGINEER: frozenset({ORDERS_WORK}),
    Role.WORKSHOP: frozenset({WORKSHOP_WORK}),
    Role.SUPERUSER: _CARE
    | {CONSOLE, TICKETS_CREATE_FOR_CLIENT, TICKETS_SEE_ALL, TICKETS_WORK, PEOPLE_MANAGE, PEOPLE_INVITE, TENANTS_MANAGE}
    | {INSTALLATION_SEE, ORDERS_SEE_ALL, ORDERS_HAND_OVER, CLIENTS_SEE_ALL, CLIENTS_CONFIGURE, CLIENTS_ERASE},
    Role.INTEGRATOR: _DESK | {ORDERS_SEE_TENANT, ORDERS_MANAGE_TENANT, REQUESTS_OPEN, REQUESTS_DATA},
}
CHOSEN_ONLY = frozenset({REQUESTS_DATA})
"""What an integrator's account has only where it was chosen for it, not with everything else."""


SERVICE_PERMISSIONS = {
    TICKETS_CREATE_FOR_CLIENT: _("open tickets for clients, change their contacts"),
    TICKETS_SEE_TENANT: _("see the branch's tickets"),
    TICKETS_WORK: _("work on tickets: move, write, assign"),
    PEOPLE_SEE_TENANT: _("see the branch's people"),
    ORDERS_SEE_TENANT: _("see the branch's orders"),
    ORDERS_MANAGE_TENANT: _("open the branch's orders, verify and decide like their curators"),
    REQUESTS_OPEN: _("ask clients for documents and data, see the state of it"),
    REQUESTS_DATA: _("read what clients gave and was accepted: personal data"),
}
"""What an integrator's account can be given, in words."""

TEAM = frozenset({Role.ENGINEER, Role.WORKSHOP})
"""Who works in a curator's team."""

INVITES: dict[Role, frozenset[Role]] = {
    Role.OPERATOR: frozenset({Role.CLIENT}),
    Role.CURATOR: frozenset({Role.ENGINEER, Role.WORKSHOP}),
    Role.SUPERUSER: frozenset(set(Role) - {Role.INTEGRATOR}),
}
"""Whom each role may bring in: those whom it manages. Integrators are no people and are made in the console."""


def invitable(roles: set[Role]) -> frozenset[Role]:
    """The roles that holders of these may invite to."""
    return frozenset().union(*(INVITES.get(role, frozenset()) for role in roles))


def granted(roles: set[Role]) -> frozenset[str]:
    """Everything that these roles allow together."""
    return frozenset().union(*(GRANTS[role] for role in roles))


def roles_with(permission: str) -> list[Role]:
    """The roles that hold this permission."""
    return [role for role, permissions in GRANTS.items() if permission in permissions]
