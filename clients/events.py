"""What happens to clients and concerns higher apps; `tws/reactions.py` says who acts on it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ClientErased:
    """Everything that this chat ever said is to go."""

    chat_id: int
