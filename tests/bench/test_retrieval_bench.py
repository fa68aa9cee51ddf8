"""How long a query takes, and what indexing costs beside the bare encoder, measured in the same run."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
import pytest

from assistant.retrieval.corpus import build_corpus
from assistant.retrieval.encoder import SentenceEncoder
from assistant.retrieval.index import open_index
from assistant.retrieval.retriever import build_retriever
from tests.retrieval_files import knowledge, labelled_queries, relevance_messages

pytestmark = pytest.mark.bench

QUERIES = [query["query"] for query in labelled_queries()]


def times_ms(run: Callable[[str], object], n_rounds: int = 3) -> list[float]:
    """Time each labelled query by itself, a few rounds of them."""
    taken = []
    for query in QUERIES * n_rounds:
        started = time.perf_counter()
        run(query)
        taken.append(1000 * (time.perf_counter() - started))
    return taken


def seconds(run: Callable[[], object]) -> float:
    """Time one call."""
    started = time.perf_counter()
    run()
    return time.perf_counter() - started


def test_queries() -> None:
    """Print what a query costs in each state, beside encoding it and nothing else."""
    (sources, asks), encoder = knowledge(), SentenceEncoder()
    arguments = (sources, asks, relevance_messages()["calibration"]["off_topic"])
    cold = build_retriever(*arguments, SentenceEncoder(), encoder.list_known_words())
    warm = build_retriever(*arguments, encoder, encoder.list_known_words())
    warm.warm()
    print(f"\n{len(warm.passages)} passages, {len(QUERIES)} queries, milliseconds a query")
    print(f"  {'':36}{'p50':>8}{'p95':>8}{'least':>8}")
    for name, run in (
        ("letters only (encoder not there yet)", cold.retrieve),
        ("bare encoder", lambda query: encoder.encode([query])),
        ("meaning and letters", warm.retrieve),
    ):
        taken = times_ms(run)
        print(f"  {name:36}{np.percentile(taken, 50):8.1f}{np.percentile(taken, 95):8.1f}{min(taken):8.1f}")
    long_message = " ".join(QUERIES * 5)[:8000]
    print(f"  a message of 8,000 characters: {1000 * seconds(lambda: warm.retrieve(long_message)):.0f} ms")


def test_indexing() -> None:
    """Print passages and texts indexed a second, and the share of the bare encoder's rate that is."""
    (sources, asks), encoder = knowledge(), SentenceEncoder()
    encoder.warm()
    off_topic = relevance_messages()["calibration"]["off_topic"]
    prepared = seconds(lambda: build_retriever(sources, asks, off_topic, encoder, encoder.list_known_words()))
    corpus = build_corpus(sources, asks, off_topic)
    texts = [entry.text for entry in corpus.entries]
    bare, indexing = [], []
    for _ in range(2):
        bare.append(seconds(lambda: encoder.encode(texts)))
        indexing.append(seconds(lambda: open_index(corpus, encoder)))
    print(f"\n{len(corpus.passages)} passages found by {len(texts)} texts; best of 2")
    print(f"  {'':34}{'seconds':>9}{'texts/s':>9}{'passages/s':>12}{'share':>8}")
    for name, taken in (("bare encoder", min(bare)), ("index built", min(indexing))):
        rates = f"{len(texts) / taken:9.0f}{len(corpus.passages) / taken:12.1f}{min(bare) / taken:8.0%}"
        print(f"  {name:34}{taken:9.2f}{rates}")
    print(f"  {'letters indexed, before the port':34}{prepared:9.3f}")
