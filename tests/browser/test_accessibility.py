"""Everybody can use it: axe finds nothing, the keyboard is enough, and a phone shows all of it, light and dark."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit, faults
from tests.browser.steps import WIKI, answered, click_answer, fact, tell

pytestmark = pytest.mark.browser
Visiting = Callable[..., Visit]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_axe_finds_nothing_in_any_state(visit: Visiting, theme: str, width: int) -> None:
    """Empty, asked, with a fact open, and with a source open."""
    page = visit(width=width, height=844, theme=theme).page
    found = {"empty": faults(page)}
    tell(page, WIKI)
    found["asked"] = faults(page)
    if width < 900:
        page.get_by_role("button", name="Your case").click()
    fact(page, "freshness").locator("summary").click()
    page.locator(".record summary").click()
    found["case"] = faults(page)
    if width < 900:
        page.get_by_role("button", name="Conversation").click()
    page.locator("#chat .bot a[href^='#c1-']").last.click()
    expect(page.locator("#lit")).to_be_visible()
    found["source"] = faults(page)
    assert {} == {state: of_state for state, of_state in found.items() if of_state}


def test_the_keyboard_alone_tells_answers_and_changes(visit: Visiting) -> None:
    """Without a mouse: tell, go to an answer by Tab, choose it, open a fact, change it, and the focus stays with it."""
    page = visit().page
    page.locator("#box textarea").focus()
    page.keyboard.type("Our replies should sound like our brand.")
    page.keyboard.press("Enter")
    answered(page, 1)
    options = page.locator("#answers .options").first.get_by_role("button")
    options.first.focus()
    page.keyboard.press("Tab")
    expect(options.nth(1)).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(options.nth(2)).to_have_attribute("aria-pressed", "true")
    page.locator("#answers [data-collect]").focus()
    page.keyboard.press("Enter")
    answered(page, 2)
    expect(page.locator("#box textarea")).to_be_focused()
    summary = fact(page, "goal").locator("summary")
    summary.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    answered(page, 3)
    expect(fact(page, "goal").get_by_role("button", name="Keep to a fixed format")).to_be_focused()
    expect(fact(page, "goal").get_by_role("button", name="Keep to a fixed format")).to_have_attribute(
        "aria-pressed", "true"
    )


@pytest.mark.parametrize("width", [390, 360])
def test_a_phone_shows_the_case_one_tap_away_and_nothing_scrolls_sideways(visit: Visiting, width: int) -> None:
    """Every state fits the width, also a word that is longer than the screen."""
    page = visit(width=width, height=844).page
    states = [sideways(page)]
    tell(page, f"Our replies should sound like our brand. {'w' * 300}")
    states.append(sideways(page))
    click_answer(page)
    page.get_by_role("button", name="Your case").click()
    expect(page.locator("#verdict-label")).to_be_visible()
    expect(page.locator("#box")).to_be_hidden()
    states.append(sideways(page))
    page.locator(".mistakes a").first.click()
    expect(page.locator("#lit")).to_be_visible()
    states.append(sideways(page))
    assert [[]] * 4 == states


def sideways(page: Page) -> list[str]:
    """The elements in sight that reach beyond the right edge or have to be scrolled to it."""
    return list(
        page.evaluate(
            """() => [...document.querySelectorAll('body *')].filter((element) => {
                const box = element.getBoundingClientRect();
                const hidden = element.closest('.unseen, .skip, .bridge') || !box.width || !box.height;
                const scrolls = /auto|scroll/.test(getComputedStyle(element).overflowX)
                    && element.scrollWidth > element.clientWidth + 1;
                return !hidden && (box.right > innerWidth + 1 || scrolls);
            }).map((element) => element.outerHTML.slice(0, 120))"""
        )
    )
