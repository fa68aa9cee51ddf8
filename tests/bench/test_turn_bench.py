"""What the coach adds to a language model: its own share of a turn, and what it costs until the first sentence."""

from __future__ import annotations

import http.client
import json
import statistics
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest

from assistant import wiring
from assistant.coach import Coach
from assistant.domain.conversation import Recording
from assistant.llm.client.endpoint_model import open_model
from assistant.ports import Model, ModelTurn, Prompt
from assistant.settings.connection import Connection, Secret
from assistant.settings.environment import read_settings
from tests import fakes_speech
from tests.case_runs import meanings, read_cases, read_clicks
from tests.fakes_model import ScriptedModel, assisted_coach, model_speaker, said, truthful, whole_coach
from tests.llm.fault_server import Exchange, FaultServer, ended
from tests.llm.fault_server import said as chunk

pytestmark = pytest.mark.bench
CASES, CLICKS = read_cases(), read_clicks()
FIRST_TOKEN_S, TOKEN_S = 0.25, 0.01
"""How fast the endpoint is: about as a hosted model is."""
N_ASKED = 8
OPENING = fakes_speech.KIND


@dataclass
class Clocked:
    """The `Model` port around another, and the time that was spent in it."""

    inner: Model
    seconds: float = 0.0

    @property
    def name(self) -> str:
        """The other's name."""
        return self.inner.name

    def turn(self, conversation_id: str) -> ModelTurn:
        """Begin a turn."""
        return ClockedTurn(self.inner.turn(conversation_id), self)


@dataclass
class ClockedTurn:
    """The `ModelTurn` port around another."""

    inner: ModelTurn
    clock: Clocked

    @property
    def name(self) -> str:
        """The other's name."""
        return self.inner.name

    @property
    def recording(self) -> Recording:
        """What was answered so far."""
        return self.inner.recording

    def listen(self, prompt: Prompt, schema: Mapping[str, object]) -> str:
        """Answer as the other."""
        with self._watch():
            return self.inner.listen(prompt, schema)

    def speak(self, prompt: Prompt) -> Iterator[str]:
        """Yield what the other yields; what is done with a piece in between is not the model's."""
        pieces = self.inner.speak(prompt)
        while True:
            with self._watch():
                piece = next(pieces, None)
            if piece is None:
                return
            yield piece

    def cancel(self) -> None:
        """Give up."""
        self.inner.cancel()

    @contextmanager
    def _watch(self) -> Iterator[None]:
        began = time.perf_counter()
        yield
        self.clock.seconds += time.perf_counter() - began


@dataclass
class Stages:
    """Seconds of the turns of one kind, without the model's: until something is shown, and to the end."""

    opening: list[float] = field(default_factory=list)
    whole: list[float] = field(default_factory=list)


def test_the_coachs_own_share_of_a_turn() -> None:
    """Every labelled case: its story, an answer in words, and all the rest clicked; with a model that takes no time."""
    stages = {"a story": Stages(), "an answer in words": Stages(), "clicks that settle it": Stages()}
    plain = wiring.build(read_settings({}))
    plain.retriever.retrieve("warm")
    for case in CASES:
        clicks = CLICKS[case["id"]]
        model = Clocked(ScriptedModel(truthful(meanings(case, clicks)), fakes_speech.kind))
        coach = assisted_coach(model, model_speaker(), plain)
        talk = coach.start(case["id"])
        answer = next(iter(case["answers"].values()))
        everything = {slot.id: clicks.get(slot.id, "declined") for slot in coach.rulebook.slots}
        for stage, message, facts in zip(
            stages.values(), (case["opening_message"], answer, ""), ({}, {}, everything), strict=True
        ):
            model.seconds, began, opened = 0.0, time.perf_counter(), None
            for step in coach.stream(talk, message, facts):
                opened = opened or time.perf_counter() - began - model.seconds
                talk = step.conversation or talk
            stage.opening.append(opened or 0.0)
            stage.whole.append(time.perf_counter() - began - model.seconds)
    print(f"\n{'The coach alone, in ms':26}{'until something is shown':>28}{'to the end':>20}")
    print(f"{'':26}{'p50':>18}{'p95':>10}{'p50':>10}{'p95':>10}")
    for name, stage in stages.items():
        shown = [percentile(times, share) for times in (stage.opening, stage.whole) for share in (0.5, 0.95)]
        print(f"  {name:24}{shown[0]:18.1f}{shown[1]:10.1f}{shown[2]:10.1f}{shown[3]:10.1f}")


def percentile(seconds: Sequence[float], share: float) -> float:
    """Return a percentile in milliseconds."""
    ordered = sorted(seconds)
    return 1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def hosted(exchange: Exchange) -> None:
    """Answer at the pace of a hosted model: hear nothing, or say the statements nearly as they are."""
    text = said() if exchange.received.wants_json else fakes_speech.kind(exchange.received.prompt)
    exchange.head()
    time.sleep(FIRST_TOKEN_S)
    for at in range(0, len(text), 4):
        exchange.send(chunk(text[at : at + 4]))
        time.sleep(TOKEN_S)
    exchange.send(ended())


def through(coach: Coach, message: str) -> float:
    """Measure the seconds until the first sentence of the model is shown."""
    began = time.perf_counter()
    for step in coach.stream(coach.start("bench"), message):
        if OPENING in step.reply:
            return time.perf_counter() - began
    raise AssertionError("the model's first sentence was not shown")


def directly(server: FaultServer, bodies: Sequence[Mapping[str, object]]) -> float:
    """Measure the seconds until the first sentence of the last of these requests has come, one after the other."""
    began = time.perf_counter()
    for body in bodies:
        calling = http.client.HTTPConnection("127.0.0.1", server.port)
        calling.request("POST", "/v1/chat/completions", json.dumps(body), {"Content-Type": "application/json"})
        text = ""
        for line in calling.getresponse():
            if line.startswith(b"data: {"):
                text += json.loads(line[6:])["choices"][0]["delta"].get("content", "")
            if body is bodies[-1] and OPENING in text:
                break
        calling.close()
    return time.perf_counter() - began


def test_the_time_to_the_first_sentence_beside_the_same_endpoint_called_directly() -> None:
    """The same requests to the same endpoint, once by the coach and once by a bare client."""
    with FaultServer(script=[hosted]) as server:
        model = open_model(Connection("openai:m", Secret("sk-bench"), server.base_url), "Again.")
        coach = whole_coach(model)
        message = CASES[0]["opening_message"]
        through(coach, message)
        bodies = [request.body for request in server.requests]
        assert len(bodies) == 2
        by_coach = [through(coach, message) for _ in range(N_ASKED)]
        bare = [directly(server, bodies) for _ in range(N_ASKED)]
        reply_alone = [directly(server, bodies[1:]) for _ in range(N_ASKED)]
        model.close()
    ours, theirs, alone = (statistics.median(times) for times in (by_coach, bare, reply_alone))
    print(f"\nUntil the model's first sentence, at {FIRST_TOKEN_S:g} s to the first token and {TOKEN_S:g} s a token")
    print(f"  through the coach                 {ours:.3f} s")
    print(f"  the same two requests directly    {theirs:.3f} s, ratio {ours / theirs:.2f}")
    print(f"  the one for the reply alone       {alone:.3f} s: hearing first costs the rest")
