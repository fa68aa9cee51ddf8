"""A real model, far too weak to be of use, served as `make run-local` serves one: only the plumbing is judged."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from assistant.domain.connection import Connection, Deadlines, Secret
from assistant.domain.model_turn import Prompt, Role, Said
from assistant.errors import UpstreamError
from assistant.llm.connect import EndpointModel, open_model
from tests.llm.small_model import are_good, weights_path

PATIENT = Deadlines(turn=240.0, first_token=200.0, gap=60.0)
SCHEMA = {
    "type": "object",
    "properties": {"evals": {"type": "string", "enum": ["none", "held_out"]}, "n": {"type": "integer"}},
    "required": ["evals", "n"],
    "additionalProperties": False,
}


@dataclass(frozen=True)
class LocalModel:
    """A model being served: where, and under which name."""

    base_url: str
    name: str


@pytest.fixture(scope="session")
def local_model(project_root: object) -> Iterator[LocalModel]:
    """SmolLM2-135M on one thread, in a process of its own; the same words for the same prompt."""
    weights = weights_path()
    if not are_good(weights):
        missing = "the small model is not there: python -m tests.llm.small_model fetches it"
        if os.environ.get("CI") == "true":
            pytest.fail(missing)
        pytest.skip(missing)
    command = [sys.executable, "-m", "assistant.llm.local_server", str(weights)]
    options = ["--context", "4096", "--threads", "1", "--temperature", "0"]
    with subprocess.Popen(
        [*command, *options], cwd=str(project_root), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as running:
        assert running.stdin is not None
        assert running.stdout is not None
        name, _, base_url = running.stdout.readline().strip().partition(" at ")
        yield LocalModel(base_url, name)
        running.stdin.close()
        running.wait(30)


@pytest.fixture
def model(local_model: LocalModel) -> Iterator[EndpointModel]:
    """The coach's model, with deadlines for one busy core."""
    opened = open_at(local_model, max_characters=2_000)
    yield opened
    opened.close()


def open_at(local_model: LocalModel, max_characters: int) -> EndpointModel:
    """Open the served model."""
    connection = Connection(
        f"openai:{local_model.name}",
        Secret("no-key-needed"),
        local_model.base_url,
        deadlines=PATIENT,
        max_characters=max_characters,
    )
    return open_model(connection, "Answer again with the JSON object alone.")


def asks(text: str) -> Prompt:
    """Make a prompt of one message."""
    return Prompt("You are kind and brief.", (Said(Role.USER, text),))


def test_a_reply_streams_and_ends_as_a_whole(model: EndpointModel) -> None:
    """Several pieces, a known end, one real call, and tokens counted by the server."""
    pieces = list(model.turn("c").speak(asks("Say hello in one short sentence.")))
    assert len(pieces) > 1
    assert 1 == model.usage.n_calls
    assert 0 < model.usage.input_tokens < 100
    assert 0 < model.usage.output_tokens < 500


def test_json_fits_the_schema(model: EndpointModel) -> None:
    """However little it understands, the server holds it to the form, in one call."""
    heard = json.loads(model.turn("c").listen(asks("We have no evals and 40 examples."), SCHEMA))
    assert {"evals", "n"} == set(heard)
    assert heard["evals"] in ("none", "held_out")
    assert 1 == model.usage.n_calls


def test_a_model_that_does_not_stop_is_stopped(local_model: LocalModel) -> None:
    """What it had said is marked as a part, and the server is free for the next call at once."""
    bounded = open_at(local_model, max_characters=200)
    with pytest.raises(UpstreamError) as caught:
        list(bounded.turn("c").speak(asks("Write a very long story about a tailor.")))
    assert caught.value.partial
    assert bounded.turn("c").listen(asks("No evals."), SCHEMA)
    bounded.close()
