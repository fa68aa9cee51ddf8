"""Phrases by which a follow-up question is told: the notation of `lexicon/followups.yaml`, compiled.

Owns the notation and where a phrase stands in a message. Must not know what is answered.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from assistant.domain.dialogue import FollowUp

_APART = r"[^\w.;:!?\n]{1,3}"
_GAP = rf"(?:{_APART}[\w'’&+%/@-]{{1,24}}){{0,4}}?"
_AT_START = r"^(?:(?:ok|okay|so|and|but|well|hm+|oh|right|hi|hey|hello|please|pls|alright)[ ,]+)*"
_AT_A_WORD = r"(?<![\w'-])"
_AT_END = r"(?:[ ,]+(?:please|pls|though|then))?[^\w]*$"
_AFTER_A_WORD = r"(?![\w-])"
_SENTENCE = re.compile(r"[^.!?;\n]+(?:[.;](?=\w)[^.!?;\n]+)*[.!?]*")
_QUOTES = str.maketrans("’‘", "''")


@dataclass(frozen=True, slots=True)
class Asked:
    """What a message asks for, and the place `[start, end)` of the sentence that asks it."""

    kind: FollowUp
    start: int
    end: int


def sentences_of(message: str) -> list[tuple[int, int]]:
    """Return the places of a message's sentences."""
    return [match.span() for match in _SENTENCE.finditer(message) if any(char.isalnum() for char in match.group())]


class FollowUpPhrases:
    """The phrases of every kind, each kind as one pattern."""

    def __init__(self, phrases: Mapping[FollowUp, Sequence[str]]) -> None:
        self._patterns = {kind: re.compile("|".join(map(_expression, written))) for kind, written in phrases.items()}

    def find(self, message: str) -> Asked | None:
        """Return the first kind, in the file's order, whose phrase stands in a sentence; the last sentence first."""
        flat = message.lower().translate(_QUOTES)
        for start, end in reversed(sentences_of(message)):
            sentence = flat[start:end].strip(" \t\"'“”()-–—,")
            for kind, pattern in self._patterns.items():
                if pattern.search(sentence):
                    return Asked(kind, start, end)
        return None


def _expression(written: str) -> str:
    """Turn one phrase of the notation into a regular expression."""
    expression, is_first = "", True
    at_start, at_end = written.startswith("^"), written.endswith("$")
    for token in written.removeprefix("^").removesuffix("$").split():
        if token == "..":
            expression += _GAP
            continue
        optional, token = token.endswith("?"), token.removesuffix("?")
        piece = f"(?:{'|'.join(map(_word, token.split('|')))})"
        whole = piece if is_first else f"{_APART}{piece}"
        expression += f"(?:{whole})?" if optional else whole
        is_first = False
    return f"{_AT_START if at_start else _AT_A_WORD}{expression}{_AT_END if at_end else _AFTER_A_WORD}"


def _word(word: str) -> str:
    stem = re.escape(word.removesuffix("*")).replace(r"\-", r"[ -]?")
    return stem + r"\w{0,15}" if word.endswith("*") else stem
