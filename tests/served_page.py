"""The page as an operator starts it: app.py in a process of its own on a free port, once for all tests that want it."""

from __future__ import annotations

import atexit
import functools
import os
import re
import socket
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PATIENCE_SECONDS = 120.0


def free_port() -> int:
    """Find a port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@functools.cache
def address() -> str:
    """Start the page, wait until it prints its address, and return that; it ends with the tests."""
    page, where = start()
    atexit.register(stop, page)
    return where


def start(
    stderr: int | None = None, program: Sequence[str] = ("app.py",), **settings: str
) -> tuple[subprocess.Popen[str], str]:
    """Start a page with settings of its own and wait until it prints its address, which is returned too."""
    page = subprocess.Popen(
        [sys.executable, *program],
        cwd=ROOT,
        env={**os.environ, "ASSISTANT_PORT": str(free_port()), **settings},
        stdout=subprocess.PIPE,
        stderr=stderr,
        text=True,
    )
    assert page.stdout is not None
    watchdog = threading.Timer(PATIENCE_SECONDS, page.kill)
    watchdog.start()
    for line in page.stdout:
        found = re.search(r"http://127\.0\.0\.1:\d+(/\S*)?/", line)
        if found:
            watchdog.cancel()
            return page, found[0]
    raise AssertionError("the page did not start")


def stop(page: subprocess.Popen[str]) -> None:
    """End the process and wait for it."""
    page.terminate()
    try:
        page.wait(timeout=10)
    except subprocess.TimeoutExpired:
        page.kill()
        page.wait()
    for stream in (page.stdout, page.stderr):
        if stream is not None:
            stream.close()
