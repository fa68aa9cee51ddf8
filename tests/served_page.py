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
    page = subprocess.Popen(
        [sys.executable, str(ROOT / "app.py")],
        env={**os.environ, "ASSISTANT_PORT": str(free_port())},
        stdout=subprocess.PIPE,
        text=True,
    )
    atexit.register(stop, page)
    assert page.stdout is not None
    watchdog = threading.Timer(PATIENCE_SECONDS, page.kill)
    watchdog.start()
    for line in page.stdout:
        found = re.search(r"http://127\.0\.0\.1:\d+/", line)
        if found:
            watchdog.cancel()
            return found[0]
    raise AssertionError("the page did not start")


def stop(page: subprocess.Popen[str]) -> None:
    """End the process and wait for it."""
    page.terminate()
    try:
        page.wait(timeout=10)
    except subprocess.TimeoutExpired:
        page.kill()
        page.wait()
    if page.stdout is not None:
        page.stdout.close()
