"""Faults to order: what goes wrong with the next Bot API calls."""

import random
from dataclasses import asdict, dataclass, field
from itertools import count
from typing import Literal, get_args

from simulator.errors import SimError
from simulator.model import JsonObject

FaultKind = Literal["error", "delay", "drop_before", "drop_after", "half_open", "garbage", "shuffle"]


@dataclass
class Fault:
    """A fault for the calls of one method (`*`: all) to one chat (None: all), `times` times, of `share` of them.

    `error` refuses, `delay` answers late, `drop_before` and `drop_after` cut the connection before or after the effect,
    `half_open` has the effect and stops in the middle of its answer, `garbage` answers with HTML, `shuffle` gives the
    updates of one getUpdates in any order.
    """

    id: int
    kind: FaultKind
    method: str = "*"
    chat_id: int | None = None
    times: int = 1
    code: int = 500
    description: str = "Internal Server Error"
    parameters: JsonObject = field(default_factory=dict)
    seconds: float = 0.0
    share: float = 1.0

    def fits(self, method: str, chat_id: int | None) -> bool:
        """Whether this fault is for such a call."""
        fits_method = self.method == "*" or self.method.lower() == method.lower()
        return fits_method and self.chat_id in (None, chat_id)


class FaultList:
    """The faults that wait for their calls, in the order of adding."""

    def __init__(self) -> None:
        self._ids = count(1)
        self._faults: list[Fault] = []

    def add(self, order: JsonObject) -> Fault:
        """Add a fault from the words of the JSON API. Raises SimError for words that make no sense."""
        if order.get("kind") not in get_args(FaultKind):
            raise SimError(422, f"kind must be one of {', '.join(get_args(FaultKind))}")
        try:
            fault = Fault(id=next(self._ids), **order)
        except TypeError as error:
            raise SimError(422, str(error)) from error
        self._faults.append(fault)
        return fault

    def take(self, method: str, chat_id: int | None) -> Fault | None:
        """The first fault that fits, counted down; None when the call may go well."""
        for fault in self._faults:
            if fault.fits(method, chat_id) and random.random() < fault.share:
                fault.times -= 1
                if fault.times <= 0:
                    self._faults.remove(fault)
                return fault
        return None

    def clear(self) -> None:
        """Remove all faults."""
        self._faults.clear()

    def as_json(self) -> list[JsonObject]:
        """The waiting faults."""
        return [asdict(fault) for fault in self._faults]
