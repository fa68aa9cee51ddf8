"""Fusing, the floor and the two states of the retriever."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pytest

from assistant.domain.source import SourceKind, SourceText
from assistant.retrieval.corpus import Asks, build_corpus
from assistant.retrieval.retriever import HybridRetriever, Scale
from tests.fakes_retrieval import ASKS, CARD, DOCUMENT, OFF_TOPIC, WordCountEncoder

OPEN = Scale(contrast=0.0, topic=-1.0, floor=-1.0, full=1.0)


class MeaningEncoder(WordCountEncoder):
    """Knows one synonym, as a real encoder knows many."""

    def encode(self, texts: list[str]) -> npt.NDArray[np.float32]:
        """Encode `secateurs` as a clean sharp blade."""
        return super().encode([text.replace("secateurs", "a clean sharp blade bud cut roses") for text in texts])


class UnloadedEncoder(WordCountEncoder):
    """Must not be asked."""

    def encode(self, texts: list[str]) -> npt.NDArray[np.float32]:
        """Fail."""
        raise AssertionError("retrieval waited for the encoder")


def make(
    encoder: WordCountEncoder,
    sources: Sequence[SourceText] = (DOCUMENT, CARD),
    asks: Asks = ASKS,
    off_topic: Sequence[str] = OFF_TOPIC,
    **scales: Scale,
) -> HybridRetriever:
    """Make a retriever over the small corpus, in memory."""
    return HybridRetriever(build_corpus(sources, asks, off_topic), encoder, **scales)


def test_a_cold_retriever_answers_by_letters_without_waiting() -> None:
    """Before the encoder is loaded nobody waits for it."""
    retriever = make(UnloadedEncoder())
    assert retriever.ready is False
    assert "garden#watering-1" == retriever.retrieve("water tomatos")[0].passage.id


def test_warming_up_adds_meaning() -> None:
    """What shares no letters is found once vectors are there."""
    retriever = make(MeaningEncoder())
    assert [] == retriever.retrieve("secateurs")
    retriever.warm()
    assert retriever.ready is True
    assert "pruning#how-1" == retriever.retrieve("secateurs")[0].passage.id


def test_letters_still_help_when_warm() -> None:
    """A typo no vector knows is found by its letters."""
    retriever = make(WordCountEncoder(), fused=Scale(contrast=0.0, topic=0.05, floor=0.05, full=1.0))
    retriever.warm()
    assert "garden#mistakes-2" == retriever.retrieve("forgeting sluggs")[0].passage.id


def test_a_failing_encoder_is_not_hidden() -> None:
    """Warming up with weights that cannot be loaded says so, and letters go on."""
    retriever = make(UnloadedEncoder())
    with pytest.raises(AssertionError, match="waited"):
        retriever.warm()
    assert retriever.retrieve("water tomatoes")


@pytest.mark.parametrize("warmed", [False, True])
def test_likeness_to_an_off_topic_example_counts_against_a_query(warmed: bool) -> None:
    """The same passages, with and without the example that the query is like."""
    query = "water the football pitch early"
    scale = Scale(contrast=1.0, topic=0.05, floor=0.05, full=1.0)
    found = []
    for off_topic in ((), (query,)):
        retriever = make(WordCountEncoder(), off_topic=off_topic, fused=scale, lexical=scale)
        if warmed:
            retriever.warm()
        found.append(bool(retriever.retrieve(query)))
    assert [True, False] == found


def test_an_ask_put_to_a_card_lifts_only_its_closest_passage() -> None:
    """The card is found by the question, and within it the passage whose words fit best."""
    asks = {"pruning": {"": ("is the frost over before I take the saw to it in spring",)}}
    retriever = make(WordCountEncoder(), asks=asks, fused=OPEN)
    retriever.warm()
    without = make(WordCountEncoder(), asks={}, fused=OPEN)
    without.warm()
    query = "is the frost over before I take the saw to it in spring"
    before = {evidence.passage.id: evidence.relevance for evidence in without.retrieve(query, k=50)}
    after = {evidence.passage.id: evidence.relevance for evidence in retriever.retrieve(query, k=50)}
    lifted = {name for name in after if after[name] > before[name] + 0.1}
    assert {"pruning#when-1"} == lifted


def test_equal_scores_keep_the_order_of_the_corpus() -> None:
    """Twins are told apart by where they stand, always the same way."""
    twins = SourceText("twins", SourceKind.DOCUMENT, "t.md", "T", "Same words.\n\nSame words.\n\nSame words.\n")
    retriever = make(WordCountEncoder(), sources=(twins,), asks={}, off_topic=())
    retriever.warm()
    found = [evidence.passage.id for evidence in retriever.retrieve("same words")]
    assert ["twins#intro-1", "twins#intro-2", "twins#intro-3"] == found


@pytest.mark.parametrize(("score", "expected"), [(0.2, 0.0), (0.5, 0.5), (0.8, 1.0), (1.3, 1.0)])
def test_relevance_runs_straight_from_the_floor(score: float, expected: float) -> None:
    """0 at the floor, 1 where it is full and above."""
    assert expected == pytest.approx(Scale(contrast=0.0, topic=0.3, floor=0.2, full=0.8).relevance(score))


def test_a_query_is_on_topic_by_its_best_passage_whatever_is_searched() -> None:
    """What only the guidance answers well still finds the document's weaker passages; what nothing does finds none."""
    query = "cut roses above an outward bud, early in the morning"
    found = {}
    for topic in (0.3, 2.0):
        retriever = make(WordCountEncoder(), fused=Scale(contrast=0.0, topic=topic, floor=0.2, full=1.0))
        retriever.warm()
        found[topic] = [evidence.passage.id for evidence in retriever.retrieve(query, sources="documents")]
    assert {0.3: ["garden#watering-1", "garden#watering-2"], 2.0: []} == found


@pytest.mark.parametrize(("known_words", "expected"), [((), []), (("sligs",), []), (("bench",), ["garden#mistakes-2"])])
def test_a_slip_is_mended_where_words_are_known(known_words: tuple[str, ...], expected: list[str]) -> None:
    """A word one slip away is searched as the corpus spells it, unless it is a word itself."""
    strict = Scale(contrast=0.0, topic=0.5, floor=0.5, full=1.0)
    corpus = build_corpus((DOCUMENT,), {})
    retriever = HybridRetriever(corpus, WordCountEncoder(), known_words=known_words, fused=strict)
    retriever.warm()
    assert expected == [evidence.passage.id for evidence in retriever.retrieve("forgetting sligs")]


def test_an_empty_corpus_finds_nothing() -> None:
    """No files under knowledge is no crash."""
    retriever = make(WordCountEncoder(), sources=(), asks={}, off_topic=())
    retriever.warm()
    assert [] == retriever.retrieve("anything")
