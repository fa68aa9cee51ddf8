"""The notation of the lexicon: a phrase as people write it down, and the bounded pattern it becomes.

Owns the notation and its check. Must not know which option a phrase speaks for.

The notation: words apart by spaces; `word*` any ending; `a|b` either; `word?` may be left out; `-` inside a word also
matches a space or nothing; `..` up to three words, `...` up to six; `#` a number; `<list>` any entry of a named list;
`^` before the first word: only at the start of a clause; `$` after the last: only at its end.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from assistant.errors import KnowledgeError
from assistant.text.clauses import N_OPENING, Openings
from assistant.text.modality import negates

_MOST_PLACES = 20
_APART = r"[^\w.,;:!?()\n]{1,3}"
_ANY_WORD = r"[\w'&+%/@-]{1,24}"
_NUMBER = r"\d(?:[\d.,]{0,14}\d)?[kmb]?%?"


@cache
def _compile(expression: str) -> re.Pattern[str]:
    return re.compile(expression)


@dataclass(frozen=True, slots=True)
class Phrase:
    """One phrase of the notation.

    It begins with one of `heads`, and only stands in a text that holds, for each set of `needles`, a word that begins
    with one of them. `at_start` and `at_end` bind it to the edges of its clause; `negative` when it is written with a
    negation.
    """

    written: str
    expression: str
    heads: frozenset[str]
    needles: tuple[frozenset[str], ...]
    at_start: bool = False
    at_end: bool = False
    negative: bool = False

    @property
    def pattern(self) -> re.Pattern[str]:
        """The phrase as a bounded pattern, compiled when it is first looked for: most never are."""
        return _compile(self.expression)

    def spans(self, flat: str, openings: Openings) -> Iterator[tuple[int, int]]:
        """Yield where the phrase stands in a flattened text, at most at twenty places for each way it can begin."""
        if any(needed.isdisjoint(openings.beginnings) for needed in self.needles):
            return
        for head in self.heads:
            for start in openings.places.get(head, ())[:_MOST_PLACES]:
                if match := self.pattern.match(flat, start):
                    yield match.span()


def compile_phrase(written: str, lists: Mapping[str, tuple[str, ...]], where: str) -> Phrase:
    """Compile one phrase of the notation.

    Raises:
        KnowledgeError: the phrase is empty, names an unknown list, or begins or ends with a gap or an optional word.
    """
    tokens = written.lower().removeprefix("^").removesuffix("$").split()
    mandatory = [token for token in tokens if not token.endswith("?") and token.strip(".")]
    if not tokens or not mandatory or tokens[0] not in mandatory:
        raise KnowledgeError(f"{where}: the phrase {written!r} must begin with a word that cannot be left out.")
    pattern = ""
    needles: list[frozenset[str]] = []
    for token in tokens:
        if token in ("..", "..."):
            pattern += rf"(?:{_APART}{_ANY_WORD}){{0,{3 if token == '..' else 6}}}?"
            continue
        piece, stems = _token(token.removesuffix("?"), lists, where)
        if not pattern:
            pattern = piece
        elif token.endswith("?"):
            pattern += rf"(?:{_APART}{piece})?"
        else:
            pattern += _APART + piece
        if not token.endswith("?"):
            needles.append(frozenset(stem[:N_OPENING] for stem in stems))
    return Phrase(
        written,
        rf"(?<![\w-])(?:{pattern})(?!\w)",
        needles[0],
        tuple(sorted(needles, key=_rarity)),
        at_start=written.startswith("^"),
        at_end=written.endswith("$"),
        negative=_is_negative(tokens, lists),
    )


def _rarity(needed: frozenset[str]) -> int:
    """Sort by how soon a set of word beginnings is likely to be missing: few and long ones first."""
    return len(needed) - min(map(len, needed))


def _is_negative(tokens: list[str], lists: Mapping[str, tuple[str, ...]]) -> bool:
    words = [word for token in tokens for word in token.removesuffix("?").split("|")]
    named = [entry for word in words if word.startswith("<") for entry in lists.get(word[1:-1], ())]
    return any(negates(word) for word in [*words, *named])


def _token(token: str, lists: Mapping[str, tuple[str, ...]], where: str) -> tuple[str, tuple[str, ...]]:
    words: list[str] = []
    counts = False
    for part in token.split("|"):
        if part == "#":
            counts = True
        elif part.startswith("<") and part.endswith(">"):
            if part[1:-1] not in lists:
                raise KnowledgeError(f"{where}: there is no word list {part}. Lists are: {', '.join(sorted(lists))}.")
            words.extend(lists[part[1:-1]])
        else:
            words.append(part)
    if not all(word.strip("*- ") for word in words):
        raise KnowledgeError(f"{where}: {token!r} holds an empty word.")
    patterns = [_word_pattern(word) for word in sorted(words, key=len, reverse=True)]
    stems = tuple(_stem(word) for word in words)
    if counts:
        return f"(?:{'|'.join([_NUMBER, *patterns])})", ("", *stems)
    return f"(?:{'|'.join(patterns)})", stems


def _stem(word: str) -> str:
    """Return with what a word of the text begins if this word, or group of words, stands there."""
    parts = [part for part in re.split(r"[\s]", word) if part]
    heads = [re.split(r"[*-]|\W", part, maxsplit=1)[0] for part in parts]
    return max(heads, key=len)


def _word_pattern(word: str) -> str:
    pattern = re.escape(word).replace(r"\*", r"\w{0,14}")
    return pattern.replace(r"\-", r"[\s-]?").replace(r"\ ", _APART)
