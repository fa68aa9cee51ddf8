"""A real browser before the page as it is served, security policy included, with every request on record."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright

from tests import served_page

ARGUMENTS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
DENY_STORAGE = """for (const name of ["localStorage", "sessionStorage"]) Object.defineProperty(window, name, {
    configurable: true, get() { throw new DOMException("denied", "SecurityError"); },
});"""
"""As a browser does in a frame of another site, or by its user's choice."""
expect.set_options(timeout=45_000)


@dataclass
class Visit:
    """An open page with what it asked for and what it complained about."""

    page: Page
    requested: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def hosts(self) -> set[str]:
        """The hosts that anything was asked of; `data:` and `blob:` have none."""
        return {host for url in self.requested if (host := urlsplit(url).hostname)}


@pytest.fixture(scope="module")
def browser(browser_path: str) -> Iterator[Browser]:
    """One browser a module; playwright keeps an event loop running, which other tests must not find in their way."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def visit(browser: Browser) -> Iterator[Callable[..., Visit]]:
    """Visit the page as somebody new, at a width and in a theme."""
    contexts = []

    def begin(width: int = 1280, height: int = 860, theme: str = "light", script: str = "", address: str = "") -> Visit:
        context = browser.new_context(viewport={"width": width, "height": height}, accept_downloads=True)
        contexts.append(context)
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        if script:
            context.add_init_script(script)
        page = context.new_page()
        begun = watched(page)
        page.goto(f"{address or served_page.address()}?__theme={theme}")
        expect(page.locator("#answers button").first).to_be_visible()
        expect(page.locator("html[data-ready]")).to_be_attached()
        expect(page.get_by_text("Loading...")).to_have_count(0)
        return begun

    yield begin
    for context in contexts:
        context.close()


def watched(page: Page) -> Visit:
    """Keep a record of what a page asks for and complains about from now on."""
    begun = Visit(page)
    page.on("request", lambda request: begun.requested.append(request.url))
    page.on("pageerror", lambda error: begun.complaints.append(str(error)))
    page.on("console", lambda said: begun.complaints.extend(_complaint(said)))
    return begun


def faults(page: Page) -> list[str]:
    """What axe finds, each with its first element."""
    found = Axe().run(page).response["violations"]
    return [f"{fault['id']} ({fault['impact']}): {fault['nodes'][0]['html'][:200]}" for fault in found]


def _complaint(said: ConsoleMessage) -> list[str]:
    """What the browser complains of, with where; nothing for what it merely says."""
    return [f"{said.text} {said.location['url']}"] if said.type in ("error", "warning") else []
