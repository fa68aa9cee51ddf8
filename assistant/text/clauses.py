"""Splits a message into sentences and clauses without moving a character.

Owns the flattened form that all rules read: lower case, plain quotes and spaces, of the same length as the message, so
that every offset found in it is an offset into the message. Must not know what a clause means.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

N_OPENING = 12
_WORD_START = re.compile(r"(?<!\w)\w")
_LONGEST = 300
_AROUND = 400
_PLAIN = str.maketrans({"’": "'", "‘": "'", "ʼ": "'", "“": '"', "”": '"', "–": "-", "‑": "-", "—": ";", "\t": " "})
_PLUS = re.compile(r"(?<=[^\W\d]\s)\+(?=\s[^\W\d])|(?<=\)\s)\+(?=\s[^\W\d])")
_ABBREVIATION = re.compile(r"(?:\b(?:e\.g|i\.e|approx|ca|vs|no|max|min|incl|etc|mr|mrs|dr|st|\w)|\be\.g|\bi\.e)$")
_SENTENCE_END = re.compile(r"[.!?…]{1,8}(?=\s|$|[\"')\]])|[\n\r]{1,8}|;")
_CLAUSE_END = re.compile(
    r",(?!\d{3}(?!\d))|:(?=\s)|\s-{1,3}\s|[()\[\]]"
    r"|\s(?=(?:but|however|although|though|whereas|while|yet|because|since we|except|so that|plus)\s)"
    r"|\s(?=(?:and|so|then)\s(?:we|i|it|they|there|the|our|my|he|she|now|never|no|nobody|have|has|also)\s)"
)


@dataclass(frozen=True, slots=True)
class Openings:
    """Every beginning of a word up to `N_OPENING` characters, and where such words begin; "" stands for numbers."""

    beginnings: frozenset[str]
    places: Mapping[str, Sequence[int]]


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence; `asks` when it ends with a question mark."""

    start: int
    end: int
    asks: bool


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause; `text` is its flattened text, `text == flat[start:end]`."""

    start: int
    end: int
    text: str
    sentence: Sentence


def sentence_place(clause: Clause) -> tuple[int, int]:
    """Return where the sentence stands that a clause is part of, of an endless one the part around it."""
    return max(clause.sentence.start, clause.start - _AROUND), min(clause.sentence.end, clause.end + _AROUND)


@dataclass(frozen=True, slots=True)
class Utterance:
    """A message as the rules read it; `openings` says where its words begin."""

    flat: str
    clauses: tuple[Clause, ...]
    openings: Openings

    def clause_of(self, start: int, end: int) -> Clause | None:
        """Return the clause that holds a whole span, or None when the span crosses clauses."""
        place = bisect_right(self.clauses, start, key=_start_of) - 1
        if place < 0 or end > self.clauses[place].end:
            return None
        return self.clauses[place]

    def sentence_text(self, clause: Clause) -> str:
        """Return the flattened text of the sentence a clause is part of, of an endless one the part around it."""
        start, end = sentence_place(clause)
        return self.flat[start:end]

    def sentence_before(self, clause: Clause, place: int) -> str:
        """Return the flattened text of a clause's sentence up to a place, of an endless one the last part of it."""
        return self.flat[max(clause.sentence.start, place - _AROUND) : place]


def flatten(message: str) -> str:
    """Return the message in lower case with plain quotes, dashes and spaces, character for character.

    A plus between words joins them as a comma does.
    """
    return _PLUS.sub(",", "".join(_flat_character(character) for character in message.translate(_PLAIN)))


def blank_out(text: str, places: Iterable[tuple[int, int]]) -> str:
    """Return a text with spaces at some places `[start, end)`, every other character where it was."""
    for start, end in places:
        text = text[:start] + " " * (end - start) + text[end:]
    return text


def utter(message: str) -> Utterance:
    """Split a message into clauses, in order; every clause holds a letter or a digit."""
    flat = flatten(message)
    clauses: list[Clause] = []
    for sentence in _sentences(flat):
        clauses.extend(_clauses(flat, sentence))
    return Utterance(flat, tuple(clauses), openings_of(flat))


@lru_cache(maxsize=4)
def openings_of(flat: str) -> Openings:
    """Find the words of a flattened text."""
    found: dict[str, list[int]] = {"": []}
    for match in _WORD_START.finditer(flat):
        start = match.start()
        if flat[start].isdigit():
            found[""].append(start)
        for end in range(start + 1, min(start + N_OPENING, len(flat)) + 1):
            found.setdefault(flat[start:end], []).append(start)
    return Openings(frozenset(found), found)


def _start_of(clause: Clause) -> int:
    return clause.start


def _flat_character(character: str) -> str:
    if character.isascii():
        return character.lower() if character >= " " or character in "\n\r" else " "
    if character.isspace() or not character.isprintable():
        return " "
    lowered = character.lower()
    return lowered if len(lowered) == 1 else character


def _sentences(flat: str) -> list[Sentence]:
    found: list[Sentence] = []
    start = 0
    for mark in _SENTENCE_END.finditer(flat):
        is_dot = mark.group() == "."
        if is_dot and _ABBREVIATION.search(flat, max(start, mark.start() - 8), mark.start()):
            continue
        found.append(Sentence(start, mark.end(), "?" in mark.group()))
        start = mark.end()
    found.append(Sentence(start, len(flat), asks=False))
    return found


def _cut_at_spaces(text: str, start: int, sentence: Sentence) -> list[Clause]:
    """Cut an endless clause at spaces, so that work on one clause has a bound."""
    found: list[Clause] = []
    while text:
        cut = len(text) if len(text) <= _LONGEST else text.rfind(" ", 1, _LONGEST)
        cut = cut if cut > 0 else min(_LONGEST, len(text))
        found.append(Clause(start, start + cut, text[:cut], sentence))
        kept = text[cut:].lstrip()
        start += len(text) - len(kept)
        text = kept
    return found


def _clauses(flat: str, sentence: Sentence) -> list[Clause]:
    found: list[Clause] = []
    start = sentence.start
    ends = [(mark.start(), mark.end()) for mark in _CLAUSE_END.finditer(flat, sentence.start, sentence.end)]
    for end, following in [*ends, (sentence.end, sentence.end)]:
        text = flat[start:end]
        stripped = text.strip()
        if any(character.isalnum() for character in stripped):
            begin = start + text.index(stripped)
            found.extend(_cut_at_spaces(stripped, begin, sentence))
        start = following
    return found
