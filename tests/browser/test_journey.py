"""The journey of a visitor in a real browser: tell a case, answer, change a fact, open a source, come back, take the
verdict along."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DENY_STORAGE, Visit
from tests.browser.steps import WIKI, answered, change_fact, click_answer, fact, settle, tell

pytestmark = pytest.mark.browser
Visiting = Callable[..., Visit]


def test_a_whole_journey_leaves_no_complaint_and_asks_no_other_host(visit: Visiting) -> None:
    """Under a policy without eval, with every request on record: nothing fails and nothing leaves."""
    visited = visit()
    page = visited.page
    tell(page, WIKI)
    expect(page.locator("#verdict-label")).to_have_text("Retrieval or tools")
    click_answer(page)
    change_fact(page, "freshness", "Every day or week")
    page.locator('#chat a[href="#c1-1"]').click()
    expect(page.locator("#lit")).to_be_visible()
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Start over").click()
    expect(page.get_by_role("heading", name="What is your case?")).to_be_visible()
    assert {"127.0.0.1"} == visited.hosts()
    assert [] == [said for said in visited.complaints if "ERR_ABORTED" not in said]


def test_a_starter_tells_a_case_with_one_click(visit: Visiting) -> None:
    """Somebody who does not know how to begin sees how."""
    page = visit().page
    page.get_by_role("button", name="Sound like our brand").click()
    answered(page, 1)
    expect(fact(page, "goal")).to_contain_text("Sound a certain way")


def test_several_aims_are_held_down_and_sent_together(visit: Visiting) -> None:
    """The question about the aim takes more than one answer."""
    page = visit().page
    change_fact(page, "evals", "We have no way to measure yet")
    page.locator("#answers").get_by_role("button", name="Sound a certain way").click()
    page.locator("#answers").get_by_role("button", name="Know our facts").click()
    page.locator("#answers").get_by_role("button", name="Use these").click()
    answered(page, 2)
    expect(fact(page, "goal").locator("summary")).to_contain_text("Know our facts, documents or products · Sound a")


def test_changing_a_fact_recomputes_the_case_and_undo_takes_it_back(visit: Visiting) -> None:
    """A click on a fact moves the verdict; one more puts it back."""
    page = visit().page
    settle(page)
    expect(page.locator(".verdict")).to_contain_text("Yes, fine-tune")
    change_fact(page, "evals", "We have no way to measure yet")
    expect(page.locator(".verdict")).not_to_contain_text("Yes, fine-tune")
    expect(page.locator(".mistakes .hit")).to_contain_text("Fine-tuning without evals")
    page.get_by_role("button", name="Undo last step").click()
    expect(page.locator(".verdict")).to_contain_text("Yes, fine-tune")


def test_a_fact_can_be_removed(visit: Visiting) -> None:
    """What was misheard leaves the case."""
    page = visit().page
    tell(page, WIKI)
    fact(page, "freshness").locator("summary").click()
    fact(page, "freshness").get_by_role("button", name="You misread me").click()
    answered(page, 2)
    expect(page.locator(".told > .facts")).not_to_contain_text("How often the facts change")


def test_an_exact_number_can_be_given(visit: Visiting) -> None:
    """Numbers are not only bands."""
    page = visit().page
    tell(page, "We sort tickets and have about 400 examples.")
    row = fact(page, "data_count")
    row.locator("summary").click()
    row.get_by_role("spinbutton", name="Examples").fill("1234")
    page.keyboard.press("Enter")
    answered(page, 2)
    expect(row).to_contain_text("1,234 examples")


def test_a_citation_opens_its_source_lit_and_the_keyboard_comes_back(visit: Visiting) -> None:
    """Enter on a mark opens the whole document at the words; Escape returns to the mark."""
    page = visit().page
    tell(page, WIKI)
    mark = page.locator("#chat .bot a[href^='#c1-']").last
    mark.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#lit")).to_be_focused()
    expect(page.locator(".source footer")).to_contain_text("Rests on")
    page.keyboard.press("Escape")
    expect(page.locator("#source")).to_be_hidden()
    expect(mark).to_be_focused()


def test_the_marks_of_the_first_reply_and_of_the_verdict_open_the_words_they_cite(visit: Visiting) -> None:
    """A click on each opens its source with exactly the quoted words marked, the user's and the document's."""
    page = visit().page
    tell(page, WIKI)
    for _ in range(8):
        if page.locator("#answers .options").locator("visible=true").count():
            click_answer(page)
    expect(page.locator("#answers .options").locator("visible=true")).to_have_count(0)
    kinds = set()
    for turn in (1, page.locator("#chat .said").count()):
        footnotes = page.evaluate(FOOTNOTES, turn)
        assert footnotes
        for href, footnote in footnotes.items():
            page.locator(f"#chat a[href='{href}']").first.click()
            expect(page.locator("#lit")).to_be_in_viewport()
            marked = "".join(page.locator(".source mark").all_inner_texts())
            assert letters(footnote[footnote.index("“") : footnote.rindex("”")]) == letters(marked)
            kinds.add(page.locator("#source-title").inner_text().startswith("Your words"))
            page.keyboard.press("Escape")
            expect(page.locator("#source")).to_be_hidden()
    assert {True, False} == kinds


FOOTNOTES = """turn => Object.fromEntries([...document.querySelectorAll(`#chat a[href^="#c${turn}-"]`)].map((link) => [
    link.getAttribute("href"),
    [...link.closest(".message").querySelectorAll(".sources li")]
        .find((row) => row.textContent.startsWith(`[${link.textContent}]`)).textContent,
]))"""
"""For each mark of a reply the footnote that is copied and printed with it."""


def letters(text: str) -> str:
    """Leave out what Markdown and line ends change."""
    return re.sub(r"\W", "", text)


def test_a_mistake_opens_its_line_of_the_document(visit: Visiting) -> None:
    """Each tile leads to the line it stands for."""
    page = visit().page
    tell(page, WIKI)
    page.get_by_role("link", name="“Tiny or dirty datasets.”").click()
    expect(page.locator("#lit")).to_have_text("Tiny or dirty datasets.")
    page.get_by_role("button", name="Close").click()
    expect(page.get_by_role("link", name="“Tiny or dirty datasets.”")).to_be_focused()


def test_a_reload_brings_the_conversation_back_until_it_is_forgotten(visit: Visiting) -> None:
    """The browser keeps it, and gives it up when asked."""
    page = visit().page
    tell(page, WIKI)
    click_answer(page)
    said = page.locator("#chat .said").all_inner_texts()
    page.reload()
    answered(page, 2)
    assert said == page.locator("#chat .said").all_inner_texts()
    page.get_by_role("button", name="Forget this").click()
    expect(page.locator("#note")).to_contain_text("gone from this browser")
    page.reload()
    expect(page.get_by_role("heading", name="What is your case?")).to_be_visible()


def test_an_earlier_message_can_be_changed(visit: Visiting) -> None:
    """Editing puts the message into the box; sending it replaces what came after."""
    page = visit().page
    tell(page, WIKI)
    click_answer(page)
    page.get_by_role("link", name="Edit your message 1").click()
    expect(page.locator("#box textarea")).to_have_value(WIKI)
    page.locator("#box textarea").fill("We want to classify tickets.")
    page.keyboard.press("Enter")
    expect(page.locator("#chat .said")).to_have_count(1)
    expect(page.locator("#chat .said")).to_have_text("We want to classify tickets.")


def test_a_refused_message_stays_in_the_box(visit: Visiting) -> None:
    """Nobody loses what they wrote."""
    page = visit().page
    page.locator("#box textarea").fill("x" * 8001)
    page.keyboard.press("Enter")
    expect(page.locator("#note")).to_contain_text("8,001")
    expect(page.locator("#box textarea")).to_have_value("x" * 8001)


def test_what_a_user_wrote_shows_as_text(visit: Visiting) -> None:
    """Tags, pictures and links in a message are words."""
    visited = visit()
    words = '<img src="http://evil.example/a.png"> ![x](http://evil.example/b.png) [c](http://evil.example) <b>bold</b>'
    tell(visited.page, f"We want our style {words} https://evil.example/d")
    expect(visited.page.locator("#chat .said")).to_contain_text(words)
    assert 0 == visited.page.locator("#chat img, a[href*='evil']").count()
    assert {"127.0.0.1"} == visited.hosts()


def test_the_record_can_be_copied_and_downloaded(visit: Visiting) -> None:
    """The verdict goes into a wiki as Markdown, by the clipboard or as a file."""
    page = visit().page
    settle(page)
    page.locator(".record").get_by_role("button", name="Copy").click()
    expect(page.locator(".record")).to_contain_text("Copied")
    copied = page.evaluate("navigator.clipboard.readText()")
    with page.expect_download() as downloading:
        page.locator(".record").get_by_role("button", name="Download Markdown").click()
    assert copied == downloading.value.path().read_text(encoding="utf-8")
    assert "fine-tuning-decision.md" == downloading.value.suggested_filename
    assert copied.startswith("# ")


def test_a_reply_can_be_copied(visit: Visiting) -> None:
    """Its text, without the page's own buttons."""
    page = visit().page
    tell(page, WIKI)
    page.get_by_role("link", name="Copy").click()
    expect(page.get_by_role("link", name="Copied")).to_be_visible()
    assert not re.search("Copy|Try again", page.evaluate("navigator.clipboard.readText()"))


def test_a_browser_that_denies_storage_still_works(visit: Visiting) -> None:
    """In a frame of another site there is no storage; only a reload forgets."""
    visited = visit(script=DENY_STORAGE)
    tell(visited.page, WIKI)
    click_answer(visited.page)
    expect(visited.page.locator("#kept-where")).to_contain_text("a reload forgets the conversation")
    assert [] == [said for said in visited.complaints if "ERR_ABORTED" not in said]
