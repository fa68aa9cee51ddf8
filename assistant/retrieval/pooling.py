"""Scores of entries pooled into scores of passages.

Owns which entries count for a passage and how much. Must not know what the scores mean.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from assistant.retrieval.corpus import Corpus

# Half the best entry, half the mean of the best three: a passage that several of its questions lead to is a surer
# find than one that a single question does. By the best alone, passages with many questions win by chance.
N_BEST = 3
BEST_WEIGHT = 0.5

# One score an entry, or one a passage, in corpus order.
Scores = npt.NDArray[np.float64]


class Pooling:
    """The entries of each passage and of each card, laid out for one pass over the scores."""

    def __init__(self, corpus: Corpus) -> None:
        """Lay out the entries; those that speak for no passage are off topic."""
        of_targets: dict[tuple[int, ...], list[int]] = {(at,): [] for at in range(len(corpus.passages))}
        for row, entry in enumerate(corpus.entries):
            of_targets.setdefault(entry.targets, []).append(row)
        self._off_topic = of_targets.pop((), [])
        shared = [targets for targets in of_targets if len(targets) > 1]
        self._targets = [list(targets) for targets in shared]
        self._own = _layout([of_targets[(at,)] for at in range(len(corpus.passages))])
        self._shared = _layout([of_targets[targets] for targets in shared])

    def per_passage(self, scores: Scores) -> Scores:
        """Pool each passage's own entries; a card's shared ones lift only the passage of it that is closest."""
        own = _pool(scores, self._own)
        best = own.copy()
        for targets, score in zip(self._targets, _pool(scores, self._shared), strict=True):
            closest = targets[int(np.argmax(own[targets]))]
            best[closest] = max(best[closest], score)
        return best

    def off_topic(self, scores: Scores) -> float:
        """Give the best score of an off-topic example, at least 0."""
        return max(0.0, float(scores[self._off_topic].max(initial=0.0)))


def _layout(groups: list[list[int]]) -> npt.NDArray[np.int64]:
    """Lay groups of rows out as a matrix, one group a line, with -1 where there is no row."""
    layout = np.full((len(groups), max([N_BEST, *map(len, groups)])), -1)
    for line, rows in zip(layout, groups, strict=True):
        line[: len(rows)] = rows
    return layout


def _pool(scores: Scores, layout: npt.NDArray[np.int64]) -> Scores:
    held = np.where(layout >= 0, scores[layout], -np.inf)
    best = -np.partition(-held, N_BEST - 1, axis=1)[:, :N_BEST]
    there = np.isfinite(best)
    mean = np.where(there, best, 0.0).sum(axis=1) / np.maximum(1, there.sum(axis=1))
    pooled: Scores = BEST_WEIGHT * best.max(axis=1) + (1 - BEST_WEIGHT) * mean
    return pooled
