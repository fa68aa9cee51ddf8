"""Passages: where they begin and end, and what they are called."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.domain.source import SourceKind, SourceText
from assistant.retrieval.segmentation import LONG_CHARS, segment, slug, windows
from tests.retrieval_files import knowledge, labelled_queries

KINDS = st.sampled_from([SourceKind.DOCUMENT, SourceKind.GUIDANCE])
LINES = st.sampled_from(
    ["", "# Title", "## Part", "### Deeper #", "- item", "  1. numbered", "* ", "---", "```", "~~~", "<!-- note -->",
     "For example:", "A sentence. " * 30, "Short.", "\u2028odd\x0bspace", "| a | b |", "> quoted", "\tindented",
     "•  dot"]
)  # fmt: skip
MARKDOWN = st.lists(LINES | st.text(max_size=20), max_size=30).map("\n".join)


def source(text: str, kind: SourceKind = SourceKind.GUIDANCE) -> SourceText:
    """Make a source of a text."""
    return SourceText("card", kind, "knowledge/guidance/card.md", "Title", text)


def quotes(text: str, kind: SourceKind = SourceKind.GUIDANCE) -> list[str]:
    """Cut a text and give only the words."""
    return [passage.quote for passage in segment(source(text, kind))]


@given(MARKDOWN | st.text(), KINDS)
def test_offsets_are_exact_whatever_the_text(text: str, kind: SourceKind) -> None:
    """Every quote is its span of the file, not blank, with no blank ends."""
    for passage in segment(source(text, kind)):
        assert text[passage.start : passage.end] == passage.quote
        assert passage.quote.strip() == passage.quote != ""


@given(MARKDOWN | st.text(), KINDS)
def test_passages_follow_one_another_and_have_their_own_ids(text: str, kind: SourceKind) -> None:
    """No two passages overlap or share an id."""
    passages = segment(source(text, kind))
    assert all(first.end <= second.start for first, second in pairwise(passages))
    assert len(passages) == len({passage.id for passage in passages})


@given(st.lists(st.text("abc .", min_size=1).filter(lambda text: text.strip(" .")), max_size=8))
def test_no_word_of_a_card_is_lost(paragraphs: list[str]) -> None:
    """However blocks are merged and split, each word is in some passage."""
    text = "\n\n".join(paragraphs)
    assert text.split() == " ".join(quotes(text)).split()


def test_a_document_gives_a_passage_a_paragraph_and_one_a_list_item() -> None:
    """Each mistake of a list can be cited by itself, without its mark."""
    text = "# Title\n\nIntro.\n\n## Mistakes\n\n- One.\n- Two\n  goes on.\n\nEnd.\n"
    assert ["Intro.", "One.", "Two\n  goes on.", "End."] == quotes(text, SourceKind.DOCUMENT)


def test_a_card_keeps_a_list_together_with_the_line_that_announces_it() -> None:
    """A list out of its sentence says little."""
    text = f"## How\n\n{'Plain words. ' * 8}\n\nAsk for three things:\n\n- one\n- two\n\n{'Other words. ' * 8}\n"
    assert "Ask for three things:\n\n- one\n- two" in quotes(text)[0]
    assert len(quotes(text)) == 2


def test_blocks_under_different_headings_stay_apart() -> None:
    """Merging never crosses a heading."""
    assert ["Short.", "Tiny."] == quotes("# Title\n\n## A\n\nShort.\n\n## B\n\nTiny.\n")


def test_front_matter_headings_rules_and_comments_are_no_passages() -> None:
    """Only text that says something can be found."""
    text = "---\nid: x\nasks:\n  - Why?\n---\n# Title\n\n<!-- hidden -->\n\n## Part\n\n---\n\nWords.\n"
    assert ["Words."] == quotes(text)


def test_a_fenced_block_is_not_cut_at_its_blank_lines_or_hashes() -> None:
    """Code is cited whole."""
    assert ["```\na = 1\n\n# not a heading\n```"] == quotes("```\na = 1\n\n# not a heading\n```\n")


@pytest.mark.parametrize("unit", ["A sentence of some length stands here. ", "- an item of the list, not short\n"])
def test_an_over_long_block_is_cut_where_it_does_not_hurt(unit: str) -> None:
    """Pieces are short enough for the encoder and end with a sentence or an item."""
    pieces = quotes(unit * 100)
    assert len(pieces) > 1
    assert all(len(piece) <= LONG_CHARS for piece in pieces)
    assert all(piece.endswith(unit.strip()) for piece in pieces)


def test_ids_name_source_heading_and_place() -> None:
    """An id can be read, and the first words stand under intro."""
    long = "Words enough to stand alone, which takes more than eighty characters, so that nothing merges."
    passages = segment(source(f"# Title\n\n{long}\n\n## How to tell?\n\n{long}\n\n{long}\n"))
    assert ["card#intro-1", "card#how-to-tell-1", "card#how-to-tell-2"] == [passage.id for passage in passages]


def test_the_heading_path_runs_from_the_title_to_the_nearest_heading() -> None:
    """A deeper heading is left behind when a higher one comes."""
    passages = segment(source("# Title\n\n## A\n\n### B\n\nOne.\n\n## C\n\nTwo.\n"))
    assert [("Title", "A", "B"), ("Title", "C")] == [passage.heading_path for passage in passages]


@pytest.mark.parametrize(
    ("heading", "expected"),
    [("What's needed — first?", "whats-needed-first"), ("Überblick", "uberblick"), ("!", "section")],
)
def test_slugs_are_plain(heading: str, expected: str) -> None:
    """Accents and marks do not get into ids."""
    assert expected == slug(heading)


def test_a_passage_of_the_document_holds_each_labelled_answer() -> None:
    """No cut runs through words that answer a labelled query."""
    document = next(text for text in knowledge()[0] if text.kind is SourceKind.DOCUMENT)
    found = quotes(document.text, SourceKind.DOCUMENT)
    spans = [span for query in labelled_queries() for span in [query["answer_span"], *query["alt_spans"]] if span]
    assert [] == [span for span in spans if not any(span in quote for quote in found)]


@given(st.text(max_size=6000))
def test_windows_are_few_and_short(text: str) -> None:
    """However long the message, the encoder's work is bounded."""
    pieces = windows(text)
    assert 1 <= len(pieces) <= 8
    assert all(len(piece) <= 2 * LONG_CHARS for piece in pieces)


def test_a_short_message_is_one_window() -> None:
    """What the encoder can read whole is not cut."""
    assert ["One. Two? Three."] == windows("  One. Two? Three.\n")
