"""What an answer costs beside a bare Gradio chat that streams the same text in the same steps, in the same run."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from assistant.web.escaping import as_chat
from assistant.web.page.chat_view import cut_growing
from assistant.web.page.handlers import CHUNK_SECONDS
from tests.bench.visitors import Crowd, function_index, send_crowd
from tests.fakes import coach
from tests.served_page import PATIENCE_SECONDS, ROOT, free_port, start, stop

pytestmark = [
    pytest.mark.bench,
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="CPU is read from /proc"),
]
WIKI = "We want to fine-tune a model on our wiki so that it knows our products. The pages change every week."
CROWDS = ((1, 0.0), (50, 5.0), (100, 10.0))
"""How many come, and over how many seconds."""
ALONE = 12
"""How often a visitor alone asks, one after the other."""


@dataclass(frozen=True)
class Served:
    """A server in a process of its own."""

    port: int
    process: subprocess.Popen[str]
    fn_index: int
    data: tuple[object, ...]

    def crowd(self, n: int, spread_s: float) -> Crowd:
        """Send a crowd; one visitor alone comes again and again."""
        if n > 1:
            return send_crowd(self.port, self.process.pid, self.fn_index, self.data, n, spread_s)
        alone = [send_crowd(self.port, self.process.pid, self.fn_index, self.data, 1, 0.0) for _ in range(ALONE)]
        return Crowd(sum((one.answers for one in alone), ()), sum(one.cpu_seconds for one in alone))

    def text(self, path: str) -> str:
        """Ask for a path."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=60) as answer:
            return str(answer.read().decode())


@pytest.fixture(scope="module")
def ours() -> Iterator[Served]:
    """The coach's page, warmed up."""
    process, address = start()
    port = int(address.split(":")[2].strip("/"))
    served = Served(port, process, function_index(port, "tell"), (WIKI, None, {}))
    _wait_until_ready(served, "/readyz")
    yield served
    stop(process)


@pytest.fixture(scope="module")
def bare() -> Iterator[Served]:
    """The bare chat, which streams what the coach would say."""
    port, reply = free_port(), _reply()
    steps = {"texts": [as_chat(text, 1, 9) for text in cut_growing(reply)], "pause_s": CHUNK_SECONDS}
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.bench.bare_chat"],
        env={**os.environ, "ASSISTANT_PORT": str(port), "STEPS": json.dumps(steps)},
        cwd=ROOT,
        text=True,
    )
    _wait_until_ready(Served(port, process, 0, ()), "/config")
    yield Served(port, process, function_index(port, "tell"), (WIKI,))
    stop(process)


def _reply() -> str:
    talk = coach()
    return talk.respond(talk.start("bench"), WIKI)[1].reply


def _wait_until_ready(served: Served, path: str) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        try:
            served.text(path)
            return
        except (urllib.error.URLError, ConnectionError):
            assert served.process.poll() is None, "the server ended"
            time.sleep(0.1)
    raise AssertionError("the server did not become ready")


def test_an_answer_costs_little_more_than_bare_gradio_and_the_coachs_own_work(ours: Served, bare: Served) -> None:
    """Nobody goes without an answer. The coach's own work is what its turns took while one visitor was there alone."""
    ours.crowd(1, 0), bare.crowd(1, 0)  # both have done everything once
    before = _stages(ours)
    alone = _compared(ours, bare, *CROWDS[0])
    own = {stage: (total - before[stage]) / ALONE for stage, total in _stages(ours).items()}
    print("\ncoach's own work, in answers of bare Gradio:", end=" ")
    print(", ".join(f"{stage} {seconds / alone[1].cpu_per_answer:.2f}" for stage, seconds in own.items()))
    for mine, theirs in (alone, *(_compared(ours, bare, *crowd) for crowd in CROWDS[1:])):
        print(
            f"{len(mine.answers) if mine is not alone[0] else 1:3} clients, times bare Gradio: "
            f"CPU an answer {mine.cpu_per_answer / theirs.cpu_per_answer:.2f}, "
            f"without the coach's own work {_around(mine, theirs, own):.2f}; "
            f"first words p95 {mine.first_words_p95 / theirs.first_words_p95:.2f}, "
            f"completion p95 {mine.completion_p95 / theirs.completion_p95:.2f}"
        )
        assert (0, 0) == (mine.n_errors, theirs.n_errors)
    assert _around(*alone, own) <= 1.25


def _compared(ours: Served, bare: Served, n: int, spread_s: float) -> tuple[Crowd, Crowd]:
    theirs = bare.crowd(n, spread_s)
    return ours.crowd(n, spread_s), theirs


def _around(mine: Crowd, theirs: Crowd, own: dict[str, float]) -> float:
    """What an answer costs besides the coach's own work, in answers of bare Gradio."""
    return (mine.cpu_per_answer - own["turn"]) / theirs.cpu_per_answer


def _stages(served: Served) -> dict[str, float]:
    """Read how long turns took so far, as a whole and by stage, in seconds."""
    figures = served.text("/metrics")
    stages = re.findall(r'coach_stage_seconds_sum\{stage="(\w+)"\} (\S+)', figures)
    [turns] = re.findall(r"coach_turn_seconds_sum (\S+)", figures)
    return {"turn": float(turns), **{stage: float(total) for stage, total in stages}}
