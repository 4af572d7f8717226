"""Telegram's sending limits, over a clock of our own."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from outbox.budget import Budget
from outbox.sender import IN_FLIGHT

CHAT, OTHER, GROUP = 7_000_000_001, 7_000_000_002, -100_500


def spend(budget: Budget, chat: int, times: int, now: float) -> None:
    for _ in range(times):
        budget.spend(chat, now)


def test_twenty_five_leave_at_once_and_thirty_in_each_second_after_that() -> None:
    budget = Budget(0.0)
    assert budget.free(0.0) == 25
    for chat in range(1, 26):
        budget.spend(chat, 0.0)
    assert (budget.free(0.0), budget.free(0.5), budget.free(0.8), budget.free(100.0)) == (0, 15, 24, 25)


def test_a_chat_may_have_five_at_once_and_one_a_second_after_that() -> None:
    budget = Budget(0.0)
    spend(budget, CHAT, 4, 0.0)
    assert budget.exhausted(0.0) == []
    budget.spend(CHAT, 0.0)
    assert (budget.exhausted(0.0), budget.exhausted(0.9), budget.exhausted(1.0)) == ([CHAT], [CHAT], [])
    budget.spend(CHAT, 1.0)
    assert (budget.exhausted(1.0), budget.exhausted(2.0)) == ([CHAT], [])


def test_a_group_may_have_twenty_a_minute() -> None:
    budget = Budget(0.0)
    spend(budget, GROUP, 20, 0.0)
    assert (budget.exhausted(0.0), budget.exhausted(2.9), budget.exhausted(3.1)) == ([GROUP], [GROUP], [])


def test_chats_do_not_wait_for_each_other() -> None:
    budget = Budget(0.0)
    spend(budget, CHAT, 5, 0.0)
    spend(budget, OTHER, 4, 0.0)
    assert budget.exhausted(0.0) == [CHAT]


def test_a_chat_that_has_rested_is_forgotten() -> None:
    budget = Budget(0.0)
    spend(budget, CHAT, 3, 0.0)
    assert (budget.exhausted(2.9), list(budget.chats)) == ([], [CHAT])
    assert (budget.exhausted(3.0), list(budget.chats)) == ([], [])


def test_the_next_moment_at_which_something_may_leave() -> None:
    budget = Budget(0.0)
    assert budget.next_free(0.0) == 0.0
    spend(budget, GROUP, 20, 0.0)
    assert budget.next_free(0.0) == pytest.approx(3.0)
    spend(budget, OTHER, 5, 0.0)
    assert budget.next_free(0.0) == pytest.approx(1 / 30)


STEPS = st.lists(
    st.tuples(st.sampled_from([CHAT, OTHER, GROUP]), st.fractions(0, 2, max_denominator=8)), min_size=1, max_size=120
)


@given(STEPS)
def test_whoever_keeps_the_budget_never_exceeds_the_limits(steps: list[tuple[int, Fraction]]) -> None:
    """In every span of time: no more than the burst and what the span itself gives, those in flight before included."""
    budget, now, sent = Budget(0.0), Fraction(0), []
    for chat, pause in steps:
        now += pause
        if budget.free(float(now)) and chat not in budget.exhausted(float(now)):
            budget.spend(chat, float(now))
            sent.append((now, chat))
    for first, (begin, _) in enumerate(sent):
        for last, (end, _) in enumerate(sent[first:], first):
            span = float(end - begin) + 1e-9
            within = [chat for _, chat in sent[first : last + 1]]
            assert len(within) + IN_FLIGHT <= 30 + 30 * span
            for chat, burst, rate in ((CHAT, 5, 1), (OTHER, 5, 1), (GROUP, 20, 20 / 60)):
                assert within.count(chat) <= burst + rate * span
