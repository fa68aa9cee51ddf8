"""The page: built around a coach, and mounted in a server.

Owns what Gradio is told, and what the server may know of it. Must not know what else is served.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import gradio as gr
from fastapi import FastAPI
from gradio.routes import App
from starlette.routing import Mount

from assistant.coach import Coach
from assistant.settings.environment import Settings
from assistant.web.iframe import embed_code
from assistant.web.page.gradio_patches.page_html import PageHtml
from assistant.web.page.gradio_patches.path_allow_list import PathAllowList
from assistant.web.page.gradio_patches.queue_requests import QueueRequestCheck
from assistant.web.page.layout import build_blocks
from assistant.web.page.theme import make_theme

HERE = Path(__file__).resolve().parent
SCRIPTS = ("conversations.js", "turns.js", "handing.js", "page.js")
"""They share one scope."""


class MountedPage:
    """The page within a server."""

    def __init__(self, blocks: gr.Blocks, app: App) -> None:
        self._blocks, self._app = blocks, app

    @property
    def n_running(self) -> int:
        """How many events of the page are being answered."""
        return sum(job is not None for job in self._blocks._queue.active_jobs)

    @property
    def n_waiting(self) -> int:
        """How many wait until others are through."""
        return len(self._blocks._queue)

    def close_visits(self) -> None:
        """End the streams by which open pages say that they are still there; call it in the server's loop."""
        self._app.stop_event.set()


def mount(site: FastAPI, coach: Coach, settings: Settings) -> MountedPage:
    """Build the page and mount it at `/` and `/embed`, after everything that the site has by now.

    The page of snippets at `/embed/code` comes before it.
    """
    hosting = settings.hosting
    site.include_router(embed_code.routes(coach.page_text, hosting, settings.root_path))
    blocks = build_blocks(coach, hosting.limits, is_public=hosting.is_public)
    gr.mount_gradio_app(site, blocks, path="/", root_path=settings.root_path or None, **page_options())
    mounted = site.routes[-1]
    assert isinstance(mounted, Mount)
    app = mounted.app
    assert isinstance(app, App)
    shell = PageHtml(app, hosting.embed_origins, settings.root_path, coach.page_text.labels)
    mounted.app = PathAllowList(QueueRequestCheck(shell, blocks))
    return MountedPage(blocks, app)


def page_options() -> dict[str, Any]:
    """Return what a server of the page has to be told, whether it launches or mounts it."""
    return {
        "theme": make_theme(),
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
    style = (HERE / "page.css").read_text(encoding="utf-8")
    script = "\n".join((HERE / name).read_text(encoding="utf-8") for name in SCRIPTS)
    # Under a sub-path, what browsers ask the whole host for is somebody else's icon.
    icon = '<link rel="icon" href="favicon.ico">'
    return f'{icon}\n<style>\n{style}</style>\n<script>\n(() => {{\n"use strict";\n{script}}})();\n</script>'
