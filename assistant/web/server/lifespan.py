"""The server's life: it opens the port, warms up behind it, and ends when the answers under way are given.

Owns start and end. Must not know what is served.
"""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Thread

import uvicorn
from starlette.types import ASGIApp

from assistant.errors import ConfigError
from assistant.web.server.connection_timeouts import TimedProtocol, most_connections
from assistant.web.server.health import Health, State
from assistant.web.server.running_requests import RunningRequests

LOG = logging.getLogger(__name__)
GRACE_SECONDS = 20.0
"""How long answers that are being given may go on after the server was told to end."""
_CLOSING_SECONDS = 3
_SPARE_THREADS = 8


def serve(
    app: ASGIApp,
    health: Health,
    listeners: Sequence[socket.socket],
    *,
    n_threads: int,
    on_open: Callable[[], None],
    on_end: Callable[[], None],
) -> None:
    """Serve until told to end.

    `n_threads` are kept for answers. `on_open` is called in a thread beside the server once it answers, and makes it
    ready; `on_end` once the answers under way are given, to close what would stay open.
    """
    _Server(app, health, n_threads, on_open, on_end).run(sockets=list(listeners))


class _Server(uvicorn.Server):
    def __init__(
        self, app: ASGIApp, health: Health, n_threads: int, on_open: Callable[[], None], on_end: Callable[[], None]
    ) -> None:
        self._health, self._under_way = health, RunningRequests(app)
        self._n_threads, self._on_open, self._on_end = n_threads, on_open, on_end
        super().__init__(
            uvicorn.Config(
                self._under_way,
                lifespan="on",
                ws="none",
                log_config=None,
                access_log=False,
                server_header=False,
                proxy_headers=False,
                http=TimedProtocol,
                limit_concurrency=most_connections(),
                timeout_graceful_shutdown=_CLOSING_SECONDS,
            )
        )

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Open the port. Raises ConfigError when somebody was quicker.

        A turn holds a thread while it waits for a model, and Python gives few by default.
        """
        threads = ThreadPoolExecutor(self._n_threads + _SPARE_THREADS, thread_name_prefix="answer")
        asyncio.get_running_loop().set_default_executor(threads)
        try:
            await super().startup(sockets)
        except OSError as error:
            remedy = "Stop what took that port meanwhile, or choose another with ASSISTANT_PORT."
            raise ConfigError(f"The page cannot listen ({error}). {remedy}") from error
        Thread(target=self._follow_opening, name="warm-up", daemon=True).start()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Take nothing new, finish what is under way, close what is only held open, and end."""
        self._health.state = State.ENDING
        await self._under_way.wait_until_drained(GRACE_SECONDS, lambda: self.force_exit)
        self._on_end()
        await super().shutdown(sockets)

    def _follow_opening(self) -> None:
        """Do what was left for after the opening; the page answers without it, so a fault is logged and no more."""
        try:
            self._on_open()
        except Exception:
            LOG.exception("What was left for after the opening failed")
            self._health.note_warm(well=False)
        else:
            self._health.note_warm(well=True)
