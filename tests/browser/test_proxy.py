"""A visit through nginx, under a sub-path, in a real browser."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests import nginx
from tests.browser.conftest import Visit
from tests.browser.steps import WIKI, click_answer, tell

pytestmark = pytest.mark.browser


def test_a_visit_through_nginx_goes_as_without(visit: Callable[..., Visit], nginx_path: str, tmp_path: Path) -> None:
    """A case is told, a click answers, and the page asks for nothing outside its sub-path.

    A browser asks for the host's own icon before any page could tell it of another.
    """
    with nginx.before_the_page(nginx_path, tmp_path) as (address, _):
        visited = visit(address=address)
        tell(visited.page, WIKI)
        click_answer(visited.page)
        expect(visited.page.locator("#verdict-label")).to_have_text("Split it")
        outside = [url for url in visited.requested if not url.startswith((address, "data:", "blob:"))]
        visited.page.close()
    assert [] == outside
    assert [] == [
        said for said in visited.complaints if "ERR_ABORTED" not in said and not said.endswith("/favicon.ico")
    ]
