"""Why a run can not go on."""

from __future__ import annotations

from collections.abc import Iterable


class RunError(Exception):
    """Ends the run. The text is a sentence for people, the tail the last lines of the process it is about."""

    def __init__(self, text: str, tail: Iterable[str] = ()) -> None:
        super().__init__(text)
        self.tail = list(tail)
