"""Numbers that are written in several words: "two and a half thousand", "a quarter of a million", "one two zero".

Owns the words for numbers and how they are put together. Must not know what is counted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_UP_TO_TWELVE = "one two three four five six seven eight nine ten eleven twelve"
_TEENS = "thirteen fourteen fifteen sixteen seventeen eighteen nineteen"
_TENS = "ten twenty thirty forty fifty sixty seventy eighty ninety"
UNITS = {
    **{word: number for number, word in enumerate(_UP_TO_TWELVE.split(), 1)},
    **{word: 10 * number for number, word in enumerate(_TENS.split(), 1)},
    **{word: number for number, word in enumerate(_TEENS.split(), 13)},
    "fourty": 40,
}
UNITS |= {
    f"{tens}{joint}{ones}": UNITS[tens] + UNITS[ones]
    for tens in _TENS.split()[1:]
    for ones in _UP_TO_TWELVE.split()[:9]
    for joint in "- "
}
"""The words for 1 to 99."""
UNIT_WORDS = "|".join(sorted(UNITS, key=len, reverse=True))
_LARGE = {"thousand": 1e3, "million": 1e6, "billion": 1e9}
_SCALE = "thousand|million|billion"
_FEWEST_JOINED = 13
"""Fewer after "and" are something else: "two thousand, and three people read them"."""

_SMALL = rf"(?:(?:{UNIT_WORDS}|an?)\shundred(?:\s(?:and\s)?(?:{UNIT_WORDS}))?|{UNIT_WORDS})"
_COMPOUND = re.compile(
    rf"(?<![\w.,-])(?P<head>{_SMALL}|an?|\d{{1,3}})(?P<part>\sand\sa\s(?:half|quarter))?[\s-](?P<scale>{_SCALE})"
    rf"(?P<half>\sand\sa\shalf)?(?:,?\s(?P<joint>and\s)?(?P<tail>{_SMALL}))?(?![\w-])"
)
_HUNDREDS = re.compile(
    rf"(?<![\w-])(?P<head>{UNIT_WORDS}|an?)\shundred\s(?P<joint>and\s)?(?P<tail>{UNIT_WORDS})(?![\w-])"
)
_COUPLE = re.compile(r"(?<![\w-])(?:a\s)?couple\s(?:of\s)?hundred\s(?P<scale>thousand|million)(?![\w-])")
_QUARTERS = re.compile(rf"(?<![\w-])(?P<head>a|one|three)\squarters?\s(?:of\s)?(?:an?\s)?(?P<scale>{_SCALE})(?![\w-])")
_DIGITS = {"zero": "0", "oh": "0", "nought": "0", **{word: str(UNITS[word]) for word in _UP_TO_TWELVE.split()[:9]}}
_DIGIT = "|".join(_DIGITS)
_SPELLED = re.compile(rf"(?<![\w-])(?:{_DIGIT})(?:[\s-](?:{_DIGIT})){{1,6}}(?![\w-])")


def find_worded_numbers(flat: str) -> Iterator[tuple[int, int, float]]:
    """Yield the place and value of each number of several words in a flattened message; no two overlap."""
    until = 0
    found = [*_find_compounds(flat), *_find_hundreds(flat), *_find_quarters(flat), *_find_spelled(flat)]
    found += [(*match.span(), 200.0 * _LARGE[match["scale"]]) for match in _COUPLE.finditer(flat)]
    for start, end, value in sorted(found, key=lambda item: (item[0], -item[1])):
        if start >= until:
            yield start, end, value
            until = end


def _find_compounds(flat: str) -> Iterator[tuple[int, int, float]]:
    for match in _COMPOUND.finditer(flat):
        tail = _join(match)
        if not (match["part"] or match["half"] or tail or "hundred" in match["head"]):
            continue  # "two thousand" is one number word before a scale
        head = float(match["head"]) if match["head"].isdigit() else _small(match["head"])
        part = {"half": 0.5, "quarter": 0.25}[match["part"].split()[-1]] if match["part"] else 0.0
        value = (head + part + 0.5 * bool(match["half"])) * _LARGE[match["scale"]] + tail
        yield match.start(), _end(match, tail), value


def _find_hundreds(flat: str) -> Iterator[tuple[int, int, float]]:
    for match in _HUNDREDS.finditer(flat):
        if tail := _join(match):
            yield match.start(), match.end(), 100.0 * UNITS.get(match["head"], 1) + tail


def _find_quarters(flat: str) -> Iterator[tuple[int, int, float]]:
    for match in _QUARTERS.finditer(flat):
        yield *match.span(), (0.75 if match["head"] == "three" else 0.25) * _LARGE[match["scale"]]


def _find_spelled(flat: str) -> Iterator[tuple[int, int, float]]:
    """Yield what is spelled digit by digit; without a zero it may as well be two numbers."""
    for match in _SPELLED.finditer(flat):
        digits = "".join(_DIGITS[word] for word in re.split(r"[\s-]", match[0]))
        if "0" in digits[1:]:
            yield *match.span(), float(digits)


def _join(match: re.Match[str]) -> float:
    """Return what is added behind a scale; 0 where there is nothing, or too little to belong to it."""
    tail = _small(match["tail"]) if match["tail"] else 0.0
    return 0.0 if match["joint"] and tail < _FEWEST_JOINED else tail


def _end(match: re.Match[str], tail: float) -> int:
    if tail or not match["tail"]:
        return match.end()
    return match.end("half") if match["half"] else match.end("scale")


def _small(words: str) -> float:
    head, found, rest = words.partition(" hundred")
    if not found:
        return float(UNITS.get(words, 1))
    rest = rest.strip().removeprefix("and ")
    return 100.0 * UNITS.get(head, 1) + (UNITS[rest] if rest else 0)
