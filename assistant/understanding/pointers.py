"""Which entries of the list a reply points at: by their place, by what people call them, or by their words in quotes.

Owns the words of pointing and what of a reply is said of which entry. Must not know what the reply says of it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

from assistant.domain.rulebook import Confirmations
from assistant.text.clauses import blank_out
from assistant.text.worded_numbers import UNIT_WORDS, UNITS

_NAMES = r"numbers?|nr\.?|num|points?|entry|items?|line|row|bullet|heading|part|answer|statement|#"
_NAMED = re.compile(rf"(?:{_NAMES})\s?\d|\(")
_VERBS = (
    r"on|for|with|at|about|re|in|ad|got|scratch|strike|drop|bin|delete|remove|replace|change|fix|correct|edit|take out"
    r"|cross out|leave out|kill|forget|disregard|ignore|so's|so is|your|does|but|except|not"
)
_SAID = (
    r"'s\b|is|isn't|was|wasn't|are|should|says?|said|yes|yep|yeah|no|nope|nah|ok|okay|right|wrong|fine|true|false|not|hm+"
    r"|nearly|correct|needs?|must|reads?"
    r"|off|means?|also"
)
_PLACES = (
    re.compile(rf"(?:^|(?<![\w.]))(?:{_NAMES})\s?(\d{{1,2}})(?![\w%]|[.,]\d)"),
    re.compile(r"(?:^|[.;:!?\n])\s{0,3}(\d{1,2})(?=\s{0,3}(?:,|and|&|\+)\s{0,3}\d{1,2}(?![\w%]|[.,]\d))"),
    re.compile(rf"(?:^|[.,;:!?\n])\s{{0,3}}(\d{{1,2}})(?=\s{{0,3}}(?:to|through|-|–)\s{{0,3}}\d{{1,2}} (?:{_SAID})\b)"),
    re.compile(rf"(?<![\w.])no\. ?(\d{{1,2}})(?=\s*(?:[,.:;)→–—-](?!\d)|$|(?:{_SAID})\b))"),
    re.compile(r"\((\d{1,2})\)"),
    re.compile(
        rf"(?:^|[.;:!?\n]|, |\band )\s{{0,3}}"
        rf"(?:(?:hm+|lol|so|well|ok|and|yeah|no|nope|sorry|also|but|only|just)\W{{1,3}}){{0,2}}(\d{{1,2}})"
        rf"(?=\s*(?:[:)→=.–—-](?!\d)|(?:{_SAID})\b|$)|\s?'s\b)"
    ),
    re.compile(
        r"\b(?:wrong|incorrect|off|false|no|nope|correct|right|okay|ok|fine|yes)(?:[:,] ?| to | on | with | for | )"
        r"(\d{1,2})"
        rf"(?=\s*(?:[,.;!–-]|(?:{_SAID}|and|to|through)\b|$))"
    ),
    re.compile(rf"\b(?:{_VERBS}) (\d{{1,2}})(?=\s*(?:[,.;:!?→–—-](?!\d)|$|(?:{_SAID}|with|to|by|and|add|please)\b))"),
)
_NEXT = re.compile(
    r"\s{0,3}(?:(?P<range>to|through|-|–)|,? ?and|,|&|\+)\s{0,3}(?:numbers? |nr\.? |points? |#)?(\d{1,2})"
    r"(?![\w%]|[.,]\d)"
)
"""What goes on with a place: another one, or all up to it."""
_NAMED_PLACES = re.compile(r"(?:[\s,:(]{1,3}(?:(?:and|&) )?\d\b){0,8}")
"""Which the others are, where that is said: "the rest, 2, 4 and 5, is right"."""
_APART = re.compile(r"^\d(?: \d){1,6}(?= (?:yes|ok|okay|fine|right|correct|good|true|no|wrong|off)\b)")
"""Places with nothing between them, at the beginning: "1 2 3 yes"."""
_FIRST_FEW = re.compile(rf"\bfirst ({UNIT_WORDS})\b(?=\s*(?:[,.;!]|are\b|is\b|yes\b|ok\b|$))")
_QUOTED = re.compile(r"[\"“”„«‚‘]([^\"“”„«»‚‘’\n]{3,60})[\"“”»’]|(?<![\w])'([^'\n]{3,60})'(?!\w)")
_WORDED = re.compile(rf"(?<![\w])(?:{_NAMES}) ({UNIT_WORDS})\b(?! (?:hundred|thousand|million|or|to)\b)")
_ORDINAL_BEGINS = re.compile(
    r"(?:^|[^\w\s'])\s*$|\b(?:the|your|that|this|to|on|with|for|except|but|and|or|not|no|yes|wrong|right|only|just|drop|remove)\s+$"
)
_ORDINAL_ENDS = re.compile(
    r"(?P<noun>\s+(?:one|line|point|bit|entry|item|part|thing|statement|row|bullet|sentence))\b"
    r"|\s+(?:is|isn't|was|too|and|should|yes|no|not|never|please|wrong|right|reads|says)\b|\s*(?:[,.:;!?→–—-]|$)"
)
"""What stands before and behind an ordinal that points at an entry: "the last one", not "the last year" or "do first".
"""
_JOINS = re.compile(r"[\s,&+/]*(?:and|und|or|to|-|–)?[\s,]*")
"""What stands between two entries of which the same is said: "1 and 2 are true"."""
_SAID_BEFORE = re.compile(
    r"\b(?:correct|right|okay|ok|fine|good|yes|yep|yeah|wrong|incorrect|off|false|no|nope)"
    r"(?::| to| on| for| with)\s{0,3}$"
)
"""A yes or no that stands before the places it is about: "correct: 1 and 3", "no to 2"."""
_LONGEST_SAID = 24
_PARTING = re.compile(r"[,.;:!\n–—]|\s-\s|\b(?:and|but|so|while|then|or)\b")


@dataclass(frozen=True, slots=True)
class Part:
    """What of a reply is said of an entry: `[begin, end)` with what stands before the pointer, and from `start` on what
    may tell another value, which is the whole reply where it points at nothing else.
    """

    begin: int
    start: int
    end: int


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
    return blank_out(text, [(pointer.start, pointer.end) for pointer in pointers if pointer.is_plain])


def split_by_entry(text: str, pointers: Sequence[Pointer]) -> dict[str, Part]:
    """Return which part of a text is said of each entry that it plainly points at.

    What is said of two at once ("1 and 2 are true") is said of each.
    """
    groups: list[list[Pointer]] = []
    places = [pointer for pointer in pointers if pointer.is_plain]
    if len({pointer.slot for pointer in places}) == 1:
        return {places[0].slot: Part(_begin(text, 0, places[0].start), 0, len(text))}
    for pointer in places:
        end = groups[-1][-1].end if groups else 0
        if groups and (pointer.start <= end or _JOINS.fullmatch(text, end, pointer.start)):
            groups[-1].append(pointer)
        else:
            groups.append([pointer])
    ends = [0, *(group[-1].end for group in groups)]
    begins = [_begin(text, end, group[0].start) for end, group in zip(ends, groups, strict=False)]
    stops = [
        begin if begin > group[-1].end else following[0].start
        for group, following, begin in zip(groups, groups[1:], begins[1:], strict=False)
    ]
    parts: dict[str, Part] = {}
    for group, begin, stop in zip(groups, begins, [*stops, len(text)], strict=False):
        part = Part(begin, group[-1].end, stop)
        for pointer in group:
            parts[pointer.slot] = max(parts.get(pointer.slot, part), part, key=lambda part: part.end - part.start)
    return parts


def _begin(text: str, end: int, start: int) -> int:
    """Return where that begins which is said of an entry, behind the one before: its yes or no, or the last break."""
    if (said := _SAID_BEFORE.search(text, max(end, start - _LONGEST_SAID), start)) is not None:
        return said.start()
    return max((found.end() for found in _PARTING.finditer(text, end, start)), default=start if end else 0)


def _find_places(text: str, slots: Sequence[str], words: Confirmations) -> list[Pointer]:
    """Return where a text points at entries by their place in the list: one, several, or all from one to another."""
    text = _APART.sub(lambda places: places.group().replace(" ", "&"), text)
    found: dict[tuple[int, str], Pointer] = {}
    walked: set[int] = set()

    def add(place: int, start: int, end: int) -> None:
        if 0 < place <= len(slots):
            found.setdefault((end, slots[place - 1]), Pointer(slots[place - 1], start, end, is_plain=True))

    for match in chain.from_iterable(pattern.finditer(text) for pattern in _PLACES):
        last, end = int(match[1]), match.end(1)
        add(last, match.start() if _NAMED.match(match[0]) else match.start(1), end + match[0].endswith(")"))
        while 0 < last <= len(slots) and (following := _NEXT.match(text, end)) is not None:
            place, (start, end) = int(following[2]), following.span(2)
            if end in walked:
                break
            walked.add(end)
            for between in range(last + 1 if following["range"] else place, place + 1):
                add(between, start, end)
            last = place
    for match in _WORDED.finditer(text):
        add(UNITS[match[1]], *match.span())
    for match in _FIRST_FEW.finditer(text):
        for place in range(1, UNITS[match[1]] + 1):
            add(place, *match.span())
    for place, names in [*enumerate(words.ordinals[: len(slots)], 1), (len(slots), words.last)]:
        span = find_words(text, names)
        if span is None or (ending := _ORDINAL_ENDS.match(text, span[1])) is None:
            continue
        if ending["noun"] or _ORDINAL_BEGINS.search(text, max(0, span[0] - _LONGEST_SAID), span[0]):
            add(place, span[0], ending.end("noun") if ending["noun"] else span[1])
    if found and (span := find_words(text, words.others)) is not None:
        span = span[0], _NAMED_PLACES.match(text, span[1]).end()  # type: ignore[union-attr]
        found = {key: pointer for key, pointer in found.items() if not span[0] <= pointer.start < span[1]}
        pointed_at = {pointer.slot for pointer in found.values()}
        for place in (place for place, slot in enumerate(slots, 1) if slot not in pointed_at):
            add(place, *span)
    return list(found.values())


def find_words(text: str, phrases: Collection[str]) -> tuple[int, int] | None:
    """Return where the first of some phrases stands as whole words, the longest of those that begin there."""
    found = _pattern(tuple(phrases)).search(text) if phrases else None
    return found.span() if found else None


def leave_out(text: str, phrases: Collection[str]) -> str:
    """Return a text without some phrases where they stand as whole words."""
    return _pattern(tuple(phrases)).sub("", text)


@lru_cache(maxsize=256)
def _pattern(phrases: tuple[str, ...]) -> re.Pattern[str]:
    longest_first = sorted(phrases, key=lambda phrase: (-len(phrase), phrase))
    return re.compile(rf"(?<![\w'])(?:{'|'.join(map(re.escape, longest_first))})(?![\w'])")
