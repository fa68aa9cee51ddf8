"""Of everything that Gradio opens, only what the page asks for is there."""

from __future__ import annotations

import re

import pytest
from starlette.types import ASGIApp

from assistant.web.iframe import oembed
from assistant.web.page import mounted_page
from assistant.web.page.gradio_patches.path_allow_list import is_open
from assistant.web.server.metrics import Metrics
from assistant.web.server.site import open_site, wrap_site
from tests import fakes
from tests.web.asking import ask, settings

OPEN = {
    ("GET", "/"), ("HEAD", "/"), ("GET", "/config"), ("GET", "/theme.css"), ("GET", "/favicon.ico"),
    ("GET", "/robots.txt"),
    ("GET", "/assets/{path}"), ("GET", "/static/{path}"), ("GET", "/gradio_api/info"), ("GET", "/gradio_api/app_id"),
    ("GET", "/gradio_api/startup-events"), ("GET", "/gradio_api/theme.css"), ("GET", "/gradio_api/queue/data"),
    ("GET", "/gradio_api/heartbeat/{session_hash}"), ("POST", "/gradio_api/queue/join"), ("POST", "/gradio_api/cancel"),
    ("POST", "/gradio_api/reset"),
}  # fmt: skip
NEAR = ("/", "/embed", "/healthz", "/metrics")
FILLED = {
    "path": "a.js",
    "session_hash": "abc123",
    "path_or_url": "http://192.0.2.1/x",
    "url_path": "http://192.0.2.1/",
}


@pytest.fixture(scope="module")
def mounted() -> tuple[ASGIApp, list[tuple[str, str]]]:
    """The page as it is served, and every method and path that Gradio would answer."""
    made = settings()
    site = open_site(made, Metrics())
    coach = fakes.coach()
    site.app.include_router(oembed.routes("Coach", ""))
    shown = mounted_page.mount(site.app, coach, made)
    routes = [(method.upper(), path) for path, methods in shown._app.openapi()["paths"].items() for method in methods]
    return wrap_site(site, shown, made, coach.page_text.labels), routes


def filled(path: str) -> str:
    """Put something in the place of a path's variables."""
    return re.sub(r"\{(\w+)\}", lambda found: FILLED.get(found[1], "x"), path)


def test_what_is_open_is_a_short_list(mounted: tuple[ASGIApp, list[tuple[str, str]]]) -> None:
    """Whatever a later Gradio adds is closed until somebody puts it here."""
    _, routes = mounted
    assert {(method, path) for method, path in routes if is_open(method, filled(path))} == OPEN


def test_every_other_address_of_gradio_is_not_there(mounted: tuple[ASGIApp, list[tuple[str, str]]]) -> None:
    """Uploads, proxies, monitoring, run history, logins, direct calls, recordings, editing: 404, without a trace."""
    app, routes = mounted
    closed = sorted({(method, filled(path)) for method, path in routes if (method, path) not in OPEN})
    assert len(closed) > 50
    told = {(method, path): ask(app, method, path).status_code for method, path in closed}
    assert {404} == set(told.values()), {route: status for route, status in told.items() if status != 404}


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/gradio_api/upload"),
        ("POST", "/gradio_api/run/tell"),
        ("POST", "/gradio_api/call/tell"),
        ("GET", "/gradio_api/file=/etc/passwd"),
        ("GET", "/gradio_api/file=http://192.0.2.1/"),
        ("GET", "/monitoring"),
        ("GET", "/gradio_api/runs"),
        ("GET", "/gradio_api/openapi.json"),
        ("GET", "/openapi.json"),
        ("GET", "/docs"),
        ("GET", "//gradio_api/queue/data"),
        ("GET", "/assets/%2e%2e/%2e%2e/routes.py"),
        ("GET", "/assets/..%2f..%2froutes.py"),
        ("GET", "/gradio_api/mcp/"),
    ],
)
def test_what_must_stay_shut_is_shut(mounted: tuple[ASGIApp, list[tuple[str, str]]], method: str, path: str) -> None:
    """The ones by which files, other hosts or direct calls could be reached, in several spellings."""
    assert 404 == ask(mounted[0], method, path).status_code


@pytest.mark.parametrize("method", ["PUT", "TRACE", "CONNECT", "PROPFIND", "OPTIONS", "BREW"])
@pytest.mark.parametrize(
    ("path", "allowed"),
    [("/", "GET, HEAD"), ("/embed", "GET, HEAD"), ("/robots.txt", "GET"), ("/gradio_api/queue/data", "GET"),
     ("/gradio_api/queue/join", "POST"), ("/healthz", "GET, HEAD"), ("/readyz", "GET, HEAD"), ("/metrics", "GET, HEAD"),
     ("/embed/code", "GET, HEAD"), ("/oembed", "GET, HEAD")],
)  # fmt: skip
def test_what_an_address_does_not_do_is_not_allowed_there(
    mounted: tuple[ASGIApp, list[tuple[str, str]]], method: str, path: str, allowed: str
) -> None:
    """A wrong method is told from a wrong address, by whichever name, with the methods that are right."""
    got = ask(mounted[0], method, path)
    assert (405, allowed) == (got.status_code, got.headers.get("allow"))


@pytest.mark.parametrize("path", ["/", "/embed", "/embed/code"])
def test_a_page_may_be_asked_for_its_head_alone(mounted: tuple[ASGIApp, list[tuple[str, str]]], path: str) -> None:
    """As a wiki does before it shows one."""
    got = ask(mounted[0], "HEAD", path)
    assert (200, b"") == (got.status_code, got.content)


def test_the_page_and_our_own_addresses_are_there(mounted: tuple[ASGIApp, list[tuple[str, str]]]) -> None:
    """The doors stand before Gradio alone; metrics are told to those who are near."""
    app, _ = mounted
    near = {path: ask(app, "GET", path, address="127.0.0.1").status_code for path in NEAR}
    assert {200} == set(near.values())
    assert 404 == ask(app, "GET", "/metrics", address="8.8.8.8").status_code


def test_the_page_names_its_own_address_and_no_other(mounted: tuple[ASGIApp, list[tuple[str, str]]]) -> None:
    """A forwarded host that no trusted proxy wrote does not find its way into the page."""
    shown = ask(mounted[0], "GET", "/", x_forwarded_host="evil.example", x_forwarded_proto="https").text
    assert "evil.example" not in shown
    assert "http://localhost" in shown
