"""Past a limit a visitor reads when to try again, and what was written is still in the box."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, Route, expect

from tests import served_page
from tests.browser.conftest import Visit
from tests.browser.steps import WIKI, answered, tell

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


def reopened(page: Page, **headers: str) -> None:
    """Tell a case and open the page again, which is refused its conversation once."""
    tell(page, WIKI)
    refused = []

    def refuse_first(route: Route) -> None:
        if refused:
            route.fallback()
        else:
            refused.append(route.request.url)
            route.fulfill(status=429, headers=headers, json={"detail": "Please try again in 1 s."})

    page.route("**/gradio_api/queue/join*", refuse_first)
    page.reload()
    expect(page.get_by_role("alert").filter(has_text="try again in 1 s")).to_be_visible()


def test_a_page_that_opens_when_all_are_busy_gets_its_conversation_by_itself(visit: Callable[..., Visit]) -> None:
    """The refusal is shown, and the page asks again when it was told to."""
    page = visit().page
    reopened(page, **{"Retry-After": "1"})
    answered(page, 1)
    expect(page.locator("html[data-ready]")).to_be_attached()
    expect(page.locator("#refused")).to_have_count(0)


def test_a_page_whose_conversation_costs_too_much_now_gets_it_by_itself(visit: Callable[..., Visit]) -> None:
    """A note may say so as well, in place of the whole conversation, and when to ask again."""
    page = visit().page
    reopened(page)
    page.locator("#note").evaluate("note => (note.innerHTML = '<p class=note data-again=1>In 1 s.</p>')")
    answered(page, 1)
    expect(page.locator("html[data-ready]")).to_be_attached()
