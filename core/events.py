"""How a lower app lets a higher one act, in the same transaction and without knowing it.

An action emits an event; `tws/reactions.py`, the one list, says what answers it.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

Reaction = Callable[[Any], None]
_reactions: dict[type, tuple[Reaction, ...]] = {}


def install(reactions: Mapping[type, Sequence[Reaction]]) -> None:
    """Take over the whole list, replacing an earlier one. Called once by `tws` when Django is ready."""
    _reactions.clear()
    _reactions.update({event: tuple(functions) for event, functions in reactions.items()})


def emit(event: object) -> None:
    """Run the reactions to this event, in their order. What they raise stops the action that emitted."""
    for reaction in _reactions.get(type(event), ()):
        reaction(event)
