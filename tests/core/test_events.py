"""Reactions of higher apps, in the transaction of the lower one's action."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from core import events
from core.errors import Denied
from tws.reactions import REACTIONS


@dataclass(frozen=True)
class Happened:
    what: str


class HappenedElsewhere(Happened):
    """A subclass is another event."""


@pytest.fixture
def heard() -> Iterator[list[str]]:
    seen: list[str] = []
    events.install({Happened: [lambda event: seen.append(f"1 {event.what}"), lambda event: seen.append("2")]})
    yield seen
    events.install(REACTIONS)


def test_reactions_run_in_their_order(heard: list[str]) -> None:
    events.emit(Happened("now"))
    assert heard == ["1 now", "2"]


def test_an_event_without_reactions_is_nothing(heard: list[str]) -> None:
    events.emit(HappenedElsewhere("now"))
    events.emit(object())
    assert heard == []


def test_installing_replaces_the_whole_list(heard: list[str]) -> None:
    events.install({})
    events.emit(Happened("now"))
    assert heard == []


def test_what_a_reaction_raises_stops_the_emitter(heard: list[str]) -> None:
    def refuse(_event: Happened) -> None:
        raise Denied

    events.install({Happened: [refuse, lambda _event: heard.append("after")]})
    with pytest.raises(Denied):
        events.emit(Happened("now"))
    assert heard == []
