"""Calls that a model answers: it is given up when nobody waits any more, or when it takes too long."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from assistant.api.calls import Calls
from assistant.api.rest import PREFIX
from assistant.domain.turn_json import Json
from tests.api.apps import listening
from tests.fakes_assistance import MESSAGE, PATIENCE_SECONDS, Assistance, LongEar, LongTurn, OneModel


@pytest.fixture
def slow() -> Assistance:
    """A coach whose model never answers."""
    return Assistance(LongEar(), model=OneModel(LongTurn()))


def assessed(slow: Assistance, *, answer_seconds: float, is_gone: bool) -> Json:
    """Assess a case of two messages."""

    async def gone() -> bool:
        return is_gone

    calls = Calls(slow.coach, answer_seconds=answer_seconds)
    return asyncio.run(calls.assess({"messages": [MESSAGE, MESSAGE]}, gone))


def test_a_model_that_takes_too_long_is_given_up_and_rules_answer(slow: Assistance) -> None:
    """For this message and those that follow; the caller is told."""
    answer = assessed(slow, answer_seconds=0.0, is_gone=False)
    assert (2, "offline") == (answer["turn"], answer["coach"])
    [notice] = answer["notices"]  # type: ignore[misc]
    assert "The turn was given up." in notice


def test_a_caller_who_hangs_up_ends_the_call_upstream(slow: Assistance) -> None:
    """Through the whole server: it notices without waiting for the model to say something."""
    turn = slow.model.turn_
    assert isinstance(turn, LongTurn)
    with listening(slow.coach) as address:
        with pytest.raises(httpx.ReadTimeout):
            httpx.post(f"{address}{PREFIX}/assess", json={"messages": [MESSAGE]}, timeout=1.0)
        assert turn.cancelled.wait(PATIENCE_SECONDS / 2)


def test_a_model_is_given_up_when_nobody_waits_any_more(slow: Assistance) -> None:
    """What nobody reads costs nobody anything."""
    assessed(slow, answer_seconds=PATIENCE_SECONDS, is_gone=True)
    turn = slow.model.turn_
    assert isinstance(turn, LongTurn)
    assert "speak" not in turn.calls
