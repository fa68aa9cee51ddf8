"""What is too much: too large a request, too many of an address, a queue that is full, a server that ends.

Owns when a request is turned away and with which words. It is plain ASGI and stands before everything that costs
work. Must not know what is asked.
"""

from __future__ import annotations

import logging
import math
import re
from collections.abc import Callable
from dataclasses import dataclass

from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.knowledge.types.page_text import Labels
from assistant.settings.hosting import RequestLimits
from assistant.web.server.bodies import gather_body
from assistant.web.server.rate_limit import DAY_SECONDS, MINUTE_SECONDS, RateLimit, RequestCounter
from assistant.web.server.refusals import TOO_LARGE, TOO_MANY, refuse
from assistant.web.server.visitors import visitor

logger = logging.getLogger(__name__)

RESTART_SECONDS = 10
"""How long a server that ends is likely to be away."""
_FREE = re.compile(r"/(healthz|readyz|metrics|favicon\.ico|robots\.txt|theme\.css|(assets|static)/.*)"
                   r"|/gradio_api/(app_id|startup-events|theme\.css|heartbeat/.*|queue/data|cancel|reset)")  # fmt: skip
"""What costs next to nothing, or belongs to a request that was counted."""
_JOINS = "/gradio_api/queue/join"


@dataclass(frozen=True, slots=True)
class Load:
    """How many answers of the page are being made, how many wait, and how long one took lately, in seconds."""

    n_running: int
    n_waiting: int
    answer_seconds: float


class RateLimiter:
    """Turns away what is too often or too many, at once and with the time to try again.

    A request counts as one when it comes. What it costs beyond that is known to whoever reads it, who counts it by
    `request.state.charge(cost)`: 0, or in how many seconds so much will be taken.
    """

    def __init__(
        self,
        app: ASGIApp,
        limits: RequestLimits,
        labels: Labels,
        load: Callable[[], Load],
        is_ending: Callable[[], bool],
        on_refused: Callable[[], None],
    ) -> None:
        self._app = app
        self._on_refused = on_refused
        self._limits, self._labels = limits, labels
        self._load, self._is_ending = load, is_ending
        self._joining: set[int] = set()
        given = ((limits.minute_requests, MINUTE_SECONDS), (limits.day_requests, DAY_SECONDS))
        self._tally = RequestCounter([RateLimit(n, seconds) for n, seconds in given if n is not None])

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let through or answer 429."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        scope = {**scope, "state": {**scope.get("state", {}), "charge": self._charge(visitor(scope))}}
        if _FREE.fullmatch(scope["path"]):
            await self._app(scope, receive, send)
            return
        seconds = self._wait_seconds(scope)
        if seconds:
            await self._refuse(scope, receive, send, seconds)
            return
        await (self._join if scope["path"] == _JOINS else self._app)(scope, receive, send)

    def _wait_seconds(self, scope: Scope) -> int:
        if self._is_ending():
            return RESTART_SECONDS
        full_seconds = self._full_seconds() if scope["path"] == _JOINS else 0
        return full_seconds or self._tally.wait_seconds(visitor(scope))

    def _full_seconds(self) -> int:
        """Return 0 while the page takes one more, else when that is likely."""
        limits, load = self._limits, self._load()
        n_taken = load.n_running + load.n_waiting + len(self._joining)
        if n_taken < limits.answers_at_once + limits.answers_waiting:
            return 0
        return max(1, math.ceil(load.n_waiting * load.answer_seconds / limits.answers_at_once))

    async def _join(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take a join when all of it is there: what is still being sent takes nobody's place.

        From then on it counts as taken; once its answer begins, it is among those that the page counts as waiting.
        """
        _, receive_again = await gather_body(receive)
        seconds = self._full_seconds()
        if seconds:
            await self._refuse(scope, receive, send, seconds)
            return

        async def send_joined(message: Message) -> None:
            self._joining.discard(scope_id)
            await send(message)

        scope_id = id(scope)
        self._joining.add(scope_id)
        try:
            await self._app(scope, receive_again, send_joined)
        finally:
            self._joining.discard(scope_id)

    def _charge(self, address: str) -> Callable[[int], int]:
        def charge(cost: int) -> int:
            seconds = self._tally.wait_seconds(address, cost, paid=1)
            if seconds:
                self._on_refused()
            return seconds

        return charge

    async def _refuse(self, scope: Scope, receive: Receive, send: Send, seconds: int) -> None:
        self._on_refused()
        await refuse(scope, receive, send, TOO_MANY, self._labels.busy.format(seconds=seconds), seconds)


class BodyLimit:
    """Turns away a request whose body is larger than allowed: by what it says of itself, else while it comes in.

    A body that breaks off is nobody's fault here, and is answered to nobody.
    """

    def __init__(self, app: ASGIApp, most_bytes: int, labels: Labels) -> None:
        self._app = app
        self._most_bytes = most_bytes
        self._detail = labels.too_large.format(most=f"{most_bytes:,}")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let through or answer 413."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        said = Headers(scope=scope).get("content-length", "0")
        if not said.isdecimal() or int(said) > self._most_bytes:
            await refuse(scope, receive, send, TOO_LARGE, self._detail)
            return
        await self._count(scope, receive, send)

    async def _count(self, scope: Scope, receive: Receive, send: Send) -> None:
        n_bytes, is_refused = 0, False

        async def receive_counted() -> Message:
            nonlocal n_bytes, is_refused
            message = await receive()
            n_bytes += len(message.get("body", b""))
            if n_bytes > self._most_bytes and not is_refused:
                is_refused = True
                await refuse(scope, receive, send, TOO_LARGE, self._detail)
            return {"type": "http.disconnect"} if is_refused else message

        async def send_unless_refused(message: Message) -> None:
            if not is_refused:
                await send(message)

        try:
            await self._app(scope, receive_counted, send_unless_refused)
        except ClientDisconnect:
            logger.info("a request ended before its body did")
