"""The words of rewordings: which mean the same here, which must neither come nor go, which say nothing.

Owns how a text becomes marks, each with its kind and its clause, by which two texts can be compared. Must not know when
two texts say the same, nor which words there are: those are data.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

_CONTRACTIONS = tuple(
    (re.compile(form), full)
    for form, full in (
        (r"\bcan't\b|\bcannot\b", "can not"),
        (r"\bwon't\b", "will not"),
        (r"n't\b", " not"),
        (r"\blet's\b", "let us"),
        (r"(?<=\w)'m\b", " am"),
        (r"(?<=\w)'re\b", " are"),
        (r"(?<=\w)'ve\b", " have"),
        (r"(?<=\w)'ll\b", " will"),
        (r"(?<=\w)'d\b", " would"),
        (r"\b(it|that|this|there|here|what|who|how|where|nobody|everything|nothing)'s\b", r"\1 is"),
        (r"'s\b|(?<=s)'(?=\s)", ""),
    )
)
_TOKEN = re.compile(
    r"\d{1,3}(?:,\d{3})+(?:\.\d+)?%?|\d+(?:\.\d+)?%?|[^\W\d_]+(?:-[^\W\d_]+)*|[,;:()?!]|[–—]|-(?=\s)|\.(?=\s|$)"
)
_SMALL = (
    "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen "
    "nineteen twenty"
)
_TENS = "thirty forty fifty sixty seventy eighty ninety hundred"
_PAUSES = frozenset(",;:()-–—.?!")
_LONGEST_PHRASE = 7
_SHORT = 4
"""Words of so many letters keep their last "e": "note" is not "not"."""


class Kind(StrEnum):
    """What a word does in a sentence."""

    TERM = "term"
    PLAIN = "plain"
    NUMBER = "number"
    KEPT = "kept"
    NEGATION = "negation"
    CAUSE = "cause"
    UNKNOWN = "unknown"


CONTENT = frozenset({Kind.TERM, Kind.PLAIN, Kind.NUMBER, Kind.UNKNOWN})
"""The kinds that stand for things, doings and qualities."""

Meaning = tuple[str, Kind]


@dataclass(frozen=True, slots=True)
class Mark:
    """One word or phrase that means something: `name` is its meaning, `clause` counts from 0 within its text."""

    name: str
    kind: Kind
    clause: int


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The reviewed words. `meanings` maps the stems of a word or phrase to what it means; silent ones mean nothing.

    `breaks` are stems that begin a clause; kept meanings in `may_come` or `may_go` may be added or left out, and no
    meaning in `hazards` may be added.
    `modifiers` and `bound` are the names of meanings that belong to the word behind them.
    """

    meanings: Mapping[tuple[str, ...], tuple[Meaning, ...]]
    breaks: frozenset[tuple[str, ...]]
    may_come: frozenset[str]
    may_go: frozenset[str]
    modifiers: frozenset[str]
    bound: frozenset[str]
    hazards: frozenset[str]

    def marks(self, text: str) -> tuple[Mark, ...]:
        """Return the marks of a text in order; a word that no list holds is unknown and goes by its stem."""
        return tuple(self._marks([stem(word) for word in words(text)]))

    def _marks(self, stems: list[str]) -> Iterator[Mark]:
        at, clause, is_empty = 0, 0, True
        while at < len(stems):
            phrase, found = self._longest(stems, at)
            at += len(phrase)
            if phrase[0] in _PAUSES or phrase in self.breaks:
                clause, is_empty = clause + (not is_empty), True
            for name, kind in found:
                yield Mark(name, kind, clause)
                is_empty = is_empty and kind not in CONTENT

    def _longest(self, stems: list[str], at: int) -> tuple[tuple[str, ...], tuple[Meaning, ...]]:
        for length in range(min(_LONGEST_PHRASE, len(stems) - at), 0, -1):
            phrase = tuple(stems[at : at + length])
            if phrase in self.meanings:
                return phrase, self.meanings[phrase]
        word = stems[at]
        if word in _PAUSES:
            return (word,), ()
        number = _number(word)
        return (word,), (((word, Kind.UNKNOWN) if number is None else (number, Kind.NUMBER)),)


NO_WORDS = Vocabulary({}, frozenset(), frozenset(), frozenset(), frozenset(), frozenset(), frozenset())
"""A vocabulary in which no word means anything: nothing but the engine's own words passes."""


def words(text: str) -> list[str]:
    """Cut a text into lower-case words, numbers and pauses; contractions are written out."""
    plain = text.lower().replace("’", "'").replace("‘", "'").replace("‑", "-")
    for form, full in _CONTRACTIONS:
        plain = form.sub(full, plain)
    return _TOKEN.findall(plain)


def stem(word: str) -> str:
    """Cut the endings that grammar puts on a word, so that "trained" meets "training"; numbers stay as they are."""
    if len(word) <= 3 or not word[-1].isalpha():
        return word
    if word.endswith(("ies", "ied")):
        return word[:-3] + "i"
    if word.endswith(("sses", "shes", "ches", "xes", "zes")):
        return _bare(word[:-2])
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return _bare(word[:-1])
    for ending in ("ing", "ed"):
        rest = word.removesuffix(ending)
        if rest != word and len(rest) > 3 and re.search(r"[aeiouy]", rest):
            return _bare(rest)
    return _bare(word)


def _bare(word: str) -> str:
    if len(word) > 3 and word[-1] == word[-2] and word[-1] not in "lsz":
        return word[:-1]
    if len(word) > _SHORT and word.endswith("e"):
        return word[:-1]
    return word[:-1] + "i" if len(word) > 2 and word.endswith("y") else word


def _number(word: str) -> str | None:
    return word.replace(",", "") if word[0].isdigit() else _NUMBER_WORDS.get(word)


_NUMBER_WORDS = {stem(word): str(number) for number, word in enumerate(_SMALL.split(), start=2)} | {
    stem(word): str(number) for number, word in zip(range(30, 101, 10), _TENS.split(), strict=True)
}
