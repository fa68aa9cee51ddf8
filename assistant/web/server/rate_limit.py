"""How often one address may ask: an allowance that is used up at once or bit by bit, and grows again evenly.

Owns the counting, in this process and forgotten with it. Must not know HTTP.
"""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Lock

MOST_ADDRESSES = 20_000
"""How many are counted at the same time; beyond that, whoever was silent longest is forgotten."""
MINUTE_SECONDS, DAY_SECONDS = 60.0, 86_400.0
_ROUNDING_SECONDS = 1e-6


@dataclass(frozen=True, slots=True)
class RateLimit:
    """`n` requests in `seconds`."""

    n: int
    seconds: float

    @property
    def seconds_each(self) -> float:
        """How long it takes until one more is allowed."""
        return self.seconds / self.n


class RequestCounter:
    """Counts requests by address against several allowances, from any thread."""

    def __init__(self, allowances: Sequence[RateLimit], clock: Callable[[], float] = time.monotonic) -> None:
        self._allowances = tuple(allowances)
        self._clock = clock
        self._empty_at: OrderedDict[str, tuple[float, ...]] = OrderedDict()
        self._lock = Lock()

    def wait_seconds(self, address: str, cost: int = 1, *, paid: int = 0) -> int:
        """Count what a request costs and return 0, or count nothing and return in how many seconds it will be taken.

        `paid` is how much of the cost was counted before. What costs more than all that is allowed at once costs that.
        """
        with self._lock:
            now = self._clock()
            empty_at = self._empty_at.get(address, (now,) * len(self._allowances))
            moved = tuple(
                max(at, now) + (min(cost, allowance.n) - paid) * allowance.seconds_each
                for at, allowance in zip(empty_at, self._allowances, strict=True)
            )
            over = [at - now - allowance.seconds for at, allowance in zip(moved, self._allowances, strict=True)]
            if max(over, default=0.0) > _ROUNDING_SECONDS:
                # Whoever comes again pays again.
                return math.ceil(max(o + paid * a.seconds_each for o, a in zip(over, self._allowances, strict=True)))
            self._count(address, moved)
            return 0

    def _count(self, address: str, empty_at: tuple[float, ...]) -> None:
        self._empty_at[address] = empty_at
        self._empty_at.move_to_end(address)
        if len(self._empty_at) > MOST_ADDRESSES:
            self._empty_at.popitem(last=False)
