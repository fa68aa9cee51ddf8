"""The figures in Prometheus's text format, as its own parser of lines would read them."""

from __future__ import annotations

import re
from threading import Thread

from assistant.web.server.metric_types import Counter, Gauge, Histogram, text
from assistant.web.server.metrics import Metrics

LINE = re.compile(r'(#(?: HELP| TYPE) \w+ .+|\w+(\{\w+="([^"\\]|\\.)*"(,\w+="([^"\\]|\\.)*")*\})? \S+)')


def test_a_histogram_counts_cumulatively_up_to_infinity() -> None:
    """A time counts in every bucket whose bound it does not exceed; sum and count stand below."""
    times = Histogram("waits", "Waits.", "stage", bounds=(0.1, 1.0))
    for seconds in (0.1, 0.5, 2.0):
        times.observe(seconds, "read")
    assert [
        "# HELP waits Waits.",
        "# TYPE waits histogram",
        'waits_bucket{stage="read",le="0.1"} 1',
        'waits_bucket{stage="read",le="1"} 2',
        'waits_bucket{stage="read",le="+Inf"} 3',
        'waits_sum{stage="read"} 2.6',
        'waits_count{stage="read"} 3',
    ] == times.lines()


def test_every_line_has_the_formats_shape() -> None:
    """Names, labels with anything in them, and numbers."""
    counted = Counter("turns_total", "Turns.", "intent")
    counted.add('a "quote", a \\ and a\nline')
    figures = [counted, Counter("plain_total", "Plain."), Gauge("now", "Now.", lambda: 1.5), Histogram("t", "T.")]
    lines = text(figures).splitlines()
    assert [] == [line for line in lines if not LINE.fullmatch(line)]
    assert {"plain_total 0", "now 1.5"} <= set(lines)


def test_counts_from_many_threads_add_up() -> None:
    """Turns run in threads."""
    counted = Counter("turns_total", "Turns.")
    threads = [Thread(target=lambda: [counted.add() for _ in range(2_000)]) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert "turns_total 16000" == counted.lines()[-1]


def test_tokens_are_told_as_they_are_when_asked() -> None:
    """A model counts its own; the figures ask it."""
    metrics, used = Metrics(), [(10, 2)]
    metrics.watch_tokens(lambda: used[-1])
    used.append((15, 4))
    assert {"coach_tokens_sent_today 15", "coach_tokens_received_today 4"} <= set(metrics.text().splitlines())
