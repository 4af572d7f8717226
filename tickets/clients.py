"""The client of a ticket as staff see him on its card: how to reach him, what else he asked, who else he may be."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from accounts.models import User
from accounts.phones import masked_phone, readable_phone
from accounts.queries import contact_of, same_phone
from accounts.roles import PEOPLE_JOIN, PEOPLE_REVEAL
from core.actor import Actor
from core.crypto import opened
from tickets.models import Ticket
from tickets.queries import other_tickets

OTHERS_SHOWN = 5
TWINS_SHOWN = 3


@dataclass(frozen=True, slots=True)
class ClientFacts:
    """`phone` is masked unless `revealed`; `dial` is what a telephone dials, given with a revealed number only.

    A number that can not be decrypted is told as that: it can not be revealed.
    """

    company: str
    phone: str
    revealed: bool
    dial: str
    can_reveal: bool
    others: list[Ticket]
    twins: list[User]


def client_facts(actor: Actor, ticket: Ticket, revealed: str = "") -> ClientFacts:
    """What the card shows of its client; `revealed` is the whole number where `reveal_phone` has given it."""
    contact = contact_of(ticket.client)
    known = opened(contact, "phone") if contact else ""
    phone = known or ""
    may_be_one = phone and ticket.client.is_active and actor.can(PEOPLE_JOIN)
    shown = _("can not be decrypted") if known is None else masked_phone(phone)
    return ClientFacts(
        company=contact.company if contact else "",
        phone=readable_phone(revealed) if revealed else shown,
        revealed=bool(revealed),
        dial=revealed,
        can_reveal=bool(phone) and not revealed and actor.can(PEOPLE_REVEAL),
        others=list(other_tickets(actor, ticket)[:OTHERS_SHOWN]),
        twins=list(same_phone(actor, ticket.client, phone)[:TWINS_SHOWN]) if may_be_one else [],
    )
