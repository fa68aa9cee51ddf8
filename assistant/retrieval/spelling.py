"""A second reading of a query with a word that is no word, but nearly one of the corpus.

Owns the words of the corpus and what is one slip away from them. A word that exists is never touched: "hours" is
no slip for "house". The second reading is searched beside the query as it was typed, never in its place.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable

# Words shorter than this are one slip away from too many others.
SHORTEST = 4

_WORD = re.compile(r"[^\W\d_]+")


class Spelling:
    """The words of a corpus, and the way back to them."""

    def __init__(self, texts: Iterable[str], known_words: Collection[str]) -> None:
        """Learn the words of the texts; `known_words`, lower-case, are the words of the language besides."""
        self._known = frozenset(known_words)
        self._counts = Counter(word for text in texts for word in _WORD.findall(text.lower()))
        self._by_trace: dict[str, list[str]] = {}
        for word in self._counts:
            if len(word) >= SHORTEST:
                for trace in _traces(word):
                    self._by_trace.setdefault(trace, []).append(word)

    def readings(self, query: str) -> list[str]:
        """Give the query as typed, and after it, if it differs, the query with its slips mended."""
        mended = _WORD.sub(lambda match: self._mend(match.group()), query)
        return [query] if mended == query else [query, mended]

    def _mend(self, typed: str) -> str:
        word = typed.lower()
        if len(word) < SHORTEST or word in self._counts or word in self._known:
            return typed
        near = {
            known for trace in _traces(word) for known in self._by_trace.get(trace, ()) if _one_slip_apart(word, known)
        }
        # A dropped letter is the commonest slip, so the longest word goes first.
        return min(near, key=lambda known: (-len(known), -self._counts[known], known), default=typed)


def _traces(word: str) -> set[str]:
    """Give the word and what it leaves when one letter is dropped; words one slip apart share one of these."""
    return {word, *(word[:at] + word[at + 1 :] for at in range(len(word)))}


def _one_slip_apart(one: str, other: str) -> bool:
    """Tell whether one letter more, fewer, other, or swapped with its neighbour makes one word the other."""
    if len(one) != len(other):
        longer, shorter = sorted((one, other), key=len, reverse=True)
        return shorter in _traces(longer)
    differing = [at for at, (a, b) in enumerate(zip(one, other, strict=True)) if a != b]
    if len(differing) == 2:
        first, second = differing
        return second == first + 1 and one[first] == other[second] and one[second] == other[first]
    return len(differing) == 1
