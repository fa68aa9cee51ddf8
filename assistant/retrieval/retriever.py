"""The retriever: dense and lexical scores fused, and nothing at all for a query that is off topic.

Owns fusing, the floors and the order of results. Must not know how vectors are stored or where texts come from.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from assistant.domain.source import Evidence, Passage, SourceKind, SourceText
from assistant.ports import Encoder
from assistant.retrieval.corpus import Asks, Corpus, build_corpus
from assistant.retrieval.index import VectorIndex, open_index
from assistant.retrieval.lexical import TrigramBM25
from assistant.retrieval.pooling import Pooling, Scores
from assistant.retrieval.segmentation import windows
from assistant.retrieval.spelling import Spelling

# What the trigram score adds to the cosine; rank fusion of equal weights was measured worse.
LEXICAL_WEIGHT = 0.3

_KINDS = {"documents": SourceKind.DOCUMENT, "guidance": SourceKind.GUIDANCE}


@dataclass(frozen=True, slots=True)
class Scale:
    """How one kind of score becomes relevance.

    From each score is taken `contrast` times the query's likeness to the nearest off-topic example. The query is on
    topic when its best passage, of whatever source, then reaches `topic`. If so, passages from `floor` (relevance
    0) to `full` (1, straight between) are found; `topic` lies above `floor`, since one passage that fits well makes
    it likely that others which fit less are meant too.
    """

    contrast: float
    topic: float
    floor: float
    full: float

    def relevance(self, score: float) -> float:
        """Place a score at or above the floor on [0, 1]."""
        return min(1.0, (score - self.floor) / (self.full - self.floor))


# Set for the packaged encoder on the calibration part of knowledge/utterances/relevance.yaml: at least 95 % of its
# on-topic messages kept and, each off-topic one compared with the others only, 90 % of those rejected; by letters
# alone about 90 % of both. `make quality` prints what these do to messages they were not set on.
FUSED = Scale(contrast=0.3, topic=0.34, floor=0.12, full=0.80)
LEXICAL = Scale(contrast=0.9, topic=0.072, floor=0.045, full=0.35)


class HybridRetriever:
    """The `Retriever` port: lexical at once, and dense plus lexical after `warm`."""

    def __init__(
        self,
        corpus: Corpus,
        encoder: Encoder,
        *,
        built: Path | None = None,
        known_words: Collection[str] = (),
        fused: Scale = FUSED,
        lexical: Scale = LEXICAL,
    ) -> None:
        """Index the letters of the corpus (milliseconds); the vectors wait for `warm`.

        `built` is the file of vectors that comes with the knowledge; texts that it lacks are encoded by `warm`.
        `known_words` are the language's words, lower-case, by which a typo is told from a word; without them no
        typo is mended.
        """
        self._corpus = corpus
        self._encoder = encoder
        self._built = built
        self._fused = fused
        self._lexical = lexical
        texts = [entry.text for entry in corpus.entries]
        self._letters = TrigramBM25(texts)
        self._spelling = Spelling(texts, known_words) if known_words else None
        self._pooling = Pooling(corpus)
        self._vectors: VectorIndex | None = None

    @property
    def passages(self) -> tuple[Passage, ...]:
        """All passages that can be found, in corpus order."""
        return self._corpus.passages

    @property
    def ready(self) -> bool:
        """Whether meaning is searched; until then only letters are."""
        return self._vectors is not None and self._encoder.ready

    def warm(self) -> None:
        """Load the encoder and build the vector index; meant for a thread behind the open port.

        Raises:
            ConfigError: the encoder's weights are missing or not the pinned ones.
        """
        self._encoder.encode(["warm up"])
        self._vectors = open_index(self._corpus, self._encoder, self._built)

    def retrieve(self, query: str, k: int = 5, sources: str | None = None) -> list[Evidence]:
        """Find at most `k` passages, best first, equal ones in corpus order; never waits for `warm`.

        Empty when the query is off topic. `sources` restricts the search: "documents", "guidance" or None for both.

        Raises:
            ValueError: `k` is below 1 or `sources` is none of these.
        """
        if k < 1:
            raise ValueError(f"k is {k}; ask for at least 1 passage")
        if sources is not None and sources not in _KINDS:
            raise ValueError(f"sources is {sources!r}; allowed are {', '.join(map(repr, _KINDS))} and None")
        if not query.strip() or not self.passages:
            return []
        scores, scale = self._score(query)
        if scores.max() < scale.topic:
            return []
        relevant = [
            Evidence(self.passages[at], scale.relevance(scores[at]))
            for at in np.argsort(-scores, kind="stable").tolist()
            if scores[at] >= scale.floor and (sources is None or self.passages[at].kind is _KINDS[sources])
        ]
        return relevant[:k]

    def _score(self, query: str) -> tuple[Scores, Scale]:
        """Score each passage, and say on which scale."""
        parts = windows(query)
        if self._spelling and len(parts) == 1:  # in a long message one slip does not matter
            parts = self._spelling.readings(parts[0])
        letters = np.max([self._letters.scores(part) for part in parts], axis=0)
        lexical = self._pooling.per_passage(letters)
        vectors = self._vectors
        if vectors is None or not self._encoder.ready:
            return lexical - self._lexical.contrast * self._pooling.off_topic(letters), self._lexical
        cosines = vectors.cosines(self._encoder.encode(parts)).max(axis=0).astype(np.float64)
        fused = self._pooling.per_passage(cosines) + LEXICAL_WEIGHT * lexical
        return fused - self._fused.contrast * self._pooling.off_topic(cosines), self._fused


def build_retriever(
    sources: Sequence[SourceText],
    asks: Asks,
    off_topic: Sequence[str],
    encoder: Encoder,
    known_words: Collection[str] = (),
    built: Path | None = None,
) -> HybridRetriever:
    """Build the retriever over the sources and the questions they answer; call `warm` behind the open port.

    `asks` holds, for each source id, questions under the words a passage begins with, or under "" those that the
    text as a whole answers. `off_topic` holds examples of messages that nothing here answers. `known_words` are the
    language's (see `SentenceEncoder.known_words`); without them no typo is mended. `built` is the file of vectors that
    comes with the texts; what is in it need not be encoded.

    Raises:
        KnowledgeError: asks point at nothing.
    """
    corpus = build_corpus(sources, asks, off_topic)
    return HybridRetriever(corpus, encoder, built=built, known_words=known_words)
