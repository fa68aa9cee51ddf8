"""Entries' scores pooled into passages' scores."""

from __future__ import annotations

import numpy as np
import pytest

from assistant.domain.source import Passage, SourceKind
from assistant.retrieval.corpus import Corpus, Entry
from assistant.retrieval.pooling import Pooling


def pool(n_passages: int, *entries: tuple[float, tuple[int, ...]]) -> list[float]:
    """Pool scores given with the passages each speaks for."""
    passages = tuple(Passage(f"p{n}", SourceKind.GUIDANCE, "s", "f", n, n + 1, "x", ("t",)) for n in range(n_passages))
    corpus = Corpus(passages, tuple(Entry("text", targets) for _, targets in entries))
    return Pooling(corpus).per_passage(np.array([score for score, _ in entries])).tolist()


def test_a_single_entry_gives_its_own_score() -> None:
    """A passage without questions is neither helped nor hurt."""
    assert [0.6] == pool(1, (0.6, (0,)))


def test_several_good_entries_beat_one() -> None:
    """With the same best score, the passage that more of its questions lead to comes first."""
    one, several = pool(2, (0.8, (0,)), (0.1, (0,)), (0.1, (0,)), (0.8, (1,)), (0.7, (1,)), (0.7, (1,)))
    assert several > one


def test_entries_beyond_the_best_three_do_not_count() -> None:
    """Many questions about other sides of a passage cost it nothing."""
    three = [(0.8, (0,)), (0.5, (0,)), (0.2, (0,))]
    assert pool(1, *three) == pytest.approx(pool(1, *three, *[(0.0, (0,))] * 20))
    assert [0.5 * 0.8 + 0.5 * 0.5] == pytest.approx(pool(1, *three))


def test_a_shared_entry_lifts_the_closest_passage_only() -> None:
    """And never lowers it."""
    assert [0.3, 0.9] == pytest.approx(pool(2, (0.3, (0,)), (0.4, (1,)), (0.9, (0, 1))))
    assert [0.3, 0.4] == pytest.approx(pool(2, (0.3, (0,)), (0.4, (1,)), (0.1, (0, 1))))


def test_off_topic_entries_score_apart_and_never_below_nothing() -> None:
    """They lift no passage; an unlike query is not rewarded."""
    passage = Passage("p", SourceKind.DOCUMENT, "s", "f", 0, 1, "x", ("t",))
    pooling = Pooling(Corpus((passage,), (Entry("own", (0,)), Entry("off", ()), Entry("off", ()))))
    assert [0.2] == pytest.approx(pooling.per_passage(np.array([0.2, 0.9, 0.4])).tolist())
    assert [0.9, 0.0] == [pooling.off_topic(np.array([0.2, 0.9, 0.4])), pooling.off_topic(np.array([0.2, -0.9, -0.4]))]
