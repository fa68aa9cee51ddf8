"""What is sent to the page's own addresses by something else than the page's script."""

from __future__ import annotations

import asyncio
import json
import logging
import re
from collections.abc import Callable
from typing import Any

import gradio as gr
import httpx
import pytest
from fastapi import FastAPI
from starlette.types import Receive, Scope, Send

from assistant.settings.environment import read_settings
from assistant.web.page.gradio_patches.queue_requests import QueueRequestCheck
from assistant.web.page.mounted_page import mount
from tests.fakes import coach

JOIN, STREAM = "/gradio_api/queue/join", "/gradio_api/queue/data"
WORDS = "our secret plan"
Ask = Callable[..., httpx.Response]


@pytest.fixture(scope="module")
def page() -> FastAPI:
    """The page as it is mounted."""
    site = FastAPI()
    mount(site, coach(), read_settings({}))
    return site


@pytest.fixture
def ask(page: FastAPI) -> Ask:
    """Send one request to the page; whatever it raises comes out here."""

    def send(method: str, path: str, body: object = None, **query: str) -> httpx.Response:
        async def sent() -> httpx.Response:
            async with httpx.AsyncClient(transport=httpx.ASGITransport(page), base_url="http://localhost") as client:
                content = body if isinstance(body, str) else json.dumps(body)
                return await client.request(method, path, content=content, params=query)

        return asyncio.run(sent())

    return send


def call(**changed: Any) -> dict[str, Any]:
    """What the page sends for its first event, with something else in it."""
    return {"data": [WORDS, None, {}], "fn_index": 0, "session_hash": "abc123", **changed}


@pytest.mark.parametrize("body", [
    "", "{", "[" * 100_000, "null", "[]", '"x"', call(session_hash=None), call(session_hash=["a"]),
    call(session_hash=""), call(session_hash="x" * 65), call(session_hash="x" * 1_000_000), call(session_hash="a b"),
    call(fn_index=None), call(fn_index=9999), call(fn_index=-1), call(fn_index="0"), call(fn_index=True),
    call(data=None), call(data=WORDS), call(data=[WORDS]), call(data=[WORDS] * 99),
], ids=lambda body: str(body)[:60])  # fmt: skip
def test_what_the_page_cannot_have_sent_is_told_what_is_wrong_in_one_line(
    ask: Ask, caplog: pytest.LogCaptureFixture, body: object
) -> None:
    """No session is kept under its name, and neither answer nor log repeats a word of it."""
    caplog.set_level(logging.INFO)
    answer = ask("POST", JOIN, body)
    lines = [
        record.getMessage()
        for record in caplog.records
        if record.name == "assistant.web.page.gradio_patches.queue_requests"
    ]
    assert (422, 1, True) == (answer.status_code, len(lines), set(answer.json()) == {"detail"})
    assert WORDS not in answer.text + caplog.text


@pytest.mark.parametrize("path", ["/gradio_api/cancel", "/gradio_api/reset"])
@pytest.mark.parametrize("changed", [{"session_hash": "x" * 65}, {"event_id": "x" * 65}, {"event_id": 7}])
def test_what_takes_an_event_back_must_name_one(ask: Ask, path: str, changed: dict[str, object]) -> None:
    """By names as the browser makes them up."""
    body = {"session_hash": "abc", "event_id": "def", "fn_index": 0, **changed}
    assert 422 == ask("POST", path, body).status_code


@pytest.mark.parametrize("query", [{}, {"session_hash": ""}, {"session_hash": "nobody"}, {"session_hash": "x" * 9_000}])
def test_a_stream_of_no_session_says_that_it_is_over(ask: Ask, query: dict[str, str]) -> None:
    """In the message by which the page's script knows that the server was started anew."""
    answer = ask("GET", STREAM, **query)
    assert 200 == answer.status_code
    [message] = re.findall(r"^data: (.*)$", answer.text, re.MULTILINE)
    assert ("unexpected_error", True) == (json.loads(message)["msg"], json.loads(message)["session_not_found"])


def test_a_stream_of_no_session_counts_as_a_request() -> None:
    """It would cost nothing otherwise, and could be asked for without end."""
    charged: list[int] = []

    async def asked() -> None:
        async def nothing(scope: Scope, receive: Receive, send: Send) -> None:
            raise AssertionError("must not be asked")

        async def leave(message: object) -> None:
            pass

        scope = {"type": "http", "path": STREAM, "query_string": b"session_hash=nobody", "headers": [],
                 "method": "GET", "state": {"charge": charged.append}}  # fmt: skip
        await QueueRequestCheck(nothing, gr.Blocks())(scope, leave, leave)  # type: ignore[arg-type]

    asyncio.run(asked())
    assert 1 == len(charged)


def test_a_name_longer_than_the_browsers_own_holds_no_visit_open(ask: Ask) -> None:
    """The stream by which a page says that it is still there."""
    assert 404 == ask("GET", f"/gradio_api/heartbeat/{'x' * 65}").status_code
