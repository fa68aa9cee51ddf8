"""The client under the model closes what it opened, and reads no more than it was told, whatever is sent."""

from __future__ import annotations

import asyncio
import gc
import sys
import tracemalloc
import zlib
from collections.abc import AsyncGenerator

import pytest

from assistant.errors import UpstreamError
from assistant.llm.client.transport import open_client
from tests.llm.conftest import Connect
from tests.llm.fault_server import Behaviour, Exchange, FaultServer, answers, joined, prompt, said, streams

MOST_BYTES = 16 << 20
"""Of memory for one call: far more than the client takes, far less than what is sent here holds."""


async def unclosed_after_one_piece(base_url: str) -> list[str]:
    """Read one piece of an answer, close the reader, and name the generators that are left to the collector.

    Those of the connection pool below the client are its own affair.
    """
    left: list[str] = []

    def note(generator: AsyncGenerator[object]) -> None:
        if "httpcore2" not in generator.ag_code.co_filename:
            left.append(generator.__qualname__)

    sys.set_asyncgen_hooks(finalizer=note)
    async with open_client(base_url, 5.0, 100) as client:
        async with client.stream("POST", f"{base_url}/chat/completions", json={"messages": []}) as response:
            reader = response.aiter_raw()
            await anext(reader)
            await reader.aclose()
            del reader
        gc.collect()
    return left


def test_a_reader_that_stops_early_leaves_nothing_to_the_collector(server: FaultServer) -> None:
    """A generator that is collected instead of closed may still be at work on a loop that has ended."""
    server.script = [streams(said("one "), said("two "))]
    assert [] == asyncio.run(unclosed_after_one_piece(server.base_url))


def compressed(status: int, content_type: str) -> Behaviour:
    """Answer with one event of 100 MB that is 100 kB on the way."""

    def behave(exchange: Exchange) -> None:
        before, after = said("|").split(b"|")
        compressor = zlib.compressobj(wbits=zlib.MAX_WBITS | 16)
        parts = (before, *[b"x" * 1_000_000] * 100, after)
        body = b"".join(compressor.compress(part) for part in parts) + compressor.flush()
        exchange.head(status, content_type, Content_Encoding="gzip")
        exchange.send(body)

    return behave


def endless_page(exchange: Exchange) -> None:
    """Answer with an error whose page has no end."""
    exchange.head(500, "text/html")
    exchange.drip(b"sorry " * 100_000, 0.0)


def test_an_answer_is_asked_for_as_it_is(server: FaultServer, connect: Connect) -> None:
    """An endpoint that heeds it compresses nothing."""
    server.script = [answers("Yes.")]
    joined(connect().turn("c").speak(prompt("Should we?")))
    assert ["identity"] == [request.headers["accept-encoding"] for request in server.requests]


@pytest.mark.parametrize(
    "behaviour",
    [
        compressed(200, "text/event-stream"),
        compressed(200, "application/json"),
        compressed(500, "application/json"),
        compressed(307, "text/html"),
        endless_page,
    ],
    ids=["a stream", "no stream", "an error", "a redirect", "an error without end"],
)
def test_nothing_that_is_sent_fills_the_memory(behaviour: Behaviour, server: FaultServer, connect: Connect) -> None:
    """Neither few bytes that grow when decompressed nor a body without end, whatever they are said to be."""
    server.script = [behaviour]
    turn = connect().turn("c")
    tracemalloc.start()
    try:
        with pytest.raises(UpstreamError):
            joined(turn.speak(prompt("Should we?")))
        assert tracemalloc.get_traced_memory()[1] < MOST_BYTES
    finally:
        tracemalloc.stop()
