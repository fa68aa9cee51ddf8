"""Retrieval on queries that others labelled, and on messages the floors were not set on."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from assistant.retrieval.encoder import SentenceEncoder
from assistant.retrieval.retriever import FUSED, HybridRetriever, build_retriever
from assistant.retrieval.vectors import FILE as VECTORS
from tests.retrieval_files import KNOWLEDGE, Share, knowledge, labelled_queries, relevance_messages

pytestmark = pytest.mark.quality

ANSWERED = ("direct", "paraphrase", "typo")


class RememberingEncoder(SentenceEncoder):
    """The packaged weights, encoding no text twice."""

    def __init__(self) -> None:
        super().__init__()
        self._rows: dict[str, npt.NDArray[np.float32]] = {}

    def encode(self, texts: list[str]) -> npt.NDArray[np.float32]:
        """Encode what is new and remember it."""
        new = [text for text in dict.fromkeys(texts) if text not in self._rows]
        self._rows.update(zip(new, super().encode(new), strict=True))
        return np.array([self._rows[text] for text in texts])


@pytest.fixture(scope="module")
def encoder() -> SentenceEncoder:
    """The packaged weights, loaded once."""
    return RememberingEncoder()


def make(encoder: SentenceEncoder, *, warm: bool = True, asked: bool = True) -> HybridRetriever:
    """Make the retriever as it is shipped, or without warming up, or without the example questions."""
    sources, asks = knowledge()
    off_topic = relevance_messages()["calibration"]["off_topic"]
    known_words, built = encoder.list_known_words(), KNOWLEDGE / VECTORS
    retriever = build_retriever(sources, asks if asked else {}, off_topic, encoder, known_words, built)
    if warm:
        retriever.warm()
    return retriever


@pytest.fixture(scope="module")
def warm(encoder: SentenceEncoder) -> HybridRetriever:
    """The retriever as it is shipped, encoder loaded."""
    return make(encoder)


@pytest.fixture(scope="module")
def cold() -> HybridRetriever:
    """The retriever in the seconds before the encoder is there."""
    return make(SentenceEncoder(), warm=False)


def answered() -> list[dict[str, Any]]:
    """Give the labelled English queries that the document answers."""
    return [query for query in labelled_queries() if query["kind"] in ANSWERED]


def rank(retriever: HybridRetriever, query: dict[str, Any], k: int = 50) -> int | None:
    """Find the place of the first passage that holds a labelled span, from 1; None when it is not found."""
    found = retriever.retrieve(query["query"], k=k, sources="documents")
    spans = [query["answer_span"], *query["alt_spans"]]
    places = (n for n, evidence in enumerate(found, 1) if any(span in evidence.passage.quote for span in spans))
    return next(places, None)


def recall(ranks: Iterable[int | None], k: int) -> Share:
    """Count the ranks no worse than k."""
    ranks = list(ranks)
    return Share(sum(place is not None and place <= k for place in ranks), len(ranks))


def kept(retriever: HybridRetriever, messages: Iterable[str]) -> Share:
    """Count the messages for which something is found."""
    answers = [bool(retriever.retrieve(message)) for message in messages]
    return Share(sum(answers), len(answers))


def rejected(retriever: HybridRetriever, messages: Iterable[str]) -> Share:
    """Count the messages for which nothing is found."""
    share = kept(retriever, messages)
    return Share(share.n_all - share.n_hits, share.n_all)


def test_the_passage_that_answers_is_among_the_first_five(
    warm: HybridRetriever, cold: HybridRetriever, encoder: SentenceEncoder
) -> None:
    """Nine of ten labelled queries find their passage of the document."""
    shown = {"as shipped": warm, "without example questions": make(encoder, asked=False), "letters only": cold}
    print("\nLabelled queries, searched in the document:")
    for name, retriever in shown.items():
        ranks = [rank(retriever, query) for query in answered()]
        mean = np.mean([1 / place if place else 0 for place in ranks])
        print(f"  {name:26}" + "  ".join(f"R@{k} {recall(ranks, k)}" for k in (1, 3, 5)) + f"  MRR {mean:.2f}")
    ranks = [rank(warm, query) for query in answered()]
    for kind in ANSWERED:
        of_kind = [place for place, query in zip(ranks, answered(), strict=True) if query["kind"] == kind]
        print(f"  as shipped, {kind:14}R@5 {recall(of_kind, 5)}")
    print("  not in the first five:", [q["id"] for q, n in zip(answered(), ranks, strict=True) if not n or n > 5])
    assert recall(ranks, 5).value >= 0.9


def test_off_topic_comes_back_empty_and_on_topic_does_not(warm: HybridRetriever) -> None:
    """Nine of ten are told apart on the labelled queries, over the whole corpus."""
    by_kind = {kind: [q["query"] for q in labelled_queries() if q["kind"] == kind] for kind in (*ANSWERED, "off_topic")}
    on_topic = kept(warm, [query for kind in ANSWERED for query in by_kind[kind]])
    off_topic = rejected(warm, by_kind["off_topic"])
    others = kept(warm, [q["query"] for q in labelled_queries() if q["kind"] == "unanswered_on_topic"])
    print(f"\nLabelled queries, searched everywhere:\n  on topic kept       {on_topic}")
    print(f"  off topic rejected  {off_topic}\n  on topic, but not in the document, kept {others}")
    assert on_topic.value >= 0.9
    assert off_topic.value >= 0.9


def test_the_floor_holds_for_messages_it_was_not_set_on(warm: HybridRetriever, cold: HybridRetriever) -> None:
    """Nine of ten are told apart on the held-out messages; with letters only it is printed."""
    held_out, calibration = relevance_messages()["held_out"], relevance_messages()["calibration"]
    print("\nMessages of our own:")
    for name, retriever in (("as shipped", warm), ("letters only", cold)):
        print(f"  {name}: calibration on topic kept   {kept(retriever, calibration['on_topic'])}")
        print(f"  {name}: held-out on topic kept      {kept(retriever, held_out['on_topic'])}")
        print(f"  {name}: held-out off topic rejected {rejected(retriever, held_out['off_topic'])}")
    assert kept(warm, held_out["on_topic"]).value >= 0.9
    assert rejected(warm, held_out["off_topic"]).value >= 0.9


def test_the_floor_stands_where_calibration_puts_it(encoder: SentenceEncoder) -> None:
    """Off-topic messages compared only with the others of their kind: the floor keeps 95 % and rejects 90 %."""
    sources, asks = knowledge()
    calibration = relevance_messages()["calibration"]
    n_parts = 20
    rejections = []
    for part in range(n_parts):
        rest = [message for n, message in enumerate(calibration["off_topic"]) if n % n_parts != part]
        retriever = build_retriever(sources, asks, rest, encoder, encoder.list_known_words(), KNOWLEDGE / VECTORS)
        retriever.warm()
        rejections.append(rejected(retriever, calibration["off_topic"][part::n_parts]))
    off_topic = Share(sum(share.n_hits for share in rejections), sum(share.n_all for share in rejections))
    on_topic = kept(make(encoder), calibration["on_topic"])
    print(f"\nCalibration of the topic floor {FUSED.topic}: on topic kept {on_topic}")
    print(f"  off topic rejected, each compared only with the other parts {off_topic}")
    assert on_topic.value >= 0.95
    assert off_topic.value >= 0.9


def test_no_test_query_is_an_example() -> None:
    """The labelled queries are a test only while nothing was copied from them."""
    _, asks = knowledge()
    of_document = {
        ask for by_beginning in asks.values() for start, found in by_beginning.items() if start for ask in found
    }
    messages = {message for part in relevance_messages().values() for found in part.values() for message in found}
    assert set() == {query["query"] for query in labelled_queries()} & (of_document | messages)
