"""oEmbed describes our own addresses and no other."""

from __future__ import annotations

import pytest

from assistant.web.iframe import oembed
from tests.web.asking import Served, serve

TITLE = "A <coach> & more"


@pytest.fixture(scope="module")
def served() -> Served:
    """A site under a sub-path."""
    served = serve(ASSISTANT_ROOT_PATH="/coach")
    served.site.app.include_router(oembed.routes(TITLE, "/coach"))
    return served


def ask(served: Served, query: str) -> tuple[int, dict[str, object]]:
    """Ask for a description; returns the status and what is told."""
    answer = served.ask(path=f"/oembed?{query}")
    return answer.status_code, answer.json()


@pytest.mark.parametrize(
    "url", ["http://localhost/coach/", "http://localhost/coach", "http://LOCALHOST:80/coach/embed"]
)
def test_our_own_addresses_are_described_by_a_frame(served: Served, url: str) -> None:
    """The whole page and the one for frames both lead to the latter."""
    status, told = ask(served, f"url={url}")
    assert 200 == status
    assert ("1.0", "rich", TITLE, 640, 640) == tuple(
        told[name] for name in ("version", "type", "title", "width", "height")
    )
    assert str(told["html"]).startswith('<iframe src="http://localhost/coach/embed" title="A &lt;coach&gt; &amp; more"')


@pytest.mark.parametrize(
    "url",
    [
        "",
        "x",
        "http://evil.example/coach/",
        "http://localhost.evil.example/coach/",
        "http://localhost@evil.example/coach/",
        "https://localhost/coach/",
        "http://localhost:81/coach/",
        "http://localhost/",
        "http://localhost/coach/metrics",
        "http://localhost/coachman",
        "http://me@localhost/coach/",
        "javascript:alert(1)",
        "http://[::1",
        "//localhost/coach/",
    ],
)
def test_any_other_address_is_not_there(served: Served, url: str) -> None:
    """Nobody gets a frame from us that shows something else."""
    assert 404 == ask(served, f"url={url}")[0]


def test_what_a_frame_understands_is_passed_on_escaped_and_nothing_else(served: Served) -> None:
    """The theme, the language and the first question; never a way out of the attribute."""
    _, told = ask(served, "url=http://localhost/coach/embed?theme=dark%26q=%2522><script>%26__theme=x")
    assert 'src="http://localhost/coach/embed?theme=dark&amp;q=%22%3E%3Cscript%3E" title' in str(told["html"])


@pytest.mark.parametrize(
    ("most", "width"), [("400", 400), ("4000", 640), ("0", 640), ("-1", 640), ("x", 640), ("", 640)]
)
def test_a_frame_is_no_wider_than_asked(served: Served, most: str, width: int) -> None:
    """`maxwidth` holds where it is a number."""
    _, told = ask(served, f"url=http://localhost/coach/&maxwidth={most}")
    assert width == told["width"]
    assert f'width="{width}"' in str(told["html"])


def test_xml_is_not_spoken(served: Served) -> None:
    """The answer that oEmbed gives for it."""
    assert 501 == ask(served, "url=http://localhost/coach/&format=xml")[0]


@pytest.mark.parametrize(("method", "status"), [("HEAD", 200), ("POST", 405), ("DELETE", 405)])
def test_it_is_only_read(served: Served, method: str, status: int) -> None:
    """The page that is mounted behind it is not asked."""
    assert status == served.ask(method, "/oembed?url=http://localhost/coach/").status_code
