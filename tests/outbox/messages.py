"""Messages to send, and a sender that runs on demand."""

from datetime import timedelta
from typing import Any

from django.utils import timezone
from django.utils.html import format_html

import outbox.actions as outbox
from outbox import sender
from outbox.enums import DeliveryStatus, Lane
from outbox.models import Message
from simulator.client import Person, SimulatorClient

BOT = 123456789
"""The bot of the tests' token."""


def write(chat: Person | int, text: str = "…", lane: Lane = Lane.NOTICE, **more: Any) -> Message:
    """Queue one message."""
    chat_id = chat if isinstance(chat, int) else chat.id
    message = outbox.send_text(chat_id=chat_id, text=format_html("{}", text), lane=lane, **more)
    assert message is not None
    return message


def seen(people: SimulatorClient, person: Person) -> list[str]:
    """What the bot has written to the person, in order."""
    return [message.text for message in people.chat(person) if message.from_bot]


def drain() -> None:
    """Send what is due now."""
    sender.drain_due()


def drain_all() -> None:
    """Let the time pass that retries wait for, until nothing is queued any more."""
    drain()
    while (queued := Message.objects.filter(status=DeliveryStatus.QUEUED)).exists():
        queued.update(next_attempt_at=timezone.now() - timedelta(seconds=1))
        drain()


def status_of(*messages: Message) -> list[str]:
    """Their statuses now."""
    known = dict(Message.objects.values_list("pk", "status"))
    return [known[message.pk] for message in messages]


def again(message: Message) -> Message:
    """The row as it is now."""
    return Message.objects.get(pk=message.pk)
