"""Slips of the finger, and words that only look like one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.retrieval.encoder import SentenceEncoder
from assistant.retrieval.spelling import Spelling

SPELLING = Spelling(["Evals before dataset, dataset and prompt. House rules."], {"hours", "mouse"})


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("need evalz now", "need evals now"),  # another letter
        ("a datset", "a dataset"),  # one fewer
        ("the promppt?", "the prompt?"),  # one more
        ("Porimpt", None),  # two slips
        ("pormpt", "prompt"),  # swapped
        ("rpomtp", None),  # swapped twice
        ("opening hours", None),  # a word of the language
        ("a mouse", None),
        ("evals", None),  # a word of the corpus
        ("evl", None),  # too short to tell
        ("hosue", "house"),
        ("", None),
    ],
)
def test_one_slip_is_mended_and_nothing_else(query: str, expected: str | None) -> None:
    """The query as typed comes first, and the mended one after it where there is one."""
    assert ([query] if expected is None else [query, expected]) == SPELLING.readings(query)


def test_the_more_frequent_word_wins_and_then_the_alphabet() -> None:
    """Two words equally near are told apart always the same way."""
    spelling = Spelling(["bakes cakes lakes lakes"], ())
    assert ["xakes", "lakes"] == spelling.readings("xakes")
    assert ["xakes", "bakes"] == Spelling(["cakes bakes"], ()).readings("xakes")


@given(st.text())
def test_the_query_as_typed_is_always_searched(query: str) -> None:
    """Mending adds a reading and never takes the first away."""
    assert query == SPELLING.readings(query)[0]


def test_the_tokenizer_knows_common_words_and_no_typos() -> None:
    """The word list that comes with the weights tells the two apart."""
    known = SentenceEncoder().list_known_words()
    assert {"hours", "skill", "weather", "training"} <= known
    assert set() == known & {"evalz", "datset", "realy", "promt", "##ing", "[cls]"}


def test_a_dropped_letter_is_the_likelier_slip() -> None:
    """Of two words one slip away the longer is meant."""
    assert ["realy", "really"] == Spelling(["real real real really"], ()).readings("realy")
