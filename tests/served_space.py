"""The repository as a Hugging Face Space starts it: its environment, a checkout nobody can write to, one temp folder.

It runs on the tests' own packages, or on those of the Python that CLEAN_PYTHON names (`make space` makes one anew).
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
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from tests.served_page import PATIENCE_SECONDS, ROOT, free_port, stop

NAME = "someone-coach.hf.space"
PYTHON = os.environ.get("CLEAN_PYTHON") or sys.executable
_DROP_CAPABILITY, _OVERRIDES = 24, (1, 2)
"""prctl's number, and what lets root write to files that nobody may write to."""


@dataclass(frozen=True)
class Space:
    """A Space that runs, asked by the name it is known by."""

    process: subprocess.Popen[str]
    client: httpx.Client

    def wait(self, path: str) -> None:
        """Ask until the answer is yes."""
        until = time.monotonic() + PATIENCE_SECONDS
        while True:
            assert self.process.poll() is None, self.process.stderr.read() if self.process.stderr else ""
            try:
                if self.client.get(path).status_code == 200:
                    return
            except httpx.TransportError:
                pass
            assert time.monotonic() < until, f"{path} never said yes"
            time.sleep(0.1)

    def told(self, message: str) -> str:
        """Tell a case as the page would, and return everything that came back."""
        dependencies = self.client.get("/config").json()["dependencies"]
        [index] = [dependency["id"] for dependency in dependencies if dependency["api_name"] == "tell"]
        sent = {"data": [message, None, {}], "fn_index": index, "session_hash": "visitor"}
        headers = {"Origin": f"http://{NAME}"}
        self.client.post("/gradio_api/queue/join", json=sent, headers=headers).raise_for_status()
        with self.client.stream("GET", "/gradio_api/queue/data", params={"session_hash": "visitor"}) as answer:
            lines = [json.loads(line[6:]) for line in answer.iter_lines() if line.startswith("data: ")]
        assert [True] == [line["success"] for line in lines if line["msg"] == "process_completed"]
        return json.dumps(lines)


@contextmanager
def read_only_checkout(folder: Path) -> Iterator[Path]:
    """Everything that git keeps, in a folder that is read-only; skips the test where there is no git."""
    asked = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listing = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=False)
    if listing.returncode:
        pytest.skip("not a git checkout")
    for name in filter(None, listing.stdout.split("\0")):
        if not (ROOT / name).is_file():
            continue
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, folder / name)
        (folder / name).chmod(0o444)
    folders = [folder, *(path for path in folder.rglob("*") if path.is_dir())]
    for path in folders:
        path.chmod(0o555)
    yield folder
    for path in folders:
        path.chmod(0o755)


@contextmanager
def started(checkout: Path, temp: Path) -> Iterator[Space]:
    """Start the Space; nothing answers yet."""
    port = free_port()
    temp.mkdir()
    environment = {
        "PATH": os.environ["PATH"], "HOME": str(checkout), "TMPDIR": str(temp), "PORT": str(port), "SYSTEM": "spaces",
        "SPACE_ID": "someone/coach", "SPACE_HOST": NAME, "SPACE_AUTHOR_NAME": "someone", "GRADIO_SSR_MODE": "True",
        "GRADIO_CACHE_EXAMPLES": "true", "HF_TOKEN": "hf_not_to_be_used",
    }  # fmt: skip
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    process = subprocess.Popen(
        [PYTHON, "app.py"],
        cwd=checkout,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=_without_overrides if is_root else None,
    )
    try:
        base_url, headers = f"http://127.0.0.1:{port}", {"Host": NAME}
        with httpx.Client(base_url=base_url, headers=headers, timeout=PATIENCE_SECONDS) as client:
            yield Space(process, client)
    finally:
        stop(process)


def _without_overrides() -> None:
    """Make file permissions hold for root too, from the next program on."""
    libc = ctypes.CDLL(None)
    for capability in _OVERRIDES:
        libc.prctl(_DROP_CAPABILITY, capability)
