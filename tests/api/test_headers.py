"""What every answer tells the browser to allow, whatever kind of answer it is."""

from __future__ import annotations

import pytest
from starlette.requests import Request

from tests.api.asking import Served, serve

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
