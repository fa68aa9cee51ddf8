"""What programs can call: assess a case, search the sources, read the rulebook; JSON in, JSON out.

Owns how many calls run at once, and when one is given up. Must not know REST or MCP, which put
an envelope around these, and keeps nothing from one call to the next.
"""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from assistant.api.schemas import Schema, inquiry_schema, read_search
from assistant.coach import Coach
from assistant.domain.page_text import CallTexts
from assistant.domain.turn_json import Json, evidence_json, rulebook_json, turn_json
from assistant.errors import BudgetError
from assistant.inquiry import answer, read_inquiry
from assistant.ports import ModelTurn

BUSY_SECONDS = 5
"""When to try again: an answer by rules takes well under a second."""
_LOOK_SECONDS = 0.5

_Made = TypeVar("_Made")


class Calls:
    """The functions, over one coach."""

    def __init__(self, coach: Coach, *, n_at_once: int = 16, n_waiting: int = 64, answer_seconds: float = 60.0) -> None:
        """After `answer_seconds` a model is given up and rules finish the answer."""
        self._coach = coach
        self._threads = ThreadPoolExecutor(n_at_once, thread_name_prefix="call")
        self._most, self._n_open = n_at_once + n_waiting, 0
        self._answer_seconds = answer_seconds

    @property
    def texts(self) -> CallTexts:
        """What programs are told of the functions."""
        return self._coach.page_text.calls

    @property
    def inquiry_schema(self) -> Schema:
        """What `assess` takes."""
        return inquiry_schema(self._coach.rulebook, self._coach.message_limit)

    async def assess(self, given: object, is_gone: Callable[[], Awaitable[bool]]) -> Json:
        """Answer an inquiry as the contract does; once the caller is gone, no model works on it any more.

        Raises:
            InputError: with the field at fault.
            BudgetError: too many calls are open.
        """
        inquiry = read_inquiry(given, self._coach)
        giving_up = _GivingUp()
        work = functools.partial(answer, self._coach, inquiry, watch=giving_up.watch)
        return turn_json(await self._run(work, is_gone, giving_up))

    async def search(self, given: object, is_gone: Callable[[], Awaitable[bool]]) -> Json:
        """Find passages for a query, best first; raises as `assess` does."""
        query, k, corpus = read_search(given)
        work = functools.partial(self._coach.retriever.retrieve, query, k, corpus)
        found = await self._run(work, is_gone, _GivingUp())
        return {"query": query, "passages": [evidence_json(evidence) for evidence in found]}

    @functools.cached_property
    def rulebook(self) -> Json:
        """All that is judged by, with every span it rests on."""
        return rulebook_json(self._coach.rulebook, dict(self._coach.shelf.texts))

    async def _run(
        self, work: Callable[[], _Made], is_gone: Callable[[], Awaitable[bool]], giving_up: _GivingUp
    ) -> _Made:
        """Work in a thread, and look up now and then whether anybody still waits."""
        if self._n_open >= self._most:
            raise BudgetError(f"Too many are asking at once. Try again in {BUSY_SECONDS} seconds.")
        self._n_open += 1
        try:
            loop = asyncio.get_running_loop()
            until = loop.time() + self._answer_seconds
            made = loop.run_in_executor(self._threads, work)
            while not (await asyncio.wait({made}, timeout=_LOOK_SECONDS))[0]:
                if loop.time() > until or await is_gone():
                    giving_up.give_up()
            return made.result()
        finally:
            giving_up.give_up()
            self._n_open -= 1


class _GivingUp:
    """Cancels a model's turns, those that are under way and those that are still to come."""

    def __init__(self) -> None:
        self._turns: list[ModelTurn] = []
        self._is_given_up = False

    def watch(self, turn: ModelTurn) -> None:
        """Take a turn that begins."""
        self._turns.append(turn)
        if self._is_given_up:
            turn.cancel()

    def give_up(self) -> None:
        """Cancel."""
        self._is_given_up = True
        for turn in self._turns:
            turn.cancel()
