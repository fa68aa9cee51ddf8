"""What lies in the browser's storage, put there as Gradio does: damaged, too deep or too large, it locks nobody out."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.steps import WIKI, answered, tell

pytestmark = pytest.mark.browser
DAMAGED = {
    "an event that is none": json.dumps({"id": "x", "events": ["abc"]}),
    "half a character": '{"id": "\\ud800", "events": [{"message": "We have no evals.", "facts": {}}]}',
    "deeper than the server reads": "[" * 2_000 + "]" * 2_000,
    "deeper than anything walks": "[" * 20_000 + "]" * 20_000,
    "larger than is taken at once": json.dumps("x" * 2_100_000),
}


def store(page: Page, text: str) -> None:
    """Keep a text as the page keeps an open conversation."""
    entry = {"title": "A talk", "verdict": "", "kept": text, "at": 1, "mark": "1"}
    page.evaluate("([name, entry]) => localStorage.setItem(name, entry)", ["fine-tuning-coach:x", json.dumps(entry)])
    page.evaluate("sessionStorage.setItem('fine-tuning-coach:tab', '{\"open\": \"x\"}')")


def stored(page: Page) -> list[str]:
    """The names of what the browser keeps."""
    return list(page.evaluate("Object.keys(localStorage).filter((name) => name.startsWith('fine-tuning-coach'))"))


@pytest.fixture
def page(visit: Callable[..., Visit]) -> Page:
    """An open page."""
    return visit().page


def test_what_is_stored_so_is_what_the_page_reads(page: Page) -> None:
    """A whole conversation, put there by this test's hand, is brought back."""
    store(page, json.dumps({"id": "x", "events": [{"message": WIKI, "facts": {}}]}))
    page.reload()
    answered(page, 1)


@pytest.mark.parametrize("damage", DAMAGED)
def test_whatever_is_stored_the_page_begins_anew_and_says_so(page: Page, damage: str) -> None:
    """One line tells it; then a case can be told, and the next reload brings that back."""
    store(page, DAMAGED[damage])
    page.reload()
    expect(page.locator("html[data-ready]")).to_be_attached()
    expect(page.locator("#talk .note")).to_have_count(1)
    expect(page.locator("#talk .note")).to_contain_text("can no longer be read, so a new one begins")
    tell(page, WIKI)
    page.reload()
    answered(page, 1)


@pytest.mark.parametrize("damage", DAMAGED)
def test_whatever_is_stored_can_be_forgotten(page: Page, damage: str) -> None:
    """Forgetting asks for nothing that would have to be read first."""
    store(page, DAMAGED[damage])
    page.reload()
    page.get_by_role("button", name="Forget this").click()
    expect(page.locator("#talk .note").first).to_contain_text("gone from this browser")
    assert [] == stored(page)


@pytest.mark.parametrize(("length", "n_lines"), [(300, 1), (44, 0)])
def test_what_an_earlier_version_kept_is_said_to_be_lost_once(page: Page, length: int, n_lines: int) -> None:
    """It cannot be read any more, so it does not stay either; where nothing had been told, nothing is said."""
    page.evaluate("length => localStorage.setItem('fine-tuning-coach', '\"' + 'x'.repeat(length - 2) + '\"')", length)
    for n_said in (n_lines, 0):
        page.reload()
        expect(page.locator("html[data-ready]")).to_be_attached()
        expect(page.get_by_text("in a form that this one cannot read")).to_have_count(n_said)
        assert [] == stored(page)


def test_forgetting_needs_no_server(page: Page) -> None:
    """What the browser keeps is gone though the page never became ready; once it does, it says so."""
    tell(page, WIKI)
    page.route("**/gradio_api/queue/join*", lambda route: route.abort())
    page.reload()
    page.get_by_role("button", name="Forget this").click()
    assert [] == stored(page)
    page.unroute_all()
    page.reload()
    expect(page.locator("#refused")).to_contain_text("gone from this browser")


def test_a_talk_that_outgrew_what_is_taken_at_once_goes_on_and_can_be_forgotten(page: Page) -> None:
    """The server goes on from what it remembers of the visit, without what it cannot be sent."""
    tell(page, WIKI)
    refused = []

    def refuse_once(route) -> None:  # type: ignore[no-untyped-def]
        if WIKI in (route.request.post_data or ""):
            refused.append(route.request.url)
            route.fulfill(status=413, json={"detail": "Too much."})
        else:
            route.fallback()

    page.route("**/gradio_api/queue/join*", refuse_once)
    tell(page, "We have no evals.")
    page.get_by_role("button", name="Forget this").click()
    expect(page.locator("#note")).to_contain_text("gone from this browser")
    assert 1 == len(refused)
    expect(page.locator("#refused")).to_have_count(0)
