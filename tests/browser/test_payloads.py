"""Whatever a user writes or a model says, the page shows it as words: nothing runs, loads, covers or asks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from urllib.parse import quote

import pytest
from playwright.sync_api import expect

from assistant.web.escaping import visible
from tests import served_page
from tests.browser.conftest import Visit
from tests.browser.steps import tell
from tests.payloads import PAYLOADS

pytestmark = pytest.mark.browser
ACTIVE = (
    "img, picture, svg, video, audio, track, iframe, frame, object, embed, form, input, select, textarea, button, "
    "style, link, meta, base, script, template, noscript, details, dialog, marquee, math, "
    "[popover], [style], [data-act], [ping], [name], [onerror], [onload], [onclick], [ontoggle], [onfocus], "
    "[onmouseover], .katex, .mermaid, "
    "a:not([href^='#'])"
)
"""What no message holds: all that the coach writes there is text, emphasis, lists and links within the page."""
LEADING = """() => [...document.querySelectorAll("body *")].flatMap((element) => [...element.attributes]
    .filter(({ name }) => /^(src(set)?|(xlink:)?href|(form)?action|data|poster|background|style|ping|on.+)$/.test(name))
    .map(({ name, value }) => `${name}=${value}`)).filter((text) => /evil\\.example|__x|javascript:/.test(text))"""
"""Attributes anywhere on the page that would load, lead or run what a payload names."""
OVERLAYS = """() => [...document.querySelectorAll("body *")].filter(
    (element) => ["fixed", "sticky"].includes(getComputedStyle(element).position)
).map((element) => `${element.tagName} ${element.id} ${element.className}`)"""
FORMS = "form, input[type=password], [formaction], isindex"


@pytest.fixture(scope="module")
def hostile() -> Iterator[str]:
    """A page whose coach says every payload."""
    process, address = served_page.start(program=("-m", "tests.hostile_page"))
    yield address
    served_page.stop(process)


@pytest.fixture
def attacked(visit: Callable[..., Visit], hostile: str) -> Visit:
    """A visit that wrote every payload and was answered with every payload, a class a turn."""
    visited = visit(address=hostile)
    for kind in PAYLOADS.values():
        tell(visited.page, "\n".join(kind))
    return visited


def squeezed(text: str) -> str:
    """Give a text without white space, which a page sets as it likes, and without what cannot be seen."""
    return "".join(visible(text).split()).replace("\N{NO-BREAK SPACE}", "")


def test_payloads_do_nothing_and_can_be_read(visit: Callable[..., Visit], hostile: str) -> None:
    """No script ran, nobody else was asked for anything, nothing lies over the page, and no form is on it.

    Each class is a turn of its own, so that what one leaves open cannot hide another; each turn is looked at by itself.
    """
    visited = visit(address=hostile)
    page = visited.page
    overlays = page.evaluate(OVERLAYS)
    for number, (name, kind) in enumerate(PAYLOADS.items()):
        tell(page, "\n".join(kind))
        for bubble in ("user", "bot"):
            shown = page.locator(f"#chat .{bubble}.message .md").nth(number)
            assert (name, bubble, 0) == (name, bubble, shown.locator(ACTIVE).count())
            read = squeezed(shown.inner_text())
            assert (name, bubble, []) == (name, bubble, [words for words in kind if squeezed(words) not in read])
        assert (name, []) == (name, page.evaluate(LEADING))
    assert overlays == page.evaluate(OVERLAYS)
    page.locator("#chat a[href='#c1-1']").click()
    expect(page.locator("#source")).to_contain_text(PAYLOADS["script"][0])
    page.wait_for_timeout(1_000)
    assert page.evaluate("window.__x") is None
    assert {"127.0.0.1"} == visited.hosts()
    assert [] == [said for said in visited.complaints if "ERR_ABORTED" not in said]
    assert 0 == page.locator(FORMS).count()
    assert [] == page.evaluate(LEADING)
    assert page.url.startswith(hostile)
    expect(page.locator("#verdict-label")).to_have_count(1)


def test_payloads_that_a_browser_kept_come_back_as_words(attacked: Visit) -> None:
    """After a reload all of it is written anew from the browser's own store, through which no escaping went."""
    attacked.page.reload()
    expect(attacked.page.locator("#chat .bot.message")).to_have_count(len(PAYLOADS))
    attacked.page.wait_for_timeout(500)
    assert 0 == attacked.page.locator("#chat .message .md").locator(ACTIVE).count()
    assert [] == attacked.page.evaluate(LEADING)
    assert attacked.page.evaluate("window.__x") is None
    assert {"127.0.0.1"} == attacked.hosts()


def test_payloads_in_an_address_are_words_too(visit: Callable[..., Visit], hostile: str) -> None:
    """A link to the page can put words into the box, name a language and a theme, and ask about a wiki; no more."""
    for payload in ("<img src=x onerror=window.__x=1>", "'\"><script>window.__x=1</script>", "javascript:window.__x=1"):
        told = quote(payload)
        for path in (f"embed?q={told}&lang={told}&theme={told}", f"embed/code?wiki={told}", f"?q={told}#{told}"):
            visited = visit(address=hostile)
            visited.page.goto(f"{hostile}{path}")
            visited.page.wait_for_timeout(300)
            assert visited.page.evaluate("window.__x") is None
            assert {"127.0.0.1"} == visited.hosts()
            assert [] == [name for name in visited.page.evaluate(LEADING) if "__x" in name]
            visited.page.close()


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
