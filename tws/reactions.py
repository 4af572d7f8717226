"""Every effect that goes from a lower app up to a higher one: event to the functions that answer it, in order.

They run inside the transaction of the action that emitted the event.
"""

from accounts.actions import mark_unreachable
from accounts.events import CallerJoined, PersonUnreachable
from core.actor import Actor
from core.events import Reaction
from orders.actions import move_orders
from outbox.events import ChatUnreachable
from tickets.notices import client_unreachable


def _mark_person(event: ChatUnreachable) -> None:
    mark_unreachable(actor=Actor.system("sender"), telegram_id=event.chat_id, reason=event.reason)


def _tell_desk(event: PersonUnreachable) -> None:
    client_unreachable(event.person)


def _move_orders(event: CallerJoined) -> None:
    move_orders(actor=event.actor, caller=event.caller, person=event.person)


REACTIONS: dict[type, list[Reaction]] = {
    ChatUnreachable: [_mark_person],
    PersonUnreachable: [_tell_desk],
    CallerJoined: [_move_orders],
}
