"""What lies in the browser's storage, put there as Gradio does: damaged, too deep or too large, it locks nobody out."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from assistant.ui.layout import STORAGE_KEY, STORAGE_SECRET
from tests.browser.conftest import Visit
from tests.browser.steps import WIKI, answered, tell

pytestmark = pytest.mark.browser
STORE = """async ([name, key, iv, salt, text]) => {
    const bytes = (written) => Uint8Array.from(atob(written), (letter) => letter.charCodeAt(0));
    const secret = await crypto.subtle.importKey("raw", bytes(key), "AES-CBC", false, ["encrypt"]);
    const encrypt = { name: "AES-CBC", iv: bytes(iv) };
    const made = await crypto.subtle.encrypt(encrypt, secret, new TextEncoder().encode(text));
    const whole = new Blob([new TextEncoder().encode("Salted__"), bytes(salt), made]);
    const address = await new Promise((done) => {
        const reader = Object.assign(new FileReader(), { onload: () => done(reader.result) });
        reader.readAsDataURL(whole);
    });
    localStorage.setItem(name, `${iv}:${address.split(",")[1]}`);
}"""
SALT = b"saltsalt"
DAMAGED = {
    "an event that is none": json.dumps({"id": "x", "events": ["abc"]}),
    "half a character": '{"id": "\\ud800", "events": [{"message": "We have no evals.", "facts": {}}]}',
    "deeper than the server reads": "[" * 2_000 + "]" * 2_000,
    "deeper than Gradio walks": "[" * 20_000 + "]" * 20_000,
    "larger than is taken at once": json.dumps("x" * 2_100_000),
}


def store(page: Page, text: str) -> None:
    """Keep a text where the page keeps the conversation, enciphered with its secret as a passphrase."""
    phrase, derived, block = hashlib.sha256(STORAGE_SECRET.encode()).hexdigest().encode(), b"", b""
    while len(derived) < 48:
        block = hashlib.md5(block + phrase + SALT, usedforsecurity=False).digest()
        derived += block
    written = [base64.b64encode(part).decode() for part in (derived[:32], derived[32:48], SALT)]
    page.evaluate(STORE, [STORAGE_KEY, *written, text])


def stored(page: Page) -> int:
    """How much the browser keeps."""
    return int(page.evaluate(f"(localStorage.getItem({STORAGE_KEY!r}) || '').length"))


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
    assert stored(page) < 100


def test_forgetting_needs_no_server(page: Page) -> None:
    """What the browser keeps is gone though the page never became ready; once it does, it says so."""
    tell(page, WIKI)
    page.route("**/gradio_api/queue/join*", lambda route: route.abort())
    page.reload()
    page.get_by_role("button", name="Forget this").click()
    assert 0 == stored(page)
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
    assert 2 == len(refused)
    expect(page.locator("#refused")).to_have_count(0)
