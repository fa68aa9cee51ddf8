"""Connections that say nothing or half of something, on real sockets: they end, and others are answered meanwhile."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack

import httpx
import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from assistant.web.server.connection_timeouts import TimedProtocol
from tests.served_page import PATIENCE_SECONDS, free_port


class _Hasty(TimedProtocol):
    arrival_seconds = 1.0


async def _echo(request: Request) -> PlainTextResponse:
    return PlainTextResponse(await request.body())


async def _slow(_request: Request) -> PlainTextResponse:
    import asyncio

    await asyncio.sleep(4)
    return PlainTextResponse("done")


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """A server that takes 80 connections at once and waits a second for a request."""
    app = Starlette(routes=[Route("/", _echo, methods=["GET", "POST"]), Route("/slow", _slow)])
    config = uvicorn.Config(app, port=free_port(), log_config=None, http=_Hasty, limit_concurrency=80)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        time.sleep(0.01)
    yield config.port
    server.should_exit = True
    thread.join(PATIENCE_SECONDS)


HALVES = {
    "nothing": b"",
    "half a head": b"GET / HTTP/1.1\r\nHost: a\r\n",
    "half a body": b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhalf",
}


@pytest.mark.parametrize("half", HALVES.values(), ids=HALVES)
def test_a_connection_without_a_whole_request_is_ended(port: int, half: bytes) -> None:
    """By the server, whatever the other side waits for."""
    with socket.create_connection(("127.0.0.1", port)) as silent:
        silent.sendall(half)
        silent.settimeout(PATIENCE_SECONDS)
        assert b"" == silent.recv(1_000)


def test_half_a_request_behind_a_whole_one_is_ended_too(port: int) -> None:
    """A connection that was good once is not kept for ever."""
    with socket.create_connection(("127.0.0.1", port)) as kept:
        kept.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        kept.settimeout(PATIENCE_SECONDS)
        assert kept.recv(1_000).startswith(b"HTTP/1.1 200")
        kept.sendall(b"GET / HTTP")
        while kept.recv(1_000):
            pass


def test_an_answer_that_takes_long_is_waited_for(port: int) -> None:
    """Only who keeps the server waiting is ended."""
    assert "done" == httpx.get(f"http://127.0.0.1:{port}/slow", timeout=PATIENCE_SECONDS).text


def test_silent_connections_lock_nobody_out(port: int) -> None:
    """Twice as many as there may be: the next request is answered all the same."""
    with ExitStack() as open_ones:
        for _ in range(160):
            open_ones.enter_context(socket.create_connection(("127.0.0.1", port)))
        assert 200 == httpx.get(f"http://127.0.0.1:{port}/").status_code
