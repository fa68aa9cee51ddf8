"""The HTML that Gradio makes of the page, mended before it leaves.

Owns what is taken out of it and what is put in. Gradio's greeting to every site that frames it, its resizer that any
such site could command, and what it links beyond the page's own path go; our embedding script comes, before all else.
At `/embed` the same page is told that it stands in a frame. Written against the template of Gradio 6.31.0, which has no
setting for any of it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import quote

from markupsafe import Markup
from starlette.datastructures import URL, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.knowledge.types.page_text import Labels
from assistant.web.iframe import EMBED_SCRIPT
from assistant.web.templates import render

EMBED = "/embed"
_SHELLS = ("/", EMBED)
_ROOT = {"path": "/", "raw_path": b"/"}
_PLAIN_NAME = re.compile(r"[\w.:\[\]-]+", re.ASCII)
"""Whatever else somebody calls this server does not find its way into a header."""
_BODY = re.compile(r"<body[^>]*>")
_TAKEN_OUT = (
    re.compile(r"window\.parent\?\.postMessage\(\s*\{ type: \"SET_SCROLLING\".*?\"\*\"\s*\);", re.DOTALL),
    re.compile(r"<script>(?:(?!</script>).)*iframeResizer\.contentWindow(?:(?!</script>).)*</script>", re.DOTALL),
    re.compile(r'<link rel="manifest"[^>]*>'),
    re.compile(r'<meta\s(?:(?!/?>).)*"https://(?:(?!/?>).)*/?>', re.DOTALL),
)
"""Each stands once or more in the HTML of the Gradio that is pinned; a test says so."""


class PageHtml:
    """Mends the page's HTML on its way out, and gives the page under `/embed` too."""

    def __init__(self, app: ASGIApp, embed_origins: Sequence[str], root_path: str, labels: Labels) -> None:
        self._app = app
        self._root_path = root_path
        script = Markup("\n" + EMBED_SCRIPT.read_text(encoding="utf-8"))  # noqa: S704 - a file of ours
        self._head = render("head.html", origins=embed_origins, script=script)
        self._without_scripts = render("without_scripts.html", labels=labels)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on; of the page itself, the whole HTML at once."""
        if scope["type"] != "http" or scope["method"] != "GET" or scope["path"] not in _SHELLS:
            is_head = scope.get("method") == "HEAD" and scope["path"] == EMBED
            await self._app({**scope, **_ROOT} if is_head else scope, receive, send)
            return
        is_frame = scope["path"] == EMBED
        begun: Message = {}
        body = b""

        async def send_mended(message: Message) -> None:
            nonlocal begun, body
            if message["type"] == "http.response.start":
                begun = message
                return
            body += message.get("body", b"")
            if not message.get("more_body"):
                await self._send(scope, send, begun, body, is_frame=is_frame)

        await self._app({**scope, **_ROOT} if is_frame else scope, receive, send_mended)

    async def _send(self, scope: Scope, send: Send, begun: Message, body: bytes, *, is_frame: bool) -> None:
        headers = MutableHeaders(scope=begun)
        if begun["status"] == 200 and "html" in headers.get("content-type", ""):
            body = self.mend(body.decode("utf-8"), is_frame=is_frame).encode()
            headers["content-length"] = str(len(body))
            url = URL(scope=scope)
            if _PLAIN_NAME.fullmatch(url.netloc):
                headers["link"] = self._discovery(url)
        await send(begun)
        await send({"type": "http.response.body", "body": body})

    def mend(self, page: str, *, is_frame: bool) -> str:
        """Take out and put in what this module owns."""
        for unwanted in _TAKEN_OUT:
            page = unwanted.sub("", page)
        page = page.replace("<head>", f"<head>{self._head}", 1)
        page = _BODY.sub(lambda found: f"{found[0]}{self._without_scripts}", page, count=1)
        return page.replace("<html", '<html class="embed"', 1) if is_frame else page

    def _discovery(self, url: URL) -> str:
        """Write the header by which a program finds the page's oEmbed description."""
        origin = f"{url.scheme}://{url.netloc}{self._root_path}"
        about = f"{origin}/oembed?format=json&url={quote(f'{origin}/embed', safe='')}"
        return f'<{about}>; rel="alternate"; type="application/json+oembed"'
