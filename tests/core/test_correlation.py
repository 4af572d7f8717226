"""One id from the update to the message that was sent."""

import threading

import structlog

from core.correlation import KEY, MAX_LENGTH, correlated, current_id, new_id


def test_there_is_an_id_inside_only() -> None:
    assert current_id() == ""
    with correlated("abc") as given:
        assert (given, current_id()) == ("abc", "abc")
    assert current_id() == ""


def test_without_an_id_a_fresh_one_is_made() -> None:
    with correlated() as first:
        assert current_id() == first
    with correlated("") as second:
        assert current_id() == second
    assert first != second
    assert len({new_id() for _ in range(100)}) == 100


def test_an_inner_id_gives_way_to_the_outer_one_again() -> None:
    with correlated("outer", task="x"):
        with correlated("inner", chat=1):
            assert structlog.contextvars.get_contextvars() == {KEY: "inner", "task": "x", "chat": 1}
        assert structlog.contextvars.get_contextvars() == {KEY: "outer", "task": "x"}


def test_an_exception_ends_it_too() -> None:
    try:
        with correlated("abc"):
            raise KeyError
    except KeyError:
        assert current_id() == ""


def test_an_id_from_outside_is_cut_to_what_a_row_holds() -> None:
    with correlated("x" * 1000):
        assert current_id() == "x" * MAX_LENGTH


def test_threads_do_not_see_each_other() -> None:
    seen = []
    with correlated("mine"):
        thread = threading.Thread(target=lambda: seen.append(current_id()))
        thread.start()
        thread.join()
    assert seen == [""]
