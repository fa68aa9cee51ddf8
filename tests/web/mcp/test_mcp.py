"""The functions as MCP tools: the protocol's own client uses them, and its two generations of messages are answered."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Iterator
from typing import Any, TypeVar

import httpx
import pytest
from mcp import ClientSession, types
from mcp.client.streamable_http import streamable_http_client

from assistant.inquiry import Inquiry, answer
from assistant.web.contract.answers import turn_json
from assistant.web.mcp.envelope import LEGACY, MODERN
from assistant.web.mcp.tool_server import PATH
from tests.fakes import ScriptedRetriever, coach
from tests.moments import knowledge, passage
from tests.web.apps import BrokenCoach, listening

ASSESS, SEARCH, RULEBOOK = "assess_fine_tuning_case", "search_fine_tuning_sources", "fine_tuning_rulebook"
STORY = "We want to fine-tune a model on our wiki so that it knows our products. The pages change every week."
FOUND = passage("how-much-data", "OpenAI's guide sets 10 as the minimum")
META = {"io.modelcontextprotocol/protocolVersion": MODERN, "io.modelcontextprotocol/clientCapabilities": {}}
_Got = TypeVar("_Got")


@pytest.fixture(scope="module")
def retriever() -> ScriptedRetriever:
    """What the server's searches find."""
    return ScriptedRetriever()


@pytest.fixture(scope="module")
def address(retriever: ScriptedRetriever) -> Iterator[str]:
    """A server over the real rules and the real knowledge."""
    with listening(coach(retriever=retriever)) as address:
        yield address + PATH


def visited(address: str, visit: Callable[[ClientSession], Awaitable[_Got]]) -> _Got:
    """Connect the protocol's own client, shake hands and do something."""

    async def connected() -> _Got:
        async with (
            streamable_http_client(address) as (incoming, outgoing, _),
            ClientSession(incoming, outgoing) as session,
        ):
            await session.initialize()
            return await visit(session)

    return asyncio.run(connected())


def called(address: str, tool: str, **arguments: Any) -> types.CallToolResult:
    """Call one tool."""
    return visited(address, lambda session: session.call_tool(tool, arguments))


def content(result: types.CallToolResult) -> dict[str, Any]:
    """Give what a tool answered; its text says the same."""
    assert result.structuredContent is not None
    [block] = result.content
    assert isinstance(block, types.TextContent)
    assert json.loads(block.text) == result.structuredContent
    assert not result.isError
    return result.structuredContent


def refused(result: types.CallToolResult) -> str:
    """Give the words in which a tool refused."""
    [block] = result.content
    assert isinstance(block, types.TextContent)
    assert result.isError
    return block.text


def test_an_agent_goes_from_a_story_to_a_verdict_with_citations(address: str) -> None:
    """It asks what it is told to ask and sends everything anew each time; the server remembers nothing."""
    known: dict[str, Any] = {"retrieval": "none", "freshness": "daily", "process": "agreed", "privacy": "unrestricted"}

    async def talk(session: ClientSession) -> list[dict[str, Any]]:
        turns, facts = [], dict[str, Any]()
        while not turns or turns[-1]["question"]:
            result = await session.call_tool(ASSESS, {"messages": [STORY], "facts": facts})
            turns.append(content(result))
            assert len(turns) < 20, "the coach asks without end"
            slots, heard = (turns[-1]["question"] or {}).get("slots", []), turns[-1]["to_agree"]
            facts |= {slot: heard[slot]["value"] if slot in heard else known.get(slot, "declined") for slot in slots}
        return turns

    turns = visited(address, talk)
    assert len(turns) > 1
    assert ("undecided", False) == (turns[0]["verdict"], turns[0]["settled"])
    assert ("rag_or_tools", True) == (turns[-1]["verdict"], turns[-1]["settled"])
    texts = {text.file: text.text for text in knowledge().library.texts.values()}
    kinds = set()
    for citation in turns[-1]["citations"]:
        kinds.add(citation["kind"])
        source = STORY if citation["file"] is None else texts[citation["file"]]
        assert citation["quote"] == source[citation["start"] : citation["end"]]
    assert "document" in kinds


def test_an_answer_is_the_contracts(address: str) -> None:
    """The same as over REST and on the command line."""
    expected = turn_json(answer(coach(), Inquiry((STORY,), {"evals": "none"})))
    got = content(called(address, ASSESS, messages=[STORY], facts={"evals": "none"}))
    assert json.loads(json.dumps(expected)) == got


def test_a_search_gives_passages(address: str, retriever: ScriptedRetriever) -> None:
    """Word for word, with their place."""
    retriever.findings.append([FOUND])
    [found] = content(called(address, SEARCH, query="how many examples"))["passages"]
    assert (FOUND.passage.quote, FOUND.passage.start) == (found["quote"], found["start"])


@pytest.mark.parametrize("part", ["slots", "thresholds"])
def test_the_rulebook_comes_whole_or_in_parts(address: str, part: str) -> None:
    """All of it is long."""
    whole, one = content(called(address, RULEBOOK)), content(called(address, RULEBOOK, part=part))
    assert {"version": whole["version"], part: whole[part]} == one


def test_each_tool_says_when_to_use_it_and_what_it_gives(address: str) -> None:
    """In the words of the knowledge; and that it changes nothing."""
    listed = visited(address, lambda session: session.list_tools()).tools
    words = knowledge().page.calls
    assert [(ASSESS, words.assess), (SEARCH, words.search), (RULEBOOK, words.rulebook)] == [
        (tool.name, tool.description) for tool in listed
    ]
    for tool in listed:
        assert tool.annotations is not None
        assert (True, False) == (tool.annotations.readOnlyHint, tool.annotations.openWorldHint)
    assert {"slots", "criteria"} <= set(listed[2].inputSchema["properties"]["part"]["enum"])


@pytest.mark.parametrize(
    ("tool", "arguments", "words"),
    [
        (ASSESS, {"facts": {"evals": "best"}}, "facts.evals: evals cannot be 'best'. Allowed: none, impressions,"),
        (ASSESS, {}, "messages: Nothing is told. Send messages, facts, or both."),
        (ASSESS, {"story": STORY}, "story: There is no field 'story'. Use messages and facts."),
        (SEARCH, {"query": "a", "k": 99}, "k: k must be a whole number from 1 to 20, not 99."),
        (RULEBOOK, {"part": "prices"}, "part: part cannot be 'prices'. Use slots,"),
    ],
)
def test_what_a_tool_refuses_it_tells_so_that_an_agent_can_mend_it(
    address: str, tool: str, arguments: dict[str, Any], words: str
) -> None:
    """Field, value, and what to do."""
    assert refused(called(address, tool, **arguments)).startswith(words)


# --- the envelope ---


def posted(address: str, message: Any, **headers: str) -> httpx.Response:
    """Post a message as it is."""
    body = message if isinstance(message, bytes) else json.dumps(message).encode()
    sent = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream"}
    sent |= {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx.post(address, content=body, headers=sent, timeout=30)


def request(method: str, request_id: Any = 1, **params: Any) -> dict[str, Any]:
    """Write a request."""
    return {"jsonrpc": "2.0", "id": request_id, "method": method, "params": params}


def modern(address: str, method: str, **params: Any) -> httpx.Response:
    """Post a request as a client of the revision without a handshake does."""
    headers = {"MCP-Protocol-Version": MODERN, "Mcp-Method": method}
    if "name" in params:
        headers["Mcp-Name"] = params["name"]
    return posted(address, request(method, _meta=META, **params), **headers)


def test_a_client_without_a_handshake_is_answered_in_its_own_revision(address: str) -> None:
    """2026-07-28: discover, list, call; each result says that it is complete and who made it."""
    found = modern(address, "server/discover").json()["result"]
    listed = modern(address, "tools/list").json()["result"]
    result = modern(address, "tools/call", name=ASSESS, arguments={"messages": [STORY]}).json()["result"]
    assert [MODERN, *LEGACY] == found["supportedVersions"]
    assert {"tools": {}} == found["capabilities"]
    assert knowledge().page.calls.about == found["instructions"]
    assert [ASSESS, SEARCH, RULEBOOK] == [tool["name"] for tool in listed["tools"]]
    assert result["structuredContent"]["question"]
    for kept in (found, listed):
        assert ("public", True) == (kept["cacheScope"], kept["ttlMs"] > 0)
    for any_result in (found, listed, result):
        assert "complete" == any_result["resultType"]
        assert "fine-tuning-coach" == any_result["_meta"]["io.modelcontextprotocol/serverInfo"]["name"]


@pytest.mark.parametrize(
    ("wanted", "offered"), [(LEGACY[1], LEGACY[1]), (LEGACY[0], LEGACY[0]), ("2024-11-05", LEGACY[0]), (7, LEGACY[0])]
)
def test_a_handshake_settles_on_a_revision(address: str, wanted: Any, offered: str) -> None:
    """The client's, where it is spoken here; no session is begun."""
    got = posted(address, request("initialize", protocolVersion=wanted, capabilities={}, clientInfo={}))
    assert offered == got.json()["result"]["protocolVersion"]
    assert "mcp-session-id" not in got.headers


def test_a_notification_is_accepted_without_an_answer(address: str) -> None:
    """There is nothing to say."""
    got = posted(address, {"jsonrpc": "2.0", "method": "notifications/initialized"})
    assert (202, b"") == (got.status_code, got.content)


BASE64_NAME = "=?base64?YXNzZXNzX2ZpbmVfdHVuaW5nX2Nhc2U=?="
LISTING, CALLING = request("tools/list", _meta=META), request("tools/call", _meta=META, name=ASSESS, arguments={})
V, M, N = "MCP_Protocol_Version", "Mcp_Method", "Mcp_Name"
MESSAGES: dict[str, tuple[Any, dict[str, str], int, int | None]] = {
    "no JSON": (b"{", {}, 400, -32700),
    "nested without end": (b"[" * 100_000, {}, 400, -32700),
    "too large": (b" " * 1_000_001, {}, 413, -32700),
    "not called JSON": (request("ping"), {"Content-Type": "text/plain"}, 415, -32700),
    "a batch of a revision that has none": ([request("ping")], {V: LEGACY[0]}, 400, -32600),
    "an empty batch": ([], {}, 400, -32600),
    "a batch too long": ([request("ping")] * 11, {}, 400, -32600),
    "another JSON-RPC": ({"jsonrpc": "1.0", "id": 1, "method": "ping"}, {}, 400, -32600),
    "a response": ({"jsonrpc": "2.0", "id": 1, "result": {}}, {}, 400, -32600),
    "true for an id": (request("ping", True), {}, 400, -32600),
    "half a number for an id": (request("ping", 1.5), {}, 400, -32600),
    "a list for params": ({"jsonrpc": "2.0", "id": 1, "method": "ping", "params": []}, {}, 400, -32602),
    "an unknown method": (request("tools/burn"), {}, 200, -32601),
    "an unknown tool": (request("tools/call", name="burn"), {}, 200, -32602),
    "a list for a tool": (request("tools/call", name=[]), {}, 200, -32602),
    "a known revision": (request("ping"), {V: LEGACY[1]}, 200, None),
    "an unknown revision": (request("ping"), {V: "1900-01-01"}, 400, -32022),
    "a modern method without a handshake's end": (request("server/discover"), {}, 200, -32601),
    "modern, in order": (LISTING, {V: MODERN, M: "tools/list"}, 200, None),
    "modern, without its header": (LISTING, {M: "tools/list"}, 400, -32020),
    "modern, with another version": (LISTING, {V: LEGACY[0], M: "tools/list"}, 400, -32020),
    "modern, without the method": (LISTING, {V: MODERN}, 400, -32020),
    "modern, with another method": (LISTING, {V: MODERN, M: "tools/call"}, 400, -32020),
    "modern, without the tool's name": (CALLING, {V: MODERN, M: "tools/call"}, 400, -32020),
    "modern, with an encoded name": (CALLING, {V: MODERN, M: "tools/call", N: BASE64_NAME}, 200, None),
    "modern, with a broken name": (CALLING, {V: MODERN, M: "tools/call", N: "=?base64?!?="}, 400, -32020),
    "modern, without saying so inside": (request("tools/list"), {V: MODERN, M: "tools/list"}, 400, -32602),
    "modern, without capabilities": (
        request("tools/list", _meta={"io.modelcontextprotocol/protocolVersion": MODERN}),
        {V: MODERN, M: "tools/list"}, 400, -32602,
    ),
    "modern, with an old method": (request("ping", _meta=META), {V: MODERN, M: "ping"}, 404, -32601),
}  # fmt: skip


@pytest.mark.parametrize(("message", "headers", "status", "code"), MESSAGES.values(), ids=MESSAGES)
def test_a_message_is_answered_by_the_book(
    address: str, message: Any, headers: dict[str, str], status: int, code: int | None
) -> None:
    """The status and the code that its revision of the protocol wants."""
    got = posted(address, message, **headers)
    assert (status, code) == (got.status_code, got.json().get("error", {}).get("code"))
    assert "2.0" == got.json()["jsonrpc"]


@pytest.mark.parametrize("headers", [{}, {V: "2025-03-26"}])
def test_a_batch_is_answered_one_by_one(address: str, headers: dict[str, str]) -> None:
    """In the revision that has batches; notifications are not answered, and a fault is its own message's."""
    told = {"jsonrpc": "2.0", "method": "notifications/initialized"}
    got = posted(address, [request("ping", 1), told, request("burn", 2), 7], **headers)
    assert [(1, None), (2, -32601), (None, -32600)] == [
        (one["id"], one.get("error", {}).get("code")) for one in got.json()
    ]
    assert (202, b"") == ((only := posted(address, [told], **headers)).status_code, only.content)


@pytest.mark.parametrize(
    ("n", "version", "told"),
    [
        (5_000, None, ["5,000 messages", "10 is the most", "several batches"]),
        (11, "2025-03-26", ["11 messages", "10 is the most"]),
        (0, None, ["empty"]),
        (3, LEGACY[0], ["3 messages", LEGACY[0], "a request of its own"]),
        (3, MODERN, ["3 messages", MODERN, "a request of its own"]),
        (5_000, LEGACY[0], ["5,000 messages", "a request of its own"]),
    ],
)
def test_a_batch_that_is_not_taken_is_told_why(address: str, n: int, version: str | None, told: list[str]) -> None:
    """With how many came, how many are taken, and what to do."""
    got = posted(address, [request("ping")] * n, **({V: version} if version else {})).json()["error"]
    assert -32600 == got["code"]
    assert [] == [part for part in told if part not in got["message"]]


def schemas(schema: Any, at: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Give every schema inside one, with its place."""
    yield at, schema
    for name, inner in schema.get("properties", {}).items():
        yield from schemas(inner, f"{at}.{name}")
    for name in ("items", "additionalProperties"):
        if isinstance(schema.get(name), dict):
            yield from schemas(schema[name], f"{at}.{name}")


def test_every_schema_is_one_that_every_client_takes(address: str) -> None:
    """An object at the root, a type everywhere, items on every array, no alternatives and no references."""
    tools = visited(address, lambda session: session.list_tools()).tools
    taken = [(f"{tool.name}{at}", one) for tool in tools for at, one in schemas(tool.inputSchema)]
    given = [(f"{tool.name}{at}", one) for tool in tools for at, one in schemas(tool.outputSchema)]
    assert ["object"] * 6 == [
        schema["type"] for tool in tools for schema in (tool.inputSchema, tool.outputSchema or {})
    ]
    assert [] == [at for at, one in [*taken, *given] if {"anyOf", "oneOf", "allOf", "$ref", "$defs"} & set(one)]
    assert [] == [at for at, one in taken if not isinstance(one.get("type"), str)]
    assert [] == [at for at, one in [*taken, *given] if "enum" in one and "type" not in one]
    assert [] == [at for at, one in [*taken, *given] if "array" in (one.get("type") or ()) and "items" not in one]


@pytest.mark.parametrize(
    ("tool", "sent", "meant"),
    [
        (ASSESS, {"messages": json.dumps([STORY])}, {"messages": [STORY]}),
        (ASSESS, {"facts": json.dumps({"evals": "none"})}, {"facts": {"evals": "none"}}),
        (ASSESS, {"facts": {"data_count": "400"}}, {"facts": {"data_count": 400}}),
        (ASSESS, {"facts": {"data_count": "declined"}}, {"facts": {"data_count": "declined"}}),
        (ASSESS, {"facts": {"goal": '["format", "style"]'}}, {"facts": {"goal": ["format", "style"]}}),
        (ASSESS, {"facts": {"goal": ["declined"]}}, {"facts": {"goal": "declined"}}),
        (ASSESS, {"facts": {"goal": "style"}}, {"facts": {"goal": "style"}}),
        (ASSESS, {"messages": [STORY], "facts": None}, {"messages": [STORY]}),
        (ASSESS, {"messages": [STORY], "facts": {"volume": None}}, {"messages": [STORY], "facts": {}}),
        (SEARCH, {"query": "evals", "k": "3", "in": None}, {"query": "evals", "k": 3}),
        (SEARCH, {"query": "5", "k": None}, {"query": "5"}),
        (RULEBOOK, {"part": None}, {}),
        (ASSESS, {"messages": STORY}, {"messages": [STORY]}),
        (ASSESS, {"messages": [STORY], "facts": "null"}, {"messages": [STORY]}),
        (ASSESS, {"messages": [STORY], "facts": ""}, {"messages": [STORY]}),
        (ASSESS, {"messages": [STORY], "facts": {"latency": "null", "goal": ""}}, {"messages": [STORY], "facts": {}}),
        (SEARCH, {"query": "null", "k": "null", "in": ""}, {"query": "null"}),
        (SEARCH, {"query": "evals", "in": '"documents"'}, {"query": "evals", "in": "documents"}),
        (RULEBOOK, {"part": ""}, {}),
    ],
)
def test_arguments_are_taken_as_they_were_meant(
    address: str, tool: str, sent: dict[str, Any], meant: dict[str, Any]
) -> None:
    """JSON as text where no text belongs, and null for what may be left out."""
    assert content(called(address, tool, **meant)) == content(called(address, tool, **sent))


def test_a_text_that_is_json_stays_a_text_where_a_text_belongs(address: str) -> None:
    """A query of digits is a query."""
    assert "5" == content(called(address, SEARCH, query="5"))["query"]


def test_the_address_may_end_in_a_slash(address: str) -> None:
    """Without being sent elsewhere."""
    got = posted(f"{address}/", request("ping"))
    assert (200, {}) == (got.status_code, got.json()["result"])


@pytest.mark.parametrize(("origin", "status"), [("https://wiki.example", 200), ("https://evil.example", 400)])
def test_a_page_that_may_embed_may_ask_before_it_calls(origin: str, status: int) -> None:
    """With the headers that a client of the protocol sends."""
    asks = {"Origin": origin, "Access-Control-Request-Method": "POST",
            "Access-Control-Request-Headers": "content-type,mcp-protocol-version,mcp-session-id"}  # fmt: skip
    with listening(coach(), ASSISTANT_EMBED_ORIGINS="https://wiki.example") as address:
        got = httpx.options(address + PATH, headers=asks)
    assert status == got.status_code
    assert (status == 200) is (got.headers.get("access-control-allow-origin") == origin)


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
def test_a_probe_may_ask_for_the_head_alone(path: str) -> None:
    """And any other way of asking is not allowed."""
    with listening(coach()) as address:
        asked, posted_to = httpx.head(address + path), httpx.post(address + path)
        told = httpx.get(address + path).status_code
    assert (told, b"") == (asked.status_code, asked.content)
    assert (405, "GET, HEAD") == (posted_to.status_code, posted_to.headers["allow"])


def test_an_id_comes_back_as_it_was(address: str) -> None:
    """Also where half a character stands in it, and in a refusal."""
    for method in ("ping", "burn"):
        assert "a\ud800" == posted(address, request(method, "a\ud800")).json()["id"]


@pytest.mark.parametrize("method", ["GET", "DELETE", "PUT", "TRACE", "PROPFIND"])
def test_there_are_no_streams_and_no_sessions(address: str, method: str) -> None:
    """Nothing is held open and nothing is there to be ended."""
    got = httpx.request(method, address)
    assert (405, "POST") == (got.status_code, got.headers["allow"])


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Host": "evil.example"}, 400),
        ({"Origin": "https://wiki.example"}, 200),
    ],
)
def test_foreign_pages_and_foreign_names_are_turned_away(headers: dict[str, str], status: int) -> None:
    """So that no page a user happens to visit can call the tools of a server on their computer."""
    with listening(coach(), ASSISTANT_EMBED_ORIGINS="https://wiki.example") as address:
        assert status == posted(address + PATH, request("ping"), **headers).status_code


def test_a_fault_of_ours_shows_a_reference_and_nothing_else(caplog: pytest.LogCaptureFixture) -> None:
    """The log has the same reference."""
    with listening(BrokenCoach(coach())) as address:
        error = posted(address + PATH, request("tools/call", name=ASSESS, arguments={"messages": ["a"]})).json()[
            "error"
        ]
    [reference] = [record.args for record in caplog.records if record.name == "assistant.web.server.problems"]
    assert isinstance(reference, tuple)
    assert -32603 == error["code"]
    assert str(reference[0]) in error["message"]
    assert "broken on purpose" not in error["message"]


def test_nothing_that_anybody_sent_is_logged(address: str, caplog: pytest.LogCaptureFixture) -> None:
    """Neither what is answered nor what does not fit."""
    with caplog.at_level(logging.DEBUG):
        posted(address, request("tools/call", name=ASSESS, arguments={"messages": ["canary"]}))
        posted(address, request("tools/call", name=ASSESS, arguments="canary"))
        posted(address, request("tools/call", name={"canary": 1}))
        posted(address, request("initialize", capabilities="canary"))
        posted(address, b'{"canary"')
    assert "canary" not in caplog.text
