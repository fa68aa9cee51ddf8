"""Past a limit a visitor reads when to try again, and what was written is still in the box."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import expect

from tests import served_page
from tests.browser.conftest import Visit
from tests.browser.steps import WIKI, tell

pytestmark = pytest.mark.browser
OPENING_REQUESTS = 2  # the page itself, and what it brings back of the last visit


@pytest.fixture
def address() -> Iterator[str]:
    """A page that lets an address ask twice more in a minute once it is open."""
    page, address = served_page.start(ASSISTANT_MINUTE_REQUESTS=str(OPENING_REQUESTS + 1))
    yield address
    served_page.stop(page)


def test_too_many_requests_are_told_on_the_page_and_the_message_stays(
    visit: Callable[..., Visit], address: str
) -> None:
    """The refusal is spoken to the visitor in our words, nothing is lost, and the same message goes through later."""
    page = visit(address=address).page
    tell(page, WIKI)
    box = page.locator("#box textarea")
    box.fill("We have 400 examples.")
    page.keyboard.press("Enter")
    refusal = page.get_by_role("alert").filter(has_text="try again in")
    expect(refusal).to_be_visible()
    expect(box).to_have_value("We have 400 examples.")
    expect(page.locator("#chat .said")).to_have_count(1)
    page.wait_for_timeout(21_000)
    tell(page, "We have 400 examples.")
