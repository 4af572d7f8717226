"""The only writers of people, their contact details, and tenants."""

from accounts.actions.contacts import reveal_phone, set_contact, take_over_caller
from accounts.actions.people import (
    NAME_LIMIT,
    arrive_by_telegram,
    create_person,
    create_tenant,
    link_telegram,
    mark_reachable,
    mark_unreachable,
    set_language,
)

__all__ = [
    "NAME_LIMIT",
    "arrive_by_telegram",
    "create_person",
    "create_tenant",
    "link_telegram",
    "mark_reachable",
    "mark_unreachable",
    "reveal_phone",
    "set_contact",
    "set_language",
    "take_over_caller",
]
