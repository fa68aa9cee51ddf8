"""The repository as a Hugging Face Space starts it: its environment, a checkout nobody can write to, one temp folder.

The packages are those of the tests; `make resolve` proves that the pins resolve with what a Space adds to them.
"""

from __future__ import annotations

import ctypes
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import ClassVar

import httpx
import pytest

from assistant import space
from tests.served_page import PATIENCE_SECONDS, ROOT, free_port, stop

WIKI = "We want to fine-tune a model on our wiki so that it knows our products. The pages change every week."
NAME = "someone-coach.hf.space"
_DROP_CAPABILITY, _OVERRIDES = 24, (1, 2)
"""prctl's number, and what lets root write to files that nobody may write to."""


def without_overrides() -> None:
    """Make file permissions hold for root too, from the next program on."""
    libc = ctypes.CDLL(None)
    for capability in _OVERRIDES:
        libc.prctl(_DROP_CAPABILITY, capability)


@pytest.fixture
def checkout(tmp_path: Path) -> Iterator[Path]:
    """Everything that git keeps, in a folder that is read-only."""
    asked = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listing = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=False)
    if listing.returncode:
        pytest.skip("not a git checkout")
    folder = tmp_path / "app"
    for name in filter(None, listing.stdout.split("\0")):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, folder / name)
        (folder / name).chmod(0o444)
    folders = [folder, *(path for path in folder.rglob("*") if path.is_dir())]
    for path in folders:
        path.chmod(0o555)
    yield folder
    for path in folders:
        path.chmod(0o755)


@pytest.fixture
def running(checkout: Path, tmp_path: Path) -> Iterator[httpx.Client]:
    """The Space once its port answers, asked by the name it is known by."""
    port, temp = free_port(), tmp_path / "temp"
    temp.mkdir()
    environment = {
        "PATH": os.environ["PATH"], "HOME": str(checkout), "TMPDIR": str(temp), "PORT": str(port), "SYSTEM": "spaces",
        "SPACE_ID": "someone/coach", "SPACE_HOST": NAME, "SPACE_AUTHOR_NAME": "someone", "GRADIO_SSR_MODE": "True",
        "GRADIO_CACHE_EXAMPLES": "true", "HF_TOKEN": "hf_not_to_be_used",
    }  # fmt: skip
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    page = subprocess.Popen(
        [sys.executable, "app.py"],
        cwd=checkout,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=without_overrides if is_root else None,
    )
    try:
        with httpx.Client(
            base_url=f"http://127.0.0.1:{port}", headers={"Host": NAME}, timeout=PATIENCE_SECONDS
        ) as client:
            wait(client, page, "/healthz")
            wait(client, page, "/readyz")
            yield client
    finally:
        stop(page)


def wait(client: httpx.Client, page: subprocess.Popen[str], path: str) -> None:
    """Ask until the answer is yes."""
    until = time.monotonic() + PATIENCE_SECONDS
    while True:
        assert page.poll() is None, page.stderr.read() if page.stderr else ""
        try:
            if client.get(path).status_code == 200:
                return
        except httpx.TransportError:
            pass
        assert time.monotonic() < until, f"{path} never said yes"
        time.sleep(0.2)


def told(client: httpx.Client, message: str) -> str:
    """Tell a case as the page would, and return everything that came back."""
    dependencies = client.get("/config").json()["dependencies"]
    [index] = [dependency["id"] for dependency in dependencies if dependency["api_name"] == "tell"]
    sent = {"data": [message, None, {}], "fn_index": index, "session_hash": "visitor"}
    client.post("/gradio_api/queue/join", json=sent, headers={"Origin": f"http://{NAME}"}).raise_for_status()
    with client.stream("GET", "/gradio_api/queue/data", params={"session_hash": "visitor"}) as answer:
        lines = [json.loads(line[6:]) for line in answer.iter_lines() if line.startswith("data: ")]
    assert [True] == [line["success"] for line in lines if line["msg"] == "process_completed"]
    return json.dumps(lines)


def test_the_repository_runs_as_a_space_and_holds_a_conversation(running: httpx.Client, checkout: Path) -> None:
    """From what is in git, with nowhere to write but the temp folder; what is public is on, and the page says so."""
    first, second = told(running, WIKI), told(running, "We have no evals at all.")
    assert "](#c1-1)" in first
    assert "Retrieval or tools" in first
    assert "](#c2-1)" in second
    page = running.get("/")
    assert page.headers["content-security-policy"].endswith("frame-ancestors 'self' https://huggingface.co")
    assert "Open to everyone, so requests are limited" in page.text
    assert "No language model is used" in page.text
    statuses = [running.get("/config").status_code for _ in range(70)]
    assert 429 == statuses[-1]
    assert not list(checkout.rglob("__pycache__"))


class Platform(BaseHTTPRequestHandler):
    """Stands for the platform's device service."""

    asked: ClassVar[list[tuple[str, str]]] = []
    status = 200

    def do_POST(self) -> None:
        self.asked.append((self.command, self.path))
        self.send_response(self.status)
        self.end_headers()

    def log_message(self, *arguments: object) -> None:
        """Say nothing."""


@pytest.mark.parametrize("status", [200, 500])
def test_a_space_on_shared_gpus_is_told_that_the_page_is_open(monkeypatch: pytest.MonkeyPatch, status: int) -> None:
    """Once; whatever it answers, the page goes on."""
    monkeypatch.setattr(Platform, "status", status)
    Platform.asked.clear()
    with HTTPServer(("127.0.0.1", 0), Platform) as server:
        thread = Thread(target=server.handle_request)
        thread.start()
        space.report_start(f"http://127.0.0.1:{server.server_port}/")
        thread.join(10)
    assert [("POST", "/startup-report")] == Platform.asked


def test_nothing_is_reported_elsewhere_and_a_platform_that_is_gone_stops_nothing() -> None:
    """The page is open all the same."""
    space.report_start(None)
    space.report_start(f"http://127.0.0.1:{free_port()}")
    space.report_start("no address")
