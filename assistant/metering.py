"""A coach that tells a meter how its turns go: each part is timed from outside and knows nothing of it.

Owns what counts as a stage. Must not know what the meter does with it, nor which parts it stands around.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from typing import cast

from assistant.coach import Assisted, Coach
from assistant.domain.case import Case
from assistant.domain.conversation import Conversation, Progress
from assistant.domain.dialogue import Hearing, Intent, Moment, Paragraph, Question, TurnResult
from assistant.domain.model_turn import Listened, Said, Spoken
from assistant.domain.rulebook import Rulebook
from assistant.domain.source import Evidence, Passage, Shelf
from assistant.knowledge.types.page_text import PageText
from assistant.messages import MESSAGE_LIMIT
from assistant.ports import Listener, Meter, ModelTurn, Phraser, Reader, Retriever, Speaker


class MeteredCoach(Coach):
    """Tells the meter of every turn that is new; a replay is none."""

    def __init__(
        self,
        rulebook: Rulebook,
        shelf: Shelf,
        retriever: Retriever,
        reader: Reader,
        phraser: Phraser,
        page_text: PageText,
        assisted: Assisted | None = None,
        message_limit: int = MESSAGE_LIMIT,
        *,
        meter: Meter,
    ) -> None:
        """Take a coach's parts and put a watch on each."""
        if assisted is not None:
            listener = _TimedListener(assisted.listener, meter)
            assisted = replace(assisted, listener=listener, speaker=_TimedSpeaker(assisted.speaker, meter))
        super().__init__(
            rulebook,
            shelf,
            _TimedRetriever(retriever, meter),
            _TimedReader(reader, meter),
            _TimedPhraser(phraser, meter),
            page_text,
            assisted,
            message_limit,
        )
        self._meter = meter

    def stream(
        self,
        conversation: Conversation,
        message: str,
        facts: Mapping[str, object] | None = None,
        watch: Callable[[ModelTurn], None] | None = None,
        *,
        speaks: bool = True,
        may_agree: bool = True,
    ) -> Iterator[Progress]:
        """Take one turn as a coach does."""
        began = time.perf_counter()
        steps = super().stream(conversation, message, facts, watch, speaks=speaks, may_agree=may_agree)
        return self._note_progress(steps, began, speaks)

    def _note_progress(self, steps: Iterator[Progress], began: float, speaks: bool) -> Iterator[Progress]:
        is_first = True
        with closing(cast(Generator[Progress, None, None], steps)):
            for step in steps:
                if is_first:
                    self._meter.began(time.perf_counter() - began)
                    is_first = False
                if step.conversation is not None and step.result is not None:
                    is_fallback = speaks and self._is_fallback(step.result)
                    self._meter.note_turn(step.result, time.perf_counter() - began, is_fallback=is_fallback)
                yield step

    def _is_fallback(self, result: TurnResult) -> bool:
        """Whether rules spoke where a model was set; starting over is always theirs."""
        return self.speaker_name not in (None, result.coach) and result.intent is not Intent.RESTARTS


@contextmanager
def _stage(meter: Meter, name: str) -> Iterator[None]:
    began = time.perf_counter()
    try:
        yield
    finally:
        meter.note_stage(name, time.perf_counter() - began)


@dataclass(frozen=True, slots=True)
class _TimedRetriever:
    """The `Retriever` port around another."""

    inner: Retriever
    meter: Meter

    @property
    def passages(self) -> tuple[Passage, ...]:
        """All passages that can be found."""
        return self.inner.passages

    @property
    def ready(self) -> bool:
        """Whether it searches by meaning."""
        return self.inner.ready

    def retrieve(self, query: str, k: int = 5, sources: str | None = None) -> list[Evidence]:
        """Find passages."""
        with _stage(self.meter, "retrieve"):
            return self.inner.retrieve(query, k, sources)


@dataclass(frozen=True, slots=True)
class _TimedReader:
    """The `Reader` port around another."""

    inner: Reader
    meter: Meter

    @property
    def name(self) -> str:
        """How the reader is named."""
        return self.inner.name

    def read(self, message: str, case: Case, question: Question | None) -> Hearing:
        """Read one message."""
        with _stage(self.meter, "read"):
            return self.inner.read(message, case, question)


@dataclass(frozen=True, slots=True)
class _TimedPhraser:
    """The `Phraser` port around another."""

    inner: Phraser
    meter: Meter

    @property
    def name(self) -> str:
        """How the phraser is named."""
        return self.inner.name

    def phrase(self, moment: Moment) -> tuple[Paragraph, ...]:
        """Compose the reply."""
        with _stage(self.meter, "phrase"):
            return self.inner.phrase(moment)

    def open(self, moment: Moment) -> tuple[Paragraph, ...]:
        """Say at once what was heard."""
        with _stage(self.meter, "phrase"):
            return self.inner.open(moment)


@dataclass(frozen=True, slots=True)
class _TimedListener:
    """The `Listener` port around another."""

    inner: Listener
    meter: Meter

    def listen(
        self,
        turn: ModelTurn,
        message: str,
        heard: Hearing,
        case: Case,
        question: Question | None,
        recent: Sequence[Said],
    ) -> Listened:
        """Hear with a model's help."""
        with _stage(self.meter, "listen"):
            return self.inner.listen(turn, message, heard, case, question, recent)


@dataclass(frozen=True, slots=True)
class _TimedSpeaker:
    """The `Speaker` port around another."""

    inner: Speaker
    meter: Meter

    def speak(
        self, turn: ModelTurn, moment: Moment, composed: tuple[Paragraph, ...], recent: Sequence[Said]
    ) -> Iterator[Spoken]:
        """Say with a model's help."""
        with _stage(self.meter, "speak"):
            yield from self.inner.speak(turn, moment, composed, recent)
