"""oEmbed: what a wiki is told that asks how to show one of our own addresses.

Owns `/oembed`. It describes this page and nothing else, whatever address it is asked about.
"""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode, urlsplit

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse

from assistant.knowledge.types.iframe_text import HEIGHT, frame, origin_of
from assistant.web.server.read_only import read_only

WIDTH = 640
CACHE_SECONDS = 86_400
_PASSED_ON = ("theme", "lang", "q")
_PATHS = ("", "/", "/embed")


def routes(title: str, root_path: str) -> APIRouter:
    """Return the address that describes the page, under its `title`, for oEmbed 1.0 in JSON."""
    router = APIRouter(include_in_schema=False)

    @read_only(router, "/oembed")
    async def oembed(request: Request) -> JSONResponse:
        asked = request.query_params
        if asked.get("format", "json") != "json":
            return JSONResponse({"detail": "Only format=json is spoken here."}, status_code=501)
        base = f"{request.url.scheme}://{request.url.netloc}{root_path}"
        address = _find_frame_address(asked.get("url", ""), base)
        if address is None:
            return JSONResponse({"detail": f"Only addresses of {base}/ are described here."}, status_code=404)
        width, height = _at_most(WIDTH, asked.get("maxwidth")), _at_most(HEIGHT, asked.get("maxheight"))
        described = {
            "version": "1.0",
            "type": "rich",
            "title": title,
            "provider_name": title,
            "provider_url": f"{base}/",
            "cache_age": CACHE_SECONDS,
            "width": width,
            "height": height,
            "html": frame(address, title, width, height),
        }
        return JSONResponse(described)

    return router


def _find_frame_address(url: str, base: str) -> str | None:
    """Return the address of the page in a frame for one of our own addresses, and None for any other."""
    own, root_path = origin_of(base), urlsplit(base).path
    if own is None or origin_of(url) != own:
        return None
    parts = urlsplit(url)
    if parts.username or not parts.path.startswith(root_path) or parts.path.removeprefix(root_path) not in _PATHS:
        return None
    passed_on = urlencode([(name, value) for name, value in parse_qsl(parts.query) if name in _PASSED_ON])
    return f"{base}/embed?{passed_on}" if passed_on else f"{base}/embed"


def _at_most(usual: int, most: str | None) -> int:
    return min(usual, int(most)) if most and most.isascii() and most.isdecimal() and int(most[:9]) else usual
