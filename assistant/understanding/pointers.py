"""Which entries of the list a reply points at: by their place, by what people call them, or by their words in quotes.

Owns the words of pointing and what of a reply is said of which entry. Must not know what the reply says of it.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

from assistant.domain.rulebook import Confirmations
from assistant.text.worded_numbers import UNIT_WORDS, UNITS

_NAMES = r"numbers?|nr\.?|num|points?|entry|items?|line|row|bullet|heading|part|answer|statement|#"
_NAMED = re.compile(rf"(?:{_NAMES})\s?\d|\(")
_VERBS = (
    r"on|for|with|at|about|re|in|ad|got|scratch|strike|drop|bin|delete|remove|replace|change|fix|correct|edit|take out"
    r"|cross out|leave out|kill|forget|disregard|ignore|so's|so is|your|does"
)
_SAID = (
    r"'s\b|is|isn't|was|wasn't|are|should|says?|said|yes|no|ok|okay|right|wrong|fine|true|false|not|hm+|needs?|must|reads?"
    r"|off|means?|also"
)
_PLACES = (
    re.compile(rf"(?:^|(?<![\w.]))(?:{_NAMES})\s?(\d{{1,2}})(?![\w%]|[.,]\d)"),
    re.compile(rf"(?:{_NAMES})\s?\d{{1,2}}\s?(?:to|-|–|through|and|&|,)\s?(\d{{1,2}})(?![\w%]|[.,]\d)"),
    re.compile(rf"(?<![\w.])no\. ?(\d{{1,2}})(?=\s*(?:[,.:;)→–—-](?!\d)|$|(?:{_SAID})\b))"),
    re.compile(r"\((\d{1,2})\)"),
    re.compile(
        rf"(?:^|[.;:!?\n]|, |\band )\s{{0,3}}"
        rf"(?:(?:hm+|lol|so|well|ok|and|yeah|no|nope|sorry|also|but)\W{{1,3}}){{0,2}}(\d{{1,2}})"
        rf"(?=\s*(?:[:)→=.–—-](?!\d)|(?:{_SAID})\b)|\s?'s\b)"
    ),
    re.compile(
        r"\b(?:wrong|incorrect|off|false|correct|right|okay|ok|fine|yes)(?:: ?| to | on | )(\d{1,2})"
        r"(?=\s*(?:[,.;!]|and\b|$))"
    ),
    re.compile(rf"\b(?:{_VERBS}) (\d{{1,2}})(?=\s*(?:[,.;:!?→–—-](?!\d)|$|(?:{_SAID}|with|to|by|and)\b))"),
)
_ALONE = re.compile(r"\W*(\d{1,2})\W*")
_SERIES = re.compile(r"(?:^|[.;:!?\n])\s{0,3}(\d{1,2}(?:\s{0,3}(?:,|and|&|\+)\s{0,3}\d{1,2})+)(?![\w%]|[.,]\d)")
_QUOTED = re.compile(r"[\"“”„«‚‘]([^\"“”„«»‚‘’\n]{3,60})[\"“”»’]|(?<![\w])'([^'\n]{3,60})'(?!\w)")
_WORDED = re.compile(rf"(?<![\w])(?:{_NAMES}) ({UNIT_WORDS})\b(?! (?:hundred|thousand|million|or|to)\b)")
_ORDINAL_ENDS = re.compile(
    r"\s+(?:one|line|point|bit|entry|item|part|thing|statement|row|bullet|sentence|is|isn't|was|too|and|should|yes|no"
    r"|wrong|right|reads|says)\b|\s*(?:[,.:;!?→–—-]|$)"
)
"""What follows an ordinal that points at an entry: "the last one", and not "the last year"."""
_JOINS = re.compile(r"[\s,&+/]*(?:and|und|or|to|-|–)?[\s,]*")
"""What stands between two entries of which the same is said: "1 and 2 are true"."""
_CLOSES = re.compile(r"\s*[.;!\n]\s+\S")
_OPENS = re.compile(r"(?::|\b(?:to|on))\s*$")
"""What follows an entry of which something was said before it: "correct: 1 and 3. Off: 2", and what
that ends with."""


@dataclass(frozen=True, slots=True)
class Pointer:
    """A place `[start, end)` of a reply at which it points at the entry of a slot.

    `is_plain`: by its place in the list or by its own words in quotes, so that the words there say nothing else.
    """

    slot: str
    start: int
    end: int
    is_plain: bool


def find_pointers(
    text: str, slots: Sequence[str], words: Confirmations, entries: Mapping[str, str] | None = None
) -> tuple[Pointer, ...]:
    """Return where a flattened reply points at entries of a list, in order; `entries` are their words, as read back."""
    found = [*_find_places(text, slots, words)] if len(slots) > 1 else []
    for slot in slots:
        if (span := find_words(text, words.entries.get(slot, ()))) is not None:
            found.append(Pointer(slot, *span, is_plain=False))
    for match in _QUOTED.finditer(text) if entries else ():
        said = (match[1] or match[2]).strip(" .,!?")
        meant = [slot for slot, entry in (entries or {}).items() if find_words(entry.lower(), [said]) is not None]
        if len(meant) == 1:
            found.append(Pointer(meant[0], *match.span(), is_plain=True))
    return tuple(sorted(found, key=lambda pointer: pointer.start))


def mask_pointers(text: str, pointers: Sequence[Pointer]) -> str:
    """Return a text of the same length without the words that do nothing but point."""
    for pointer in pointers:
        if pointer.is_plain:
            text = text[: pointer.start] + " " * (pointer.end - pointer.start) + text[pointer.end :]
    return text


def split_by_entry(text: str, pointers: Sequence[Pointer]) -> dict[str, tuple[int, int]]:
    """Return which part of a text is said of each entry that it plainly points at: all of it where that is one.

    What is said of two at once ("1 and 2 are true") is said of each.
    """
    places = [pointer for pointer in pointers if pointer.is_plain]
    if not places:
        return {}
    if len({pointer.slot for pointer in places}) == 1:
        return {places[0].slot: (0, len(text))}
    starts = [pointer.start for pointer in places]
    parts: dict[str, tuple[int, int]] = {}
    end, following = len(text), (len(text), len(text))
    for pointer in reversed(places):
        said = (pointer.end, end)
        opening = _sentence_start(text, pointer.start)
        first = places[bisect_left(starts, opening)].start
        if _CLOSES.match(text, pointer.end) and _OPENS.search(text, opening, first):  # "correct: 1 and 3."
            following = (opening, first)
        elif not _JOINS.fullmatch(text, *said):
            following = said
        known = parts.get(pointer.slot)
        if known is None or following[1] - following[0] > known[1] - known[0]:
            parts[pointer.slot] = following
        end = pointer.start
    return parts


def _sentence_start(text: str, place: int) -> int:
    return max(text.rfind(mark, 0, place) for mark in ".;!?\n") + 1


def _find_places(text: str, slots: Sequence[str], words: Confirmations) -> list[Pointer]:
    found: dict[int, Pointer] = {}
    for pattern in _PLACES:
        for match in pattern.finditer(text):
            start, end = match.span(1)
            if 0 < int(match[1]) <= len(slots):
                opening = match.start() if _NAMED.match(match[0]) else start
                closing = match.end() if match[0].endswith(")") else end
                found.setdefault(start, Pointer(slots[int(match[1]) - 1], opening, closing, is_plain=True))
    series = (re.compile(r"(\d+)").finditer(text, *match.span(1)) for match in _SERIES.finditer(text))
    alone = _ALONE.fullmatch(text)
    for match in (*chain.from_iterable(series), *([alone] if alone else [])):
        if 0 < int(match[1]) <= len(slots):
            found.setdefault(match.start(1), Pointer(slots[int(match[1]) - 1], *match.span(1), is_plain=True))
    for match in _WORDED.finditer(text):
        if (number := UNITS[match[1]]) <= len(slots):
            found.setdefault(match.start(1), Pointer(slots[number - 1], *match.span(), is_plain=True))
    for place, names in [*enumerate(words.ordinals[: len(slots)]), (len(slots) - 1, words.last)]:
        if (span := find_words(text, names)) is not None and _ORDINAL_ENDS.match(text, span[1]):
            found.setdefault(span[0], Pointer(slots[place], *span, is_plain=True))
    return list(found.values())


def find_words(text: str, phrases: Collection[str]) -> tuple[int, int] | None:
    """Return where the first of some phrases stands as whole words, the longest of those that begin there."""
    found = (
        _pattern(tuple(sorted(phrases, key=lambda phrase: (-len(phrase), phrase)))).search(text) if phrases else None
    )
    return found.span() if found else None


@lru_cache(maxsize=256)
def _pattern(phrases: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w'])(?:{'|'.join(map(re.escape, phrases))})(?![\w'])")
