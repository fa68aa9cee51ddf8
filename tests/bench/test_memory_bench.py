"""What the server's memory does under visitors who send too much, read too slowly, or come and are gone."""

from __future__ import annotations

import asyncio
import json
import re
import socket
import sys
import time
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.bench.visitors import asked, function_index, send_crowd
from tests.served_page import PATIENCE_SECONDS, start, stop

pytestmark = [
    pytest.mark.bench,
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="memory is read from /proc"),
]
WIKI = "We want to fine-tune a model on our wiki so that it knows our products. The pages change every week."
HUGE = "We have examples. " * 58_000
"""A good megabyte: under the limit of a request's bytes, far over that of a message's characters."""
AT_ONCE = 20
MOST_MB = 60
"""Generous: a server that kept each huge message, or a third of a megabyte a session, would be over it."""


@dataclass(frozen=True)
class Server:
    """The page in a process of its own."""

    port: int
    process_id: int
    fn_index: int

    def memory_mb(self) -> float:
        """Read how much memory the process holds, in MB."""
        status = Path(f"/proc/{self.process_id}/status").read_text(encoding="utf-8")
        found = re.search(r"^VmRSS:\s+(\d+) kB$", status, re.MULTILINE)
        assert found is not None
        return int(found[1]) / 1024

    async def join(self, session: str, message: str) -> None:
        """Ask for an answer, and do not wait for it."""
        body = json.dumps({"data": [message, None, {}], "fn_index": self.fn_index, "session_hash": session}).encode()
        head = f"POST /gradio_api/queue/join HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: {len(body)}"
        reader, writer = await asked(self.port, f"{head}\r\n", body)
        assert b" 200 " in await reader.readline()
        writer.close()

    async def listen(self, session: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        """Open the stream on which a visit's answers come."""
        return await asked(self.port, f"GET /gradio_api/queue/data?session_hash={session} HTTP/1.1\r\n", b"")

    async def visit(self, message: str) -> None:
        """Send a message and read the answer to its end."""
        session = uuid.uuid4().hex
        await self.join(session, message)
        reader, writer = await self.listen(session)
        while b'"process_completed"' not in (line := await reader.readline()):
            assert line, "no answer came"
        writer.close()

    async def drop(self) -> None:
        """Open the page and its two streams, ask for an answer, and be gone in the middle of it."""
        session = uuid.uuid4().hex
        page, gone = await asked(self.port, "GET / HTTP/1.1\r\n", b"")
        await page.read()
        _, pulse = await asked(self.port, f"GET /gradio_api/heartbeat/{session} HTTP/1.1\r\n", b"")
        await self.join(session, WIKI)
        reader, stream = await self.listen(session)
        while b'"process_generating"' not in (line := await reader.readline()):
            assert line, "no answer came"
        for writer in (gone, pulse, stream):
            writer.transport.abort()

    def is_idle(self) -> bool:
        """Tell whether no answer is under way or waits."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/metrics", timeout=60) as answer:
            figures = answer.read().decode()
        return not sum(map(float, re.findall(r"^coach_answers_(?:running|waiting) (\S+)", figures, re.MULTILINE)))


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """A server that is ready and has answered before."""
    process, address = start()
    port = int(address.split(":")[2].strip("/"))
    until = time.monotonic() + PATIENCE_SECONDS
    while not _is_ready(port):
        assert time.monotonic() < until, "never ready"
        time.sleep(0.2)
    served = Server(port, process.pid, function_index(port, "tell"))
    assert 0 == send_crowd(port, process.pid, served.fn_index, (WIKI, None, {}), AT_ONCE, 0.0).n_errors
    yield served
    stop(process)


def _is_ready(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=60) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def huge_messages(server: Server, n: int) -> None:
    """Send messages of a megabyte, a few at a time."""

    async def send() -> None:
        for _ in range(0, n, 4):
            await asyncio.gather(*(server.visit(HUGE) for _ in range(4)))

    asyncio.run(send())


def slow_reader(server: Server, n: int) -> None:
    """Ask for one answer after the other on a stream of which nothing is read, with as little room as it can have."""

    async def ask() -> None:
        session = uuid.uuid4().hex
        with socket.socket() as deaf:
            deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)
            deaf.connect(("127.0.0.1", server.port))
            await server.join(session, WIKI)
            deaf.sendall(
                f"GET /gradio_api/queue/data?session_hash={session} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode()
            )
            for _ in range(n):
                await server.join(session, WIKI)
            await _idle(server)

    asyncio.run(ask())


def dropped_sessions(server: Server, n: int) -> None:
    """Open visits and drop them in the middle of an answer."""

    async def come_and_go() -> None:
        for _ in range(0, n, AT_ONCE):
            await asyncio.gather(*(server.drop() for _ in range(AT_ONCE)))
        await _idle(server)

    asyncio.run(come_and_go())


async def _idle(server: Server) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while not server.is_idle():
        assert time.monotonic() < until, "answers are still under way"
        await asyncio.sleep(0.2)


@pytest.mark.parametrize(
    ("strain", "n_before", "n"), [(huge_messages, 60, 120), (slow_reader, 20, 60), (dropped_sessions, 40, 200)]
)
def test_memory_stays_within_bounds(
    server: Server, strain: Callable[[Server, int], None], n_before: int, n: int
) -> None:
    """After so many to settle by, the server holds little more than before, and answers as ever."""
    strain(server, n_before)
    before = server.memory_mb()
    strain(server, n)
    after = server.memory_mb()
    name = strain.__name__.replace("_", " ")
    print(f"\n{name}: {n} after {n_before}: memory {before:.0f} MB, then {after:.0f} MB, {after - before:+.1f} MB")
    asyncio.run(server.visit(WIKI))
    assert after - before < MOST_MB
