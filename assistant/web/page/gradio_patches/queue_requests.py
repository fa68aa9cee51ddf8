"""What the page's own script sends, checked before Gradio takes it in.

Gradio keeps a session under whatever name it is given, of any length, and answers an event that the page does not have
with a traceback that quotes the user's words. Written against `/queue/join` and its like in Gradio 6.31.0. Owns which
calls are the page's. Must not know what an event does.
"""

from __future__ import annotations

import json
import logging
import re
from typing import Any
from urllib.parse import parse_qs

import gradio as gr
from gradio.server_messages import UnexpectedErrorMessage
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from assistant.web.server.bodies import gather_body

LOG = logging.getLogger(__name__)
_NAME = re.compile(r"[\w-]{1,64}", re.ASCII)
"""What the browser makes up for a session or an event is much shorter."""
_JOIN, _STREAM = "/gradio_api/queue/join", "/gradio_api/queue/data"
_CALLS = frozenset({_JOIN, "/gradio_api/cancel", "/gradio_api/reset"})


class QueueRequestCheck:
    """Passes on what the page's script sends; anything else costs its sender an answer and us a line in the log."""

    def __init__(self, app: ASGIApp, blocks: gr.Blocks) -> None:
        self._app, self._blocks = app, blocks

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer 422 to a call that the page cannot have sent, and to a session nobody knows that it is over."""
        path = scope["path"]
        if scope["type"] == "http" and path == _STREAM and not self._is_joined(scope):
            LOG.info("a stream was asked for that belongs to no session here")
            _charge(scope)
            await _session_over()(scope, receive, send)
            return
        if scope["type"] != "http" or path not in _CALLS:
            await self._app(scope, receive, send)
            return
        body, receive_again = await gather_body(receive)
        fault = self._fault(path, body)
        if fault is not None:
            LOG.info("a call to %s is none of this page's: %s", path, fault)
            await JSONResponse({"detail": fault}, status_code=422)(scope, receive, send)
            return

        await self._app(scope, receive_again, send)

    def _is_joined(self, scope: Scope) -> bool:
        names = parse_qs(scope["query_string"].decode("latin-1")).get("session_hash", [])
        return len(names) == 1 and names[0] in self._blocks._queue.pending_messages_per_session

    def _fault(self, path: str, body: bytes) -> str | None:
        """Return what is wrong with a call, in words that quote nothing of it; None for one of the page's."""
        try:
            call = json.loads(body)
        except (ValueError, RecursionError):
            return "The body is no JSON."
        if not isinstance(call, dict):
            return "The body is no JSON object."
        if not _is_name(call.get("session_hash")):
            return "session_hash must be 1 to 64 letters, digits, - or _."
        if path != _JOIN:
            return None if _is_name(call.get("event_id", "-")) else "event_id must be 1 to 64 letters, digits, - or _."
        index, data = call.get("fn_index"), call.get("data")
        event = self._blocks.fns.get(index) if type(index) is int else None
        if event is None:
            return "fn_index names no event of this page."
        if not isinstance(data, list) or len(data) != len(event.inputs):
            return f"data must be a list of {len(event.inputs)} values for this event."
        return None


def _is_name(value: object) -> bool:
    return isinstance(value, str) and _NAME.fullmatch(value) is not None


def _charge(scope: Scope) -> None:
    """Count a request that usually costs nothing."""
    charge: Any = scope.get("state", {}).get("charge")
    if charge is not None:
        charge(2)


def _session_over() -> Response:
    """Say what Gradio says in a stream whose session is gone, upon which the page begins a new one."""
    over = UnexpectedErrorMessage(message="404: Not Found", session_not_found=True)
    return Response(f"data: {over.model_dump_json()}\n\n", media_type="text/event-stream")
