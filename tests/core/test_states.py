"""Flow tables: what is offered, what is allowed, and that the two agree."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from core.actor import Actor, ActorKind, Via
from core.states import Flow, Transition

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
STATES, MOVES, RIGHTS = ("new", "busy", "done"), ("take", "finish", "reopen"), ("work", "own")


@dataclass
class Job:
    status: str
    finished_at: datetime = NOW


def actor(*rights: str) -> Actor:
    return Actor(kind=ActorKind.USER, via=Via.BOT, permissions=frozenset(rights))


def row(move: str, sources: set[str], target: str | None, right: str = "work", **more: object) -> Transition:
    return Transition(move, frozenset(sources), target, lambda who, _job: who.can(right), move, **more)  # type: ignore[arg-type]


def within_an_hour(job: Job, now: datetime) -> bool:
    return now - job.finished_at <= timedelta(hours=1)


FLOW = Flow(
    [
        row("take", {"new"}, "busy"),
        row("finish", {"busy"}, "done"),
        row("cancel", {"new"}, "done", "own"),
        row("cancel", {"new", "busy"}, "done"),
        row("reopen", {"done"}, None, "own", guard=within_an_hour),
        row("expire", {"done"}, "new", button=False),
    ]
)


def moves(who: Actor, job: Job, now: datetime = NOW) -> list[str]:
    return [found.move for found in FLOW.available(who, job, now)]


def test_moves_are_offered_in_the_order_of_the_table_and_once_each() -> None:
    assert moves(actor("work", "own"), Job("new")) == ["take", "cancel"]
    assert moves(actor("work"), Job("busy")) == ["finish", "cancel"]
    assert moves(actor("own"), Job("new")) == ["cancel"]
    assert moves(actor(), Job("new")) == []


def test_what_only_follows_from_something_else_is_never_offered_but_can_be_made() -> None:
    assert moves(actor("work"), Job("done")) == []
    found = FLOW.find("expire", actor("work"), Job("done"), NOW)
    assert found is not None
    assert found.target == "new"


def test_a_guard_closes_a_move_in_time() -> None:
    job = Job("done")
    assert moves(actor("own"), job, NOW + timedelta(hours=1)) == ["reopen"]
    assert moves(actor("own"), job, NOW + timedelta(hours=1, seconds=1)) == []
    assert FLOW.find("reopen", actor("own"), job, NOW + timedelta(hours=2)) is None


def test_permits_tells_not_you_from_not_now() -> None:
    assert FLOW.permits("take", actor("work"), Job("done"))
    assert not FLOW.permits("take", actor("own"), Job("new"))
    assert not FLOW.permits("unheard of", actor("work", "own"), Job("new"))


TABLES = st.lists(
    st.builds(
        row,
        st.sampled_from(MOVES),
        st.sets(st.sampled_from(STATES), min_size=1),
        st.sampled_from([*STATES, None]),
        st.sampled_from(RIGHTS),
        button=st.booleans(),
    ),
    max_size=8,
)


@given(TABLES, st.sampled_from(STATES), st.sets(st.sampled_from(RIGHTS)))
def test_a_door_never_offers_what_is_refused(table: list[Transition], status: str, rights: set[str]) -> None:
    flow, who, job = Flow(table), actor(*rights), Job(status)
    offered = [found.move for found in flow.available(who, job, NOW)]
    assert len(offered) == len(set(offered))
    for move in MOVES:
        found = flow.find(move, who, job, NOW)
        assert (move in offered) <= (found is not None)
        assert (found is not None) <= flow.permits(move, who, job)
        if found is not None:
            assert (found.move, status in found.sources, found.who(who, job)) == (move, True, True)
