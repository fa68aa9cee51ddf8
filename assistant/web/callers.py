"""Who calls a function: whether they still wait, and what their call costs them.

Owns what a call knows of the request that brought it. Must not know what was asked.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.requests import Request


def charge_nothing(cost: int) -> int:  # noqa: ARG001 - whatever it is
    """Take a cost where nothing counts requests."""
    return 0


@dataclass(frozen=True, slots=True)
class Caller:
    """A caller; `is_gone` tells whether nobody waits any more, `charge` counts a cost as `RateLimiter` says."""

    is_gone: Callable[[], Awaitable[bool]]
    charge: Callable[[int], int] = charge_nothing


def caller_of(request: Request) -> Caller:
    """Return who made a request."""
    return Caller(request.is_disconnected, getattr(request.state, "charge", charge_nothing))
