"""The client under the model closes what it opened, in the order in which it was opened."""

from __future__ import annotations

import asyncio
import gc
import sys
from collections.abc import AsyncGenerator

from assistant.llm.transport import open_client
from tests.llm.fault_server import FaultServer, said, streams


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
