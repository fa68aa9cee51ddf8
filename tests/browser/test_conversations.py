"""Each conversation has its own entry in the browser, the open one a tab; they can be opened, renamed and deleted."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit, faults
from tests.browser.steps import WIKI, answered, tell

pytestmark = pytest.mark.browser
BRAND = "Our replies should sound like our brand. We have about 40 good replies."


@pytest.fixture
def page(visit: Callable[..., Visit]) -> Page:
    """An open page."""
    return visit().page


def another_tab(page: Page) -> Page:
    """A tab beside it, in the same browser."""
    other = page.context.new_page()
    other.goto(page.url)
    expect(other.locator("html[data-ready]")).to_be_attached()
    return other


def open_list(page: Page) -> None:
    """Open the list of conversations."""
    page.locator("#talks summary").click()
    expect(page.locator("#talks .list")).to_be_visible()


def test_two_tabs_hold_two_conversations(page: Page) -> None:
    """Each keeps its own over a reload, and both stand in the list."""
    tell(page, WIKI)
    other = another_tab(page)
    tell(other, BRAND)
    for tab, message in ((page, WIKI), (other, BRAND)):
        tab.reload()
        answered(tab, 1)
        expect(tab.locator("#chat .said")).to_have_text(message)
    open_list(other)
    expect(other.locator("#talks .talk")).to_have_count(2)


def test_two_tabs_with_one_conversation_never_overwrite_each_other(page: Page) -> None:
    """What the second one adds goes on under a name of its own."""
    tell(page, WIKI)
    other = another_tab(page)
    open_list(other)
    other.locator("#talks .talk").click()
    answered(other, 1)
    tell(other, "We have 400 examples.")
    tell(page, "We have no evals.")
    for tab, message in ((page, "We have no evals."), (other, "We have 400 examples.")):
        tab.reload()
        answered(tab, 2)
        expect(tab.locator("#chat .said").last).to_have_text(message)


def test_who_comes_back_in_a_new_tab_is_offered_the_latest_conversation(page: Page) -> None:
    """On the first screen, one click away; once it is deleted, nothing is offered."""
    tell(page, WIKI)
    later = another_tab(page)
    later.locator("#go-on button").click()
    answered(later, 1)
    open_list(later)
    later.locator("#talks .list button", has_text="Delete").click()
    expect(later.locator(".welcome")).to_be_visible()
    expect(later.locator("#go-on")).to_have_count(0)


def test_a_conversation_is_opened_renamed_and_deleted(page: Page) -> None:
    """The list names each by its story and its verdict; axe finds nothing in it."""
    tell(page, WIKI)
    page.get_by_role("button", name="Start over").click()
    expect(page.get_by_role("heading", name="What is your case?")).to_be_visible()
    tell(page, BRAND)
    open_list(page)
    assert [] == faults(page)
    row = page.locator("#talks li").filter(has_text="our wiki")
    expect(row).to_contain_text("Retrieval or tools")
    row.get_by_role("button", name="Rename").click()
    page.locator("#talks input[type=text]").fill("The wiki case")
    page.keyboard.press("Enter")
    page.locator("#talks .talk").filter(has_text="The wiki case").click()
    expect(page.locator("#chat .said")).to_have_text(WIKI)
    tell(page, "We have 400 examples.")
    open_list(page)
    page.get_by_role("button", name="Delete: The wiki case").click()
    expect(page.locator("#talks .talk")).to_have_count(1)
    expect(page.get_by_role("heading", name="What is your case?")).to_be_visible()


def test_starting_over_is_undone_by_one_click(page: Page) -> None:
    """The conversation comes back whole, and once in the list."""
    tell(page, WIKI)
    tell(page, "We have 400 examples.")
    page.get_by_role("button", name="Start over").click()
    page.locator("#note").get_by_role("button", name="Undo last step").click()
    answered(page, 2)
    open_list(page)
    expect(page.locator("#talks .talk")).to_have_count(1)


def test_an_edit_is_undone_by_one_click_with_all_that_followed(page: Page) -> None:
    """Nothing that an edit replaced is lost."""
    tell(page, WIKI)
    tell(page, "We have 400 examples.")
    page.get_by_role("link", name="Edit your message 1").click()
    expect(page.locator("#box textarea")).to_have_value(WIKI)
    page.locator("#box textarea").fill(BRAND)
    page.keyboard.press("Enter")
    expect(page.locator("#chat .said")).to_have_text([BRAND])
    page.locator("#note").get_by_role("button", name="Undo last step").click()
    answered(page, 2)


def test_everything_can_be_forgotten(page: Page) -> None:
    """Two clicks, and nothing of ours is left in the browser."""
    tell(page, WIKI)
    open_list(page)
    page.get_by_role("button", name="Forget everything").click()
    page.get_by_role("button", name="Really forget all of them?").click()
    expect(page.locator("#note")).to_contain_text("gone from this browser")
    assert [] == page.evaluate("Object.keys(localStorage).filter((name) => name.startsWith('fine-tuning-coach'))")


def test_what_could_not_be_kept_is_noticed_and_said(page: Page) -> None:
    """A full storage costs a line and not the conversation."""
    page.evaluate("""() => {
        for (let size = 2 ** 22; size >= 1; size = Math.floor(size / 2))
            try { for (let n = 0; ; n++) localStorage.setItem(`fill-${size}-${n}`, "x".repeat(size)); } catch {}
    }""")
    tell(page, WIKI)
    expect(page.get_by_role("alert")).to_contain_text("could not keep the last step")
    tell(page, "We have 400 examples.")
    page.evaluate("localStorage.clear()")
    tell(page, "We have no evals.")
    expect(page.get_by_role("alert")).to_have_count(0)
    page.reload()
    answered(page, 3)


def test_only_the_last_twenty_are_kept(page: Page) -> None:
    """The oldest makes room."""
    page.evaluate("""() => {
        for (let n = 0; n < 25; n++)
            localStorage.setItem(`fine-tuning-coach:old${n}`, JSON.stringify({ title: `Old ${n}`, kept: "{}", at: n }));
    }""")
    tell(page, WIKI)
    open_list(page)
    expect(page.locator("#talks .talk")).to_have_count(20)
    expect(page.locator("#talks .talk").first).to_contain_text("our wiki")
