"""How a meter is told of a turn.

Owns what counts as a turn's first words and as a model that did not speak. Must not know what a meter does with it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterator
from contextlib import AbstractContextManager, closing, nullcontext
from typing import cast

from assistant.domain.conversation import Progress
from assistant.domain.dialogue import Intent, TurnResult
from assistant.ports import Meter


class SilentMeter:
    """Keeps nothing; fits the `Meter` port."""

    def stage(self, name: str) -> AbstractContextManager[object]:  # noqa: ARG002 - the port's
        """Time nothing."""
        return nullcontext()

    def note_first_words(self, seconds: float) -> None:
        """Do nothing."""

    def note_turn(self, result: TurnResult, seconds: float, *, is_fallback: bool) -> None:
        """Do nothing."""

    def watch_tokens(self, used_today: Callable[[], tuple[int, int]]) -> None:
        """Do nothing."""


def watch_turn(meter: Meter, steps: Iterator[Progress], speaker: str | None) -> Iterator[Progress]:
    """Tell a meter of a turn while it is taken; `speaker` names the model that should speak, None where none should."""
    began, is_first = time.perf_counter(), True
    with closing(cast(Generator[Progress, None, None], steps)):
        for step in steps:
            if is_first:
                meter.note_first_words(time.perf_counter() - began)
                is_first = False
            if step.conversation is not None and step.result is not None:
                is_fallback = speaker not in (None, step.result.coach) and step.result.intent is not Intent.RESTARTS
                meter.note_turn(step.result, time.perf_counter() - began, is_fallback=is_fallback)
            yield step
