"""Connections that say nothing, half of something, or take no answer, on real sockets: they end, and hold up nobody."""

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
from starlette.responses import PlainTextResponse, StreamingResponse
from starlette.routing import Route

from assistant.web.server.connection_timeouts import TimedProtocol
from tests.served_page import PATIENCE_SECONDS, free_port

N_PIECES, PIECE = 500, b"x" * 64_000
"""More than a system keeps for a connection that reads nothing."""


class _Hasty(TimedProtocol):
    arrival_seconds = taking_seconds = 1.0


async def _echo(request: Request) -> PlainTextResponse:
    return PlainTextResponse(await request.body())


async def _slow(_request: Request) -> PlainTextResponse:
    import asyncio

    await asyncio.sleep(4)
    return PlainTextResponse("done")


async def _large(_request: Request) -> StreamingResponse:
    return StreamingResponse(PIECE for _ in range(N_PIECES))


@pytest.fixture(scope="module")
def server() -> Iterator[uvicorn.Server]:
    """A server that takes 60 connections at once and waits a second for a request."""
    app = Starlette(routes=[Route("/", _echo, methods=["GET", "POST"]), Route("/slow", _slow), Route("/large", _large)])
    config = uvicorn.Config(app, port=free_port(), log_config=None, http=_Hasty, limit_concurrency=60)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        time.sleep(0.01)
    yield server
    server.should_exit = True
    thread.join(PATIENCE_SECONDS)


@pytest.fixture
def port(server: uvicorn.Server) -> int:
    """Where it listens."""
    return server.config.port


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


def ask_and_read_nothing(port: int) -> socket.socket:
    """Ask for more than fits into what lies between."""
    asking = socket.create_connection(("127.0.0.1", port))
    asking.sendall(b"GET /large HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
    return asking


def test_an_answer_that_nobody_takes_is_given_up(server: uvicorn.Server, port: int) -> None:
    """Nothing of the connection is left."""
    with ask_and_read_nothing(port):
        until = time.monotonic() + PATIENCE_SECONDS
        while not server.server_state.connections:
            assert time.monotonic() < until
        while server.server_state.connections:
            assert time.monotonic() < until
            time.sleep(0.05)


def test_an_answer_that_is_taken_slowly_comes_whole(port: int) -> None:
    """However often the server has to wait for its reader."""
    pieces = []
    with ask_and_read_nothing(port) as reading:
        reading.settimeout(PATIENCE_SECONDS)
        while piece := reading.recv(1_000_000):
            pieces.append(piece)
            time.sleep(0.05)
    assert b"".join(pieces).count(b"x") == N_PIECES * len(PIECE)


def test_answers_that_nobody_takes_lock_nobody_out(port: int) -> None:
    """More than there may be, of which each had begun to be answered."""
    with ExitStack() as open_ones:
        for _ in range(70):
            open_ones.enter_context(ask_and_read_nothing(port)).recv(1)
        assert 200 == httpx.get(f"http://127.0.0.1:{port}/", timeout=PATIENCE_SECONDS).status_code
