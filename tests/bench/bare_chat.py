"""A bare Gradio chat that streams a given text in given steps: what the coach's page is measured against.

Started as a program; `ASSISTANT_PORT` is where, `STEPS` the texts and the pause between them, and the limits are the
coach's own.
"""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import AsyncIterator
from typing import Any

import gradio as gr
import uvicorn
from fastapi import FastAPI

from assistant.settings.hosting import RequestLimits


async def tell(said: str) -> AsyncIterator[tuple[list[dict[str, str]], str]]:
    """Stream the reply, each step with the whole text so far."""
    given: dict[str, Any] = json.loads(os.environ["STEPS"])
    for number, step in enumerate(given["texts"]):
        if number:
            await asyncio.sleep(given["pause_s"])
        yield [{"role": "user", "content": said}, {"role": "assistant", "content": step}], ""


def main() -> None:
    """Serve the chat as the coach is served: mounted, with the same limits."""
    limits = RequestLimits()
    with gr.Blocks(analytics_enabled=False) as page:
        chat, box = gr.Chatbot(), gr.Textbox()
        box.submit(tell, box, [chat, box], api_name="tell", concurrency_limit=limits.answers_at_once)
    page.max_threads = 40
    page.queue(max_size=2 * limits.answers_waiting)
    app = gr.mount_gradio_app(FastAPI(), page, path="/", ssr_mode=False, run_history=False, enable_monitoring=False)
    uvicorn.run(app, host="127.0.0.1", port=int(os.environ["ASSISTANT_PORT"]), log_level="warning", access_log=False)


if __name__ == "__main__":
    main()
