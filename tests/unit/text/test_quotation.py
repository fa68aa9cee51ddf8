"""Quotation: the same words are found where they stand, and other words nowhere."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.text.quotation import LONGEST_QUOTE, locate

MESSAGE = "We’ve  got\nno “evals” yet – honest. Straße İ fertig. 我们没有测试集。 often, ten"


@pytest.mark.parametrize(
    ("quote", "words"),
    [
        ("no “evals” yet", "no “evals” yet"),
        ('we\'ve got no "evals"', "We’ve  got\nno “evals”"),
        ("  GOT NO ", "got\nno"),
        ("strasse", "Straße"),
        ("没有测试", "没有测试"),
        ("ten", "ten"),
        ("honest.", "honest."),
    ],
)
def test_a_quote_is_found_whatever_its_spaces_case_and_quotation_marks(quote: str, words: str) -> None:
    """What is kept is the message's own writing."""
    place = locate(quote, MESSAGE)
    assert place is not None
    assert words == MESSAGE[slice(*place)]


@pytest.mark.parametrize(
    "quote",
    [
        "",
        "  ",
        "…",
        "-",
        "got some",
        "we have got no evals",
        "eval",
        "onest",
        "stra",
        "ﬁne",
        "no evals",
        "yet - honest",
    ],
)
def test_other_words_are_not_found(quote: str) -> None:
    """Neither parts of words, nor mended, translated or joined ones."""
    assert locate(quote, MESSAGE) is None


def test_the_first_place_as_whole_words_counts() -> None:
    """A word within another is passed over."""
    assert (6, 9) == locate("ten", "often ten ten")


def test_a_quote_of_a_whole_story_points_at_nothing() -> None:
    """It would prove any reading."""
    story = "word " * 80
    assert locate(story, story) is None
    assert locate(story[: LONGEST_QUOTE - 1], story) is not None


@given(st.text(max_size=60), st.data())
def test_what_is_cut_from_a_message_is_found_as_the_same_words(message: str, data: st.DataObject) -> None:
    """Whatever is found stands in the message, and says the same but for what does not count."""
    start = data.draw(st.integers(0, len(message)))
    quote = message[start : data.draw(st.integers(start, len(message)))]
    place = locate(quote, message)
    if place is not None:
        found = message[slice(*place)]
        assert found == found.strip()
        assert "".join(found.casefold().split()).replace("“", '"') != ""
        assert locate(found, message) is not None
