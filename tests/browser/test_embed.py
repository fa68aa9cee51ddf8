"""The page in a frame of another site, as a browser keeps the two apart."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, BrowserContext, Frame, Page, expect

from tests import framing_site, served_page
from tests.browser.conftest import DENY_STORAGE, Visit, faults, watched
from tests.browser.steps import WIKI, answered, tell
from tests.framing_site import FramingSite

pytestmark = pytest.mark.browser
FRAME = '<iframe title="Coach" src="{src}" width="{width}" height="640" frameborder="0" {more}></iframe>'
SANDBOX = "allow-scripts allow-same-origin allow-forms allow-popups allow-popups-to-escape-sandbox allow-downloads"
RESIZING = """<script>
const frame = document.querySelector("iframe"), coach = new URL(frame.src).origin;
window.heard = [];
addEventListener("message", (event) => {
    heard.push([event.origin, event.data]);
    if (event.data.height) frame.height = event.data.height;
});
const ask = (message) => frame.contentWindow.postMessage({ type: "fine-tuning-coach", ...message }, coach);
frame.addEventListener("load", () => ask({ fit: true }));
</script>"""
GROWTH = """window.lengths = new Set();
new MutationObserver(() => lengths.add(document.querySelector("#chat .bot")?.textContent.length))
    .observe(document.body, { childList: true, subtree: true, characterData: true });"""
DARK = "document.body.classList.contains('dark')"


@dataclass
class Embedding:
    """A page that two sites may or may not frame."""

    address: str
    site: FramingSite
    other: FramingSite


@pytest.fixture(scope="module")
def embedding() -> Iterator[Embedding]:
    """The page, which one site may frame, and another site that may not."""
    with framing_site.served() as site, framing_site.served() as other:
        page, address = served_page.start(ASSISTANT_EMBED_ORIGINS=site.origin)
        yield Embedding(address, site, other)
        served_page.stop(page)


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A visitor nobody saw before."""
    context = browser.new_context(viewport={"width": 900, "height": 900})
    yield context
    context.close()


Show = Callable[..., tuple[Visit, Frame]]


@pytest.fixture
def show(context: BrowserContext, embedding: Embedding) -> Show:
    """Open the wiki's article with the page in it, and wait until the page takes clicks."""

    def shown(query: str = "", width: int = 640, more: str = "", script: str = "") -> tuple[Visit, Frame]:
        embedding.site.policy = ""
        src = f"{embedding.address}embed{query}"
        return opened(context, embedding.site.show(FRAME.format(src=src, width=width, more=more) + script))

    return shown


def opened(context: BrowserContext, article: str) -> tuple[Visit, Frame]:
    """Open an article and find the page in its frame."""
    visit = watched(context.new_page())
    visit.page.goto(article)
    handle = visit.page.locator("iframe").element_handle()
    frame = handle.content_frame()
    assert frame is not None
    expect(frame.locator("html[data-ready]")).to_be_attached(timeout=60_000)
    return visit, frame


def unexpected(visit: Visit) -> list[str]:
    """Complaints but for streams that end."""
    return [said for said in visit.complaints if "ERR_ABORTED" not in said]


def tell_in(page: Page, frame: Frame, message: str) -> None:
    """Write into the frame's box and send it with the keyboard."""
    before = frame.locator("#chat .said").count()
    frame.locator("#box textarea").fill(message)
    page.keyboard.press("Enter")
    answered(frame, before + 1)


def test_a_case_is_told_in_a_wiki_and_the_wiki_stays_where_it_was(show: Show) -> None:
    """An allowed site: it loads, streams and cites; the article does not move, and no third host hears of it."""
    visit, frame = show()
    page = visit.page
    page.evaluate("scrollTo(0, 300)")
    frame.evaluate(GROWTH)
    tell_in(page, frame, WIKI)
    assert 300 == page.evaluate("scrollY")
    assert len(frame.evaluate("[...lengths]")) > 2
    frame.locator("#chat .bot a[href^='#c1-']").last.evaluate(
        "link => link.click()"
    )  # a click of the driver scrolls by itself
    expect(frame.locator("#lit")).to_be_focused()
    page.keyboard.press("Escape")
    expect(frame.locator("#source")).to_be_hidden()
    assert 300 == page.evaluate("scrollY")
    assert {"localhost", "127.0.0.1"} == visit.hosts()
    assert [] == unexpected(visit)


def test_a_site_that_is_not_on_the_list_shows_nothing(context: BrowserContext, embedding: Embedding) -> None:
    """The browser keeps the page out of its frame, and says why."""
    visit = watched(context.new_page())
    visit.page.goto(embedding.other.show(FRAME.format(src=f"{embedding.address}embed", width=640, more="")))
    visit.page.wait_for_timeout(500)
    framed = [frame.url for frame in visit.page.frames if frame.parent_frame]
    assert ["chrome-error://chromewebdata/"] == framed
    assert any("frame-ancestors" in said for said in visit.complaints)


def test_a_wiki_with_a_strict_policy_embeds_it_too(context: BrowserContext, embedding: Embedding) -> None:
    """No script, no style, a sandboxed frame: the site allows the frame and nothing else."""
    embedding.site.policy = f"default-src 'none'; frame-src {embedding.address.rstrip('/')}"
    more = f'sandbox="{SANDBOX}" referrerpolicy="strict-origin"'
    visit, frame = opened(
        context, embedding.site.show(FRAME.format(src=f"{embedding.address}embed", width=640, more=more))
    )
    tell_in(visit.page, frame, WIKI)
    expect(frame.locator("#verdict-label")).to_have_text("Retrieval or tools")


@pytest.mark.parametrize("width", [360, 800])
def test_the_frame_has_the_talk_and_the_folded_case_and_nothing_to_scroll_sideways(show: Show, width: int) -> None:
    """Neither header nor footer; the case opens and folds under the conversation; nobody takes the focus."""
    visit, frame = show(width=width)
    assert "BODY" == visit.page.evaluate("document.activeElement.tagName")
    assert "BODY" == frame.evaluate("document.activeElement.tagName")
    assert not frame.get_by_role("button", name="Start over").is_visible()
    tell_in(visit.page, frame, WIKI)
    fold = frame.get_by_role("button", name="Your case: Retrieval or tools")
    expect(frame.locator("#case")).to_be_hidden()
    fold.click()
    expect(frame.locator("#case .verdict")).to_be_in_viewport()
    expect(fold).to_have_attribute("aria-expanded", "true")
    fold.click()
    expect(frame.locator("#case")).to_be_hidden()
    assert frame.evaluate("document.scrollingElement.scrollWidth <= innerWidth")


def test_the_list_of_conversations_is_reached_in_the_frame(context: BrowserContext, embedding: Embedding) -> None:
    """It opens over the conversation, whole and within the frame, and a conversation of it is renamed and opened."""
    page = context.new_page()
    page.set_viewport_size({"width": 360, "height": 640})
    page.goto(f"{embedding.address}embed")
    expect(page.locator("html[data-ready]")).to_be_attached(timeout=60_000)
    tell(page, WIKI)
    page.locator("#talks summary").click()
    expect(page.locator("#talks .talk")).to_contain_text("our wiki")
    for part in (page.locator("#talks .list"), page.get_by_role("button", name="Forget everything")):
        expect(part).to_be_in_viewport(ratio=1)
    assert page.evaluate("document.scrollingElement.scrollWidth <= innerWidth")
    page.get_by_role("button", name="Rename").click()
    page.locator("#talks input[type=text]").fill("The wiki case")
    page.keyboard.press("Enter")
    page.locator("#talks .talk").filter(has_text="The wiki case").click()
    expect(page.locator("#talks .list")).to_be_hidden()
    answered(page, 1)


def test_the_address_sets_theme_and_language_and_fills_the_box_without_sending(show: Show) -> None:
    """A link cannot speak for a visitor."""
    _, frame = show("?theme=dark&lang=de&q=Wir%20wollen%20%3Cb%3Efein%3C%2Fb%3E%20tunen")
    box = frame.locator("#box textarea")
    expect(box).to_have_value("Wir wollen <b>fein</b> tunen")
    assert "de" == box.get_attribute("lang")
    assert frame.evaluate(DARK)
    assert 0 == frame.locator("#chat .said").count()


def test_the_keyboard_goes_into_the_frame_and_comes_out(show: Show) -> None:
    """Tab passes through everything and ends behind it."""
    visit, frame = show()
    page = visit.page
    page.locator("#before").focus()
    seen = []
    for _ in range(40):
        page.keyboard.press("Tab")
        if "after" == page.evaluate("document.activeElement.id"):
            break
        seen.append(frame.evaluate("document.activeElement.closest('#box, #answers, #fold, #below')?.id"))
    assert {"box", "answers", "fold", "below"} == set(seen) - {None}
    assert "after" == page.evaluate("document.activeElement.id")


def test_a_frame_that_is_asked_to_fit_tells_its_height_and_takes_a_theme(show: Show) -> None:
    """The site makes the frame as high as that, and then nothing scrolls within."""
    visit, frame = show(script=RESIZING)
    page = visit.page
    tell_in(page, frame, WIKI)
    frame.locator("#fold button").click()
    expect(frame.locator("#case .record, #case .changes").last).to_be_visible()
    page.wait_for_function("document.querySelector('iframe').height > 1200")
    assert frame.evaluate("document.scrollingElement.scrollHeight <= innerHeight + 1")
    page.evaluate("ask({ theme: 'dark' })")
    expect(frame.locator("body.dark")).to_have_count(1)
    page.evaluate("ask({ theme: 'light' })")
    expect(frame.locator("body.dark")).to_have_count(0)
    heard = page.evaluate("heard")
    assert {origin for origin, _ in heard} == {embedding_origin(frame)}
    assert all(set(data) == {"type", "height"} for _, data in heard)


def embedding_origin(frame: Frame) -> str:
    """The origin of the page in the frame."""
    return str(frame.evaluate("location.origin"))


def test_a_site_that_asks_for_nothing_is_told_nothing(show: Show) -> None:
    """The page speaks to nobody by itself."""
    visit, frame = show(script="<script>window.heard = []; onmessage = (event) => heard.push(event.data);</script>")
    tell_in(visit.page, frame, WIKI)
    assert [] == visit.page.evaluate("heard")


def test_what_others_send_is_not_heard(show: Show) -> None:
    """Another origin, another window than the framing one, another protocol: nothing happens."""
    visit, frame = show("?theme=light", script=RESIZING.replace("ask({ fit: true })", "0"))
    visit.page.evaluate("""frame.contentWindow.postMessage({ type: "other", theme: "dark", fit: true }, coach);""")
    forged = """(origin) => dispatchEvent(new MessageEvent("message", {
        origin, source: window.parent, data: { type: "fine-tuning-coach", theme: "dark", fit: true } }))"""
    frame.evaluate(forged, "https://evil.example")
    frame.evaluate("""postMessage({ type: "fine-tuning-coach", theme: "dark", fit: true }, location.origin)""")
    frame.wait_for_timeout(300)
    assert not frame.evaluate(DARK)
    assert not frame.evaluate("document.documentElement.classList.contains('fits')")
    assert [] == visit.page.evaluate("heard")


def test_a_conversation_goes_on_in_a_tab_of_its_own_without_a_word_in_its_address(
    show: Show, context: BrowserContext, embedding: Embedding
) -> None:
    """The tab is first-party: it keeps what the frame could not. Nothing of the talk is in any address."""
    visit, frame = show()
    tell_in(visit.page, frame, WIKI)
    with context.expect_page() as opening:
        frame.get_by_role("link", name="Open in a new tab").click()
    tab = watched(opening.value)
    answered(tab.page, 1)
    expect(tab.page.locator("#chat .said")).to_have_text(WIKI)
    assert embedding.address == tab.page.url
    assert tab.page.evaluate("window.opener === null")
    assert not any("wiki" in url or "fine-tune" in url for url in tab.requested)
    tell(tab.page, "We have no evals.")
    tab.page.reload()
    answered(tab.page, 2)


def test_a_tab_whose_frame_is_gone_says_so(context: BrowserContext, embedding: Embedding) -> None:
    """Whoever kept the address of such a tab gets a page that works, and a line that says what is missing."""
    page = context.new_page()
    page.goto(f"{embedding.address}#carried")
    expect(page.get_by_role("alert")).to_contain_text("could not be brought along")
    tell(page, WIKI)


def test_a_frame_without_storage_says_what_it_keeps(show: Show, context: BrowserContext) -> None:
    """Where the browser denies a frame every storage, the page does not promise to keep anything."""
    context.add_init_script(DENY_STORAGE)
    visit, frame = show()
    tell_in(visit.page, frame, WIKI)
    expect(frame.locator("#kept-where")).to_contain_text("a reload forgets the conversation")
    assert [] == unexpected(visit)


@pytest.mark.parametrize("allowed", ["", "allow-scripts"])
def test_a_frame_that_forbids_scripts_or_storage_shows_a_line_and_the_link(
    context: BrowserContext, embedding: Embedding, allowed: str
) -> None:
    """Nobody looks at an empty frame."""
    embedding.site.policy = ""
    page, more = context.new_page(), f'sandbox="{allowed}"'
    page.goto(embedding.site.show(FRAME.format(src=f"{embedding.address}embed", width=640, more=more)))
    line = page.frame_locator("iframe").locator(".static")
    expect(line).to_contain_text("which this frame forbids")
    expect(line.get_by_role("link", name="Open in a new tab")).to_have_attribute("target", "_blank")


def test_a_snippet_is_copied_and_embeds_the_page_by_itself(context: BrowserContext, embedding: Embedding) -> None:
    """What the page of snippets gives for plain HTML, pasted into an allowed site, works and fits."""
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    visit = watched(context.new_page())
    visit.page.goto(f"{embedding.address}embed/code?wiki={embedding.site.origin}/any/page")
    expect(visit.page.get_by_text(f"{embedding.site.origin} may show the coach")).to_be_visible()
    visit.page.locator("#html").get_by_role("button", name="Copy").click()
    expect(visit.page.locator("#spoken")).to_have_text("Copied")
    pasted = visit.page.evaluate("navigator.clipboard.readText()")
    assert [] == visit.complaints
    assert {"127.0.0.1"} == visit.hosts()
    embedding.site.policy = ""
    framing, frame = opened(context, embedding.site.show(pasted))
    tell_in(framing.page, frame, WIKI)
    framing.page.wait_for_function("document.querySelector('iframe').height > 640")
    assert [] == unexpected(framing)


def test_the_page_of_snippets_has_no_barrier(context: BrowserContext, embedding: Embedding) -> None:
    """By axe-core's rules, with every wiki opened."""
    page = context.new_page()
    page.goto(f"{embedding.address}embed/code?wiki=https://other.example")
    page.evaluate("document.querySelectorAll('details').forEach((details) => (details.open = true))")
    assert [] == faults(page)


def test_the_page_for_frames_has_no_barrier(context: BrowserContext, embedding: Embedding) -> None:
    """By axe-core's rules: empty, asked, with the list, the case and a source opened."""
    page = context.new_page()
    page.set_viewport_size({"width": 400, "height": 640})
    page.goto(f"{embedding.address}embed")
    expect(page.locator("html[data-ready]")).to_be_attached(timeout=60_000)
    found = {"empty": faults(page)}
    tell(page, WIKI)
    found["asked"] = faults(page)
    page.locator("#talks summary").click()
    found["list"] = faults(page)
    page.keyboard.press("Escape")
    page.locator("#fold button").click()
    found["case"] = faults(page)
    page.locator("#chat .bot a[href^='#c1-']").last.click()
    expect(page.locator("#lit")).to_be_focused()
    found["source"] = faults(page)
    assert {} == {state: of_state for state, of_state in found.items() if of_state}


def test_under_a_sub_path_the_frame_and_its_tab_stay_there(context: BrowserContext, embedding: Embedding) -> None:
    """Everything is asked of the sub-path, also what the new tab asks."""
    embedding.site.policy = ""
    page, address = served_page.start(ASSISTANT_EMBED_ORIGINS=embedding.site.origin, ASSISTANT_ROOT_PATH="/coach")
    article = embedding.site.show(FRAME.format(src=f"{address}embed", width=640, more=""))
    visit, frame = opened(context, article)
    tell_in(visit.page, frame, WIKI)
    with context.expect_page() as opening:
        frame.get_by_role("link", name="Open in a new tab").click()
    tab = watched(opening.value)
    answered(tab.page, 1)
    assert address == tab.page.url
    outside = [url for url in (*visit.requested, *tab.requested) if not url.startswith((address, article, "data:"))]
    served_page.stop(page)
    assert [] == outside
