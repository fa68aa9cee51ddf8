"""What programs can call: assess a case, search the sources, read the rulebook; JSON in, JSON out.

Owns the limits of a search, how many calls run at once, and when one is given up. Must not know REST or MCP, which put
an envelope around these, and keeps nothing from one call to the next.
"""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from assistant.coach import Coach
from assistant.domain.rulebook import Rulebook
from assistant.domain.turn_json import Json, evidence_json, rulebook_json, turn_json
from assistant.errors import BudgetError, InputError
from assistant.inquiry import answer, checked_object, read_inquiry
from assistant.ports import ModelTurn

QUERY_LIMIT = 1_000
PASSAGES_LIMIT, PASSAGES_USUAL = 20, 5
CORPORA = ("documents", "guidance")
SEARCH_FIELDS = ("query", "k", "in")
RULEBOOK_PARTS = ("slots", "verdicts", "mistakes", "criteria", "thresholds")
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
    def rules(self) -> Rulebook:
        """The rulebook that is judged by."""
        return self._coach.rulebook

    async def assess(self, given: object, is_gone: Callable[[], Awaitable[bool]]) -> Json:
        """Answer an inquiry as the contract does; once the caller is gone, no model works on it any more.

        Raises:
            InputError: with the field at fault.
            BudgetError: too many calls are open.
        """
        inquiry = read_inquiry(given, self.rules)
        giving_up = _GivingUp()
        work = functools.partial(answer, self._coach, inquiry, watch=giving_up.watch)
        return turn_json(await self._run(work, is_gone, giving_up))

    async def search(self, given: object, is_gone: Callable[[], Awaitable[bool]]) -> Json:
        """Find passages for a query, best first; raises as `assess` does."""
        query, k, corpus = _read_search(given)
        work = functools.partial(self._coach.retriever.retrieve, query, k, corpus)
        found = await self._run(work, is_gone, _GivingUp())
        return {"query": query, "passages": [evidence_json(evidence) for evidence in found]}

    @functools.cached_property
    def rulebook(self) -> Json:
        """All that is judged by, with every span it rests on."""
        return rulebook_json(self.rules, dict(self._coach.shelf.texts))

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


def read_part(given: object) -> str | None:
    """Read which part of the rulebook is asked for; None is all of it.

    Raises:
        InputError: there is no such part.
    """
    part = checked_object(given, ("part",)).get("part")
    if part is None or (isinstance(part, str) and part in RULEBOOK_PARTS):
        return part
    raise InputError("unknown_part", f"part cannot be {part!r}. Use {', '.join(RULEBOOK_PARTS)}, or none.", "part")


def _read_search(given: object) -> tuple[str, int, str | None]:
    known = checked_object(given, SEARCH_FIELDS)
    query, k, corpus = known.get("query"), known.get("k", PASSAGES_USUAL), known.get("in")
    if not isinstance(query, str) or not query.strip():
        raise InputError("bad_query", "query must be a text that is not empty.", "query")
    if len(query) > QUERY_LIMIT:
        what = f"The query has {len(query):,} characters, and {QUERY_LIMIT:,} is the most. Shorten it."
        raise InputError("query_too_long", what, "query")
    if isinstance(k, float) and k.is_integer():  # to JSON, 7.0 is a whole number
        k = int(k)
    if isinstance(k, bool) or not isinstance(k, int) or not 1 <= k <= PASSAGES_LIMIT:
        raise InputError("bad_k", f"k must be a whole number from 1 to {PASSAGES_LIMIT}, not {k!r}.", "k")
    if corpus is not None and corpus not in CORPORA:
        raise InputError("unknown_corpus", f"in cannot be {corpus!r}. Use {' or '.join(CORPORA)}, or leave it.", "in")
    return query.encode("utf-8", "replace").decode("utf-8"), k, corpus
