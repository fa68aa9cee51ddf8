"""Asking a site in this process, as a visitor at some address."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass

import httpx
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import ASGIApp

from assistant.coach import Coach
from assistant.settings.environment import Settings, read_settings
from assistant.web import programs
from assistant.web.iframe import oembed
from assistant.web.page import mounted_page
from assistant.web.server.metrics import Metrics
from assistant.web.server.site import Site, open_site, wrap_site
from tests import fakes
from tests.moments import knowledge

VISITOR = "203.0.113.7"


@dataclass
class QuietPage:
    """A page of which a test says how much is going on."""

    n_running: int = 0
    n_waiting: int = 0

    def close_visits(self) -> None:
        """Do nothing: nobody is there."""


@dataclass(frozen=True)
class Served:
    """A site with its layers around it."""

    site: Site
    page: QuietPage
    app: ASGIApp

    def ask(
        self,
        method: str = "GET",
        path: str = "/hello",
        *,
        address: str = VISITOR,
        body: bytes | AsyncIterator[bytes] = b"",
        **headers: str,
    ) -> httpx.Response:
        """Send one request; header names are written with underscores."""
        return ask(self.app, method, path, address=address, body=body, **headers)


def settings(**environ: str) -> Settings:
    """Read settings of which only these are made."""
    return read_settings(environ)


def serve(**environ: str) -> Served:
    """Serve `/hello`, which answers with what it knows of the visitor, and `POST /hello`, which counts what it got."""
    made = settings(**environ)
    site, quiet = open_site(made, Metrics()), QuietPage()
    site.app.router.add_route("/hello", _hello, methods=["GET", "POST"])
    site.app.router.add_route("/gradio_api/queue/join", _hello, methods=["POST"])
    return Served(site, quiet, wrap_site(site, quiet, made, knowledge().page.labels))


def served_page_of(coach: Coach | None = None, **environ: str) -> Served:
    """Serve the real page, of a coach on the real knowledge, with everything beside it, as app.py puts it together."""
    made, coach = settings(**environ), coach or fakes.coach()
    site = open_site(made, Metrics())
    programs.mount(site.app, coach, made)
    site.app.include_router(oembed.routes(coach.page_text.title, made.root_path))
    mounted = mounted_page.mount(site.app, coach, made)
    return Served(site, QuietPage(), wrap_site(site, mounted, made, coach.page_text.labels))


async def _hello(request: Request) -> JSONResponse:
    assert request.client is not None
    body = await request.body()
    seen = {"visitor": request.client.host, "address": str(request.url), "bytes": len(body)}
    return JSONResponse(seen | {name: request.headers[name] for name in request.headers if "forward" in name})


def ask(
    app: ASGIApp,
    method: str,
    path: str,
    *,
    address: str = VISITOR,
    body: bytes | AsyncIterator[bytes] = b"",
    **headers: str,
) -> httpx.Response:
    """Send one request to an application, from an address."""
    given: Mapping[str, str] = {name.replace("_", "-"): value for name, value in headers.items()}

    async def send() -> httpx.Response:
        transport = httpx.ASGITransport(app=app, client=(address, 50_000), raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            return await client.request(method, path, headers=dict(given), content=body or None)

    return asyncio.run(send())
