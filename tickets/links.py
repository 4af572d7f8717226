"""What higher rooms show on a ticket's card: each registers a function in its `ready()`."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from core.actor import Actor
from tickets.models import Ticket


@dataclass(frozen=True, slots=True)
class Link:
    """Where a button of the card leads, and what it says."""

    url: str
    label: str


Links = Callable[[Actor, Ticket], Iterator[Link]]
_registered: list[Links] = []


def register_links(links: Links) -> None:
    """Show these on every card."""
    _registered.append(links)


def links_of(actor: Actor, ticket: Ticket) -> list[Link]:
    """What leads away from this ticket, for this actor."""
    return [link for links in _registered for link in links(actor, ticket)]
