"""Endpoints as they are: what each can do is learnt by trial, whatever status and words it has for what it cannot.

Every situation is also taken as a turn of the whole coach, which ends in time whatever the endpoint does.
"""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from assistant.domain.conversation import Role, Said
from assistant.errors import UpstreamError
from assistant.llm.client.endpoint_model import EndpointModel
from assistant.ports import Prompt
from tests.fakes_model import whole_coach
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
SCHEMA: Mapping[str, object] = {"type": "object", "properties": {"x": {"type": "string"}}}
JSON = '{"x": "y"}'
FORMS = {"schema": "response_format", "tool": "tools"}


def is_usable(text: str) -> bool:
    """Tell whether an object is the one that was asked for."""
    return list(json.loads(text)) == ["x"]


def listen(model: EndpointModel) -> str:
    """Listen once."""
    return model.turn("c").listen(PROMPT, SCHEMA, is_usable)


def way(exchange: Exchange) -> str:
    """Tell how a request asks for JSON."""
    return next((name for name, member in FORMS.items() if member in exchange.received.body), "plain")


def ways(server: FaultServer) -> list[str]:
    """Tell how each request so far asked for JSON."""
    return [
        next((name for name, member in FORMS.items() if member in request.body), "plain") for request in server.requests
    ]


def takes(*known: str, otherwise: Behaviour, answer: str = JSON) -> Behaviour:
    """Answer requests of the ways that are known, and behave otherwise for the others."""

    def behave(exchange: Exchange) -> None:
        asked = way(exchange)
        if asked not in known:
            otherwise(exchange)
        else:
            (streams(called(answer)) if asked == "tool" else answers(answer))(exchange)

    return behave


def grumbles(status: int, body: object) -> Behaviour:
    """Answer with a status and any body."""
    return replies(status, body)


# --- what is no way of asking here ---

NO_FORM = {
    "400 schema": refuses(400, "Unknown field: response_format"),
    "400 without a word": grumbles(400, {"error": "bad request"}),
    "404 tools": refuses(404, "No endpoints found that support tool use or the requested parameters"),
    "422 details": grumbles(422, {"detail": [{"loc": ["body", "response_format"], "msg": "Extra inputs"}]}),
    "500 grammar": refuses(500, "Failed to initialize samplers: failed to parse grammar"),
    "500 schema": grumbles(500, {"error": {"code": 500, "message": "JSON schema conversion failed: anyOf"}}),
    "500 without a word": refuses(500, "Internal Server Error"),
    "502 as a page": replies(502, "<html>Bad gateway</html>", "text/html"),
    "200 with an error": grumbles(200, {"error": {"message": "response_format is not supported", "code": 400}}),
    "200 with an error without a word": grumbles(200, {"error": "oops"}),
    "an error in the stream": streams(event({"error": {"message": "guided decoding failed", "code": 400}})),
    "an error in the stream without a word": streams(event({"error": {"message": "oops"}})),
}  # fmt: skip


@pytest.mark.parametrize("fault", NO_FORM.values(), ids=NO_FORM)
def test_every_turn_is_heard_where_only_plain_words_work(
    fault: Behaviour, server: FaultServer, connect: Connect
) -> None:
    """Eight of eight, and in the end the endpoint is asked in the way it knows at once."""
    server.script = [takes("plain", otherwise=fault)]
    model = connect()
    assert [JSON] * 8 == [listen(model) for _ in range(8)]
    assert ["plain"] * 4 == ways(server)[-4:]


def test_the_way_between_is_found(server: FaultServer, connect: Connect) -> None:
    """Tools are tried before plain words where the schema is refused in so many words."""
    server.script = [takes("tool", "plain", otherwise=NO_FORM["500 grammar"])]
    model = connect()
    assert [JSON, JSON] == [listen(model), listen(model)]
    assert ["schema", "tool", "tool"] == ways(server)


def test_one_hiccup_teaches_nothing(server: FaultServer, connect: Connect) -> None:
    """A status of 500 without a word, once: the next turn begins with the schema again."""
    server.script = [refuses(500, "oops"), answers(JSON), answers(JSON), refuses(500, "oops"), answers(JSON)]
    model = connect()
    for _ in range(4):
        listen(model)
    assert ["schema", "plain", "schema", "schema", "plain", "schema"] == ways(server)


def test_a_refusal_that_every_way_meets_teaches_nothing(server: FaultServer, connect: Connect) -> None:
    """Whatever it was about, it was not the form."""
    server.script = [refuses(400, "no")] * 3 + [answers(JSON)]
    model = connect()
    with pytest.raises(UpstreamError):
        listen(model)
    listen(model)
    assert ["schema", "tool", "plain", "schema"] == ways(server)


WITHHELD = [
    (400, "The response was filtered due to the prompt triggering Azure OpenAI's content management policy."),
    (400, "Invalid prompt: your prompt was flagged as potentially violating our usage policy."),
    (400, "Content Exists Risk"),
    (400, "Input data may contain inappropriate content. (data_inspection_failed)"),
    (400, "系统检测到输入或生成内容可能包含不安全或敏感内容"),
    (403, "Your input was flagged by moderation: harassment"),
    (400, "The prompt was blocked due to PROHIBITED_CONTENT"),
    (400, "Request rejected by guardrail: the tool input looks like prompt injection"),
    (500, "ResponsibleAIPolicyViolation"),
]
TOO_LONG = [
    (400, "This model's maximum context length is 8192 tokens. However, your messages resulted in 9001 tokens."),
    (400, "the request exceeds the available context size. try increasing the context size"),
    (400, "prompt is too long: 210000 tokens > 200000 maximum"),
    (400, "The input token count (1200000) exceeds the maximum number of tokens allowed (1048576)."),
    (400, "Invalid request: Your request exceeded model token limit: 8192"),
    (400, "Range of input length should be [1, 30720]"),
    (400, "Please reduce the length of the messages or completion."),
    (422, "Input validation error: `inputs` tokens + `max_new_tokens` must be <= 4096. Given: 5000"),
    (400, "Requested tokens (9000) exceed context window of 4096"),
    (413, "Request too large"),
    (400, "Input length 9000 exceeds maximum allowed length 8192"),
    (500, "Prompt tokens exceed the model's limit"),
]


@pytest.mark.parametrize(("status", "words"), [*WITHHELD, *TOO_LONG])
def test_what_the_prompt_is_to_blame_for_is_no_reason_to_ask_otherwise(
    status: int, words: str, server: FaultServer, connect: Connect
) -> None:
    """It is sent once, told as what it is, and the next message is asked by schema again."""
    server.script = [refuses(status, words), answers(JSON)]
    model = connect()
    with pytest.raises(UpstreamError, match="held its answer back" if (status, words) in WITHHELD else "longer than"):
        listen(model)
    listen(model)
    assert ["schema", "schema"] == ways(server)


@pytest.mark.parametrize("as_event", [False, True])
def test_a_content_policy_inside_an_answer_is_told_as_one(
    as_event: bool, server: FaultServer, connect: Connect
) -> None:
    """With a status that says all is well, and as an event of the stream."""
    error = {"error": {"message": "The prompt was blocked by our content policy", "code": 400}}
    server.script = [streams(event(error)) if as_event else grumbles(200, error)]
    with pytest.raises(UpstreamError, match="held its answer back"):
        listen(connect())
    assert 1 == len(server.requests)


TOLD = [
    (404, {"error": {"message": "model 'm' not found, try pulling it first"}}, "ASSISTANT_MODEL"),
    (404, {"error": {"message": "The model `m` does not exist.", "code": "model_not_found"}}, "ASSISTANT_MODEL"),
    (400, {"error": {"message": "m is not a valid model ID", "code": 400}}, "ASSISTANT_MODEL"),
    (403, {"error": {"message": "Project `p` does not have access to model `m`"}}, "ASSISTANT_MODEL"),
    (200, {"error": {"message": "model not found", "code": 404}}, "ASSISTANT_MODEL"),
    (404, {"detail": "Not Found"}, "OPENAI_BASE_URL"),
    (404, "<html>404: here is no such page; see our models</html>", "OPENAI_BASE_URL"),
    (405, {"detail": "Method Not Allowed"}, "OPENAI_BASE_URL"),
    (400, {"error": {"message": "Your organization must be verified to stream this."}}, "verif"),
    (401, {"error": {"message": f"Incorrect API key provided: {KEY}"}}, "OPENAI_API_KEY"),
    (403, {"error": "forbidden"}, "OPENAI_API_KEY"),
    (429, {"error": {"message": "Check your plan and billing details.", "code": "insufficient_quota"}}, "billing"),
    (402, {"error": {"message": "Insufficient Balance"}}, "billing"),
]  # fmt: skip


@pytest.mark.parametrize(("status", "body", "names"), TOLD)
def test_what_the_operator_can_mend_says_what_to_do_in_one_line(
    status: int, body: object, names: str, server: FaultServer, connect: Connect, caplog: pytest.LogCaptureFixture
) -> None:
    """It is sent once; the line names the setting or the place, and never the key."""
    server.script = [grumbles(status, body)]
    with pytest.raises(UpstreamError) as caught:
        listen(connect())
    told = str(caught.value)
    assert (True, 1, False) == (names in told and "\n" not in told, len(server.requests), KEY in told + caplog.text)
    assert ("/v1/chat/completions" in caplog.text) is (names == "OPENAI_BASE_URL")


def test_a_limit_a_minute_is_waited_for(server: FaultServer, connect: Connect) -> None:
    """Though it is called a quota and names the model and its tokens."""
    quota = "You exceeded your current quota. Quota exceeded: generate_content, model: m, tokens. Please retry in 1s."
    server.script = [refuses(429, quota, Retry_After="0"), answers(JSON)]
    assert JSON == listen(connect())


NO_SYSTEM = [
    (400, "System role not supported"),
    (500, "Jinja Exception: System role not supported"),
    (400, "Conversation roles must alternate user/assistant/user/assistant/..."),
    (400, "Developer instruction is not enabled for models/gemma-3"),
    (400, "Unsupported value: 'messages[0].role' does not support 'system' with this model."),
    (400, "Please use a valid role: user, model."),
]


@pytest.mark.parametrize(("status", "words"), NO_SYSTEM)
def test_without_a_system_role_the_instructions_stand_in_the_users_message(
    status: int, words: str, server: FaultServer, connect: Connect
) -> None:
    """From then on, also when the model speaks."""

    def behave(exchange: Exchange) -> None:
        has_system = exchange.received.body["messages"][0]["role"] != "user"
        (refuses(status, words) if has_system else answers(JSON))(exchange)

    server.script = [behave]
    turn = connect().turn("c")
    assert (JSON, JSON) == (turn.listen(PROMPT, SCHEMA, is_usable), "".join(turn.speak(PROMPT)))
    assert ["Be kind.\n\nShould we fine-tune?"] == server.requests[-1].contents
    assert 3 == len(server.requests)


def test_several_things_that_are_not_known_are_left_out_one_by_one(server: FaultServer, connect: Connect) -> None:
    """Counting, the system role and the schema, in one turn."""

    def behave(exchange: Exchange) -> None:
        body = exchange.received.body
        if "stream_options" in body:
            refuses(400, "Unrecognized request argument: stream_options")(exchange)
        elif body["messages"][0]["role"] == "system":
            refuses(400, "System role not supported")(exchange)
        else:
            takes("plain", otherwise=refuses(400, "no"))(exchange)

    server.script = [behave]
    model = connect()
    assert [JSON, JSON] == [listen(model), listen(model)]
    assert ["schema", "schema", "schema", "tool", "plain", "plain"] == ways(server)


# --- answers as others write them ---


def calls(*parts: dict[str, Any]) -> bytes:
    """Write parts of a tool call, each as one chunk, and the end."""
    return b"".join(chunk({"tool_calls": [part]}) for part in parts) + ended("tool_calls")


def whole(choice: dict[str, Any]) -> bytes:
    """Write a stream of one event that holds all of the answer."""
    return event({"choices": [{"index": 0, "finish_reason": "stop", **choice}]}) + DONE


def part(arguments: object, name: str | None = "answer", **more: object) -> dict[str, Any]:
    """Write a part of a tool call."""
    return {"type": "function", "function": {"name": name, "arguments": arguments}, **more}


BY_TOOL = {
    "its name in every chunk": calls(part('{"x":', index=0, id="t"), part(' "y"}', index=0, id="t")),
    "its name in parts": calls(part("", "ans", index=0, id="t"), part("", "wer", index=0), part(JSON, None, index=0)),
    "a name with a namespace": calls(part(JSON, "functions.answer", index=0, id="t")),
    "index 1": calls(part(JSON, index=1, id="t")),
    "index -1": calls(part('{"x":', index=-1, id="t"), part(' "y"}', None, index=-1)),
    "no index": calls(part(JSON, id="t")),
    "another id in every chunk": calls(part('{"x":', index=0, id="t"), part(' "y"}', None, index=0, id="u")),
    "two calls with one index": calls(part(JSON, index=0, id="t"), part('{"x": "z"}', index=0, id="u")),
    "arguments as an object": calls(part({"x": "y"}, index=0, id="t")),
    "a call that is no list": chunk({"tool_calls": part(JSON, index=0)}) + ended("tool_calls"),
    "as a function call": chunk({"function_call": {"name": "answer", "arguments": JSON}}) + ended("function_call"),
    "ended by stop": chunk({"tool_calls": [part(JSON, index=0)]}) + ended("stop"),
    "no end": chunk({"tool_calls": [part(JSON, index=0)]}) + DONE,
}
IN_WORDS = {
    "an empty end": said(JSON) + chunk({}, "") + DONE,
    "empty ends before the end": chunk({"content": JSON}, "") + chunk({}, "stop") + DONE,
    "a whole message": whole({"message": {"role": "assistant", "content": JSON}}),
    "a text": whole({"text": JSON}),
    "content in blocks": chunk({"content": [{"type": "thinking"}, {"type": "text", "text": JSON}]}) + ended(),
    "content as an object": chunk({"content": {"x": "y"}}) + ended(),
    "a byte-order mark": b"\xef\xbb\xbf" + said(JSON) + ended(),
    "line ends of two": (said(JSON) + ended()).replace(b"\n\n", b"\r\n\r\n"),
    "no space after data": (said(JSON) + ended()).replace(b"data: ", b"data:"),
    "a call as text": said(f'<tool_call>\n{{"name": "answer", "arguments": {JSON}}}\n</tool_call>') + ended(),
    "a draft in a thought": said('{"x": "a draft"}</think>', JSON) + ended(),
    "a wrong shape first": said('{"seen": true}\n', JSON) + ended(),
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "way_asked"),
    [*((name, "tool") for name in (*BY_TOOL, *IN_WORDS)), *((name, "plain") for name in IN_WORDS)],
)
def test_an_answer_is_put_together_as_it_was_meant(
    name: str, way_asked: str, server: FaultServer, connect: Connect
) -> None:
    """Without a second request for it, and without a warning that repeats what was said."""
    body = {**BY_TOOL, **IN_WORDS}[name]
    server.script = [refuses(400, "no response_format")] + [refuses(400, "no tools")] * (way_asked == "plain")
    server.script += [streams(body), refuses(418, "asked again")]
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        assert JSON == listen(connect())
    assert [] == [str(warning.message) for warning in caught if "Pydantic" in str(warning.message)]


@pytest.mark.parametrize("end", [b"", DONE, chunk({}, "") + DONE])
@pytest.mark.parametrize("text", ['{"x": "y"', '{"x": "y"} but', '<think>{"x": "y"}', '{"y": 1}'])
def test_an_answer_that_nobody_ended_counts_only_where_it_ends_itself(
    text: str, end: bytes, server: FaultServer, connect: Connect
) -> None:
    """Half a text, a thought that goes on, or another object are no answer."""
    server.script = [streams(said(text) + end)]
    with pytest.raises(UpstreamError, match="broke off"):
        listen(connect())


def test_a_wrong_shape_gets_one_request_to_mend_it(server: FaultServer, connect: Connect) -> None:
    """With the answer that was none; a second wrong one is told as what it is, and noted for the user."""
    server.script = [answers('{"y": 1}'), answers(JSON), answers('{"y": 1}')]
    model = connect()
    assert JSON == listen(model)
    assert '{"y": 1}' == server.requests[1].contents[2]
    turn = model.turn("c")
    with pytest.raises(UpstreamError, match="in the form"):
        turn.listen(PROMPT, SCHEMA, is_usable)
    assert "in the form" in str(turn.recording.unheard)
    assert 4 == len(server.requests)


def test_a_model_that_thinks_without_a_mark_is_known_by_what_it_heard(server: FaultServer, connect: Connect) -> None:
    """Its thoughts are then no part of its reply either."""
    server.script = [answers(f"Well.</think>{JSON}"), answers("I could say no.", "</think>", "Measure first.")]
    turn = connect().turn("c")
    turn.listen(PROMPT, SCHEMA, is_usable)
    assert "Measure first." == "".join(turn.speak(PROMPT))


# --- a whole turn ---

HEARD = '{"language": "en", "intent": "tells", "readings": []}'
SITUATIONS: dict[str, Callable[[], Behaviour]] = {
    **{f"plain: {name}": lambda it=one: takes("plain", otherwise=it, answer=HEARD) for name, one in NO_FORM.items()},
    **{f"no form at all: {name}": lambda fault=fault: fault for name, fault in NO_FORM.items()},
    **{f"withheld: {words[:20]}": lambda s=status, w=words: refuses(s, w) for status, words in WITHHELD},
    **{f"too long: {words[:20]}": lambda s=status, w=words: refuses(s, w) for status, words in TOO_LONG},
    **{f"told: {number}": lambda s=status, b=body: grumbles(s, b) for number, (status, body, _) in enumerate(TOLD)},
    **{f"no system: {words[:20]}": lambda s=status, w=words: refuses(s, w) for status, words in NO_SYSTEM},
    **{f"put together: {name}": lambda body=body: streams(body) for name, body in {**BY_TOOL, **IN_WORDS}.items()},
}  # fmt: skip


@pytest.mark.parametrize("name", SITUATIONS)
def test_a_turn_of_the_coach_ends_whole_or_says_what_is_missing(
    name: str, server: FaultServer, connect: Connect
) -> None:
    """With the model's words, or with its own and a notice; there is always a reply, and it never shows a key."""
    server.script = [SITUATIONS[name]()]
    coach = whole_coach(connect(max_characters=20_000))
    result = coach.respond(coach.start("c"), "We have 400 letters in our tone, and we just eyeball the outputs.")[1]
    assert result.reply.strip()
    assert KEY not in repr(result)
