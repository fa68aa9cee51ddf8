"""What programs can call: assess a case, search the sources, read the rulebook; JSON in, JSON out.

Owns how many calls run at once, what each costs, and when one is given up. Must not know REST or MCP, which put
an envelope around these, and keeps nothing from one call to the next.
"""

from __future__ import annotations

import asyncio
import functools
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from assistant.coach import Coach
from assistant.domain.source import Evidence
from assistant.errors import BudgetError
from assistant.inquiry import answer, read_inquiry
from assistant.knowledge.types.page_text import CallTexts
from assistant.web.callers import Caller
from assistant.web.cancellation import Cancellation
from assistant.web.contract.answers import evidence_json, turn_json
from assistant.web.contract.fields import Json
from assistant.web.contract.requests import Schema, inquiry_schema, read_search
from assistant.web.contract.rulebooks import rulebook_json

BUSY_SECONDS = 5
"""When to try again: an answer by rules takes well under a second."""
_LOOK_SECONDS = 0.5

_Made = TypeVar("_Made")


class Calls:
    """The functions, over one coach."""

    def __init__(
        self,
        coach: Coach,
        *,
        n_at_once: int = 16,
        n_waiting: int = 64,
        answer_seconds: float = 60.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """A call is given up after `answer_seconds`, and before that a model, so that rules can finish the answer."""
        self._coach = coach
        self._threads = ThreadPoolExecutor(n_at_once, thread_name_prefix="call")
        self._most, self._n_open = n_at_once + n_waiting, 0
        self._answer_seconds, self._clock = answer_seconds, clock

    @property
    def texts(self) -> CallTexts:
        """What programs are told of the functions."""
        return self._coach.page_text.calls

    @property
    def inquiry_schema(self) -> Schema:
        """What `assess` takes."""
        return inquiry_schema(self._coach.rulebook, self._coach.message_limit)

    async def assess(self, given: object, caller: Caller) -> Json:
        """Answer an inquiry as the contract does, at the cost of a request for each message.

        Raises:
            InputError: with the field at fault.
            BudgetError: too many calls are open, or the caller asks for too much; with the seconds.
            GivenUpError: it took too long, or the caller is gone.
        """
        inquiry = read_inquiry(given, self._coach)
        work = functools.partial(answer, self._coach, inquiry)
        return turn_json(await self._run(work, caller, cost=len(inquiry.messages)))

    async def search(self, given: object, caller: Caller) -> Json:
        """Find passages for a query, best first; raises as `assess` does."""
        query, k, corpus = read_search(given)

        def work(watch: object, check: Callable[[], None]) -> list[Evidence]:  # noqa: ARG001 - no model takes part
            check()
            return self._coach.retriever.retrieve(query, k, corpus)

        found = await self._run(work, caller)
        return {"query": query, "passages": [evidence_json(evidence) for evidence in found]}

    @functools.cached_property
    def rulebook(self) -> Json:
        """All that is judged by, with every span it rests on."""
        return rulebook_json(self._coach.rulebook, dict(self._coach.shelf.texts))

    async def _run(self, work: Callable[..., _Made], caller: Caller, cost: int = 1) -> _Made:
        """Work in a thread, and look up now and then whether anybody still waits."""
        if self._n_open >= self._most:
            raise _busy(BUSY_SECONDS)
        if seconds := caller.charge(max(1, cost)):
            raise _busy(seconds)
        told = f"It took longer than {self._answer_seconds:g} s, so it was stopped. Send less at once, or try later."
        cancellation = Cancellation(self._answer_seconds, told, self._clock)
        work = functools.partial(work, watch=cancellation.watch, check=cancellation.check)
        self._n_open += 1
        try:
            made = asyncio.get_running_loop().run_in_executor(self._threads, work)
            while not (await asyncio.wait({made}, timeout=_LOOK_SECONDS))[0]:
                cancellation.spare_time()
                if await caller.is_gone():
                    cancellation.cancel()
            return made.result()
        finally:
            cancellation.cancel()
            self._n_open -= 1


def _busy(seconds: int) -> BudgetError:
    return BudgetError(f"Too many are asking at once, or too often. Try again in {seconds} seconds.", seconds=seconds)
