"""What the bot did: a ring of Bot API calls, and the calls that broke the schema."""

import json
from collections import deque
from dataclasses import asdict, dataclass, field
from itertools import count

from simulator.model import JsonObject

KEPT_CALLS = 5000


@dataclass
class CallRecord:
    """One Bot API call. `ms` is how long it took, `at` Unix time in seconds; files are only named."""

    id: int
    method: str
    chat_id: int | str | None
    params: JsonObject
    files: list[JsonObject]
    at: float
    ms: float = 0.0
    code: int = 0
    answer: object = None
    fault: str | None = None

    def as_json(self) -> JsonObject:
        """The record for the JSON API; raw bytes of an answer are read as JSON where they are JSON."""
        answer = self.answer
        if isinstance(answer, bytes):
            try:
                answer = json.loads(answer)
            except (ValueError, RecursionError):
                answer = answer.decode("utf-8", "replace")
        return {**vars(self), "answer": answer}


@dataclass
class Violation:
    """A call that the schema does not describe."""

    id: int
    method: str
    reason: str
    params: JsonObject
    at: float


@dataclass
class Journal:
    """Records since the last reset."""

    calls: deque[CallRecord] = field(default_factory=lambda: deque(maxlen=KEPT_CALLS))
    violations: list[Violation] = field(default_factory=list)
    _ids: "count[int]" = field(default_factory=lambda: count(1))

    def next_id(self) -> int:
        """The id of the next record; ids grow and are never used twice."""
        return next(self._ids)

    def find(self, after: int, method: str | None, chat_id: int | None) -> list[JsonObject]:
        """Calls with an id above `after`, of one method and chat where given."""
        return [
            call.as_json()
            for call in self.calls
            if call.id > after
            and (method is None or call.method.lower() == method.lower())
            and (chat_id is None or str(call.chat_id) == str(chat_id))
        ]

    def violations_as_json(self) -> list[JsonObject]:
        """All violations, oldest first."""
        return [asdict(violation) for violation in self.violations]

    def clear(self) -> None:
        """Forget calls and violations."""
        self.calls.clear()
        self.violations.clear()
