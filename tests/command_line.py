"""Talks to `python -m assistant` as another program would: lines in, lines out."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from pathlib import Path
from queue import Queue
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PATIENCE_S = 120
CONSOLE = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONIOENCODING": "ascii"}
"""The poorest console there is: what is read and written is UTF-8 all the same."""
SHUT = (
    "import atexit, runpy, sys; from tests import network; network.shut(); "
    "atexit.register(lambda: network.attempts and print(network.attempts, file=sys.stderr)); "
    "sys.argv[0] = 'assistant'; runpy.run_module('assistant', run_name='__main__', alter_sys=True)"
)

Answer = dict[str, Any]


class Process:
    """One running command; the network is shut inside it, and an attempt to reach it ends up on standard error."""

    def __init__(self, *arguments: str, **environment: str) -> None:
        self._running = subprocess.Popen(
            [sys.executable, "-c", SHUT, *arguments],
            cwd=ROOT,
            env={**os.environ, **environment},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        self._lines: Queue[bytes] = Queue()
        self._reading = threading.Thread(target=self._read, daemon=True)
        self._reading.start()

    def _read(self) -> None:
        assert self._running.stdout
        for line in self._running.stdout:
            self._lines.put(line)
        self._lines.put(b"")

    def send(self, *lines: bytes) -> None:
        """Write lines at once."""
        assert self._running.stdin
        self._running.stdin.write(b"".join(line + b"\n" for line in lines))
        self._running.stdin.flush()

    def answer(self) -> Answer:
        """Return the next line of JSON; fails when none comes."""
        line = self._lines.get(timeout=PATIENCE_S)
        assert line.endswith(b"\n"), "the process ended"
        answer: Answer = json.loads(line.decode("utf-8"))
        return answer

    def ask(self, line: bytes | Answer) -> Answer:
        """Write one line and wait for its answer."""
        self.send(line if isinstance(line, bytes) else json.dumps(line).encode())
        return self.answer()

    def turn(self, conversation: str, message: str = "", **facts: object) -> Answer:
        """Take one turn of a conversation."""
        return self.ask({"conversation": conversation, "message": message, "facts": facts})

    def end(self) -> tuple[int, bytes, str]:
        """Close standard input; return exit status, what was still printed and what went to standard error."""
        assert self._running.stdin
        assert self._running.stderr
        self._running.stdin.close()
        errors = self._running.stderr.read().decode("utf-8")
        status = self._running.wait(timeout=PATIENCE_S)
        self._reading.join(timeout=PATIENCE_S)
        self._running.stderr.close()
        rest = b"".join(iter(self._lines.get, b""))
        assert self._running.stdout
        self._running.stdout.close()
        return status, rest, errors


def run(*arguments: str, lines: bytes = b"", **environment: str) -> tuple[int, str, str]:
    """Run a command to its end; return exit status, output and errors."""
    process = Process(*arguments, **environment)
    process.send(*lines.splitlines())
    status, output, errors = process.end()
    return status, output.decode("utf-8"), errors
