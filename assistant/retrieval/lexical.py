"""Character-trigram BM25: finds by letters, so it forgives typos and knows names.

Owns the trigrams and their weights. Small on purpose: it adds to the dense score, and stands alone only while the
encoder is loading. It must not know what its texts are.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

# BM25's usual saturation and length weights.
_K1 = 1.2
_B = 0.75

_WORD = re.compile(r"\w+")


class TrigramBM25:
    """BM25 over the character trigrams of a fixed list of texts."""

    def __init__(self, texts: Sequence[str]) -> None:
        """Index the texts; their order is the order of the scores."""
        counts = [Counter(trigrams(text)) for text in texts]
        self._n_texts = len(texts)
        mean_length = sum(map(Counter.total, counts)) / max(1, len(counts)) or 1.0
        postings: dict[str, list[tuple[int, float]]] = {}
        for row, grams in enumerate(counts):
            norm = _K1 * (1 - _B + _B * grams.total() / mean_length)
            for gram, n in grams.items():
                postings.setdefault(gram, []).append((row, n * (_K1 + 1) / (n + norm)))
        self._rows = {gram: np.array([row for row, _ in found]) for gram, found in postings.items()}
        self._weights = {gram: np.array([weight for _, weight in found]) for gram, found in postings.items()}

    def scores(self, query: str) -> npt.NDArray[np.float64]:
        """Score each text for the query: `(n,)` in [0, 1], the share of the best BM25 the query could reach.

        The scale does not depend on the other texts' scores, so a floor can be put under it: a query of unknown
        letters scores near 0 everywhere.
        """
        totals = np.zeros(self._n_texts)
        best = 0.0
        for gram in set(trigrams(query)):
            idf = self._idf(gram)
            best += idf * (_K1 + 1)
            if gram in self._rows:
                totals[self._rows[gram]] += idf * self._weights[gram]
        return totals / best if best else totals

    def _idf(self, gram: str) -> float:
        n_with = len(self._rows.get(gram, ()))
        return math.log(1 + (self._n_texts - n_with + 0.5) / (n_with + 0.5))


def trigrams(text: str) -> list[str]:
    """List the character trigrams of each word, case and accents aside, with the word's ends marked."""
    folded = unicodedata.normalize("NFKD", text).casefold()
    plain = "".join(letter for letter in folded if not unicodedata.combining(letter))
    padded = (f"^{word}$" for word in _WORD.findall(plain))
    return [word[at : at + 3] for word in padded for at in range(len(word) - 2)]
