"""What an operator can watch: turns, verdicts, times by stage, fallbacks, tokens, the queue and refusals.

Owns which figures there are and who may read them. They are counts and times; nothing anyone wrote is among them.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from threading import Lock

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from assistant.domain.dialogue import TurnResult
from assistant.web.server.metric_types import CONTENT_TYPE, Counter, Gauge, Histogram, text
from assistant.web.server.read_only import read_only

_REMEMBERED = 0.9
"""How much of the average the turns before the last one keep."""


class Metrics:
    """Counts what happens; fits the `Meter` port and is called from any thread."""

    def __init__(self) -> None:
        self._turns = Counter("coach_turns_total", "Turns answered, by what the message was for.", "intent")
        self._verdicts = Counter("coach_verdicts_total", "Turns answered, by the verdict that stood then.", "verdict")
        self._heard = Counter("coach_heard_total", "Facts heard in the users' words.", "slot", "reader")
        self._agreed = Counter("coach_agreed_total", "Facts heard and then agreed to.", "slot", "reader")
        self._denied = Counter("coach_denied_total", "Facts heard and then taken out by a no.", "slot", "reader")
        self._fallbacks = Counter("coach_fallbacks_total", "Turns that a set model should have spoken and did not.")
        self._refused = Counter("coach_refused_total", "Requests turned away as too many.")
        self._first_words = Histogram("coach_first_words_seconds", "Time until the first words of a turn.")
        self._whole_turns = Histogram("coach_turn_seconds", "Time of a whole turn.")
        self._stages = Histogram("coach_stage_seconds", "Time of a turn by stage.", "stage")
        self._gauges: list[Gauge] = []
        self._mean_seconds = 0.0
        self._lock = Lock()

    @property
    def answer_seconds(self) -> float:
        """How long a turn took lately, 0 before the first."""
        return self._mean_seconds

    def note_stage(self, stage: str, seconds: float) -> None:
        """Note how long a stage of a turn took."""
        self._stages.observe(seconds, stage)

    def began(self, seconds: float) -> None:
        """Note how long it took until a turn had its first words."""
        self._first_words.observe(seconds)

    def note_turn(self, result: TurnResult, seconds: float, *, is_fallback: bool) -> None:
        """Count a turn that was answered."""
        self._turns.add(result.intent.value)
        self._verdicts.add(result.assessment.verdict)
        for heard in result.heard:
            self._heard.add(heard.slot, heard.via)
        for fact in result.agreed:
            self._agreed.add(fact.slot, fact.via)
        for fact in result.denied:
            self._denied.add(fact.slot, fact.via)
        if is_fallback:
            self._fallbacks.add()
        self._whole_turns.observe(seconds)
        with self._lock:
            kept = _REMEMBERED if self._mean_seconds else 0.0
            self._mean_seconds = kept * self._mean_seconds + (1 - kept) * seconds

    def count_refusal(self) -> None:
        """Count a request that was turned away."""
        self._refused.add()

    def watch(self, name: str, meaning: str, read: Callable[[], float]) -> None:
        """Tell one more figure as it is at the moment."""
        self._gauges.append(Gauge(name, meaning, read))

    def watch_tokens(self, used_today: Callable[[], tuple[int, int]]) -> None:
        """Tell the tokens sent to a model and received from it since midnight UTC."""
        self.watch("coach_tokens_sent_today", "Tokens sent to a model since midnight UTC.", lambda: used_today()[0])
        self.watch("coach_tokens_received_today", "Tokens received since midnight UTC.", lambda: used_today()[1])

    def text(self) -> str:
        """Write everything in Prometheus's text format."""
        heard = (self._heard, self._agreed, self._denied)
        counters = (self._turns, self._verdicts, *heard, self._fallbacks, self._refused)
        return text([*counters, self._first_words, self._whole_turns, self._stages, *self._gauges])

    def routes(self) -> APIRouter:
        """Return `/metrics`, which is there for loopback and private networks only."""
        router = APIRouter(include_in_schema=False)

        @read_only(router, "/metrics")
        async def metrics(request: Request) -> Response:
            if not _is_near(request.client.host if request.client else ""):
                return PlainTextResponse("Not Found", status_code=404)
            return PlainTextResponse(self.text(), media_type=CONTENT_TYPE)

        return router


def _is_near(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_private
    except ValueError:
        return False
