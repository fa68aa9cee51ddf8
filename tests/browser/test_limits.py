"""Past a limit a visitor reads when to try again, and what was written is still in the box."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests import served_page
from tests.browser.conftest import Visit
from tests.browser.steps import WIKI, tell

pytestmark = pytest.mark.browser
MINUTE_REQUESTS = 12
SECONDS_APART = 60 / MINUTE_REQUESTS


@pytest.fixture
def address() -> Iterator[str]:
    """A page that an address may ask once in five seconds, and a few times at once."""
    page, address = served_page.start(ASSISTANT_MINUTE_REQUESTS=str(MINUTE_REQUESTS))
    yield address
    served_page.stop(page)


def use_up(page: Page, address: str) -> None:
    """Ask until nothing is left, and take the next that is given, so that the one after it is a whole while away."""
    for status in (200, 429):
        while page.request.get(f"{address}config").status == status:
            pass


def test_too_many_requests_are_told_on_the_page_and_the_message_stays(
    visit: Callable[..., Visit], address: str
) -> None:
    """The refusal is spoken to the visitor in our words, nothing is lost, and the same message goes through later."""
    page = visit(address=address).page
    tell(page, WIKI)
    box = page.locator("#box textarea")
    box.fill("We have 400 examples.")
    use_up(page, address)
    page.keyboard.press("Enter")
    refusal = page.get_by_role("alert").filter(has_text="try again in")
    expect(refusal).to_be_visible()
    expect(box).to_have_value("We have 400 examples.")
    expect(page.locator("#chat .said")).to_have_count(1)
    page.wait_for_timeout(1000 * (SECONDS_APART + 1))
    tell(page, "We have 400 examples.")
