"""Where everything stands on the page, and which handler each event goes to.

Owns the Gradio components. What they show is written elsewhere as HTML on one line; `gr.Markdown` shows it, because
`gr.HTML` evaluates its template as code, which a strict security policy forbids.
"""

from __future__ import annotations

import functools
import json
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from contextlib import aclosing
from typing import Any, cast

import gradio as gr
from markupsafe import Markup

from assistant.coach import Coach
from assistant.knowledge.types.page_text import PageText
from assistant.settings.hosting import RequestLimits
from assistant.web.page.chat_view import answers
from assistant.web.page.gradio_patches.event_values import PatchedBlocks
from assistant.web.page.handlers import Handlers
from assistant.web.page.screen import Screen
from assistant.web.page.session import clear
from assistant.web.templates import render

TURNS = "turns"
"""What shares one limit of answers at once: writing and clicking."""
DEFAULT_LIMITS = RequestLimits()
MOST_SESSIONS = 1_000
"""How many visits are remembered, at some 150 kB each; an older one goes on from what its browser kept."""
_SAID_BY_THE_SCRIPT = (
    "delete_talk", "forget_all", "forget_sure", "forgotten", "go_on", "left_behind", "lost", "lost_click",
    "no_talks", "not_kept", "open_record", "rename", "send_again", "still_answering", "untitled", "working",
)  # fmt: skip
_SPARE_TASKS = 24
"""What Gradio may run beside answers: bringing conversations back, opening sources."""


def build_blocks(coach: Coach, limits: RequestLimits = DEFAULT_LIMITS, *, is_public: bool = False) -> gr.Blocks:
    """Lay out the page around a coach and wire its events, so many answers at once and so many waiting."""
    handlers, text = Handlers(coach, answer_seconds=limits.answer_seconds), coach.page_text
    blank = clear(coach)
    page: gr.Blocks
    with PatchedBlocks(title=text.title, analytics_enabled=False, fill_width=True) as page:
        raw(header(text), "masthead")
        with gr.Row(elem_id="desk"):
            with gr.Column(elem_id="talk"):
                chat = _chat(text)
                offered = raw(answers(coach, blank), "answers")
                note = raw("", "note")
                box = _box(text)
                raw(below(coach, is_public=is_public), "below")
            with gr.Column(elem_id="case-pane"):
                raw(render("fold.html", labels=text.labels), "fold")
                case = raw(handlers.case(blank, restored=False), "case")
                source = raw("", "source")
        clicked = gr.Textbox(elem_id="clicked", elem_classes="bridge", show_label=False, container=False)
        opening = gr.Textbox(elem_id="opening", elem_classes="bridge", show_label=False, container=False)
        session = gr.State()
        kept = gr.Textbox(elem_id="kept", elem_classes="bridge", show_label=False, container=False, max_lines=1)
        # Which component shows which part of a screen.
        shows = {
            "chat": chat, "answers": offered, "case": case, "box": box, "note": note, "session": session, "kept": kept,
        }  # fmt: skip
        outputs = list(shows.values())
        tell, click, restore = (
            place_parts(handler, tuple(shows)) for handler in (handlers.tell, handlers.act, handlers.restore)
        )
        quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "undocumented"}
        # What the browser keeps comes last everywhere: the script puts it there, or leaves it out if it is too large.
        turn: dict[str, Any] = {**quiet, "concurrency_id": TURNS, "concurrency_limit": limits.answers_at_once}
        box.submit(tell, [box, session, kept], outputs, api_name="tell", trigger_mode="once", **turn)
        clicked.change(click, [clicked, session, kept], outputs, api_name="act", **turn)
        opening.change(handlers.open_source, [opening, session, kept], source, api_name="open_source", **quiet)
        page.load(restore, kept, outputs, api_name="restore", **quiet)
    page.state_session_capacity = MOST_SESSIONS
    # Read by `queue`, and the only way to tell a mounted page: as many events as this run at once, of whatever kind.
    page.max_threads = limits.answers_at_once + _SPARE_TASKS
    # The server turns away who comes when so many are taken; this stands behind it.
    most = limits.answers_at_once + limits.answers_waiting
    page.queue(max_size=most, default_concurrency_limit=_SPARE_TASKS // 2, api_open=False)
    return page


def place_parts(
    handler: Callable[..., AsyncIterator[Screen]], names: Sequence[str]
) -> Callable[..., AsyncIterator[list[Any]]]:
    """Let a handler's screens come as Gradio takes them: the named parts in this order, the others left as they are."""

    @functools.wraps(handler)  # Gradio reads in the signature what it has to pass
    async def place(*given: Any) -> AsyncIterator[list[Any]]:
        async with aclosing(cast(AsyncGenerator[Screen], handler(*given))) as screens:
            async for screen in screens:
                parts = [getattr(screen, name) for name in names]
                yield [gr.skip() if part is None else part for part in parts]

    return place


def raw(value: str, elem_id: str) -> gr.Markdown:
    """Show HTML that a template made."""
    return gr.Markdown(value, elem_id=elem_id, sanitize_html=False, latex_delimiters=[], container=False)


def _chat(text: PageText) -> gr.Chatbot:
    return gr.Chatbot(
        elem_id="chat",
        label=text.labels.conversation,
        show_label=False,
        container=False,
        height="100%",
        buttons=[],
        latex_delimiters=[],
        feedback_options=None,
        allow_tags=False,
        group_consecutive_messages=False,
        autoscroll=False,  # the script follows a reply, and stops at its question
        layout="bubble",
    )


def _box(text: PageText) -> gr.Textbox:
    return gr.Textbox(
        elem_id="box",
        label=text.labels.composer,
        placeholder=text.labels.composer,
        show_label=False,
        container=False,
        lines=1,  # so that Enter sends; more than one and Gradio wants Shift+Enter
        max_lines=8,
        submit_btn=text.labels.send,
        text_align="left",
    )


def header(text: PageText) -> Markup:
    """Write the masthead: title, the two panes of a narrow screen, and starting over."""
    return render("masthead.html", labels=text.labels, title=text.title, tagline=text.tagline)


def below(coach: Coach, *, is_public: bool) -> Markup:
    """Say which coach speaks and what leaves the machine, and what the browser keeps."""
    labels = coach.page_text.labels
    words = json.dumps({name: getattr(labels, name) for name in _SAID_BY_THE_SCRIPT})
    return render("below.html", labels=labels, who_speaks=coach.who_speaks, is_public=is_public, words=words)
