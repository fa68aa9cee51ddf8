"""How often one address may ask: an allowance that is used up at once or bit by bit, and grows again evenly.

Owns the counting, in this process and forgotten with it. Must not know HTTP.
"""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

MOST_ADDRESSES = 20_000
"""How many are counted at the same time; beyond that, whoever was silent longest is forgotten."""
MINUTE_SECONDS, DAY_SECONDS = 60.0, 86_400.0
_ROUNDING_SECONDS = 1e-6


@dataclass(frozen=True, slots=True)
class Allowance:
    """`n` requests in `seconds`."""

    n: int
    seconds: float


class Tally:
    """Counts requests by address against several allowances; a request that is turned away costs nothing."""

    def __init__(self, allowances: Sequence[Allowance], clock: Callable[[], float] = time.monotonic) -> None:
        self._allowances = tuple(allowances)
        self._clock = clock
        self._empty_at: OrderedDict[str, tuple[float, ...]] = OrderedDict()

    def wait_seconds(self, address: str) -> int:
        """Count a request and return 0, or return in how many whole seconds the next one will be taken."""
        now = self._clock()
        empty_at = self._empty_at.get(address, (now,) * len(self._allowances))
        moved = tuple(
            max(at, now) + allowance.seconds / allowance.n
            for at, allowance in zip(empty_at, self._allowances, strict=True)
        )
        over = max(
            (at - now - allowance.seconds for at, allowance in zip(moved, self._allowances, strict=True)), default=0.0
        )
        if over > _ROUNDING_SECONDS:
            return math.ceil(over)
        self._empty_at[address] = moved
        self._empty_at.move_to_end(address)
        if len(self._empty_at) > MOST_ADDRESSES:
            self._empty_at.popitem(last=False)
        return 0
