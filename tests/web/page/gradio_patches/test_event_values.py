"""Frugality sends what Gradio itself would send, and keeps less."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import gradio as gr
import pytest
from gradio.state_holder import SessionState

from assistant.web.page.gradio_patches.event_values import PatchedBlocks

CHAT = [{"role": "user", "content": "hello"}]
LEFT = gr.skip()


def sent(kind: type[gr.Blocks], *predictions: Any) -> tuple[list[Any], Any]:
    """What a page with a chat, a text, a state and a store in the browser sends, and what its state holds then."""
    with kind(analytics_enabled=False) as page:
        outputs = [gr.Chatbot(), gr.Markdown(), gr.State("before"), gr.BrowserState({}, secret="none")]
        page.load(lambda: None, None, outputs)
    [event] = page.fns.values()
    state = SessionState(page)
    prepared = asyncio.run(page.postprocess_data(event, list(predictions), state))
    return [part.model_dump() if hasattr(part, "model_dump") else part for part in prepared], state[outputs[2]._id]


@pytest.mark.parametrize(
    "predictions",
    [
        (CHAT, "text", "after", {"kept": 1}),
        (CHAT, LEFT, LEFT, LEFT),
        (LEFT, "text", LEFT, LEFT),
        (LEFT, LEFT, LEFT, {"kept": 1}),
        (LEFT, LEFT, "after", LEFT),
        (LEFT, LEFT, LEFT, LEFT),
        (CHAT, gr.update(visible=False), LEFT, LEFT),
    ],
)
def test_what_is_sent_and_kept_is_what_gradio_sends_and_keeps(predictions: tuple[Any, ...]) -> None:
    """Whatever an event changes and leaves alone, a single output that is a mapping included."""
    assert sent(gr.Blocks, *predictions) == sent(PatchedBlocks, *predictions)


def test_what_goes_in_and_out_is_not_remembered_with_the_visit() -> None:
    """However much a visitor sends, nothing but the page's states outlives the event."""
    with PatchedBlocks(analytics_enabled=False) as page:
        box, kept, said = gr.Textbox(), gr.BrowserState({}, secret="none"), gr.Markdown()
        page.load(lambda box, kept: (box, kept), [box, kept], [said, kept])
    [event] = page.fns.values()
    state = SessionState(page)
    given = asyncio.run(page.preprocess_data(event, ["a secret", {"kept": "a secret"}], state))
    asyncio.run(page.postprocess_data(event, ["a secret", {"kept": "a secret"}], state))
    assert ["a secret", {"kept": "a secret"}] == given
    assert "a secret" not in str(state.config_values)


def given(page: gr.Blocks, *inputs: Any) -> list[Any]:
    """What an event of the page is handed for what a browser sent."""
    [event] = page.fns.values()
    return asyncio.run(page.preprocess_data(event, list(inputs), SessionState(page)))


def test_what_a_browser_sends_is_never_taken_for_a_file(tmp_path: Path) -> None:
    """The page takes none: nothing on this machine or elsewhere is opened, copied or fetched because its name came."""
    secret = tmp_path / "secret.txt"
    secret.write_text("a secret")
    with PatchedBlocks(analytics_enabled=False) as page:
        box, kept = gr.Textbox(), gr.BrowserState({}, secret="none")
        page.load(print, [box, kept], None)
        box.GRADIO_CACHE = kept.GRADIO_CACHE = str(tmp_path / "cache")
    files = [{"path": path, "meta": {"_type": "gradio.FileData"}} for path in (str(secret), "http://192.0.2.1/x")]
    for named in files:
        assert ["", {"events": [named]}] == given(page, named, {"events": [named]})
    assert [secret] == list(tmp_path.iterdir())


def test_what_a_browser_sends_is_not_walked_through() -> None:
    """However deep it is nested, it is handed over as it came."""
    with PatchedBlocks(analytics_enabled=False) as page:
        page.load(print, [gr.BrowserState({}, secret="none")], None)
    deep: list[Any] = []
    for _ in range(5_000):
        deep = [deep]
    [handed] = given(page, deep)
    assert handed is deep


def test_a_page_that_nobody_uses_rests(monkeypatch: pytest.MonkeyPatch) -> None:
    """Gradio looks a thousand times a second whether an event waits; this page fifty times."""
    rested: list[float] = []

    async def rest(seconds: float) -> None:
        rested.append(seconds)
        page._queue.stopped = True

    with PatchedBlocks(analytics_enabled=False) as page:
        gr.Markdown()
    page.queue()
    monkeypatch.setattr("gradio.queueing.asyncio.sleep", rest)
    asyncio.run(page._queue.start_processing())
    assert [0.02] == rested
