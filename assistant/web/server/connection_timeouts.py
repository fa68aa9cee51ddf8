"""Connections that say nothing, or half of something, or do not take their answer: they end, and keep nobody else out.

Owns how long the server waits for the other side, and which connection makes room where there are too many. Must not
know what is asked.
"""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

ARRIVAL_SECONDS = 30.0
"""How long a request may take from its first byte to its last, and a new connection until it has sent one."""
TAKING_SECONDS = 120.0
"""How long the other side may take nothing more of an answer; what the system keeps of it counts as taken."""
MOST_CONNECTIONS = 1_000
"""More are answered 503; fewer where the system lets fewer files be open."""
_SPARE = 50
"""So many connections before there are too many, those that wait longest begin to make room."""
_LOOK_SECONDS = 1.0


class TimedProtocol(H11Protocol):
    """A connection of the server that ends when no whole request comes in time, or nobody takes the answer."""

    arrival_seconds = ARRIVAL_SECONDS
    taking_seconds = TAKING_SECONDS

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin, and wait for a request; where there are too many connections, the longest waiting one ends."""
        super().connection_made(transport)
        self._waits_since: float | None = self.loop.time()
        self._n_unsent = 0
        self._look: asyncio.TimerHandle = self.loop.call_later(_LOOK_SECONDS, self._look_again)
        if len(self.connections) > (self.limit_concurrency or MOST_CONNECTIONS) - _SPARE:
            _end_longest_waiting(self.connections - {self})

    def connection_lost(self, exc: Exception | None) -> None:
        """End."""
        self._look.cancel()
        super().connection_lost(exc)

    @property
    def waits_since(self) -> float | None:
        """Since when the server waits for the other side, on the loop's clock; None while it works itself."""
        if not self._is_waiting or self.transport.is_closing():
            return None
        return self.loop.time() if self._waits_since is None else self._waits_since

    @property
    def _is_waiting(self) -> bool:
        """Whether the server waits: for a request, or for the other side to take what was answered."""
        cycle: Any = self.cycle
        return cycle is None or cycle.response_complete or cycle.more_body or bool(self.flow.write_paused)

    def end(self) -> None:
        """End, also where the other side takes nothing more."""
        self.transport.abort() if self.transport.get_write_buffer_size() else self.transport.close()

    def _look_again(self) -> None:
        now, n_unsent = self.loop.time(), self.transport.get_write_buffer_size()
        if not self._is_waiting:
            self._waits_since = None
        elif self._waits_since is None or n_unsent != self._n_unsent:
            self._waits_since = now
        elif now - self._waits_since >= (self.taking_seconds if n_unsent else self.arrival_seconds):
            self.end()
            return
        self._n_unsent = n_unsent
        self._look = self.loop.call_later(_LOOK_SECONDS, self._look_again)


def _end_longest_waiting(connections: set[Any]) -> None:
    """End the connection that the server waits for longest; one that is being answered stays."""
    waiting = [(one.waits_since, id(one), one) for one in connections if one.waits_since is not None]
    if waiting:
        min(waiting)[2].end()


def most_connections() -> int:
    """Return how many connections there may be, by how many files may be open."""
    try:
        import resource
    except ImportError:  # Windows counts otherwise
        return MOST_CONNECTIONS
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return MOST_CONNECTIONS if soft == resource.RLIM_INFINITY else max(2 * _SPARE, min(MOST_CONNECTIONS, soft - 128))
