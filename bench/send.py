"""`python -m bench.send <messages> <JSON list of chats> fill|send`: put so many messages into the outbox.

With `send` they are sent as well, with no limit of ours; the answer is how many a second.
"""

import json
import sys
import time
from collections import Counter
from dataclasses import dataclass

import django

django.setup()

from core.html import html  # noqa: E402
from outbox.actions import send_text  # noqa: E402
from outbox.budget import Budget  # noqa: E402
from outbox.enums import Lane  # noqa: E402
from outbox.models import Message  # noqa: E402
from outbox.queries import counts  # noqa: E402
from outbox.sender import drain  # noqa: E402

PATIENCE = 1200.0


@dataclass(slots=True)
class Unlimited(Budget):
    """As if Telegram took everything."""

    def free(self, now: float) -> int:
        return 100

    def exhausted(self, now: float) -> list[int]:
        return []

    def next_free(self, now: float) -> float:
        return 0.0


def fill(messages: int, chats: list[int]) -> None:
    """So many messages, chat by chat in turn."""
    for number in range(messages):
        send_text(chat_id=chats[number % len(chats)], text=html("{number}", number=number), lane=Lane.BROADCAST)


def main() -> None:
    messages, chats = int(sys.argv[1]), json.loads(sys.argv[2])
    fill(messages, chats)
    if sys.argv[3] == "fill":
        print(json.dumps({"queued": messages}))  # noqa: T201 -- the result
        return
    begun = time.monotonic()
    while sum(counts().values()) and time.monotonic() - begun < PATIENCE:
        drain(1, Unlimited(time.monotonic()))
    seconds = time.monotonic() - begun
    states = Counter(Message.objects.values_list("status", flat=True))
    print(json.dumps({"seconds": round(seconds, 1), "per_second": round(messages / seconds), **states}))  # noqa: T201


main()
