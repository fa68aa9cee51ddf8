"""Visitors who each send one message and read the answer to its end, over plain sockets so that they cost little."""

from __future__ import annotations

import asyncio
import json
import math
import os
import time
import urllib.request
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

_LONGEST_LINE = 2**24
_TICKS = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100


@dataclass(frozen=True, slots=True)
class Answered:
    """How long one visitor waited, in seconds; None where no answer came."""

    first_words: float | None
    completion: float | None


@dataclass(frozen=True, slots=True)
class Crowd:
    """What a crowd of visitors met, and what it cost the server."""

    answers: tuple[Answered, ...]
    cpu_seconds: float

    @property
    def n_errors(self) -> int:
        """How many got no whole answer."""
        return sum(answer.completion is None for answer in self.answers)

    @property
    def cpu_per_answer(self) -> float:
        """Server CPU in seconds for one answer."""
        return self.cpu_seconds / len(self.answers)

    @property
    def first_words_p95(self) -> float:
        """The time to the first words that 95 of 100 stayed under."""
        return _p95([answer.first_words for answer in self.answers])

    @property
    def completion_p95(self) -> float:
        """The time to the last words that 95 of 100 stayed under."""
        return _p95([answer.completion for answer in self.answers])


def send_crowd(port: int, process_id: int, fn_index: int, data: Sequence[object], n: int, spread_s: float) -> Crowd:
    """Let `n` visitors send the same data, their arrivals spread evenly over `spread_s`."""
    before = cpu_seconds(process_id)
    answers = asyncio.run(_visit_all(port, fn_index, data, n, spread_s))
    return Crowd(tuple(answers), cpu_seconds(process_id) - before)


def function_index(port: int, name: str) -> int:
    """Look up the number by which a page's function is called."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/config", timeout=60) as answer:
        dependencies = json.load(answer)["dependencies"]
    [index] = [dependency["id"] for dependency in dependencies if dependency["api_name"] == name]
    return int(index)


def cpu_seconds(process_id: int) -> float:
    """Read how much CPU a process has used so far, user and system."""
    fields = Path(f"/proc/{process_id}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


async def asked(port: int, head: str, body: bytes) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Send a request on a connection of its own; returns where its answer comes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=_LONGEST_LINE)
    writer.write(f"{head}Host: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n".encode() + body)
    await writer.drain()
    return reader, writer


async def _visit_all(port: int, fn_index: int, data: Sequence[object], n: int, spread_s: float) -> list[Answered]:
    async def visit_at(seconds: float) -> Answered:
        await asyncio.sleep(seconds)
        try:
            return await _visit(port, fn_index, data)
        except (OSError, asyncio.IncompleteReadError, AssertionError):
            return Answered(None, None)

    return await asyncio.gather(*(visit_at(spread_s * number / n) for number in range(n)))


async def _visit(port: int, fn_index: int, data: Sequence[object]) -> Answered:
    session, began = uuid.uuid4().hex, time.perf_counter()
    body = json.dumps({"data": data, "fn_index": fn_index, "session_hash": session}).encode()
    head = f"POST /gradio_api/queue/join HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n"
    reader, writer = await asked(port, head, body)
    assert b" 200 " in await reader.readline()
    writer.close()
    first = None
    reader, writer = await asked(port, f"GET /gradio_api/queue/data?session_hash={session} HTTP/1.1\r\n", b"")
    while line := await reader.readline():
        if first is None and b'"process_generating"' in line:
            first = time.perf_counter() - began
        if b'"process_completed"' in line:
            writer.close()
            return Answered(first, time.perf_counter() - began if b'"success":true' in line else None)
    return Answered(first, None)


def _p95(seconds: Sequence[float | None]) -> float:
    waited = sorted(math.inf if second is None else second for second in seconds)
    return waited[math.ceil(0.95 * len(waited)) - 1]
