"""What is served: our own addresses with room for a page beside them, and around both what keeps them safe.

Owns the order of the layers. Must not know what the page shows, nor how the server begins and ends.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp, Receive, Scope, Send

from assistant.knowledge.types.page_text import Labels
from assistant.settings.environment import Settings
from assistant.web.server.headers import SecurityHeaders
from assistant.web.server.health import Health
from assistant.web.server.metrics import Metrics
from assistant.web.server.request_limits import BodyLimit, Load, RateLimiter
from assistant.web.server.visitors import HostAllowList, TrustedProxies

# What clients of MCP send with every message, or once a session or a stream was begun elsewhere.
_MCP_HEADERS = (
    "Accept", "Authorization", "Last-Event-ID", "Mcp-Method", "Mcp-Name", "Mcp-Protocol-Version", "Mcp-Session-Id",
)  # fmt: skip


class Page(Protocol):
    """A page that is mounted in the server."""

    @property
    def n_running(self) -> int:
        """How many answers are being made."""
        ...

    @property
    def n_waiting(self) -> int:
        """How many requests wait for an answer to be begun."""
        ...

    def close_visits(self) -> None:
        """End the streams that are open only as long as a visitor is there."""
        ...


@dataclass(frozen=True, slots=True)
class Site:
    """What is served before anything is mounted: `app` has our own addresses and takes more."""

    app: FastAPI
    health: Health
    metrics: Metrics


def open_site(settings: Settings, metrics: Metrics) -> Site:
    """Make the application with our own addresses; whatever is mounted at `/` comes after all of them."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    # Also with an empty list: where there is a policy, Gradio does not let every site in by one of its own.
    app.add_middleware(
        CORSMiddleware,
        allow_origins=settings.hosting.embed_origins,
        allow_methods=["GET", "POST", "DELETE"],
        allow_headers=["Content-Type", *_MCP_HEADERS],
    )
    health = Health()
    app.include_router(health.routes())
    app.include_router(metrics.routes())
    return Site(app, health, metrics)


def wrap_site(site: Site, page: Page, settings: Settings, labels: Labels) -> ASGIApp:
    """Put around a site what holds for every answer, refusals and faults included; `labels` are the words of refusals.

    Outermost first: the sub-path, who asks, the headers, under which name, how much, how often.
    """
    hosting, health, metrics = settings.hosting, site.health, site.metrics
    metrics.watch("coach_answers_running", "Answers being made.", lambda: page.n_running)
    metrics.watch("coach_answers_waiting", "Requests waiting for an answer to be begun.", lambda: page.n_waiting)

    def load() -> Load:
        return Load(page.n_running, page.n_waiting, metrics.answer_seconds)

    app: ASGIApp = RateLimiter(site.app, hosting.limits, labels, load, lambda: health.is_ending, metrics.count_refusal)
    app = BodyLimit(app, hosting.limits.request_bytes, labels)
    app = HostAllowList(app, hosting.allowed_hosts, hosting.embed_origins)
    app = SecurityHeaders(app, hosting.embed_origins)
    app = TrustedProxies(app, hosting.trusted_proxies)
    return SubPath(app, settings.root_path)


class SubPath:
    """Takes the sub-path away from a request, in case the proxy left it on."""

    def __init__(self, app: ASGIApp, root_path: str) -> None:
        self._app = app
        self._root_path = root_path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on."""
        root = self._root_path
        if root and scope["type"] != "lifespan" and f"{scope['path']}/".startswith(f"{root}/"):
            raw = scope.get("raw_path")
            scope = {**scope, "path": scope["path"][len(root) :] or "/"}
            scope["raw_path"] = raw[len(root) :] or b"/" if raw else raw
        await self._app(scope, receive, send)
