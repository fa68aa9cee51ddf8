"""The page: built around a coach, and served.

Owns what is told to Gradio's server. `build_page` and `page_options` are apart from `serve`, so that the page can be
mounted elsewhere.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from threading import Thread
from typing import Any

import gradio as gr

from assistant.coach import Coach
from assistant.config import Settings
from assistant.errors import ConfigError
from assistant.ui.layout import build_blocks
from assistant.ui.theme import theme

LOG = logging.getLogger(__name__)
HERE = Path(__file__).resolve().parent


def build_page(coach: Coach, settings: Settings) -> gr.Blocks:
    """Build the page without serving it."""
    page = build_blocks(coach)
    page.root_path = settings.root_path
    return page


def page_options() -> dict[str, Any]:
    """Return what a server of the page has to be told, whether it launches or mounts it."""
    return {
        "theme": theme(),
        "head": _head(),
        "footer_links": [],
        "run_history": False,
        "enable_monitoring": False,
        "show_error": False,
        "ssr_mode": False,
        "pwa": False,
        "max_file_size": "1kb",
        "favicon_path": str(HERE / "icon.svg"),
    }


def _head() -> str:
    """Inline the style and the script. Gradio would put its own prefix before every rule given to it as `css`."""
    style, script = (HERE / "page.css").read_text(encoding="utf-8"), (HERE / "page.js").read_text(encoding="utf-8")
    return f"<style>\n{style}</style>\n<script>\n{script}</script>"


def serve(coach: Coach, settings: Settings, on_open: Callable[[], None]) -> None:
    """Serve the page until it is stopped; once it answers print its address and call `on_open` beside it.

    Raises:
        ConfigError: the port is taken.
    """
    page = build_page(coach, settings)
    try:
        page.launch(
            server_name=settings.host,
            server_port=settings.port,
            root_path=settings.root_path or None,
            share=False,
            inbrowser=False,
            quiet=True,
            prevent_thread_lock=True,
            **page_options(),
        )
    except OSError as error:
        raise ConfigError(
            f"The page cannot listen on {settings.host}:{settings.port} ({error}). "
            "Stop what uses that port, or choose another with ASSISTANT_PORT."
        ) from error
    print(f"The coach is ready: {settings.address}", flush=True)  # noqa: T201 - what the operator waits for
    Thread(target=_opened, args=(on_open,), name="warm-up", daemon=True).start()
    page.block_thread()


def _opened(on_open: Callable[[], None]) -> None:
    """Do what was left for after the opening; the page answers without it, so a fault is logged and no more."""
    try:
        on_open()
    except Exception:
        LOG.exception("What was left for after the opening failed")
