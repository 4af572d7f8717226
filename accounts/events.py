"""What happens to people and concerns higher apps; `tws/reactions.py` says who acts on it."""

from dataclasses import dataclass

from accounts.models import User


@dataclass(frozen=True, slots=True)
class PersonUnreachable:
    """Telegram delivers to this person no more, since just now: the bot is blocked, or the account is gone."""

    person: User
