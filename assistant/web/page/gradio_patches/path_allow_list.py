"""Which of the addresses that Gradio opens by itself stay open: those that the page asks for, and no other.

Uploads, the file and page proxies, monitoring, run history, logins, direct calls and whatever a later Gradio adds
answer as if they were not there. Written against the routes of Gradio 6.31.0, which cannot be mounted in part. Must not
know what stands beside the page.
"""

from __future__ import annotations

import re

from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

_READ = re.compile(
    r"/config|/theme\.css|/favicon\.ico|/robots\.txt|/(assets|static)/(?!.*\.\.)[\w./-]+"
    r"|/gradio_api/(info|app_id|startup-events|theme\.css|heartbeat/[\w-]{1,64}|queue/data)"
)
_PAGES = ("/", "/embed")
_WRITTEN = re.compile(r"/gradio_api/(queue/join|cancel|reset)")


class PathAllowList:
    """Lets through to Gradio what the page needs."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer 404 to what is not on the list, websockets included, and 405 to another method for what is."""
        method, allowed = scope.get("method"), _methods(scope["path"])
        if scope["type"] == "lifespan" or is_open(method or "", scope["path"]):
            await self._app(scope, receive, send)
        elif allowed and method:
            await Response(status_code=405, headers={"Allow": ", ".join(allowed)})(scope, receive, send)
        else:
            await JSONResponse({"detail": "Not Found"}, status_code=404)(scope, receive, send)


def is_open(method: str, path: str) -> bool:
    """Tell whether Gradio may answer a request for a path within the page."""
    return method in _methods(path)


def _methods(path: str) -> tuple[str, ...]:
    """Return the methods that an address takes; none where nothing is there."""
    if path in _PAGES:
        return ("GET", "HEAD")
    return ("GET",) if _READ.fullmatch(path) else ("POST",) if _WRITTEN.fullmatch(path) else ()
