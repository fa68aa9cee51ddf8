"""Sentences that only connect: courtesy, feeling, a lead over; known by the forms they take.

Owns how a form is matched. Must not know the forms, which are text people edit, nor who says them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from assistant.domain.vocabulary import Kind, Vocabulary, words

_THEIRS = "theirs"
_MOST_WORDS = 22
_PAUSE = re.compile(r"[,;:()?!–—.-]")
_PIECE = re.compile(r"\[([^\[\]]*)\]|\(([^()]*)\)|\{(\w+)\}|([\w'-]+)")
_LEADING = re.compile(r"^ (?:and|so|but|well|okay|oh|ah)(?= )")


@dataclass(frozen=True, slots=True)
class Connecting:
    """The forms that a sentence may take which says nothing of the case."""

    forms: tuple[re.Pattern[str], ...]

    def fits(self, text: str, message: str, vocabulary: Vocabulary) -> bool:
        """Tell whether every piece of a sentence takes one of the forms; `message` holds the words it may echo."""
        found = words(text)
        pieces = _pieces(found)
        return bool(pieces) and len(found) <= _MOST_WORDS and all(self._fits(p, message, vocabulary) for p in pieces)

    def _fits(self, piece: str, message: str, vocabulary: Vocabulary) -> bool:
        for candidate in {piece, _LEADING.sub("", piece)}:
            for form in self.forms:
                if match := form.fullmatch(candidate):
                    return _is_theirs(match.groupdict().get(_THEIRS), message, vocabulary)
        return False


def compiled(form: str, sets: Mapping[str, str]) -> re.Pattern[str]:
    """Make an expression of a form's notation, over words with a space before each.

    Raises:
        ValueError: brackets that do not pair, or a set that does not exist.
    """
    return re.compile(_sequence(form, sets))


def _sequence(form: str, sets: Mapping[str, str]) -> str:
    written, at = [], 0
    while at < len(form):
        if form[at] == " ":
            at += 1
            continue
        piece, at = _next(form, at)
        if piece[0] == "[":
            written.append(f"(?:{_alternatives(piece[1:-1], sets)})?")
        elif piece[0] == "(":
            written.append(f"(?:{_alternatives(piece[1:-1], sets)})")
        elif piece == "{theirs}":
            written.append(rf"(?P<{_THEIRS}>(?: [\w-]+){{1,4}})")
        elif piece[0] == "{":
            if piece[1:-1] not in sets:
                raise ValueError(f"{piece} is not one of the sets")
            written.append(f"(?:{_alternatives(sets[piece[1:-1]], sets)})")
        else:
            written.append(" " + re.escape(piece))
    return "".join(written)


def _alternatives(text: str, sets: Mapping[str, str]) -> str:
    return "|".join(_sequence(alternative, sets) for alternative in _split(text))


def _split(text: str) -> list[str]:
    """Cut at the bars that stand in no brackets."""
    parts, depth, start = [], 0, 0
    for at, char in enumerate(text):
        depth += (char in "([{") - (char in ")]}")
        if char == "|" and depth == 0:
            parts.append(text[start:at])
            start = at + 1
    return [*parts, text[start:]]


def _next(form: str, at: int) -> tuple[str, int]:
    closing = {"[": "]", "(": ")", "{": "}"}.get(form[at])
    if closing is None:
        match = re.compile(r"[\w'-]+").match(form, at)
        if match is None:
            raise ValueError(f"{form[at]!r} has no place in {form!r}")
        return match.group(), match.end()
    depth = 0
    for end in range(at, len(form)):
        depth += (form[end] == form[at]) - (form[end] == closing)
        if depth == 0:
            return form[at : end + 1], end + 1
    raise ValueError(f"{form[at]} in {form!r} is never closed")


def _pieces(found: list[str]) -> list[str]:
    pieces: list[list[str]] = [[]]
    for word in found:
        if _PAUSE.fullmatch(word):
            pieces.append([])
        else:
            pieces[-1].append(word)
    return [" " + " ".join(piece) for piece in pieces if piece]


def _is_theirs(echo: str | None, message: str, vocabulary: Vocabulary) -> bool:
    """Tell whether what is echoed are the user's own words, and none of them means anything to us."""
    if not echo:
        return True
    told = set(words(message))
    return all(word in told for word in echo.split()) and all(
        mark.kind is Kind.UNKNOWN for mark in vocabulary.marks(echo)
    )
