"""Whatever a user writes or a model says, the page shows it as words: nothing runs, loads, covers or asks."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests import served_page
from tests.browser.conftest import Visit
from tests.browser.steps import tell
from tests.payloads import PAYLOADS

pytestmark = pytest.mark.browser
ACTIVE = (
    "img, video, audio, iframe, object, embed, form, input, svg image, style, link, meta, base, script, details, math, "
    "picture, [onerror], [onload], [onclick], a[href^='http'], a[href^='//'], a[href^='mailto'], a[href^='javascript']"
)
OVERLAYS = """() => [...document.querySelectorAll("#chat *")].filter(
    (element) => ["fixed", "sticky"].includes(getComputedStyle(element).position)).length"""


@pytest.fixture(scope="module")
def hostile() -> Iterator[str]:
    """A page whose coach says every payload."""
    process, address = served_page.start(program=("-m", "tests.hostile_page"))
    yield address
    served_page.stop(process)


@pytest.fixture
def attacked(visit: Callable[..., Visit], hostile: str) -> Visit:
    """A visit that wrote every payload and was answered with every payload."""
    visited = visit(address=hostile)
    tell(visited.page, "\n".join(payload for kind in PAYLOADS.values() for payload in kind))
    return visited


def messages(page: Page, who: str) -> str:
    """The text that a visitor reads."""
    return page.locator(f"#chat .{who}.message").inner_text()


def test_payloads_do_nothing_and_can_be_read(attacked: Visit) -> None:
    """No script ran, nothing was asked of anyone else, and the policy had nothing left to stop."""
    page = attacked.page
    page.wait_for_timeout(1_000)
    assert page.evaluate("window.__x") is None
    assert {"127.0.0.1"} == attacked.hosts()
    assert [] == [said for said in attacked.complaints if "ERR_ABORTED" not in said]
    for bubble in ("user", "bot"):
        assert 0 == page.locator(f"#chat .{bubble}.message").locator(ACTIVE).count()
        text = messages(page, bubble)
        for words in (
            "<script>window.__x=1</script>",
            "https://evil.example/bare",
            "<form action=https://evil.example>",
        ):
            assert words in text
    assert 0 == page.evaluate(OVERLAYS)
    assert page.url.startswith("http://127.0.0.1")
    expect(page.locator("#verdict-label")).to_have_count(1)


def test_behind_the_escaping_stands_the_policy(attacked: Visit) -> None:
    """Even if a payload got through: no text is evaluated, no foreign image is asked for, no form goes out."""
    stopped = attacked.page.evaluate("""async () => {
        const stopped = [];
        addEventListener("securitypolicyviolation", (event) => stopped.push(event.effectiveDirective));
        const script = document.createElement("script");  // a page's own inline script may run, and may not evaluate
        script.textContent = "setTimeout(() => new Function('window.__y = 1')())";
        document.body.append(script);
        const image = new Image();
        const failed = new Promise((done) => (image.onerror = done));
        image.src = "https://evil.example/leak.png";
        const form = document.createElement("form");
        form.action = "https://evil.example";
        document.body.append(image, form);
        form.submit();
        await failed;
        await new Promise((done) => setTimeout(done, 300));
        return stopped;
    }""")
    assert {"script-src", "img-src", "form-action"} <= set(stopped)
    assert attacked.page.evaluate("window.__y") is None
    assert attacked.page.url.startswith("http://127.0.0.1")
