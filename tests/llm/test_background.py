"""The loop on which a model is called: what is left behind on it is closed there, in its own time."""

from __future__ import annotations

import gc
import threading
import time
from collections.abc import AsyncGenerator
from contextlib import aclosing

import pytest

from assistant.llm.client import background
from assistant.llm.client.background import BackgroundLoop

PATIENCE_S = 10.0


class Left:
    """A stream that holds its own iterator, as the openai client's does, and so can only be found by the collector."""

    def __init__(self, closed: list[str]) -> None:
        self.closed = closed
        self.iterator = self.outer()

    async def inner(self) -> AsyncGenerator[int]:
        """Count, and note when and where it is closed."""
        try:
            while True:
                yield 1
        finally:
            self.closed.append(threading.current_thread().name)

    async def outer(self) -> AsyncGenerator[int]:
        """Pass on, and close what is below."""
        async with aclosing(self.inner()) as below:
            async for number in below:
                yield number


async def leave(stream: Left) -> None:
    """Begin a stream and forget it."""
    await anext(stream.iterator)


def test_what_the_collector_finds_is_closed_on_the_loop_and_not_while_it_collects() -> None:
    """The collector runs in this thread, and is through before anything is closed in the other."""
    loop, closed = BackgroundLoop(), list[str]()
    try:
        gc.disable()
        loop.submit(leave(Left(closed))).result(PATIENCE_S)
        gc.collect()
        assert [] == closed
        ends_at = time.monotonic() + PATIENCE_S
        while not closed and time.monotonic() < ends_at:
            time.sleep(0.01)
        assert ["language-model"] == closed
    finally:
        gc.enable()
        loop.close()


def test_what_was_found_is_closed_at_the_latest_with_the_loop() -> None:
    """Nothing waits for a loop that has ended."""
    loop, closed = BackgroundLoop(), list[str]()
    try:
        gc.disable()
        loop.submit(leave(Left(closed))).result(PATIENCE_S)
        gc.collect()
    finally:
        gc.enable()
        loop.close()
    assert ["language-model"] == closed


async def drop(stream: Left) -> None:
    """Begin a stream that leaves open what is below it, and let go of it."""

    async def outer() -> AsyncGenerator[int]:
        async for number in stream.inner():
            yield number

    await anext(outer())


def test_what_is_let_go_of_while_the_loop_ends_is_closed_without_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """A loop that gave it as long as a running one does would not end in its time."""
    monkeypatch.setattr(background, "_GRACE_S", 60.0)
    loop, closed = BackgroundLoop(), list[str]()
    loop.submit(drop(Left(closed))).result(PATIENCE_S)
    loop.close()
    assert ["language-model"] == closed
