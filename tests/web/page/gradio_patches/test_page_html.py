"""The HTML of the page as it leaves: nothing is said to whoever frames it, and a frame knows that it is one."""

from __future__ import annotations

import re

import pytest

from tests.web.asking import Served, served_page_of

WIKI = "https://wiki.example.org"


@pytest.fixture(scope="module")
def served() -> Served:
    """The page, served under a sub-path, that one wiki may frame."""
    return served_page_of(ASSISTANT_EMBED_ORIGINS=WIKI, ASSISTANT_ROOT_PATH="/coach")


@pytest.mark.parametrize("path", ["/", "/embed"])
def test_the_html_speaks_to_no_other_window_by_itself(served: Served, path: str) -> None:
    """Gradio greets every site that frames it and loads a script which any such site may command; both are gone."""
    page = served.ask(path=path).text
    without_ours = re.sub(r"<script>\n// What differs.*?</script>", "", page, flags=re.DOTALL)
    assert len(without_ours) < len(page)
    assert "gradio-app" in without_ours
    assert not re.search("postMessage|iframeResizer|SET_SCROLLING|parentIFrame", without_ours)


@pytest.mark.parametrize("path", ["/", "/embed"])
def test_the_html_links_nothing_outside(served: Served, path: str) -> None:
    """No manifest of the whole host, no picture or page of anybody else."""
    page = served.ask(path=path).text
    config = re.compile(r"<script>window\.gradio_config.*?</script>", re.DOTALL)
    assert [] == re.findall(r'(?:href|src|content)="(?:/|https?:)[^"]*"', config.sub("", page).replace(WIKI, "wiki"))


def test_only_the_embedded_page_knows_that_it_stands_in_a_frame(served: Served) -> None:
    """It is the same page else, of the same addresses."""
    full, framed = served.ask(path="/").text, served.ask(path="/embed").text
    assert '<html class="embed"' in framed
    assert full == framed.replace('<html class="embed"', "<html", 1)


def test_the_page_knows_which_sites_may_speak_to_it(served: Served) -> None:
    """The same list as in the content security policy."""
    page = served.ask(path="/embed")
    assert f'<meta name="embed-origins" content="{WIKI}">' in page.text
    assert page.headers["content-security-policy"].endswith(f"frame-ancestors 'self' {WIKI}")


def test_the_page_tells_where_it_is_described(served: Served) -> None:
    """By the header that oEmbed names, with whole addresses, sub-path included."""
    told = served.ask(path="/").headers["link"]
    assert told.startswith("<http://localhost/coach/oembed?format=json&url=http%3A%2F%2Flocalhost%2Fcoach%2Fembed>;")
    assert told.endswith('type="application/json+oembed"')


def test_a_name_that_is_none_does_not_find_its_way_into_a_header() -> None:
    """Where an operator named no host, anything may stand in a request."""
    public = served_page_of(ASSISTANT_HOST="0.0.0.0")
    answer = public.ask(path="/", host='x>; rel="stylesheet"')
    assert "link" not in answer.headers
