"""How a request is turned away: with a problem that says why, and when to come back.

Owns the codes only. The page shows `detail` of 413 and 429 to its visitor and keeps what was written. Too many
requests, too many visitors and an ending server are all 429, since Gradio has words of its own for 503.
"""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from assistant.web.server.problems import problem

FOREIGN_NAME, FOREIGN_PAGE, TOO_LARGE, TOO_MANY = 400, 403, 413, 429
_CODES = {FOREIGN_NAME: "foreign_name", FOREIGN_PAGE: "foreign_page", TOO_LARGE: "too_large", TOO_MANY: "busy"}


async def refuse(
    scope: Scope, receive: Receive, send: Send, status: int, detail: str, retry_seconds: int | None = None
) -> None:
    """Answer a request with `detail`, as plain text where a browser opens it; a websocket is closed."""
    headers = {"Retry-After": str(retry_seconds)} if retry_seconds is not None else None
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008, "reason": detail[:100]})
        return
    if "text/html" in Headers(scope=scope).get("accept", ""):
        await PlainTextResponse(detail, status_code=status, headers=headers)(scope, receive, send)
        return
    await problem(status, _CODES[status], detail, headers)(scope, receive, send)
