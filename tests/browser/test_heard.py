"""What was heard stands where people look: under the reply, one click from its options."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit, faults
from tests.browser.steps import answered, fact, tell

pytestmark = pytest.mark.browser


@pytest.fixture
def page(visit: Callable[..., Visit]) -> Page:
    """A page on which 600 examples were heard."""
    page = visit().page
    tell(page, "We sort tickets and have 600 examples.")
    return page


def test_a_chip_opens_the_options_of_its_fact(page: Page) -> None:
    """A click on another option changes what was heard."""
    page.locator("#chat a[href='#heard-data_count']").click()
    card = page.get_by_role("dialog")
    expect(card.get_by_role("button", name="None")).to_be_focused()
    assert [] == faults(page)
    card.get_by_role("button", name="1,000 to 9,999").click()
    answered(page, 2)
    expect(card).to_have_count(0)
    expect(fact(page, "data_count")).to_contain_text("agreed")
    expect(page.locator("#chat .chip.gone")).to_contain_text("600 examples")


def test_escape_closes_the_options_and_the_chip_has_the_focus(page: Page) -> None:
    """Whoever only looked is where they were."""
    chip = page.locator("#chat a[href='#heard-data_count']")
    chip.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(chip).to_be_focused()


def test_a_cross_says_that_it_was_misread(page: Page) -> None:
    """One click takes the value out of the case."""
    page.get_by_role("link", name="You misread me: 600 examples").click()
    answered(page, 2)
    expect(page.locator(".told")).not_to_contain_text("600 examples")
