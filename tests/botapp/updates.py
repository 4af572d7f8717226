"""Updates as Telegram writes them, and ways to spoil them."""

import time
from itertools import count
from typing import Any

from simulator.client import Person

_message_ids = count(50_000)


def message_update(person: Person, text: str = "Принтер шумит", **message: Any) -> dict[str, Any]:
    """A text of this person, without an update_id; `message` adds fields, None takes one away."""
    user = {"id": person.id, "is_bot": False, "first_name": person.first_name, "language_code": "ru"}
    content = {
        "message_id": next(_message_ids),
        "from": user,
        "chat": {"id": person.id, "type": "private", "first_name": person.first_name},
        "date": int(time.time()),
        "text": text,
        **message,
    }
    return {"message": {name: value for name, value in content.items() if value is not None}}


def numbered(update_id: object, update: dict[str, Any]) -> dict[str, Any]:
    return {"update_id": update_id, **update}
