"""An order begins."""

from django.db import transaction
from django.utils import timezone

import audit.actions as audit
from accounts.models import User
from accounts.queries import clients_visible_to, contact_of, curator_in
from accounts.roles import ORDERS_MANAGE, ORDERS_MANAGE_TENANT
from core.actor import Actor
from core.crypto import opened
from core.db import lock_name, locked
from core.text import is_blank, storable
from orders import notices
from orders.actions.common import norm, short
from orders.enums import Stage
from orders.errors import ExternalNumberTaken, UnknownEngineer
from orders.models import WORDS_LIMIT, Order
from orders.queries import team_engineers
from tickets.actions import register_client
from tickets.enums import Category
from tickets.errors import UnknownCategory, UnknownClient
from tickets.queries import visible_to as tickets_visible_to

FAULT_LIMIT = 4096


@transaction.atomic
def create_order(
    *,
    actor: Actor,
    curator_id: int | None = None,
    ticket_id: int | None = None,
    client_id: int | None = None,
    client_name: str = "",
    client_phone: str = "",
    engineer_id: int | None = None,
    external_number: str = "",
    address: str = "",
    category: str = "",
    device: str = "",
    serial_number: str = "",
    accessories: str = "",
    fault: str = "",
) -> Order:
    """Open an order: from a ticket, whose client, device and description come along, or by itself, for a known
    client, a new one (`client_name`, `client_phone`) or none. Curators
    for themselves, integrators for the curator that they name.

    The engineer, where one is named already, and the client hear of it. Raises Denied, NotFound, UnknownClient,
    UnknownCurator, UnknownEngineer, UnknownCategory, ExternalNumberTaken.
    """
    curator = _curator(actor, curator_id)
    ticket = locked(tickets_visible_to(actor), ticket_id) if ticket_id is not None else None
    client = ticket.client if ticket else client_of(actor, client_id, client_name, client_phone)
    category = known_category(category or (ticket.category if ticket else ""))
    external_number = free_external_number(curator, short(external_number, 60))
    order = Order(
        tenant=curator.tenant, ticket=ticket, client=client, curator=curator,
        external_number=external_number, category=category,
        device=short(device or (ticket.device if ticket else ""), WORDS_LIMIT),
        serial_number=short(serial_number, 60), accessories=short(accessories, WORDS_LIMIT),
        fault=storable(fault or (ticket.description or ticket.subject if ticket else ""))[:FAULT_LIMIT],
        due_at=timezone.now() + norm(Stage.AGREEMENT),
    )  # fmt: skip
    order.address = storable(address)[:300] or address_of(client)
    if engineer_id is not None:
        order.engineer = engineer_of(curator, engineer_id)
    order.save()
    order.refresh_from_db(fields=["number"])
    audit.record(actor, "orders.create", order, tenant_id=order.tenant_id, ticket=ticket_id, engineer=engineer_id)
    notices.created(order)
    if order.engineer is not None:
        notices.assigned(order)
    return order


def _curator(actor: Actor, curator_id: int | None) -> User:
    """Whose order it will be."""
    if actor.can(ORDERS_MANAGE) and curator_id in {None, actor.user_id}:
        curator_id = actor.person
    else:
        actor.require(ORDERS_MANAGE_TENANT)
    return curator_in(actor.tenant_id or 0, curator_id or 0)


def client_of(actor: Actor, client_id: int | None, name: str, phone: str) -> User | None:
    """A known one, a new one by name, or nobody."""
    if client_id is None:
        return register_client(actor=actor, name=name, phone=phone) if not is_blank(name + phone) else None
    client = clients_visible_to(actor).filter(pk=client_id).first()
    if client is None:
        raise UnknownClient(fields={"client": UnknownClient.text})
    return client


def address_of(client: User | None) -> str:
    """Where the client is, as he is known. What can not be decrypted is not known: the order goes without."""
    contact = contact_of(client) if client is not None else None
    return (opened(contact, "address") or "") if contact is not None else ""


def known_category(category: str) -> str:
    """The category, or none. Raises UnknownCategory."""
    if category and category not in Category.values:
        raise UnknownCategory(fields={"category": UnknownCategory.text})
    return category


def free_external_number(curator: User, external_number: str) -> str:
    """The number, if no order has it. Two orders with one number at the same moment: the second sees the first."""
    if not external_number:
        return ""
    lock_name(f"orders.external_number:{curator.tenant_id}:{external_number}")
    taken = Order.objects.filter(tenant=curator.tenant, external_number=external_number).first()
    if taken is not None:
        raise ExternalNumberTaken(number=taken.number)
    return external_number


def engineer_of(curator: User, engineer_id: int) -> User:
    """An active engineer of this curator's team. Raises UnknownEngineer."""
    engineer = team_engineers(curator).filter(pk=engineer_id).first()
    if engineer is None:
        raise UnknownEngineer(fields={"engineer": UnknownEngineer.text})
    return engineer
