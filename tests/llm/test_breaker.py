"""When an endpoint that keeps failing is left alone, and when it is tried again, by a clock that a test moves."""

from __future__ import annotations

import pytest

from assistant.llm.client.breaker import Breaker


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    """A clock at some time."""
    return Clock()


@pytest.fixture
def breaker(clock: Clock) -> Breaker:
    """A breaker on that clock."""
    return Breaker(clock)


def fail(breaker: Breaker, times: int, clock: Clock, apart_s: float = 0.0) -> None:
    """Let calls through that fail."""
    for _ in range(times):
        assert breaker.admit()
        breaker.note_failure()
        clock.now += apart_s


def test_it_opens_after_the_fifth_failure(breaker: Breaker, clock: Clock) -> None:
    """Four are bad luck, five are not."""
    fail(breaker, 4, clock)
    assert not breaker.is_open
    fail(breaker, 1, clock)
    assert breaker.is_open
    assert not breaker.admit()


def test_failures_far_apart_do_not_add_up(breaker: Breaker, clock: Clock) -> None:
    """Five within 30 s count; one every 8 s makes four."""
    fail(breaker, 12, clock, apart_s=8)
    assert not breaker.is_open


def test_an_answer_wipes_the_failures(breaker: Breaker, clock: Clock) -> None:
    """What works again begins anew."""
    fail(breaker, 4, clock)
    assert breaker.admit()
    breaker.note_success()
    fail(breaker, 4, clock)
    assert not breaker.is_open


def test_after_its_rest_one_call_is_let_through(breaker: Breaker, clock: Clock) -> None:
    """15 s later one tries, and the others wait for how it ends."""
    fail(breaker, 5, clock)
    clock.now += 14.9
    assert not breaker.admit()
    clock.now += 0.2
    assert [True, False, False] == [breaker.admit() for _ in range(3)]


def test_a_probe_that_is_answered_closes_it(breaker: Breaker, clock: Clock) -> None:
    """One good answer is enough."""
    fail(breaker, 5, clock)
    clock.now += 16
    breaker.admit()
    breaker.note_success()
    assert [True, True] == [breaker.admit() for _ in range(2)]


def test_a_probe_that_fails_opens_it_again(breaker: Breaker, clock: Clock) -> None:
    """The rest begins anew, without five more."""
    fail(breaker, 5, clock)
    clock.now += 16
    fail(breaker, 1, clock)
    clock.now += 14
    assert breaker.is_open
    clock.now += 2
    assert breaker.admit()


def test_a_probe_that_was_given_up_leaves_the_place_free(breaker: Breaker, clock: Clock) -> None:
    """A user who leaves says nothing about the endpoint, and does not lock the others out."""
    fail(breaker, 5, clock)
    clock.now += 16
    breaker.admit()
    breaker.note_withdrawal()
    assert breaker.admit()


def test_a_call_that_began_before_it_opened_does_not_lengthen_the_rest(breaker: Breaker, clock: Clock) -> None:
    """Late failures of the same outage are no new outage."""
    for _ in range(6):
        assert breaker.admit()
    for _ in range(5):
        breaker.note_failure()
    clock.now += 10
    breaker.note_failure()
    clock.now += 6
    assert breaker.admit()
