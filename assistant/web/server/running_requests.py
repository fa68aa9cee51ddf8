"""Which requests are under way, so that a server that ends can wait for them and for nothing else.

Owns the count. Must not know what is asked.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable

from starlette.types import ASGIApp, Receive, Scope, Send

_KEEPS_OPEN = re.compile(r"/gradio_api/heartbeat/[^/]*$")
"""What a page holds open as long as it is shown."""
_LOOK_SECONDS = 0.1


class RunningRequests:
    """Counts requests from their beginning to the end of their answer, streams included."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self.n_requests = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on."""
        if scope["type"] != "http" or _KEEPS_OPEN.search(scope["path"]):
            await self._app(scope, receive, send)
            return
        self.n_requests += 1
        try:
            await self._app(scope, receive, send)
        finally:
            self.n_requests -= 1

    async def wait_until_drained(self, seconds: float, is_hurried: Callable[[], bool]) -> None:
        """Wait until nothing is under way, at most `seconds`, or until somebody is in a hurry."""
        until = asyncio.get_running_loop().time() + seconds
        while self.n_requests and not is_hurried() and asyncio.get_running_loop().time() < until:
            await asyncio.sleep(_LOOK_SECONDS)
