"""One event of a visitor: its work beside the event loop, while somebody waits for it and as far as it is allowed.

Owns when that work is given up and what it costs. Must not know what it comes to, nor what is shown.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

import gradio as gr

from assistant.coach import Coach
from assistant.domain.conversation import Conversation, Event, Progress
from assistant.domain.dialogue import TurnResult
from assistant.errors import BudgetError
from assistant.ports import ModelTurn
from assistant.web.cancellation import Cancellation

PULSE_SECONDS = 0.8
"""How often something is sent: Gradio notices that a visitor left only then."""
REPLAYED_TURNS = 10
"""How many turns that are run again cost as much as a request."""
_END: Any = object()

_Step = TypeVar("_Step")


class EventRun:
    """A coach as one event may use it: what it does is given up with the event, and what it runs again is counted."""

    def __init__(self, coach: Coach, seconds: float, request: gr.Request | None = None) -> None:
        """The event may take so many seconds; `request` brought it."""
        self._coach, self._labels = coach, coach.page_text.labels
        state = getattr(request.request, "state", None) if request else None
        self._charge: Callable[[int], int] = getattr(state, "charge", _free)
        self._cancellation = Cancellation(seconds, self._labels.took_too_long.format(seconds=f"{seconds:g}"))
        self.has_model = False

    def start(self, conversation_id: str) -> Conversation:
        """Begin a conversation with nothing told."""
        return self._coach.start(conversation_id)

    def replay(self, conversation_id: str, events: Sequence[Event]) -> tuple[Conversation, tuple[TurnResult, ...]]:
        """Run events again as the coach does.

        Raises:
            BudgetError: it is more than the visitor may ask for now, or the event was given up.
        """
        seconds = self._charge(math.ceil(len(events) / REPLAYED_TURNS))
        if seconds:
            raise BudgetError(self._labels.busy.format(seconds=seconds), seconds=seconds)
        return self._coach.replay(conversation_id, self._yield_wanted(events))

    def stream(self, conversation: Conversation, message: str, facts: Mapping[str, object]) -> Iterator[Progress]:
        """Take one turn as the coach does; a model's part in it is given up with the event."""
        return self._coach.stream(conversation, message, facts, self._watch)

    async def each(self, steps: Iterator[_Step]) -> AsyncIterator[_Step | None]:
        """Yield what comes, step by step, and None now and then while nothing does.

        Raises:
            BudgetError: it takes too long.
        """
        while True:
            coming = asyncio.ensure_future(asyncio.to_thread(next, steps, _END))
            coming.add_done_callback(_look_at_end)
            while not (await asyncio.wait({coming}, timeout=PULSE_SECONDS))[0]:
                self.check()
                yield None
            step = coming.result()
            if step is _END:
                return
            yield step

    def check(self) -> None:
        """Raise BudgetError where the event takes too long."""
        self._cancellation.check()

    def end(self) -> None:
        """Give up what is still under way."""
        self._cancellation.cancel()

    def _yield_wanted(self, events: Sequence[Event]) -> Iterator[Event]:
        """Yield events while somebody waits for what comes of them."""
        for event in events:
            self.check()
            yield event

    def _watch(self, turn: ModelTurn) -> None:
        self.has_model = True
        self._cancellation.watch(turn)


def _free(cost: int) -> int:  # noqa: ARG001 - whatever it is
    return 0


def _look_at_end(coming: asyncio.Future[Any]) -> None:
    """Look at how a step ended that nobody waits for any more, so that it is not reported as lost."""
    if not coming.cancelled():
        coming.exception()
