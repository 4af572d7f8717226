"""What is known of an order's device and client is put right, or added."""

from typing import Any

from django.db import transaction

import audit.actions as audit
from accounts.models import User
from core.actor import Actor
from core.crypto import opened
from core.errors import Denied
from core.text import storable
from orders import notices, rules
from orders.actions.common import locked_order, not_too_long, short
from orders.actions.create import FAULT_LIMIT, address_of, client_of, free_external_number, known_category
from orders.enums import OPEN, Stage
from orders.errors import StageNotPossible
from orders.models import WORDS_LIMIT, Order

LINES = {"device": WORDS_LIMIT, "serial_number": 60, "accessories": WORDS_LIMIT}


@transaction.atomic
def edit_order(
    *,
    actor: Actor,
    order_id: int,
    version: int | None = None,
    client_id: int | None = None,
    client_name: str = "",
    client_phone: str = "",
    **given: str,
) -> Order:
    """Change what is given: external_number, category, device, serial_number, accessories, address, fault.

    An empty address stays what it was: it is not shown to who edits. One that can not be decrypted any more is replaced
    by what is given. An order without a client gets one, known or new, who hears of it; a client who is there stays.
    Its curator only, until the end. Raises NotFound, Denied, StageNotPossible, OrderChanged, and what `create_order`
    raises.
    """
    order = locked_order(actor, order_id, version)
    if not rules.is_curator(actor, order):
        raise Denied
    if order.stage not in OPEN:
        raise StageNotPossible(number=order.number, stage=Stage(order.stage).label)
    changed = {name: value for name, value in _stored(order, given).items() if opened(order, name) != value}
    client = None if order.client_id is not None else client_of(actor, client_id, client_name, client_phone)
    if client is not None:
        changed["client"] = client
        if changed.get("address", opened(order, "address")) == "":
            changed["address"] = address_of(client)
    if not changed:
        return order
    for name, value in changed.items():
        setattr(order, name, value)
    order.version += 1
    order.save()
    audit.record(actor, "orders.edit", order, tenant_id=order.tenant_id, fields=sorted(changed))
    if client is not None:
        notices.created(order)
    return order


def _stored(order: Order, given: dict[str, str]) -> dict[str, Any]:
    """The values as they are stored."""
    stored: dict[str, Any] = {name: short(given[name], limit) for name, limit in LINES.items() if name in given}
    if "external_number" in given:
        number = short(given["external_number"], 60)
        curator = User.objects.get(pk=order.curator_id)
        stored["external_number"] = number if number == order.external_number else free_external_number(curator, number)
    if "category" in given:
        stored["category"] = known_category(given["category"])
    if given.get("address"):
        stored["address"] = short(given["address"], 300)
    if "fault" in given:
        stored["fault"] = not_too_long(storable(given["fault"]), FAULT_LIMIT)
    return stored
