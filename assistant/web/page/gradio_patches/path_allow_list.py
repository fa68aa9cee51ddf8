"""Which of the addresses that Gradio opens by itself stay open: those that the page asks for, and no other.

Uploads, the file and page proxies, monitoring, run history, logins, direct calls and whatever a later Gradio adds
answer as if they were not there. Written against the routes of Gradio 6.31.0, which cannot be mounted in part. Must not
know what stands beside the page.
"""

from __future__ import annotations

import re

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

_READ = re.compile(
    r"/|/embed|/config|/theme\.css|/favicon\.ico|/robots\.txt|/(assets|static)/(?!.*\.\.)[\w./-]+"
    r"|/gradio_api/(info|app_id|startup-events|theme\.css|heartbeat/[\w-]{1,64}|queue/data)"
)
_WRITTEN = re.compile(r"/gradio_api/(queue/join|cancel|reset)")


class PathAllowList:
    """Lets through to Gradio what the page needs."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer 404 to what is not on the list, websockets included."""
        if scope["type"] == "lifespan" or is_open(scope.get("method", ""), scope["path"]):
            await self._app(scope, receive, send)
        else:
            await JSONResponse({"detail": "Not Found"}, status_code=404)(scope, receive, send)


def is_open(method: str, path: str) -> bool:
    """Tell whether Gradio may answer a request for a path within the page."""
    if method in ("GET", "HEAD"):
        return _READ.fullmatch(path) is not None
    return method == "POST" and _WRITTEN.fullmatch(path) is not None
