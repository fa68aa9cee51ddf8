"""The retriever: dense and lexical scores fused, with a floor under which nothing is relevant.

Owns fusing, the floors and the order of results. Must not know how vectors are stored or where texts come from.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from assistant.domain.source import Evidence, Passage, SourceKind, SourceText
from assistant.ports import Encoder
from assistant.retrieval.corpus import Asks, Corpus, build_corpus
from assistant.retrieval.index import VectorIndex, open_index
from assistant.retrieval.lexical import TrigramBM25
from assistant.retrieval.segment import windows

# What the trigram score adds to the cosine; rank fusion of equal weights was measured worse.
LEXICAL_WEIGHT = 0.3

_KINDS = {"documents": SourceKind.DOCUMENT, "guidance": SourceKind.GUIDANCE}

# One score an entry, or one a passage, in corpus order.
_Scores = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Scale:
    """How one kind of score becomes relevance.

    From each score is taken `contrast` times the query's likeness to the nearest off-topic example; where what is
    left reaches `floor` relevance is 0, at `full` it is 1, straight between, and below nothing is relevant.
    """

    contrast: float
    floor: float
    full: float

    def relevance(self, score: float) -> float:
        """Place a score at or above the floor on [0, 1]."""
        return min(1.0, (score - self.floor) / (self.full - self.floor))


# Set for the packaged encoder on the calibration part of knowledge/utterances/relevance.yaml: the fused floor keeps
# 97 % of its on-topic messages, the lexical one balances kept and rejected. `make quality` prints what both do to
# messages they were not set on.
FUSED = Scale(contrast=0.3, floor=0.37, full=0.90)
LEXICAL = Scale(contrast=0.7, floor=0.14, full=0.60)


class HybridRetriever:
    """The `Retriever` port: lexical at once, and dense plus lexical after `warm`."""

    def __init__(
        self,
        corpus: Corpus,
        encoder: Encoder,
        cache_dir: Path | None,
        *,
        fused: Scale = FUSED,
        lexical: Scale = LEXICAL,
    ) -> None:
        """Index the letters of the corpus (milliseconds); the vectors wait for `warm`."""
        self._corpus = corpus
        self._encoder = encoder
        self._cache_dir = cache_dir
        self._fused = fused
        self._lexical = lexical
        self._letters = TrigramBM25([entry.text for entry in corpus.entries])
        self._off_topic = np.array([not entry.targets for entry in corpus.entries], dtype=bool)
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
        """Load the encoder and open or build the vector index; meant for a thread behind the open port.

        Raises:
            ConfigError: the encoder's weights are missing or not the pinned ones.
        """
        self._encoder.encode(["warm up"])
        self._vectors = open_index(self._corpus, self._encoder, self._cache_dir)

    def retrieve(self, query: str, k: int = 5, sources: str | None = None) -> list[Evidence]:
        """Find at most `k` passages above the floor, best first, equal ones in corpus order; never waits for `warm`.

        `sources` restricts the search: "documents", "guidance" or None for both.

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
        relevant = [
            Evidence(self.passages[at], scale.relevance(scores[at]))
            for at in np.argsort(-scores, kind="stable").tolist()
            if scores[at] >= scale.floor and (sources is None or self.passages[at].kind is _KINDS[sources])
        ]
        return relevant[:k]

    def _score(self, query: str) -> tuple[_Scores, Scale]:
        """Score each passage, and say on which scale."""
        parts = windows(query)
        letters = np.max([self._letters.scores(part) for part in parts], axis=0)
        lexical = self._per_passage(letters)
        vectors = self._vectors
        if vectors is None or not self._encoder.ready:
            return lexical - self._lexical.contrast * self._likeness_off_topic(letters), self._lexical
        cosines = vectors.cosines(self._encoder.encode(parts)).max(axis=0).astype(np.float64)
        fused = self._per_passage(cosines) + LEXICAL_WEIGHT * lexical
        return fused - self._fused.contrast * self._likeness_off_topic(cosines), self._fused

    def _likeness_off_topic(self, scores: _Scores) -> float:
        return float(scores[self._off_topic].max(initial=0.0))

    def _per_passage(self, scores: _Scores) -> _Scores:
        """Give each passage the best score of its own entries, and each shared entry's to its closest passage."""
        own = np.full(len(self.passages), -1.0)
        shared: list[tuple[float, tuple[int, ...]]] = []
        for score, entry in zip(scores.tolist(), self._corpus.entries, strict=True):
            if len(entry.targets) == 1:
                own[entry.targets[0]] = max(own[entry.targets[0]], score)
            elif entry.targets:
                shared.append((score, entry.targets))
        best = own.copy()
        for score, targets in shared:
            closest = max(targets, key=own.__getitem__)
            best[closest] = max(best[closest], score)
        return best


def build_retriever(
    sources: Sequence[SourceText],
    asks: Asks,
    off_topic: Sequence[str],
    encoder: Encoder,
    cache_dir: Path | None,
) -> HybridRetriever:
    """Build the retriever over the sources and the questions they answer; call `warm` behind the open port.

    `asks` holds, for each source id, questions under the words a passage begins with, or under "" those that the
    text as a whole answers. `off_topic` holds examples of messages that nothing here answers. `cache_dir` keeps
    the vector index between starts; None keeps it in memory.

    Raises:
        KnowledgeError: asks point at nothing.
    """
    return HybridRetriever(build_corpus(sources, asks, off_topic), encoder, cache_dir)
