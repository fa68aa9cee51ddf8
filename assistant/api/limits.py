"""What is too much: too large a request, too many of an address, a queue that is full, a server that ends.

Owns when a request is turned away and with which words. It is plain ASGI and stands before everything that costs
work. Must not know what is asked.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import dataclass

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.api.allowance import DAY_SECONDS, MINUTE_SECONDS, Allowance, Tally
from assistant.api.refusals import TOO_LARGE, TOO_MANY, refuse
from assistant.api.visitors import visitor
from assistant.domain.hosting import Limits
from assistant.domain.page_text import Labels

RESTART_SECONDS = 10
"""How long a server that ends is likely to be away."""
_FREE = re.compile(r"/(healthz|readyz|metrics|favicon\.ico|robots\.txt|theme\.css|(assets|static)/.*)"
                   r"|/gradio_api/(app_id|startup-events|theme\.css|heartbeat/.*|queue/data|cancel|reset)")  # fmt: skip
"""What costs next to nothing, or belongs to a request that was counted."""
_JOINS = "/gradio_api/queue/join"


@dataclass(frozen=True, slots=True)
class Load:
    """How many answers wait, and how long one took lately, in seconds."""

    n_waiting: int
    answer_seconds: float


class Admission:
    """Turns away what is too often or too many, at once and with the time to try again."""

    def __init__(
        self,
        app: ASGIApp,
        limits: Limits,
        labels: Labels,
        load: Callable[[], Load],
        is_ending: Callable[[], bool],
        on_refused: Callable[[], None],
    ) -> None:
        self._app = app
        self._on_refused = on_refused
        self._limits, self._labels = limits, labels
        self._load, self._is_ending = load, is_ending
        given = ((limits.minute_requests, MINUTE_SECONDS), (limits.day_requests, DAY_SECONDS))
        self._tally = Tally([Allowance(n, seconds) for n, seconds in given if n is not None])

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let through or answer 429."""
        seconds = 0 if scope["type"] == "lifespan" or _FREE.fullmatch(scope["path"]) else self._wait_seconds(scope)
        if seconds:
            self._on_refused()
            await refuse(scope, receive, send, TOO_MANY, self._labels.busy.format(seconds=seconds), seconds)
        else:
            await self._app(scope, receive, send)

    def _wait_seconds(self, scope: Scope) -> int:
        if self._is_ending():
            return RESTART_SECONDS
        load = self._load()
        if scope["path"] == _JOINS and load.n_waiting >= self._limits.answers_waiting:
            return max(1, math.ceil(load.n_waiting * load.answer_seconds / self._limits.answers_at_once))
        return self._tally.wait_seconds(visitor(scope))


class BodyLimit:
    """Turns away a request whose body is larger than allowed: by what it says of itself, else while it comes in."""

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
        await self._counted(scope, receive, send)

    async def _counted(self, scope: Scope, receive: Receive, send: Send) -> None:
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

        await self._app(scope, receive_counted, send_unless_refused)
