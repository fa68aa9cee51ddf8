"""What every answer tells the browser to allow, whatever kind of answer it is."""

from __future__ import annotations

import pytest
from starlette.requests import Request
from starlette.types import ASGIApp

from assistant.web.server.headers import content_policy
from tests.web.asking import Served, serve, served_page_of
from tests.web.routes import addresses, answer_begun

WIKI = "https://wiki.example.org"
KINDS = [
    ("GET", "/hello", {}),
    ("GET", "/healthz", {}),
    ("GET", "/readyz", {}),
    ("GET", "/metrics", {}),
    ("GET", "/nothing-here", {}),
    ("DELETE", "/hello", {}),
    ("GET", "/hello", {"host": "evil.example"}),
    ("POST", "/hello", {"origin": "https://evil.example"}),
    ("OPTIONS", "/hello", {"origin": WIKI, "access_control_request_method": "POST"}),
    ("GET", "/fault", {}),
]
OURS = {
    "/", "/healthz", "/readyz", "/metrics", "/oembed", "/embed/code", "/mcp", "/api/v1/assess", "/api/v1/search",
    "/api/v1/rulebook", "/api/v1/openapi.json", "/gradio_api/queue/join", "/gradio_api/queue/data",
    "/gradio_api/heartbeat/x", "/config", "/assets/x",
}  # fmt: skip
"""Some of the routes that a walk must come by, of every part there is."""
NO_ROUTES = {
    ("GET", "/embed"), ("HEAD", "/"), ("GET", "/nothing-here"), ("GET", "/api/v1"), ("GET", "/api/v1/nothing"),
    ("DELETE", "/api/v1/assess"), ("GET", "/embed/"), ("GET", "/mcp/"), ("TRACE", "/"), ("PUT", "/mcp"),
    ("GET", "//evil.example"), ("GET", "/assets/../x"),
}  # fmt: skip
CARRIED = ("content-security-policy", "x-content-type-options", "referrer-policy", "permissions-policy")
UNWANTED = ("x-frame-options", "server", "x-powered-by", "set-cookie", "access-control-allow-origin")


@pytest.fixture(scope="module")
def served() -> Served:
    """A site that one wiki may frame, and of which one address fails."""
    served = serve(ASSISTANT_EMBED_ORIGINS=WIKI)

    async def fault(request: Request) -> None:
        raise ZeroDivisionError

    served.site.app.router.add_route("/fault", fault)
    return served


@pytest.mark.parametrize(("method", "path", "headers"), KINDS)
def test_every_answer_carries_the_headers(served: Served, method: str, path: str, headers: dict[str, str]) -> None:
    """Answers, refusals, faults and what is not there alike."""
    answer = served.ask(method, path, **headers).headers
    policy = dict(part.split(" ", 1) for part in answer["content-security-policy"].split("; "))
    assert f"'self' {WIKI}" == policy["frame-ancestors"]
    assert "'self'" == policy["default-src"] == policy["form-action"] == policy["connect-src"] == policy["base-uri"]
    assert "'none'" == policy["object-src"] == policy["frame-src"]
    assert not any("unsafe-eval" in part or "*" in part or "http:" in part for part in policy.values())
    assert "nosniff" == answer["x-content-type-options"]
    assert "same-origin" == answer["referrer-policy"]
    assert "camera=()" in answer["permissions-policy"]
    assert "x-frame-options" not in answer
    assert "server" not in answer


def test_without_a_setting_only_the_page_may_frame_itself() -> None:
    """Embedding is the operator's choice."""
    assert serve().ask().headers["content-security-policy"].endswith("frame-ancestors 'self'")


def test_a_listed_origin_may_read_and_no_other(served: Served) -> None:
    """No foreign origin is echoed, and no cookie is asked for."""
    allowed, foreign = served.ask(origin=WIKI).headers, served.ask(origin="https://evil.example").headers
    assert WIKI == allowed["access-control-allow-origin"]
    assert "access-control-allow-origin" not in foreign
    assert "access-control-allow-credentials" not in allowed


@pytest.fixture(scope="module")
def everything() -> Served:
    """The page and all that is served beside it."""
    return served_page_of(ASSISTANT_EMBED_ORIGINS=WIKI)


def missing(app: ASGIApp, method: str, path: str) -> list[str]:
    """Find what the beginning of one answer lacks, has twice, or should not have."""
    _, headers = answer_begun(app, method, path)
    found = [name for name in CARRIED if len(headers.getlist(name)) != 1]
    if headers.get("content-security-policy") != content_policy([WIKI]):
        found.append("the policy")
    return found + [name for name in UNWANTED if name in headers]


def test_every_route_there_is_carries_the_headers_once(everything: Served) -> None:
    """Ours, those of what is mounted, those behind a shut door, and paths that lead nowhere."""
    routes = set(addresses(everything.site.app))
    assert set() == OURS - {path for _, path in routes}
    found = {route: missing(everything.app, *route) for route in sorted(routes | NO_ROUTES)}
    assert {} == {route: faults for route, faults in found.items() if faults}


@pytest.mark.parametrize(
    ("status", "environ", "asked"),
    [
        (413, {"ASSISTANT_REQUEST_BYTES": "10"}, {"method": "POST", "path": "/mcp", "body": b"x" * 11}),
        (429, {"ASSISTANT_MINUTE_REQUESTS": "1"}, {"path": "/api/v1/rulebook"}),
        (400, {}, {"path": "/api/v1/rulebook", "host": "evil.example"}),
        (403, {}, {"method": "POST", "path": "/mcp", "origin": "https://evil.example"}),
    ],
)
def test_a_refusal_by_any_layer_carries_them_too(status: int, environ: dict[str, str], asked: dict[str, str]) -> None:
    """Whoever is turned away before the application is reached gets the same policy."""
    served = served_page_of(**environ)
    served.ask(**asked)  # type: ignore[arg-type]
    answer = served.ask(**asked)  # type: ignore[arg-type]
    assert status == answer.status_code
    assert set() == set(CARRIED) - set(answer.headers)
