"""What is known of a client, by name: masked, or revealed; what can not be decrypted says so."""

from collections.abc import Callable

from django.utils.translation import gettext as _

from accounts.models import Contact, User
from accounts.phones import masked_phone, readable_phone
from accounts.queries import contact_of
from clients.models import Card
from clients.models.fields import spoken
from core.crypto import Unsealable

HIDDEN = "•••"
Fact = tuple[str, str]


def facts_of(client: User, card: Card | None, *, revealed: bool) -> list[Fact]:
    """Company, phone, address and the card's own fields."""
    contact = contact_of(client)
    known = _of_contact(contact, revealed=revealed) if contact is not None else []
    return known + (_of_card(card, revealed=revealed) if card is not None else [])


def _of_contact(contact: Contact, *, revealed: bool) -> list[Fact]:
    show_phone = readable_phone if revealed else masked_phone
    rows = [
        (_("Company"), contact.company),
        (_("Phone"), _opened(lambda: show_phone(contact.phone) if contact.phone else "")),
        (_("Address"), _opened(lambda: (contact.address if revealed else HIDDEN) if contact.address else "")),
    ]
    return [(name, value) for name, value in rows if value]


def _of_card(card: Card, *, revealed: bool) -> list[Fact]:
    try:
        facts = card.facts
    except Unsealable:
        return [(_("Answers"), unreadable())]
    return [(spoken(fact["label"]), fact["value"] if revealed else HIDDEN) for fact in facts.values()]


def _opened(read: Callable[[], str]) -> str:
    try:
        return read()
    except Unsealable:
        return unreadable()


def unreadable() -> str:
    """What stands in the place of a value whose key is missing."""
    return _("can not be decrypted: the key is missing")
