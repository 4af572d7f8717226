"""What happens to people and concerns higher apps; `tws/reactions.py` says who acts on it."""

from dataclasses import dataclass

from accounts.models import User
from core.actor import Actor


@dataclass(frozen=True, slots=True)
class PersonUnreachable:
    """Telegram delivers to this person no more, since just now: the bot is blocked, or the account is gone."""

    person: User


@dataclass(frozen=True, slots=True)
class CallerJoined:
    """What belonged to the caller belongs to this person from now on; `actor` joined them."""

    actor: Actor
    caller: User
    person: User
