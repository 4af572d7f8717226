"""What is known of a client, by name: masked, or revealed; what can not be decrypted says so."""

from django.utils.translation import gettext as _

from accounts.models import Contact, User
from accounts.phones import masked_phone, readable_phone
from accounts.queries import contact_of
from clients.models import Card
from clients.models.fields import spoken
from core.crypto import opened, readable

HIDDEN = "•••"
Fact = tuple[str, str]


def facts_of(client: User, card: Card | None, *, revealed: bool) -> list[Fact]:
    """Company, phone, address and the card's own fields."""
    contact = contact_of(client)
    known = _of_contact(contact, revealed=revealed) if contact is not None else []
    return known + (_of_card(card, revealed=revealed) if card is not None else [])


def _of_contact(contact: Contact, *, revealed: bool) -> list[Fact]:
    def phone(value: str) -> str:
        return (readable_phone if revealed else masked_phone)(value) if value else ""

    def address(value: str) -> str:
        return value if revealed or not value else HIDDEN

    rows = [
        (_("Company"), contact.company),
        (_("Phone"), readable(contact, "phone", phone)),
        (_("Address"), readable(contact, "address", address)),
    ]
    return [(name, value) for name, value in rows if value]


def _of_card(card: Card, *, revealed: bool) -> list[Fact]:
    facts = opened(card, "facts")
    if facts is None:
        return [(_("Answers"), readable(card, "facts"))]
    return [(spoken(fact["label"]), fact["value"] if revealed else HIDDEN) for fact in facts.values()]
