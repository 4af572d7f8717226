"""Flows as data: which move leads from where to where, and who may make it.

The same table answers «may he?» (`Flow.find`) and «what buttons are there?» (`Flow.available`), so that a door can
not offer what the action refuses.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from django.utils.functional import Promise

from core.actor import Actor


class Stateful(Protocol):
    """What a flow looks at."""

    @property
    def status(self) -> Any:
        """The state of now."""


Rule = Callable[[Actor, Any], bool]
Guard = Callable[[Any, datetime], bool]


@dataclass(frozen=True, slots=True)
class Transition:
    """One row of a flow table.

    `who` is a predicate over actor and object. `target` is None where the move goes back to `previous_status`.
    `guard` limits the move in time or by facts. `button` is False for what follows from something else and is never
    offered by itself. `inputs` names what the move needs or takes besides the click.
    """

    move: str
    sources: frozenset[str]
    target: str | None
    who: Rule
    label: str | Promise
    guard: Guard | None = None
    button: bool = True
    inputs: tuple[str, ...] = field(default=())

    def fits(self, actor: Actor, obj: Stateful, now: datetime) -> bool:
        """Whether this row lets the actor move the object at this moment."""
        return obj.status in self.sources and self.who(actor, obj) and (self.guard is None or self.guard(obj, now))


class Flow:
    """The table of one kind of object, in the order in which buttons are shown."""

    def __init__(self, transitions: Iterable[Transition]) -> None:
        self.transitions = tuple(transitions)

    def available(self, actor: Actor, obj: Stateful, now: datetime) -> list[Transition]:
        """The moves to offer, one row a move."""
        rows = {row.move: row for row in reversed(self.transitions) if row.button and row.fits(actor, obj, now)}
        return list(reversed(rows.values()))

    def find(self, move: str, actor: Actor, obj: Stateful, now: datetime) -> Transition | None:
        """The row by which the actor may make this move now, or None."""
        rows = (row for row in self.transitions if row.move == move and row.fits(actor, obj, now))
        return next(rows, None)

    def permits(self, move: str, actor: Actor, obj: Stateful) -> bool:
        """Whether the actor may make this move in any state at all: tells «not you» from «not now»."""
        return any(row.move == move and row.who(actor, obj) for row in self.transitions)
