"""Calls that a model answers: it is given up when nobody waits any more, or when it takes too long."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import httpx
import pytest

from assistant.api.calls import Calls
from assistant.api.rest import PREFIX
from assistant.domain.case import Case
from assistant.domain.dialogue import Hearing, Question
from assistant.domain.model_turn import Listened, Prompt, Said
from assistant.domain.turn_json import Json
from assistant.errors import UpstreamError
from assistant.ports import ModelTurn
from tests.api.apps import listening
from tests.fakes_assistance import MESSAGE, Assistance, Ear, OneModel, OneTurn

PATIENCE_SECONDS = 30.0


@dataclass
class LongTurn(OneTurn):
    """A turn that wakes whoever waits for its end."""

    cancelled: threading.Event = field(default_factory=threading.Event)

    def speak(self, prompt: Prompt) -> Iterator[str]:
        """Say nothing once it was cancelled."""
        if self.cancelled.is_set():
            raise UpstreamError("The turn was given up.", retryable=False)
        yield from super().speak(prompt)

    def cancel(self) -> None:
        """Note it."""
        super().cancel()
        self.cancelled.set()


class LongEar(Ear):
    """Listens until the turn is cancelled."""

    def listen(
        self,
        turn: ModelTurn,
        message: str,
        heard: Hearing,
        case: Case,
        question: Question | None,
        recent: Sequence[Said],
    ) -> Listened:
        """Wait as a slow endpoint would."""
        assert isinstance(turn, LongTurn)
        assert turn.cancelled.wait(PATIENCE_SECONDS)
        raise UpstreamError("The turn was given up.", retryable=False)


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
