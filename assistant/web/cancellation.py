"""Giving up work in another thread that nobody waits for any more, or that takes too long.

Owns when it stops: rules between two messages, a model's turn at once. Must not know what is worked on, nor how it is
noticed that somebody left.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from assistant.errors import BudgetError
from assistant.ports import ModelTurn

_MODEL_SHARE = 0.75
"""How much of the time a model may take; what is left is for the rules to end what it began."""


class GivenUpError(BudgetError):
    """The work was given up: its time is over, or nobody waits for it."""


class Cancellation:
    """Whether a piece of work goes on; asked by the thread that works, told by the one that waits."""

    def __init__(self, seconds: float, told: str, clock: Callable[[], float] = time.monotonic) -> None:
        """The work may take so many seconds from now; `told` says so where it took longer."""
        self._clock, self._told = clock, told
        self._model_until = clock() + _MODEL_SHARE * seconds
        self._until = clock() + seconds
        self._turns: list[ModelTurn] = []
        self._is_without_model = self._is_cancelled = False

    def watch(self, turn: ModelTurn) -> None:
        """Take a model's turn that begins."""
        self._turns.append(turn)
        if self._is_without_model:
            turn.cancel()

    def check(self) -> None:
        """Do nothing while the work goes on.

        Raises:
            GivenUpError: it does not.
        """
        if self._is_cancelled:
            raise GivenUpError("Nobody waits for the answer any more.")
        if self._clock() > self._until:
            raise GivenUpError(self._told)

    def spare_time(self) -> None:
        """Give a model up that would leave the rules no time."""
        if self._clock() > self._model_until:
            self._give_up_model()

    def cancel(self) -> None:
        """Give the work up."""
        self._is_cancelled = True
        self._give_up_model()

    def _give_up_model(self) -> None:
        self._is_without_model = True
        for turn in self._turns:
            turn.cancel()
