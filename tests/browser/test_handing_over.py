"""What is handed over: a reply or the record copied with its sources, downloaded, printed, and opened again."""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DENY_STORAGE, Visit, faults
from tests.browser.steps import WIKI, answered, change_fact, tell

pytestmark = pytest.mark.browser


@pytest.fixture
def page(visit: Callable[..., Visit]) -> Page:
    """A page with a told case."""
    page = visit().page
    tell(page, WIKI)
    return page


def downloaded(page: Page, name: str) -> tuple[str, str]:
    """The file behind a button of the record: its name and its text."""
    with page.expect_download() as downloading:
        page.locator(".record").get_by_role("button", name=name).click()
    return downloading.value.suggested_filename, downloading.value.path().read_text(encoding="utf-8")


def test_everything_to_hand_over_stands_beside_the_verdict(page: Page) -> None:
    """Without opening anything."""
    for name in ("Summary for others", "Copy", "Download Markdown", "Download JSON", "Print"):
        expect(page.locator(".record").get_by_role("button", name=name)).to_be_visible()
    page.get_by_role("button", name="Summary for others").click()
    answered(page, 2)


def test_a_copied_reply_carries_its_sources_as_footnotes(page: Page) -> None:
    """Each mark in the text has its line below, with the words and where they stand."""
    page.get_by_role("link", name="Copy").click()
    expect(page.get_by_role("link", name="Copied")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    text, *notes = re.split(r"\n\n(?=\[1\] “)", copied)
    assert len(notes) == 1
    assert set(re.findall(r"\[\d+\]", text)) == set(re.findall(r"^\[\d+\]", notes[0], re.MULTILINE))
    assert "knowledge/documents/fine-tuning-a-scalpel.md" in notes[0]
    assert not re.search("Try again|heard:", copied)


def test_the_record_is_a_checklist_with_sources(page: Page) -> None:
    """What is downloaded can go into a wiki as it is."""
    name, text = downloaded(page, "Download Markdown")
    assert "fine-tuning-decision.md" == name
    assert "- [ ] " in text
    assert "[^1]: “" in text
    assert "change every week" in text


def test_a_record_is_opened_again_and_judged_anew(page: Page, tmp_path: Path) -> None:
    """Its agreed facts go in, the case before can be brought back, and what changed is said."""
    change_fact(page, "evals", "We have no way to measure yet")
    change_fact(page, "freshness", "Every day or week")
    change_fact(page, "goal", "Know our facts")
    name, text = downloaded(page, "Download JSON")
    assert "fine-tuning-decision.json" == name
    record = {**json.loads(text), "knowledge": "older", "verdict": "fine_tune"}
    (tmp_path / name).write_text(json.dumps(record), encoding="utf-8")
    page.locator("#talks summary").click()
    page.locator("#talks input[type=file]").set_input_files(tmp_path / name)
    answered(page, 1)
    expect(page.locator("#note")).to_contain_text("Yes, fine-tune")
    expect(page.locator("#note")).to_contain_text("The rulebook has changed since")
    expect(page.locator('details[data-key="fact-evals"]')).to_contain_text("We have no way to measure yet")
    page.locator("#note").get_by_role("button", name="Undo last step").click()
    answered(page, 4)


def test_what_is_no_record_is_not_opened(page: Page, tmp_path: Path) -> None:
    """The page says so and stays as it was."""
    (tmp_path / "x.json").write_text('{"format": "else"}', encoding="utf-8")
    page.locator("#talks summary").click()
    page.locator("#talks input[type=file]").set_input_files(tmp_path / "x.json")
    expect(page.locator("#note")).to_contain_text("no record of this coach")
    expect(page.locator("#chat .said")).to_have_count(1)


def test_on_paper_stand_the_whole_conversation_and_the_case(page: Page) -> None:
    """Printed to PDF over several pages, black on white, with the sources and without what can only be clicked."""
    for message in ("We have 400 examples.", "We have no evals.", "Thank you!"):
        tell(page, message)
    page.emulate_media(media="print")
    shown = page.locator("body").inner_text()
    for words in (
        WIKI,
        "We have 400 examples.",
        "Thank you!",
        "The six mistakes",
        "How many examples you have",
        "[1] “",
    ):
        assert words in shown
    assert not re.search("Start over|Try again|Send\\b|Conversations", shown)
    ink = "getComputedStyle(document.querySelector('#chat .said')).color"
    assert "rgb(0, 0, 0)" == page.evaluate(ink)
    printed = page.pdf()
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) > 1
    streams = re.findall(rb"stream\r?\n(.*?)endstream", printed, re.DOTALL)
    drawn = [zlib.decompress(stream) for stream in streams if stream[:1] == b"\x78"]
    assert sum(part.count(b"Tj") + part.count(b"TJ") for part in drawn) > 100


def test_a_pasted_table_is_folded(page: Page) -> None:
    """What was written stands; the rows are one click away."""
    rows = "\n".join(f"ticket {n}\tqueue {n}\tdone" for n in range(12))
    page.locator("#box textarea").fill(f"Here are some examples:\n{rows}\nWe have 400 of them.")
    page.keyboard.press("Enter")
    expect(page.locator("#chat .pasted a")).to_have_text("Pasted, 12 lines")
    rows_shown = page.locator("#chat .pasted > div")
    folded = rows_shown.bounding_box()
    page.locator("#chat .pasted a").click()
    unfolded = rows_shown.bounding_box()
    assert folded is not None
    assert unfolded is not None
    assert unfolded["height"] > 2 * folded["height"]


def test_words_from_right_to_left_stand_so(page: Page) -> None:
    """Every message has its own direction, and who speaks is said to those who hear it."""
    tell(page, "אנחנו רוצים לכוון מודל")
    said = page.locator("#chat .said").last
    assert "rtl" == said.evaluate("element => getComputedStyle(element).direction")
    expect(page.locator("#chat").get_by_text("You, message 2:")).to_be_attached()
    expect(page.locator("#chat").get_by_text("Coach:").first).to_be_attached()
    assert "auto" == page.locator("#box textarea").get_attribute("dir")
    assert [] == faults(page)


@pytest.mark.parametrize(("width", "height"), [(390, 500), (844, 390)])
def test_on_a_low_screen_the_question_stays_in_view(visit: Callable[..., Visit], width: int, height: int) -> None:
    """With a keyboard on a phone, and on its side, the question and the box are there; the box does not zoom."""
    page = visit(width=width, height=height).page
    tell(page, WIKI)
    expect(page.locator("#chat .bot strong").last).to_be_in_viewport()
    expect(page.locator("#box textarea")).to_be_in_viewport()
    assert "16px" == page.locator("#box textarea").evaluate("field => getComputedStyle(field).fontSize")


def test_on_a_phone_the_whole_question_and_its_first_answers_are_in_view(visit: Callable[..., Visit]) -> None:
    """However long the reply before it, and however far the last answers were scrolled."""
    page = visit(width=390, height=844).page
    tell(page, "Our replies should sound like our brand. We have about 40 good replies, and we judge by feel.")
    expect(page.locator("#chat .bot strong").last).to_be_in_viewport(ratio=1)
    page.locator("#answers").evaluate("answers => (answers.scrollTop = 999)")
    page.locator("#answers [data-collect]").click()
    answered(page, 2)
    expect(page.locator("#answers .options button").first).to_be_in_viewport(ratio=1)
    expect(page.locator("#chat .bot strong").last).to_be_in_viewport(ratio=1)
    assert 0 == page.locator("#answers").evaluate("answers => answers.scrollTop")


def test_on_a_phone_a_new_case_begins_from_the_list(visit: Callable[..., Visit]) -> None:
    """The tabs have the room that starting over would take."""
    page = visit(width=390, height=500).page
    tell(page, WIKI)
    for name in ("Conversation", "Your case: Retrieval or tools"):
        expect(page.locator(".panes").get_by_role("button", name=name, exact=True)).to_be_visible()
    page.locator("#talks summary").click()
    page.locator("#talks").get_by_role("button", name="Start over").click()
    expect(page.get_by_role("heading", name="What is your case?")).to_be_visible()


def test_without_storage_nothing_is_promised(visit: Callable[..., Visit]) -> None:
    """The list is empty and says so."""
    page = visit(script=DENY_STORAGE).page
    tell(page, WIKI)
    page.locator("#talks summary").click()
    expect(page.locator("#talks .list")).to_contain_text("No conversation is kept")
