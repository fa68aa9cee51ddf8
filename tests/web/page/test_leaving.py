"""A visitor who closes the page while a model or the rules are at work: that ends with the visit."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from assistant.web.page.event_run import PULSE_SECONDS
from assistant.web.page.handlers import Handlers
from assistant.web.page.layout import build_blocks
from assistant.web.page.mounted_page import page_options
from assistant.web.page.screen import Screen
from tests.fakes import HeldReader, coach
from tests.fakes_assistance import (
    EYEBALL,
    MESSAGE,
    PATIENCE_SECONDS,
    Assistance,
    LongEar,
    LongTurn,
    OneModel,
)
from tests.served_page import free_port


@pytest.fixture
def visit() -> Iterator[tuple[str, LongEar]]:
    """A page whose model never answers."""
    ear = LongEar()
    talk = Assistance(ear, model=OneModel(LongTurn()))
    talk.reader.hears(EYEBALL)
    page = build_blocks(talk.coach)
    port = free_port()
    page.launch(prevent_thread_lock=True, quiet=True, server_name="127.0.0.1", server_port=port, **page_options())
    yield f"http://127.0.0.1:{port}", ear
    page.close(verbose=False)


def test_closing_the_page_ends_the_call_upstream(visit: tuple[str, LongEar]) -> None:
    """The server notices without waiting for the model to say something."""
    address, ear = visit
    dependencies = httpx.get(f"{address}/config").json()["dependencies"]
    [index] = [dependency["id"] for dependency in dependencies if dependency["api_name"] == "tell"]
    sent = {"data": [MESSAGE, None, {}], "fn_index": index, "session_hash": "leaving"}
    httpx.post(f"{address}/gradio_api/queue/join", json=sent).raise_for_status()
    with httpx.stream("GET", f"{address}/gradio_api/queue/data?session_hash=leaving", timeout=PATIENCE_SECONDS) as page:
        next(line for line in page.iter_lines() if "process_generating" in line)
    assert ear.ended.wait(PATIENCE_SECONDS / 2)


def test_an_answer_that_takes_too_long_is_given_up_and_the_message_comes_back() -> None:
    """The visitor reads how long was waited and may send the same words again; the call upstream ends."""
    turn = LongTurn()
    talk = Assistance(LongEar(), model=OneModel(turn))
    talk.reader.hears(EYEBALL)
    handlers = Handlers(talk.coach, answer_seconds=0.01)

    async def last() -> Screen:
        return [screen async for screen in handlers.tell(MESSAGE, None, {})][-1]

    screen = asyncio.run(last())
    assert MESSAGE == screen.box
    assert "took longer than 0.01 s" in screen.note
    assert turn.cancelled.wait(PATIENCE_SECONDS)


KEPT = {"id": "a talk", "events": [{"message": MESSAGE, "facts": {}}] * 5}
BRINGS_BACK: dict[str, tuple[Any, ...]] = {
    "restore": (),
    "tell": (MESSAGE, None),
    "act": ('{"do": "undo"}', None),
    "open_source": ("c1-1", None),
}
"""What brings a conversation back when the server has forgotten it, with what it is given besides."""


@pytest.mark.parametrize("does", BRINGS_BACK)
def test_no_more_of_a_conversation_is_heard_again_once_the_visitor_left(does: str) -> None:
    """The message under way is the last; none of the four behind it is read, nor the one that was just written."""
    reader = HeldReader()

    async def leave() -> None:
        steps = getattr(Handlers(coach(reader)), does)(*BRINGS_BACK[does], KEPT)
        await anext(steps)
        await steps.aclose()
        reader.goes_on.set()

    asyncio.run(leave())
    assert 1 == reader.n_read


def test_bringing_a_conversation_back_ends_when_its_time_is_over() -> None:
    """The visitor reads how long was waited; of five messages the one under way is the last."""
    reader = HeldReader()

    async def last() -> Screen:
        shown = [screen async for screen in Handlers(coach(reader), answer_seconds=0.01).restore(KEPT)]
        reader.goes_on.set()
        return shown[-1]

    assert "took longer than 0.01 s" in asyncio.run(last()).note
    assert reader.n_read <= 1


def test_a_visitor_who_leaves_while_his_page_opens_is_noticed() -> None:
    """Through Gradio: it stops to bring back a conversation that nobody will see."""
    reader = HeldReader()
    page, port = build_blocks(coach(reader)), free_port()
    page.launch(prevent_thread_lock=True, quiet=True, server_name="127.0.0.1", server_port=port, **page_options())
    address = f"http://127.0.0.1:{port}"
    try:
        dependencies = httpx.get(f"{address}/config").json()["dependencies"]
        [index] = [dependency["id"] for dependency in dependencies if dependency["api_name"] == "restore"]
        sent = {"data": [json.dumps(KEPT)], "fn_index": index, "session_hash": "leaving"}
        httpx.post(f"{address}/gradio_api/queue/join", json=sent).raise_for_status()
        data = f"{address}/gradio_api/queue/data?session_hash=leaving"
        with httpx.stream("GET", data, timeout=PATIENCE_SECONDS) as stream:
            next(line for line in stream.iter_lines() if "process_generating" in line)
        while page.app.iterators:
            time.sleep(0.05)
        time.sleep(2 * PULSE_SECONDS)  # Gradio forgets an iterator that is at work before it is closed
    finally:
        reader.goes_on.set()
        page.close(verbose=False)
    assert 1 == reader.n_read
