"""Counters, gauges and histograms, and the text in which Prometheus reads them.

Owns the arithmetic and the format. Must not know what is counted.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from threading import Lock

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
"""Upper bounds of a histogram of times."""


class Counter:
    """Counts up, by the values of its labels, if it has any."""

    def __init__(self, name: str, meaning: str, *labels: str) -> None:
        self.name, self._meaning, self._labels = name, meaning, labels
        self._counts: dict[tuple[str, ...], float] = {} if labels else {(): 0}
        self._lock = Lock()

    def add(self, *values: str) -> None:
        """Count one more of those whose labels have these values."""
        with self._lock:
            self._counts[values] = self._counts.get(values, 0) + 1

    def lines(self) -> list[str]:
        """Write the counts, sorted by label."""
        with self._lock:
            counts = sorted(self._counts.items())
        rows = [f"{self.name}{_labels(*zip(self._labels, values, strict=True))} {_number(n)}" for values, n in counts]
        return [*_write_heading(self.name, self._meaning, "counter"), *rows]


class Gauge:
    """Tells a figure as it is when asked."""

    def __init__(self, name: str, meaning: str, read: Callable[[], float]) -> None:
        self.name, self._meaning, self._read = name, meaning, read

    def lines(self) -> list[str]:
        """Write the figure."""
        return [*_write_heading(self.name, self._meaning, "gauge"), f"{self.name} {_number(self._read())}"]


class Histogram:
    """Counts times in seconds by upper bound, for each value of one label or of none."""

    def __init__(self, name: str, meaning: str, label: str = "", bounds: Sequence[float] = SECONDS) -> None:
        self.name, self._meaning, self._label = name, meaning, label
        self._bounds = tuple(bounds)
        self._counts: dict[str, list[int]] = {}
        self._sums: dict[str, float] = {}
        self._lock = Lock()

    def observe(self, seconds: float, value: str = "") -> None:
        """Count one more time."""
        with self._lock:
            counts = self._counts.setdefault(value, [0] * (len(self._bounds) + 1))
            counts[bisect_left(self._bounds, seconds)] += 1
            self._sums[value] = self._sums.get(value, 0.0) + seconds

    def lines(self) -> list[str]:
        """Write cumulative counts, sum and count, sorted by label."""
        rows = []
        with self._lock:
            for value, counts in sorted(self._counts.items()):
                own, total = (self._label, value), 0
                for bound, n in zip((*(_number(bound) for bound in self._bounds), "+Inf"), counts, strict=True):
                    total += n
                    rows.append(f"{self.name}_bucket{_labels(own, ('le', bound))} {total}")
                rows.append(f"{self.name}_sum{_labels(own)} {_number(self._sums[value])}")
                rows.append(f"{self.name}_count{_labels(own)} {total}")
        return [*_write_heading(self.name, self._meaning, "histogram"), *rows]


def text(figures: Sequence[Counter | Gauge | Histogram]) -> str:
    """Write all figures in Prometheus's text format."""
    return "".join(f"{line}\n" for figure in figures for line in figure.lines())


def _write_heading(name: str, meaning: str, kind: str) -> list[str]:
    return [f"# HELP {name} {meaning}", f"# TYPE {name} {kind}"]


def _labels(*pairs: tuple[str, str]) -> str:
    written = ",".join(f'{name}="{_escape(value)}"' for name, value in pairs if name)
    return f"{{{written}}}" if written else ""


def _escape(value: str) -> str:
    return value.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")


def _number(value: float) -> str:
    return format(value, ".12g")
