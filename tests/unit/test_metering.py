"""A coach that tells a meter of its turns: each new one once, with its stages, and whether a set model spoke."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest

from assistant.coach import Assisted, Coach
from assistant.domain.dialogue import Intent, TurnResult
from tests.fakes_assistance import BROKEN, MESSAGE, Assistance, OneModel, Voice


@dataclass
class Told:
    """The `Meter` port: keeps what it is told."""

    stages: list[str] = field(default_factory=list)
    n_begun: int = 0
    turns: list[tuple[TurnResult, bool]] = field(default_factory=list)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Keep the stage once it is over."""
        yield
        self.stages.append(name)

    def note_first_words(self, seconds: float) -> None:
        """Count the first words."""
        assert seconds >= 0
        self.n_begun += 1

    def note_turn(self, result: TurnResult, seconds: float, *, is_fallback: bool) -> None:
        """Keep the turn."""
        self.turns.append((result, is_fallback))

    def watch_tokens(self, used_today: Callable[[], tuple[int, int]]) -> None:
        """Ask nothing: what tokens a model used is between it and the meter."""


def metered(talk: Assistance, *, assisted: bool = True) -> tuple[Coach, Told]:
    """Put a meter on the coach of a talk."""
    told, plain = Told(), talk.coach
    parts = Assisted(talk.model, talk.ear, talk.voice, "models.example") if assisted else None
    coach = Coach(
        plain.rulebook, plain.shelf, plain.retriever, talk.reader, plain._phraser, plain.page_text, parts, meter=told
    )
    talk.reader.hears(intent=Intent.TELLS)
    return coach, told


def test_a_turn_with_a_model_is_told_once_with_its_stages() -> None:
    """Reading, listening, phrasing and speaking are timed; the meter learns the result and that nobody fell back."""
    coach, told = metered(Assistance())
    _, result = coach.respond(coach.start("talk"), MESSAGE)
    assert [(result, False)] == told.turns
    assert 1 == told.n_begun
    assert {"read", "listen", "phrase", "speak"} <= set(told.stages)


@pytest.mark.parametrize("talk", [Assistance(model=OneModel(fails=BROKEN)), Assistance(voice=Voice(fails=BROKEN))])
def test_a_model_that_did_not_speak_is_a_fallback(talk: Assistance) -> None:
    """Whether it was resting or failed on the way."""
    coach, told = metered(talk)
    coach.respond(coach.start("talk"), MESSAGE)
    assert [True] == [is_fallback for _, is_fallback in told.turns]


def test_without_a_model_or_without_a_need_to_speak_nobody_falls_back() -> None:
    """The offline coach speaks for itself, and a reply that nobody will read needs no model's words."""
    coach, told = metered(Assistance(), assisted=False)
    coach.respond(coach.start("talk"), MESSAGE)
    silent, told_silent = metered(Assistance())
    silent.respond(silent.start("talk"), MESSAGE, speaks=False)
    assert [False, False] == [is_fallback for _, is_fallback in told.turns + told_silent.turns]


def test_a_watched_coach_says_where_words_go_as_another_does() -> None:
    """The page tells its visitor who gets the messages."""
    coach, _ = metered(Assistance())
    assert "models.example" in coach.who_speaks


def test_a_replay_is_no_turn() -> None:
    """Undoing and reloading run turns again that were told when they were new."""
    talk = Assistance()
    coach, told = metered(talk)
    conversation, _ = coach.respond(coach.start("talk"), MESSAGE)
    coach.replay("talk", conversation.events)
    assert 1 == len(told.turns)
