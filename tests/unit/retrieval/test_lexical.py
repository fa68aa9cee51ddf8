"""Trigram BM25: finds by letters."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.retrieval.lexical import TrigramBM25, trigrams

TEXTS = ["fine-tuning without evals", "tiny or dirty datasets", "a better prompt", "the café menu"]


@pytest.mark.parametrize(
    ("query", "expected"), [("do we need evalz", 0), ("dirrty datset", 1), ("beter promt", 2), ("CAFE", 3), ("Café", 3)]
)
def test_typos_case_and_accents_are_forgiven(query: str, expected: int) -> None:
    """The text with most of the letters wins."""
    assert expected == int(np.argmax(TrigramBM25(TEXTS).scores(query)))


@given(st.lists(st.text(), max_size=5), st.text())
def test_scores_are_shares(texts: list[str], query: str) -> None:
    """One score a text, between 0 and 1, for any text and query."""
    scores = TrigramBM25(texts).scores(query)
    assert (len(texts),) == scores.shape
    assert all((scores >= 0) & (scores <= 1))


def test_unknown_letters_score_nothing() -> None:
    """A query that shares no trigram is nowhere."""
    assert [0, 0, 0, 0] == TrigramBM25(TEXTS).scores("xyzzy 12345").tolist()


def test_unknown_words_beside_a_known_one_lower_its_score() -> None:
    """The scale is what the whole query could reach, so that a floor means the same for each query."""
    index = TrigramBM25(TEXTS)
    assert index.scores("evals")[0] > index.scores("evals xyzzy qwertz")[0] > 0


def test_a_rare_word_weighs_more_than_a_common_one() -> None:
    """Letters found everywhere tell little."""
    index = TrigramBM25(["the model costs", "the model evals", "the model data"])
    scores = index.scores("model evals")
    assert int(np.argmax(scores)) == 1
    assert scores[1] > 2 * scores[0]


def test_trigrams_mark_the_ends_of_words() -> None:
    """So that short words count and prefixes differ from middles."""
    assert ["^a$", "^is", "is$"] == trigrams("A is")
