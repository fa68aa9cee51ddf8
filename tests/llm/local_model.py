"""A real model served as `make run-local` serves one, in a process of its own."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from assistant.llm.client.endpoint_model import EndpointModel, open_model
from assistant.settings.connection import Connection, Deadlines, Secret

PATIENT = Deadlines(turn=240.0, first_token=200.0, gap=60.0)
"""For one busy core."""


@dataclass(frozen=True)
class LocalModel:
    """A model being served: where, and under which name."""

    base_url: str
    name: str

    def open(self, max_characters: int) -> EndpointModel:
        """Point the coach's client at it; whoever opens it closes it."""
        connection = Connection(
            f"openai:{self.name}",
            Secret("no-key-needed"),
            self.base_url,
            deadlines=PATIENT,
            max_characters=max_characters,
        )
        return open_model(connection, "Answer again with the JSON object alone.")


@contextmanager
def serving(weights: Path, project_root: Path) -> Iterator[LocalModel]:
    """Serve a model on one thread; the same words for the same prompt."""
    command = [sys.executable, "-m", "assistant.llm.local_server", str(weights)]
    options = ["--context", "4096", "--threads", "1", "--temperature", "0", "--repeat-penalty", "1.15"]
    with subprocess.Popen(
        [*command, *options], cwd=project_root, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as running:
        assert running.stdin is not None
        assert running.stdout is not None
        name, _, base_url = running.stdout.readline().strip().partition(" at ")
        yield LocalModel(base_url, name)
        running.stdin.close()
        running.wait(30)
