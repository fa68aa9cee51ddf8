"""Skipping outputs frugally sends what Gradio itself would send."""

from __future__ import annotations

import asyncio
from typing import Any

import gradio as gr
import pytest
from gradio.state_holder import SessionState

from assistant.ui.frugal import FrugalBlocks

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
    assert sent(gr.Blocks, *predictions) == sent(FrugalBlocks, *predictions)
