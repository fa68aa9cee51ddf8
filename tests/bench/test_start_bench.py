"""How long the page takes to open, as a multiple of bare Gradio in the same run, and how a Space wakes up, by stage."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from tests.served_page import free_port, stop
from tests.served_space import read_only_checkout, started

pytestmark = pytest.mark.bench
ROOT = Path(__file__).resolve().parents[2]
ROUNDS = 3
BARE = """
import os
import gradio as gr
with gr.Blocks() as page:
    chat = gr.Chatbot()
    box = gr.Textbox()
    box.submit(lambda said: [{"role": "user", "content": said}], box, chat)
page.launch(server_name="127.0.0.1", server_port=int(os.environ["ASSISTANT_PORT"]), quiet=True, ssr_mode=False)
"""


def seconds_to_first_page(command: list[str]) -> float:
    """Start a server and measure the time until it answers a request for its page."""
    port = free_port()
    began = time.perf_counter()
    server = subprocess.Popen(
        command, env={**os.environ, "ASSISTANT_PORT": str(port)}, stdout=subprocess.PIPE, text=True, cwd=ROOT
    )
    try:
        while time.perf_counter() - began < 120:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=10) as page:
                    page.read()
                    return time.perf_counter() - began
            except (urllib.error.URLError, ConnectionError):
                assert server.poll() is None, "the server ended before it answered"
                time.sleep(0.02)
        raise AssertionError("the server did not answer in two minutes")
    finally:
        stop(server)


def test_the_page_opens_hardly_later_than_bare_gradio() -> None:
    """What is heavy waits until the port is open. The best of each counts, since a busy machine only ever adds."""
    ours, bare = [], []
    for _ in range(ROUNDS):
        bare.append(seconds_to_first_page([sys.executable, "-c", BARE]))
        ours.append(seconds_to_first_page([sys.executable, "app.py"]))
    ratio = min(ours) / min(bare)
    medians = f"medians {statistics.median(ours):.2f} and {statistics.median(bare):.2f} s"
    print(f"\nfirst page: {min(ours):.2f} s, bare Gradio {min(bare):.2f} s, {ratio:.2f} times ({medians})")
    assert ratio <= 1.15


WIKI = "We want to fine-tune a model on our wiki so that it knows our products. The pages change every week."


def test_each_stage_of_a_start_and_what_the_built_vectors_save() -> None:
    """CPU seconds, since a busy machine only ever adds to the others."""
    command = [sys.executable, "-m", "tests.bench.waking", str(time.time())]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=300)
    *stages, encoded = [json.loads(line) for line in run.stdout.splitlines() if line.startswith("{")]
    whole = sum(stage["cpu_seconds"] for stage in stages)
    print(f"\nfrom the start of the process: {'seconds':>20}{'of CPU':>10}{'share':>8}")
    for stage in stages:
        taken = f"{stage['seconds']:9.2f}{stage['cpu_seconds']:10.2f}{stage['cpu_seconds'] / whole:8.0%}"
        print(f"  {stage['stage']:40}{taken if stage['seconds'] else '    -----'}")
    [index] = [stage for stage in stages if stage["stage"].startswith("index")]
    more = encoded["cpu_seconds"] - index["cpu_seconds"]
    print(
        f"  without the built vectors {encoded['cpu_seconds']:.2f} s instead of {index['cpu_seconds']:.2f} s of CPU",
        end="",
    )
    print(f", and the whole {(whole + more) / whole:.2f} times as long")
    assert encoded["cpu_seconds"] > 5 * index["cpu_seconds"]


def test_a_space_that_wakes_up_answers_its_first_visitor_as_well_as_any_other(tmp_path: Path) -> None:
    """A first message may wait until hearing is warm, so that the same words are heard the same, and cited."""
    with read_only_checkout(tmp_path / "app") as checkout:
        began = time.perf_counter()
        with started(checkout, tmp_path / "temp") as space:
            at = {}
            space.wait("/healthz")
            at["port open"] = time.perf_counter() - began
            early = space.told(WIKI)
            at["first reply"] = time.perf_counter() - began
            space.wait("/readyz")
            at["index and encoder ready"] = time.perf_counter() - began
            asked = time.perf_counter()
            space.told(WIKI)
            warm = time.perf_counter() - asked
    print("\nas a Space, seconds from the start of the process, in times of the port: ", end="")
    print(", ".join(f"{name} {seconds:.2f} ({seconds / at['port open']:.2f})" for name, seconds in at.items()))
    print(f"  a reply once all is ready takes {warm:.2f} s")
    assert "Retrieval or tools" in early
    assert "](#c1-1)" in early
