"""The breaker: an endpoint that keeps failing is left alone, so that nobody waits for what will not come.

Owns when calls are let through. Must not know what a call is.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable

_FAILURES = 5
_WITHIN_S = 30.0
_REST_S = 15.0


class Breaker:
    """Opens after 5 failures within 30 s; 15 s later lets one call through, whose end decides."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._failures: deque[float] = deque(maxlen=_FAILURES)
        self._opened_at: float | None = None
        self._is_probing = False

    @property
    def is_open(self) -> bool:
        """Whether a call would be turned away now."""
        with self._lock:
            return self._is_open()

    def admit(self) -> bool:
        """Let a call through, or not; one let through ends in `note_success`, `note_failure` or `note_withdrawal`."""
        with self._lock:
            if self._is_open():
                return False
            self._is_probing = self._opened_at is not None
            return True

    def note_success(self) -> None:
        """Note that a call was answered: all is well again."""
        with self._lock:
            self._failures.clear()
            self._opened_at, self._is_probing = None, False

    def note_failure(self) -> None:
        """Note that a call failed by the endpoint's fault."""
        with self._lock:
            now = self._clock()
            self._failures.append(now)
            was_probe, self._is_probing = self._is_probing, False
            is_full = len(self._failures) == _FAILURES and now - self._failures[0] <= _WITHIN_S
            if was_probe or (self._opened_at is None and is_full):
                self._opened_at = now

    def note_withdrawal(self) -> None:
        """Note that a call ended and said nothing about the endpoint."""
        with self._lock:
            self._is_probing = False

    def _is_open(self) -> bool:
        if self._opened_at is None:
            return False
        return self._is_probing or self._clock() - self._opened_at < _REST_S
