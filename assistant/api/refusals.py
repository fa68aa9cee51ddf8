"""How a request is turned away: one JSON object that says why, and when to come back.

Owns the form only. The page shows `detail` to its visitor, whatever the status; but 503 it would put in words of its
own, so that too many requests, too many visitors and an ending server are all 429.
"""

from __future__ import annotations

from starlette.responses import JSONResponse
from starlette.types import Receive, Scope, Send

TOO_LARGE, TOO_MANY = 413, 429


async def refuse(
    scope: Scope, receive: Receive, send: Send, status: int, detail: str, retry_seconds: int | None = None
) -> None:
    """Answer a request with `detail`; a websocket is closed."""
    headers = {"Retry-After": str(retry_seconds)} if retry_seconds is not None else None
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008, "reason": detail[:100]})
        return
    await JSONResponse({"detail": detail}, status_code=status, headers=headers)(scope, receive, send)
