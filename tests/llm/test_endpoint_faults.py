"""Every fault an endpoint is known for, from a real server: each ends in a whole answer, a marked part, or a failure.

None is silently cut, none echoes the key, and none outlives the deadline.
"""

from __future__ import annotations

import logging
import random
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from assistant.domain.conversation import Role, Said
from assistant.errors import UpstreamError
from assistant.ports import Prompt
from tests.llm.conftest import KEY, Connect
from tests.llm.fault_server import (
    DONE,
    Behaviour,
    Exchange,
    FaultServer,
    answers,
    called,
    chunk,
    ended,
    event,
    refuses,
    replies,
    said,
    streams,
)

PROMPT = Prompt("Be kind.", (Said(Role.USER, "Should we fine-tune?"),))
SCHEMA = {
    "type": "object",
    "properties": {"x": {"type": "string"}},
    "required": ["x"],
    "additionalProperties": False,
}
WHOLE = "Think of evals first."
HALF = "Think of"


def chunked_abort(exchange: Exchange) -> None:
    """Announce chunks and leave in the middle of one."""
    exchange.head(Transfer_Encoding="chunked")
    part = said(HALF)
    exchange.send(b"%x\r\n" % len(part) + part + b"\r\n", b"ff\r\ndata: {")


def reset_midway(exchange: Exchange) -> None:
    """Tear the connection down after half an answer, once that was read."""
    exchange.head()
    exchange.send(said(HALF))
    exchange.left(0.3)
    exchange.reset()


def reset_at_once(exchange: Exchange) -> None:
    """Tear the connection down instead of answering."""
    exchange.reset()


def silent(exchange: Exchange) -> None:
    """Never even send headers."""
    exchange.hang()


def hang_midway(exchange: Exchange) -> None:
    """Stop in the middle and keep the connection open."""
    exchange.head()
    exchange.send(said(HALF))
    exchange.hang()


def hang_after_the_end(exchange: Exchange) -> None:
    """Say that the answer is through, and keep the connection open."""
    exchange.head()
    exchange.send(said(WHOLE), chunk({}, "stop"))
    exchange.hang()


def keep_alives(exchange: Exchange) -> None:
    """Send comments and never an event."""
    exchange.head()
    exchange.drip(b": keep-alive\n\n", 0.1)


def slow_drip(exchange: Exchange) -> None:
    """Send a letter now and then, always within the gap, without end."""
    exchange.head()
    exchange.drip(said("a"), 0.3)


def completion(content: str | None) -> dict[str, object]:
    """Write a whole answer as it is without streaming."""
    return {"choices": [{"index": 0, "message": {"content": content}, "finish_reason": "stop"}]}


def redirects(target: Callable[[Exchange], str]) -> Behaviour:
    """Point elsewhere."""
    return lambda exchange: replies(307, "", "text/plain", Location=target(exchange))(exchange)


def encoded(status: int, coding: str) -> Behaviour:
    """Say that what is sent has been encoded."""

    def behave(exchange: Exchange) -> None:
        exchange.head(status, Content_Encoding=coding)
        exchange.send(said(WHOLE), ended())

    return behave


def elsewhere_on_this_host(exchange: Exchange) -> str:
    """Name another path of the same server."""
    return f"{exchange.base_url}/elsewhere"


@dataclass(frozen=True)
class Row:
    """A fault: how the server behaves, how it ends, and after how many requests."""

    name: str
    script: tuple[Behaviour, ...]
    ends: str
    n_requests: int = 1
    text: str = ""


def fails(name: str, *script: Behaviour, n_requests: int = 1) -> Row:
    """Describe a fault after which there is nothing."""
    return Row(name, script, "failure", n_requests)


def breaks_off(name: str, *script: Behaviour, text: str = HALF) -> Row:
    """Describe a fault after which there is a part; what was shown is never asked for again."""
    return Row(name, script, "partial", 1, text)


def recovers(name: str, *script: Behaviour, n_requests: int = 2) -> Row:
    """Describe a fault that one more try mends."""
    return Row(name, (*script, answers(WHOLE)), "whole", n_requests, WHOLE)


ROWS = [
    # The stream ends early.
    breaks_off("ends early and cleanly", streams(said(HALF), DONE)),
    breaks_off("ends of file after an event", streams(said(HALF))),
    breaks_off("ends of file inside an event's JSON", streams(said(HALF), b'data: {"choices": [{"del')),
    breaks_off("error event without an error key", streams(said(HALF), b'event: error\ndata: {"message": "no"}\n\n')),
    fails("error event at once", streams(b'event: error\ndata: {"message": "no"}\n\n'), n_requests=2),
    # Nothing comes.
    fails("only the last mark", streams(DONE), n_requests=2),
    fails("empty body", streams(), n_requests=2),
    recovers("empty body once", streams()),
    fails("keep-alives only", keep_alives),
    fails("a web page with status 200", replies(200, "<html>Please log in</html>", "text/html; charset=utf-8")),
    fails("JSON instead of a stream", replies(200, completion(WHOLE))),
    fails("no stream, choices empty", replies(200, {"choices": []})),
    fails("no stream, choices null", replies(200, {"choices": None})),
    fails("no stream, content null", replies(200, completion(None))),
    fails("streamed, choices null", streams(event({"choices": None}), ended()), n_requests=2),
    fails("streamed, content null", streams(chunk({"content": None}), ended()), n_requests=2),
    fails("streamed, delta null", streams(chunk(None, "stop"), DONE), n_requests=2),
    # The connection breaks.
    breaks_off("chunked body aborted", chunked_abort),
    breaks_off("connection reset midway", reset_midway),
    fails("connection reset at once", reset_at_once, n_requests=2),
    recovers("connection reset once", reset_at_once),
    # What comes cannot be read.
    breaks_off("malformed JSON in an event", streams(said(HALF), b"data: {oops}\n\n", ended())),
    fails("malformed JSON at once", streams(b"data: {oops}\n\n", ended()), n_requests=2),
    breaks_off("invalid UTF-8 in an event", streams(said(HALF), b'data: {"choices": "\xff\xfe"}\n\n', ended())),
    fails("invalid UTF-8 at once", streams(b'data: "\xff\xfe"\n\n', ended()), n_requests=2),
    breaks_off("an error in the stream", streams(said(HALF), event({"error": {"message": f"no {KEY}"}}))),
    fails("an error in the stream at once", streams(event({"error": {"message": f"no {KEY}"}})), n_requests=2),
    # The model was not through.
    breaks_off("finish length", streams(said(HALF), ended("length"))),
    breaks_off("finish content_filter", streams(said(HALF), ended("content_filter"))),
    breaks_off("an end nobody knows", streams(said(HALF), ended("because"))),
    breaks_off("a tool call where words were asked for", streams(said(HALF), ended("tool_calls"))),
    fails("finish content_filter and nothing", streams(ended("content_filter"))),
    Row("a chunk without choices", (streams(event({"choices": []}), said(WHOLE), ended()),), "whole", 1, WHOLE),
    # Time.
    breaks_off("hang midway", hang_midway),
    Row("hang after the end", (hang_after_the_end,), "whole", 1, WHOLE),
    fails("headers never come", silent),
    # Busy, broken, refused.
    recovers("429 with Retry-After 1", refuses(429, "slow down", Retry_After="1")),
    fails("429 with Retry-After 600", refuses(429, "slow down", Retry_After="600")),
    fails("429 twice", refuses(429, "slow down", Retry_After="0"), n_requests=2),
    recovers("500 once", refuses(500, "oops")),
    fails("500 twice", refuses(500, "oops"), n_requests=2),
    fails("503 with a web page", replies(503, "<html>Sorry</html>", "text/html"), n_requests=2),
    fails("400", refuses(400, "no such field")),
    recovers("400 for counting tokens", refuses(400, "Unrecognized request argument: stream_options")),
    fails("401 that echoes the key", refuses(401, f"Incorrect API key provided: {KEY}")),
    fails("403", refuses(403, f"not with {KEY}")),
    fails("404 for the model", refuses(404, "model 'm' not found")),
    # Elsewhere.
    recovers("307 to another path of the same host", redirects(elsewhere_on_this_host)),
    fails("307 without end", redirects(elsewhere_on_this_host), n_requests=4),
    # Compressed, though that was not asked for.
    *(fails(f"a stream compressed by {coding}", encoded(200, coding)) for coding in ("gzip", "identity, br", "odd")),
    Row("a stream said to be as it is", (encoded(200, "Identity"),), "whole", 1, WHOLE),
    # Too much.
    fails("one event of 8 MiB", streams(said("x" * (8 << 20)), ended())),
]  # fmt: skip


def spoken(connect: Connect, prompt: Prompt = PROMPT) -> tuple[str, UpstreamError | None]:
    """Let a model speak, and give what came and how it ended."""
    pieces = []
    try:
        for piece in connect().turn("c").speak(prompt):
            pieces.append(piece)
    except UpstreamError as error:
        return "".join(pieces), error
    return "".join(pieces), None


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_a_reply_is_whole_or_marked_as_a_part_or_there_is_none(
    row: Row, server: FaultServer, connect: Connect, caplog: pytest.LogCaptureFixture
) -> None:
    """What ends well ends well; what broke off says so; and what came before a retry is never shown twice."""
    caplog.set_level(logging.DEBUG)
    server.script = list(row.script)
    text, error = spoken(connect)
    ends = "whole" if error is None else "partial" if error.partial else "failure"
    assert (row.ends, row.text, row.n_requests) == (ends, text, len(server.requests))
    assert KEY not in f"{error!r} {error} {caplog.text}"
    assert "Should we fine-tune?" not in caplog.text


LISTENING = [row for row in ROWS if row.ends != "whole" and row.name not in (
    "keep-alives only", "headers never come", "hang midway", "429 with Retry-After 1", "400",
    "a tool call where words were asked for", "malformed JSON in an event",
)]  # fmt: skip


@pytest.mark.parametrize("row", LISTENING, ids=lambda row: row.name)
def test_listening_gives_a_whole_object_or_none(row: Row, server: FaultServer, connect: Connect) -> None:
    """Half a JSON text is never handed on, whatever it happens to hold."""
    server.script = list(row.script)
    with pytest.raises(UpstreamError):
        connect().turn("c").listen(PROMPT, SCHEMA, lambda _reply: True)


@pytest.mark.parametrize("status", [200, 401, 429, 500])
def test_a_compressed_answer_is_told_as_one(status: int, server: FaultServer, connect: Connect) -> None:
    """Whoever runs the page reads what to look at, and no request is made again for it."""
    server.script = [encoded(status, "gzip")]
    _, error = spoken(connect)
    assert error is not None
    assert "compressed" in str(error)
    assert (False, 1) == (error.retryable, len(server.requests))


def test_a_drip_ends_at_the_turns_deadline(server: FaultServer, connect: Connect) -> None:
    """Every piece is in time, and the turn is over all the same; the endpoint is not kept busy."""
    server.script = [slow_drip]
    text, error = spoken(connect)
    assert error is not None
    assert error.partial
    assert set(text) == {"a"}
    assert server.disconnected.wait(2)
    assert 1 == len(server.requests)


def test_a_long_answer_in_small_pieces_ends_at_its_bound(server: FaultServer, connect: Connect) -> None:
    """A model that does not stop is stopped, and what came is marked as a part."""
    server.script = [streams(said(*["word "] * 1_000), ended())]
    text, error = spoken(connect)
    assert error is not None
    assert error.partial
    assert len(text) <= 2_000


def test_a_redirect_to_another_host_is_not_followed(server: FaultServer, connect: Connect) -> None:
    """Neither key nor messages go to whoever a redirect names."""
    with FaultServer([answers(WHOLE)]) as elsewhere:
        server.script = [redirects(lambda _exchange: f"{elsewhere.base_url}/chat/completions")]
        text, error = spoken(connect)
        assert ("", 1, []) == (text, len(server.requests), elsewhere.requests)
    assert error is not None


def test_a_redirect_to_another_name_of_this_computer_is_not_followed(server: FaultServer, connect: Connect) -> None:
    """A host is its name: what answers under another one is not known to be the same."""
    server.script = [redirects(lambda exchange: exchange.base_url.replace("127.0.0.1", "localhost")), answers(WHOLE)]
    text, error = spoken(connect)
    assert ("", 1) == (text, len(server.requests))
    assert error is not None


@pytest.mark.parametrize(
    "refusal",
    [
        "This model's maximum context length is 8192 tokens",
        "context_length_exceeded",
        "the request exceeds the available context size",
    ],
)
def test_a_conversation_that_is_too_long_is_shortened_once(refusal: str, server: FaultServer, connect: Connect) -> None:
    """The oldest half goes, the message to answer stays, and the first word is the user's."""
    server.script = [refuses(400, refusal), answers(WHOLE)]
    roles = [Role.USER, Role.ASSISTANT] * 3 + [Role.USER]
    prompt = Prompt("Be kind.", tuple(Said(role, f"message {number}") for number, role in enumerate(roles)))
    text, error = spoken(connect, prompt)
    assert (WHOLE, None) == (text, error)
    assert [["Be kind.", "message 4", "message 5", "message 6"]] == [
        request.contents for request in server.requests[1:]
    ]


def test_a_message_that_is_too_long_alone_is_not_sent_again(server: FaultServer, connect: Connect) -> None:
    """There is nothing to leave out."""
    server.script = [refuses(400, "maximum context length")]
    text, error = spoken(connect)
    assert ("", 1) == (text, len(server.requests))
    assert error is not None
    assert not error.retryable


REFUSES_FORM = refuses(400, "Unknown field: response_format")
NO_SCHEMAS = refuses(400, "'response_format' of type 'json_schema' is not supported with this model")
JSON = '{"x": "y"}'


@pytest.mark.parametrize(
    ("script", "heard", "n_requests"),
    [
        ((answers(JSON),), JSON, 1),
        ((answers("{}"),), "{}", 1),
        ((answers(f"```json\n{JSON}\n```"),), JSON, 1),
        ((answers(f"<think>is it {{that}}?</think>Sure: {JSON} Anything else?"),), JSON, 1),
        ((REFUSES_FORM, streams(called(JSON))), JSON, 2),
        ((REFUSES_FORM, answers(JSON)), JSON, 2),
        ((refuses(400, "Invalid schema for response_format 'answer'"), answers(JSON)), JSON, 2),
        ((NO_SCHEMAS, answers(JSON)), JSON, 2),
        ((REFUSES_FORM, refuses(422, "tools are not supported"), answers(JSON)), JSON, 3),
        ((refuses(501, "grammar not built in"), refuses(501, "grammar not built in"), streams(called(JSON))), JSON, 3),
        ((answers("I would say x."), answers(JSON)), JSON, 2),
        ((REFUSES_FORM, streams(called('{"x": oops,,}')), answers(JSON)), JSON, 3),
        ((answers("I would say x."), answers("Still x.")), None, 2),
        ((answers('["x"]'), answers("NaN")), None, 2),
        ((REFUSES_FORM, streams(called(JSON, name="delete_everything"))), None, 3),
    ],
    ids=[
        "by schema", "nothing heard", "in a code fence", "after thoughts and among words", "by tool", "tool ignored",
        "schema not taken", "schemas not known",
        "in plain words", "not built in", "mended", "garbled tool arguments mended", "never JSON", "no object",
        "another tool",
    ],
)  # fmt: skip
def test_json_is_asked_for_in_the_way_the_endpoint_knows(
    script: tuple[Behaviour, ...], heard: str | None, n_requests: int, server: FaultServer, connect: Connect
) -> None:
    """Schema, else tool, else plain words, and one request to mend what came; a garbled call never becomes `{}`."""
    server.script = list(script)
    turn = connect().turn("c")
    if heard is None:
        with pytest.raises(UpstreamError):
            turn.listen(PROMPT, SCHEMA, lambda _reply: True)
    else:
        assert heard == turn.listen(PROMPT, SCHEMA, lambda _reply: True)
    assert (n_requests, heard is None) == (len(server.requests), turn.recording.unheard is not None)


def test_the_way_that_works_is_remembered(server: FaultServer, connect: Connect) -> None:
    """The next message does not begin again with what the endpoint refused."""
    server.script = [REFUSES_FORM, streams(called(JSON))]
    model = connect()
    for _ in range(2):
        model.turn("c").listen(PROMPT, SCHEMA, lambda _reply: True)
    assert [["response_format"], ["tools"], ["tools"]] == [
        [field for field in ("response_format", "tools") if field in request.body] for request in server.requests
    ]


def test_a_schema_is_strict_where_openai_takes_it_so(server: FaultServer, connect: Connect) -> None:
    """Strict mode wants every object closed and every member required; any other schema is sent without it."""
    server.script = [answers(JSON)]
    model = connect()
    model.turn("c").listen(PROMPT, SCHEMA, lambda _reply: True)
    model.turn("c").listen(PROMPT, {"type": "object", "properties": {"x": {"type": "string"}}}, lambda _reply: True)
    sent = [request.body["response_format"]["json_schema"] for request in server.requests]
    assert [(SCHEMA, True), (None, None)] == [
        (described["schema"] if "strict" in described else None, described.get("strict")) for described in sent
    ]


SOUND = [said(HALF), said("ünï"), chunk({}, "stop"), b": ping\n\n", event({"choices": []}), DONE]
BROKEN = [
    chunk({"content": None}), chunk(None), chunk({}, "length"), event({"choices": None}), event({}), event([]),
    event("x"), event({"error": "no"}), b"data: {oops\n\n", b"data:\n\n", b"\xff\xfe\n\n", b"event: ping\n",
    b"\n", b"\r\n", b"id: 1\nretry: 5\n", b"data: 1\ndata: 2\n\n", b"data: null\n\n", b"<html>",
    chunk({"content": ["a"]}), chunk({"tool_calls": [{}]}), event({"choices": [{}]}),
    event({"choices": [{"delta": {"content": 7}}]}), event({"choices": {"a": 1}}),
]  # fmt: skip


def test_whatever_a_stream_is_made_of_it_is_never_silently_cut(server: FaultServer, connect: Connect) -> None:
    """Random streams, sound parts and broken ones in any order: whole only where the model said that it was through."""
    draw = random.Random(4)
    model, n_whole = connect(), 0
    for _ in range(50):
        stream = [draw.choice(SOUND if draw.random() < 0.8 else BROKEN) for _ in range(draw.randint(1, 6))]
        server.script = [streams(*stream)]
        try:
            text = "".join(model.turn("c").speak(PROMPT))
        except UpstreamError:
            model = connect()  # another breaker
        else:
            n_whole += 1
            assert text.strip()
            assert chunk({}, "stop") in stream
    assert 0 < n_whole < 50
