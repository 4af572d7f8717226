"""What delivery finds out about people and chats; `tws/reactions.py` says who acts on it."""

from dataclasses import dataclass

from outbox.models import WebhookEndpoint


@dataclass(frozen=True, slots=True)
class ChatUnreachable:
    """Telegram refuses for good: `reason` is blocked, deactivated, kicked or chat_not_found."""

    chat_id: int
    reason: str


@dataclass(frozen=True, slots=True)
class WebhookGivenUp:
    """An address has not answered for a day; told once until it answers again."""

    endpoint: WebhookEndpoint
