"""The vector index compares a query with every text."""

from __future__ import annotations

import pytest

from assistant.retrieval.corpus import build_corpus
from assistant.retrieval.index import open_index
from tests.fakes_retrieval import ASKS, CARD, DOCUMENT, WordCountEncoder


def test_cosines_stand_in_corpus_order() -> None:
    """Each entry's cosine is that of its own vector."""
    corpus, encoder = build_corpus((DOCUMENT, CARD), ASKS), WordCountEncoder()
    rows = encoder.encode([entry.text for entry in corpus.entries])
    queries = encoder.encode(["water tomatoes early", "cut roses"])
    assert open_index(corpus, encoder).cosines(queries) == pytest.approx(queries @ rows.T, abs=1e-6)
