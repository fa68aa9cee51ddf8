"""Connections that say nothing, or half of something: they end, and they keep nobody else out.

Owns how long a request may take to arrive, and which connection makes room where there are too many. Must not know what
is asked.
"""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

ARRIVAL_SECONDS = 30.0
"""How long a request may take from its first byte to its last, and a new connection until it has sent one."""
MOST_CONNECTIONS = 1_000
"""More are answered 503; fewer where the system lets fewer files be open."""
_SPARE = 50
"""So many connections before there are too many, those that wait longest begin to make room."""
_LOOK_SECONDS = 1.0


class TimedProtocol(H11Protocol):
    """A connection of the server that ends when no whole request comes in time."""

    arrival_seconds = ARRIVAL_SECONDS

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin, and wait for a request; where there are too many connections, the longest waiting one ends."""
        super().connection_made(transport)
        self._waits_since: float | None = self.loop.time()
        self._look: asyncio.TimerHandle = self.loop.call_later(_LOOK_SECONDS, self._look_again)
        if len(self.connections) > (self.limit_concurrency or MOST_CONNECTIONS) - _SPARE:
            _end_longest_waiting(self.connections - {self})

    def connection_lost(self, exc: Exception | None) -> None:
        """End."""
        self._look.cancel()
        super().connection_lost(exc)

    @property
    def waits_since(self) -> float | None:
        """Since when the server waits for the rest of a request, on the loop's clock; None while it answers one."""
        return self._waits_since if self._is_waiting and not self.transport.is_closing() else None

    @property
    def _is_waiting(self) -> bool:
        cycle: Any = self.cycle
        return cycle is None or cycle.response_complete or cycle.more_body

    def _look_again(self) -> None:
        now = self.loop.time()
        if not self._is_waiting:
            self._waits_since = None
        elif self._waits_since is None:
            self._waits_since = now
        elif now - self._waits_since >= self.arrival_seconds:
            self.transport.close()
            return
        self._look = self.loop.call_later(_LOOK_SECONDS, self._look_again)


def _end_longest_waiting(connections: set[Any]) -> None:
    """End the connection that the server waits for longest; one that is being answered stays."""
    waiting = [(one.waits_since, id(one), one) for one in connections if one.waits_since is not None]
    if waiting:
        min(waiting)[2].transport.close()


def most_connections() -> int:
    """Return how many connections there may be, by how many files may be open."""
    try:
        import resource
    except ImportError:  # Windows counts otherwise
        return MOST_CONNECTIONS
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return MOST_CONNECTIONS if soft == resource.RLIM_INFINITY else max(2 * _SPARE, min(MOST_CONNECTIONS, soft - 128))
