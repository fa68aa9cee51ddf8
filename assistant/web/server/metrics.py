"""What an operator can watch: turns, verdicts, times by stage, fallbacks, tokens, the queue and refusals.

Owns which figures there are and who may read them. They are counts and times; nothing anyone wrote is among them. Must
not know how Prometheus writes them.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial
from threading import Lock

from fastapi import APIRouter
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import choose_encoder
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from assistant.domain.dialogue import TurnResult
from assistant.web.server.read_only import read_only

_REMEMBERED = 0.9
"""How much of the average the turns before the last one keep."""
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
"""Upper bounds of a histogram of times."""
_READINGS = ("slot", "reader")
"""By what a fact is counted that was read in somebody's words."""


class Metrics:
    """Counts what happens in one site; fits the `Meter` port and is called from any thread."""

    def __init__(self) -> None:
        # Not the library's registry, which is one for the whole process.
        self._registry = CollectorRegistry()
        count = partial(Counter, registry=self._registry)
        time = partial(Histogram, buckets=_SECONDS, registry=self._registry)
        self._turns = count("coach_turns", "Turns answered, by what the message was for.", ["intent"])
        self._verdicts = count("coach_verdicts", "Turns answered, by the verdict that stood then.", ["verdict"])
        self._heard = count("coach_heard", "Facts heard in the users' words.", _READINGS)
        self._agreed = count("coach_agreed", "Facts heard and then agreed to.", _READINGS)
        self._denied = count("coach_denied", "Facts heard and then taken out by a no.", _READINGS)
        self._fallbacks = count("coach_fallbacks", "Turns that a set model should have spoken and did not.")
        self._refused = count("coach_refused", "Requests turned away as too many.")
        self._first_words = time("coach_first_words_seconds", "Time until the first words of a turn.")
        self._whole_turns = time("coach_turn_seconds", "Time of a whole turn.")
        self._stages = time("coach_stage_seconds", "Time of a turn by stage.", ["stage"])
        self._mean_seconds = 0.0
        self._lock = Lock()

    @property
    def answer_seconds(self) -> float:
        """How long a turn took lately, 0 before the first."""
        return self._mean_seconds

    def stage(self, name: str) -> AbstractContextManager[object]:
        """Time a stage of a turn: all that runs within."""
        return self._stages.labels(name).time()

    def note_first_words(self, seconds: float) -> None:
        """Note how long it took until a turn had its first words."""
        self._first_words.observe(seconds)

    def note_turn(self, result: TurnResult, seconds: float, *, is_fallback: bool) -> None:
        """Count a turn that was answered."""
        self._turns.labels(result.intent).inc()
        self._verdicts.labels(result.assessment.verdict).inc()
        for counter, facts in (
            (self._heard, result.heard),
            (self._agreed, result.agreed),
            (self._denied, result.denied),
        ):
            for fact in facts:
                counter.labels(fact.slot, fact.via).inc()
        if is_fallback:
            self._fallbacks.inc()
        self._whole_turns.observe(seconds)
        with self._lock:
            kept = _REMEMBERED if self._mean_seconds else 0.0
            self._mean_seconds = kept * self._mean_seconds + (1 - kept) * seconds

    def count_refusal(self) -> None:
        """Count a request that was turned away."""
        self._refused.inc()

    def watch(self, name: str, meaning: str, read: Callable[[], float]) -> None:
        """Tell one more figure as it is at the moment."""
        Gauge(name, meaning, registry=self._registry).set_function(read)

    def watch_tokens(self, used_today: Callable[[], tuple[int, int]]) -> None:
        """Tell the tokens sent to a model and received from it since midnight UTC."""
        self.watch("coach_tokens_sent_today", "Tokens sent to a model since midnight UTC.", lambda: used_today()[0])
        self.watch("coach_tokens_received_today", "Tokens received since midnight UTC.", lambda: used_today()[1])

    def text(self) -> str:
        """Write everything in Prometheus's text format."""
        return generate_latest(self._registry).decode()

    def routes(self) -> APIRouter:
        """Return `/metrics`, which is there for loopback and private networks only."""
        router = APIRouter(include_in_schema=False)

        @read_only(router, "/metrics")
        async def metrics(request: Request) -> Response:
            if not _is_near(request.client.host if request.client else ""):
                return PlainTextResponse("Not Found", status_code=404)
            write, content_type = choose_encoder(request.headers.get("accept", ""))
            return Response(write(self._registry), headers={"Content-Type": content_type})

        return router


def _is_near(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_private
    except ValueError:
        return False
