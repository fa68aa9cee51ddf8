"""Every route of an application and of all that is mounted in it, and how the answer of each begins."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from typing import Any

from starlette.datastructures import Headers
from starlette.routing import Mount, Route
from starlette.types import ASGIApp, Message, Scope

from tests.served_page import PATIENCE_SECONDS
from tests.web.asking import VISITOR


def addresses(app: Any, prefix: str = "") -> Iterator[tuple[str, str]]:
    """Walk all routes of an application as methods and paths, with those of routers and applications that it holds.

    Raises:
        AttributeError: there is a kind of route that this was not taught to walk.
    """
    while not hasattr(app, "routes"):
        app = app._app  # a layer of ours around a mounted application
    for route in app.routes:
        if isinstance(route, Mount):
            yield from addresses(route.app, prefix + route.path)
        elif isinstance(route, Route):
            for method in route.methods or ("GET", "POST"):
                yield method, re.sub(r"\{[^}]*\}", "x", prefix + route.path)
        else:  # FastAPI keeps a router that was included as it is
            yield from addresses(route.original_router, prefix + route.include_context.prefix)


def answer_begun(app: ASGIApp, method: str, path: str) -> tuple[int, Headers]:
    """Ask without a body and hang up when the answer begins, since some go on for as long as somebody listens."""
    scope: Scope = {
        "type": "http", "http_version": "1.1", "method": method, "scheme": "http", "path": path,
        "raw_path": path.encode(), "query_string": b"", "root_path": "", "headers": [(b"host", b"localhost")],
        "client": (VISITOR, 50_000), "server": ("localhost", 80), "state": {},
    }  # fmt: skip

    async def ask() -> tuple[int, Headers]:
        begun: asyncio.Future[tuple[int, Headers]] = asyncio.get_running_loop().create_future()
        left: list[Message] = [{"type": "http.request", "body": b"", "more_body": False}]

        async def receive() -> Message:
            if not left:
                await asyncio.Event().wait()
            return left.pop()

        async def send(message: Message) -> None:
            if message["type"] == "http.response.start" and not begun.done():
                begun.set_result((message["status"], Headers(raw=message["headers"])))

        answering = asyncio.ensure_future(app(scope, receive, send))
        try:
            return await asyncio.wait_for(begun, PATIENCE_SECONDS)
        finally:
            answering.cancel()
            await asyncio.wait({answering})

    return asyncio.run(ask())
