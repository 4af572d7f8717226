"""Every effect that goes from a lower app up to a higher one: event to the functions that answer it, in order.

They run inside the transaction of the action that emitted the event.
"""

from django.utils.translation import gettext_lazy as _

from accounts.actions import mark_unreachable
from accounts.alarms import tell_superusers
from accounts.events import CallerJoined, PersonUnreachable
from audit.events import Recorded
from botapp.inbox import forget_chat
from clients.actions import check_content, move_to_person, note_file_look
from clients.events import ClientErased
from clients.models import Answer
from core.actor import Actor
from core.events import Reaction
from files.events import FileGiven, FileSettled
from orders.actions import move_orders
from outbox.events import ChatUnreachable, WebhookGivenUp
from outbox.webhooks import enqueue
from tickets.notices import client_unreachable


def _mark_person(event: ChatUnreachable) -> None:
    mark_unreachable(actor=Actor.system("sender"), telegram_id=event.chat_id, reason=event.reason)


def _tell_desk(event: PersonUnreachable) -> None:
    client_unreachable(event.person)


def _move_orders(event: CallerJoined) -> None:
    move_orders(actor=event.actor, caller=event.caller, person=event.person)


def _move_requests(event: CallerJoined) -> None:
    move_to_person(actor=event.actor, caller=event.caller, person=event.person)


def _check_answer(event: FileSettled) -> None:
    if event.file.owner_type == Answer._meta.label_lower:
        check_content(actor=Actor.system("content"), file=event.file)


def _note_look(event: FileGiven) -> None:
    if event.file.owner_type == Answer._meta.label_lower:
        note_file_look(actor=event.actor, file=event.file, variant=event.variant)


def _forget_chat(event: ClientErased) -> None:
    forget_chat(event.chat_id)


def _tell_integrators(event: Recorded) -> None:
    enqueue(event.entry)


def _tell_superusers(event: WebhookGivenUp) -> None:
    text = _("The webhook “{name}” has not answered for a day: {url}. Look into its deliveries in the console.")
    tell_superusers(text, key=f"webhook:{event.endpoint.pk}", name=event.endpoint.name, url=event.endpoint.url)


REACTIONS: dict[type, list[Reaction]] = {
    ChatUnreachable: [_mark_person],
    PersonUnreachable: [_tell_desk],
    CallerJoined: [_move_orders, _move_requests],
    FileSettled: [_check_answer],
    FileGiven: [_note_look],
    ClientErased: [_forget_chat],
    Recorded: [_tell_integrators],
    WebhookGivenUp: [_tell_superusers],
}
