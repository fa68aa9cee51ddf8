"""A fault server and a real local model, and models that are pointed at them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.llm.client.endpoint_model import EndpointModel, open_model
from assistant.settings.connection import Connection, Deadlines, Secret
from tests.llm.fault_server import FaultServer
from tests.llm.local_model import LocalModel, serving
from tests.llm.small_model import are_good, weights_path

KEY = "sk-canary-0123456789abcdefghij"
REPAIR = "That was no JSON object. Answer again with the JSON object alone."
SHORT = Deadlines(turn=3.0, first_token=1.0, gap=1.0)

Connect = Callable[..., EndpointModel]


@pytest.fixture
def server() -> Iterator[FaultServer]:
    """A server that has not been told yet how to behave."""
    with FaultServer() as running:
        yield running


@pytest.fixture
def connect(server: FaultServer) -> Iterator[Connect]:
    """Open models at the server, with short deadlines and no pause before a retry; closed at the end."""
    opened = []

    def open_at_server(**changes: object) -> EndpointModel:
        connection = Connection("openai:m", Secret(KEY), server.base_url, deadlines=SHORT, max_characters=2_000)
        model = open_model(replace(connection, **changes), REPAIR, pause_s=lambda: 0.0)  # type: ignore[arg-type]
        opened.append(model)
        return model

    yield open_at_server
    for model in opened:
        model.close()


@pytest.fixture(scope="session")
def local_model(project_root: Path) -> Iterator[LocalModel]:
    """SmolLM2-135M; without its weights the test is skipped, in CI it fails."""
    if not are_good(weights_path()):
        missing = "the small model is not there: python -m tests.llm.small_model fetches it"
        if os.environ.get("CI") == "true":
            pytest.fail(missing)
        pytest.skip(missing)
    with serving(weights_path(), project_root) as model:
        yield model
