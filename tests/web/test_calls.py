"""Calls that are given up, when nobody waits any more or when they take too long, and what a call costs."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from starlette.types import ASGIApp, Message, Scope

from assistant.domain.case import Case
from assistant.domain.dialogue import Interpretation, Question
from assistant.ports import ModelTurn
from assistant.web.callers import Caller
from assistant.web.calls import Calls
from assistant.web.cancellation import GivenUpError
from assistant.web.contract.answers import Json
from assistant.web.mcp.tool_server import PATH
from assistant.web.rest.endpoints import PREFIX
from tests.fakes import Clock, HeldReader, ScriptedReader, coach
from tests.fakes_assistance import MESSAGE, PATIENCE_SECONDS, Assistance, LongEar, LongTurn, OneModel
from tests.web.apps import functions, listening, mounted
from tests.web.asking import VISITOR, ask

TWENTY = {"messages": [MESSAGE] * 20}
ENVELOPES = ["REST", "MCP"]


def sent(envelope: str, case: Json) -> tuple[str, bytes]:
    """Where to send a case to be assessed, and what."""
    if envelope == "REST":
        return f"{PREFIX}/assess", json.dumps(case).encode()
    params = {"name": "assess_fine_tuning_case", "arguments": case}
    return PATH, json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}).encode()


@pytest.fixture
def slow() -> Assistance:
    """A coach whose model never answers."""
    return Assistance(LongEar(), model=OneModel(LongTurn()))


def assessed(calls: Calls, case: Json, *, is_gone: bool = False) -> Json:
    """Assess a case for somebody who waits, or who does not."""

    async def gone() -> bool:
        return is_gone

    return asyncio.run(calls.assess(case, Caller(gone)))


# ---- a model -------------------------------------------------------------------------------------------------------


@dataclass
class DawdlingEar(LongEar):
    """Listens until the turn is cancelled, most of a minute is over by then; keeps for each message whether it was."""

    clock: Clock = field(default_factory=Clock)
    was_ended: list[bool] = field(default_factory=list)

    def listen(self, turn: ModelTurn, *given: Any) -> Any:
        """Let the time pass."""
        self.clock.now = 1_050.0
        try:
            return super().listen(turn, *given)
        finally:
            self.was_ended.append(self.ended.is_set())


def test_a_model_that_leaves_the_rules_no_time_is_given_up_and_they_answer() -> None:
    """For this message and those that follow; the caller is told."""
    ear = DawdlingEar()
    slow = Assistance(ear, model=OneModel(LongTurn()))
    answer = assessed(Calls(slow.coach, answer_seconds=60.0, clock=ear.clock), {"messages": [MESSAGE, MESSAGE]})
    assert (2, "offline") == (answer["turn"], answer["coach"])
    [notice] = answer["notices"]  # type: ignore[misc]
    assert "The turn was given up." in notice
    assert [True, True] == ear.was_ended


def test_a_caller_who_hangs_up_ends_the_call_upstream(slow: Assistance) -> None:
    """Through the whole server: it notices without waiting for the model to say something."""
    turn = slow.model.turn_
    assert isinstance(turn, LongTurn)
    with listening(slow.coach) as address:
        with pytest.raises(httpx.ReadTimeout):
            httpx.post(f"{address}{PREFIX}/assess", json={"messages": [MESSAGE]}, timeout=1.0)
        assert turn.cancelled.wait(PATIENCE_SECONDS / 2)


def test_a_model_is_given_up_when_nobody_waits_any_more(slow: Assistance) -> None:
    """What nobody reads costs nobody anything."""
    with pytest.raises(GivenUpError):
        assessed(Calls(slow.coach), {"messages": [MESSAGE, MESSAGE]}, is_gone=True)
    turn = slow.model.turn_
    assert isinstance(turn, LongTurn)
    assert "speak" not in turn.calls


# ---- rules ---------------------------------------------------------------------------------------------------------


async def hang_up(app: ASGIApp, path: str, body: bytes, reader: HeldReader) -> None:
    """Call, leave while the first message is read, and let the reader go on once that was noticed."""
    scope: Scope = {
        "type": "http", "http_version": "1.1", "method": "POST", "scheme": "http", "path": path,
        "raw_path": path.encode(), "query_string": b"", "root_path": "", "client": (VISITOR, 50_000),
        "headers": [(b"host", b"localhost"), (b"content-type", b"application/json")],
    }  # fmt: skip
    left: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive() -> Message:
        if left:
            return left.pop()
        if not reader.has_begun.is_set():
            await asyncio.sleep(PATIENCE_SECONDS)
        # Whoever is told so acts on it before anything else of this loop runs.
        asyncio.get_running_loop().call_soon(reader.goes_on.set)
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        """Nobody is there."""

    await app(scope, receive, send)


@pytest.mark.parametrize("envelope", ENVELOPES)
def test_rules_read_no_further_once_the_caller_is_gone(envelope: str) -> None:
    """The message under way is the last of the twenty."""
    reader = HeldReader()
    asyncio.run(hang_up(functions(coach(reader)), *sent(envelope, TWENTY), reader))
    assert 1 == reader.n_read


def test_a_call_whose_caller_left_before_its_turn_came_reads_nothing() -> None:
    """It waited behind another; the thread that is free at last has nothing to do for it."""
    reader = HeldReader()
    calls = Calls(coach(reader), n_at_once=1)

    async def both() -> None:
        async def left() -> bool:
            asyncio.get_running_loop().call_soon(reader.goes_on.set)
            return True

        async def waits() -> bool:
            return False

        first = asyncio.ensure_future(calls.assess({"messages": [MESSAGE]}, Caller(waits)))
        second = asyncio.ensure_future(calls.assess(TWENTY, Caller(left)))
        assert 1 == (await first)["turn"]
        with pytest.raises(GivenUpError):
            await second

    asyncio.run(both())
    assert 1 == reader.n_read


@dataclass
class SlowReader(ScriptedReader):
    """A reader that takes half a minute for a message."""

    clock: Clock = field(default_factory=Clock)

    def read(self, message: str, case: Case, question: Question | None) -> Interpretation:
        """Hear nothing, and let the time pass."""
        self.clock.now += 30
        return super().read(message, case, question)


@pytest.mark.parametrize(("envelope", "status"), [("REST", 503), ("MCP", 200)])
def test_rules_stop_when_the_time_of_an_answer_is_over(envelope: str, status: int) -> None:
    """Within a minute three messages are begun, and the caller is told to send less."""
    reader, (path, body) = SlowReader(), sent(envelope, TWENTY)
    talk = coach(reader)
    with mounted(talk, Calls(talk, clock=reader.clock)) as client:
        got = client.post(path, content=body, headers={"Content-Type": "application/json"})
    assert (status, 3) == (got.status_code, len(reader.calls))
    assert "It took longer than 60 s, so it was stopped." in got.text


# ---- what it costs -------------------------------------------------------------------------------------------------


def served(reader: ScriptedReader, **limits: str) -> ASGIApp:
    """Serve the public."""
    return functions(coach(reader), ASSISTANT_HOST="0.0.0.0", **limits)


@pytest.mark.parametrize("envelope", ENVELOPES)
def test_a_call_costs_a_request_for_each_of_its_messages(envelope: str) -> None:
    """Of sixty a minute, three with twenty messages are taken, and of a fourth nothing is read."""
    reader = ScriptedReader()
    app, (path, body) = served(reader), sent(envelope, TWENTY)
    answers = [ask(app, "POST", path, body=body, content_type="application/json") for _ in range(4)]
    assert 60 == len(reader.calls)
    assert "try again in" in answers[-1].text.lower()
    elsewhere = ask(app, "POST", path, body=body, content_type="application/json", address="198.51.100.9")
    assert (200, 80) == (elsewhere.status_code, len(reader.calls))


def test_too_dear_a_call_says_when_it_will_be_taken() -> None:
    """Twenty of thirty are used up: one that costs as much again waits, one that costs little does not."""
    app, (path, body) = served(ScriptedReader(), ASSISTANT_MINUTE_REQUESTS="30"), sent("REST", TWENTY)
    small = json.dumps({"messages": [MESSAGE]}).encode()
    got = [ask(app, "POST", path, body=told, content_type="application/json") for told in (body, body, small)]
    assert [200, 429, 200] == [answer.status_code for answer in got]
    assert "busy" == got[1].json()["code"]
    assert f"Try again in {got[1].headers['retry-after']} seconds." in got[1].json()["detail"]


def test_no_call_is_too_dear_for_ever() -> None:
    """Where fewer are allowed than a call costs, it takes all there are."""
    app = served(ScriptedReader(), ASSISTANT_MINUTE_REQUESTS="5")
    body = json.dumps(TWENTY).encode()
    got = [ask(app, "POST", f"{PREFIX}/assess", body=body, content_type="application/json") for _ in range(2)]
    assert [200, 429] == [answer.status_code for answer in got]
