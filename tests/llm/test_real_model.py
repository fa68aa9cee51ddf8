"""A real model, far too weak to be of use, served as `make run-local` serves one: only the plumbing is judged."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from assistant.domain.conversation import Role, Said
from assistant.errors import UpstreamError
from assistant.llm.client.endpoint_model import EndpointModel
from assistant.ports import Prompt
from tests.llm.local_model import LocalModel

SCHEMA = {
    "type": "object",
    "properties": {"evals": {"type": "string", "enum": ["none", "held_out"]}, "n": {"type": "integer"}},
    "required": ["evals", "n"],
    "additionalProperties": False,
}


@pytest.fixture
def model(local_model: LocalModel) -> Iterator[EndpointModel]:
    """The coach's model, with deadlines for one busy core."""
    opened = local_model.open(max_characters=2_000)
    yield opened
    opened.close()


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
    heard = json.loads(model.turn("c").listen(asks("We have no evals and 40 examples."), SCHEMA, bool))
    assert {"evals", "n"} == set(heard)
    assert heard["evals"] in ("none", "held_out")
    assert 1 == model.usage.n_calls


def test_a_model_that_does_not_stop_is_stopped(local_model: LocalModel) -> None:
    """What it had said is marked as a part, and the server is free for the next call at once."""
    bounded = local_model.open(max_characters=200)
    with pytest.raises(UpstreamError) as caught:
        list(bounded.turn("c").speak(asks("Write a very long story about a tailor.")))
    assert caught.value.partial
    assert bounded.turn("c").listen(asks("No evals."), SCHEMA, bool)
    bounded.close()
